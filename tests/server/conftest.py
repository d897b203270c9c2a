from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.graph.indexing import index_articles, index_things
from kg.graph.iris import ENTITIES_GRAPH
from kg.graph.pool import QueryPool
from kg.graph.search import SearchIndex
from kg.graph.terms import to_named
from ontology import BASE
from server.application import create_app
from server.settings import Settings
from server.site import open_pool

SETTINGS = Settings(time_limit=1.0, queue_limit=2.0, row_limit=500, memory_limit=128, workers=1, body_limit=20_000)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three small articles; see sample.trig."""
    path = tmp_path_factory.mktemp("server") / "store"
    engine = pyoxigraph.Store(str(path))
    engine.load(path=str(Path(__file__).with_name("sample.trig")), format=pyoxigraph.RdfFormat.TRIG)
    engine.flush()
    described = engine.quads_for_pattern(None, None, None, to_named(ENTITIES_GRAPH))
    things = {quad.subject.value.removeprefix(BASE): 0 for quad in described}
    with SearchIndex(path) as index, index.updating():
        index_articles(index, engine, BASE, ["article/a1", "article/a2", "article/a3"])
        index_things(index, engine, BASE, things)
    return path


@pytest.fixture(scope="session")
def pool(store: Path) -> Iterator[QueryPool]:
    with open_pool(store, SETTINGS) as pool:
        yield pool


@pytest.fixture(scope="session")
def app(pool: QueryPool) -> Flask:
    return create_app(pool, SETTINGS)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that sends no cookies."""
    return app.test_client(use_cookies=False)


TOKEN = "geheim-ß"


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A server over an empty store, in which the token may write; default and named graphs are apart."""
    settings = Settings(
        time_limit=10.0, memory_limit=256, workers=1, body_limit=20_000, update_token=TOKEN, default_graph="own"
    )
    with open_pool(tmp_path_factory.mktemp("writable") / "store", settings) as pool:
        yield create_app(pool, settings)


@pytest.fixture
def writer(writable: Flask) -> FlaskClient:
    """A client that sends the token."""
    client = writable.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = b"Bearer ".decode() + TOKEN.encode().decode("latin-1")
    return client
