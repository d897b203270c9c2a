from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.graph.pool import QueryPool
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
    return app.test_client()
