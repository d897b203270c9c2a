"""How many questions a second, beside the servers that one would otherwise take?

    python benchmarks/throughput.py [--triples N] [--seconds N] [--peers BIN] [--only NAME …]

Eight clients, loopback, one graph, one run: ASK, look-ups (what is known of one statement; who said something about
something), a page of statements that differs each time, the same page again and again (the cache), and grouped
questions. First comes the engine alone, called in one process without HTTP: what no server over it can pass by much
more than the number of cores. Peers are run where they are found, in ``--peers`` (the ``bin`` of an environment of this
Python's version) or on the PATH; the others are named:

    python -m venv peers && peers/bin/pip install oxigraph rdflib-endpoint uvicorn oxrdflib granian gunicorn
    apt-get install --no-install-recommends virtuoso-opensource-7
"""

import argparse
import contextlib
import multiprocessing
import os
import shutil
import signal
import site
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
from apparatus.server import running, verdict
from synthetic import MILLION, ROOT, make_store

from ontology import PREFIXES

CLIENTS = 8
JSON = "application/sparql-results+json"
PROLOGUE = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("dip", "nif", "rdf"))
PAGE = (
    PROLOGUE + "SELECT ?s ?speaker ?content ?date { ?s dip:about <%s> ; dip:speaker ?speaker ; dip:content ?content ; "
    "dip:reportedIn ?a . ?a dip:earliest ?date } ORDER BY DESC(?date) ?s LIMIT 50 OFFSET %d%s"
)
ASK = PROLOGUE + "ASK { <https://w3id.org/mavaze/id/state/iran> ?p ?o %s }"
FACTS = PROLOGUE + "SELECT ?property ?value { <%s> ?property ?value %s }"
ABOUT = (
    PROLOGUE + "SELECT ?s ?content ?date { ?s dip:speaker <%s> ; dip:about <%s> ; dip:content ?content ; "
    "dip:reportedIn ?a . ?a dip:earliest ?date %s }"
)
GROUPED = (
    PROLOGUE + "SELECT ?holder ?target (COUNT(?s) AS ?n) { ?s dip:conveys ?stance . ?stance dip:holder ?holder ; "
    "dip:against ?target %s } GROUP BY ?holder ?target ORDER BY DESC(?n) LIMIT 20"
)
SUMMED = (
    PROLOGUE + "SELECT ?side ?target ?n { { SELECT ?x ?n { ?x dip:totalAgainst ?n } ORDER BY DESC(?n) LIMIT 20 } "
    "?x dip:totalSide ?side ; dip:totalTarget ?target %s } ORDER BY DESC(?n)"
)
OPPOSED = (
    PROLOGUE + "SELECT ?holder (COUNT(DISTINCT ?a) AS ?n) { ?stance dip:against <%s> . ?s dip:conveys ?stance ; "
    "dip:side ?holder ; dip:reportedIn ?a %s } GROUP BY ?holder ORDER BY DESC(?n) LIMIT 20"
)
OPPOSED_SUMMED = (
    PROLOGUE + "SELECT ?side ?n { ?x dip:totalTarget <%s> ; dip:totalAgainst ?n ; dip:totalSide ?side %s } "
    "ORDER BY DESC(?n) LIMIT 20"
)
STATEMENTS = PROLOGUE + "SELECT ?x { ?x a dip:Statement } OFFSET 1000 LIMIT 500"
MOST_NAMED = PROLOGUE + "SELECT ?x { ?s %s ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x OFFSET %d LIMIT %d"


def _kinds(store: Path) -> dict[str, Callable[[int], str]]:
    """Return what gives the n-th question of each kind: about those of whom much is said."""
    engine = ox.Store.read_only(str(store))

    def find(query: str) -> list[str]:
        found = engine.query(query, use_default_graph_as_union=True)
        return [solution["x"].value for solution in found]  # type: ignore[union-attr, index]

    statements = find(STATEMENTS)
    things, often = find(MOST_NAMED % ("dip:about", 20, 20)), find(MOST_NAMED % ("dip:about", 0, 4))
    speakers = find(MOST_NAMED % ("dip:speaker", 20, 20))
    return {
        "ASK": lambda n: ASK % f"# {n}\n",
        "one statement": lambda n: FACTS % (statements[n % 500], f"# {n}\n"),
        "one about one": lambda n: ABOUT % (speakers[n % 20], things[n // 20 % 20], f"# {n}\n"),
        "page": lambda n: PAGE % (things[n % 4], n // 4 % 400, f" # {n}\n"),
        "same page": lambda n: PAGE % (things[0], 0, ""),
        "who opposes one": lambda n: OPPOSED % (often[n % 4], f"# {n}\n"),
        "who opposes one, by totals": lambda n: OPPOSED_SUMMED % (often[n % 4], f"# {n}\n"),
        "grouped": lambda n: GROUPED % f"# {n}\n",
        "grouped, by totals": lambda n: SUMMED % f"# {n}\n",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=MILLION)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--peers", type=Path, help="folder of the peers' commands")
    parser.add_argument("--only", nargs="*", help="names of servers; the others are left out")
    options = parser.parse_args()
    store = make_store(options.triples)
    kinds = _kinds(store)
    rates = {"engine alone": {kind: _call(store, query, options.seconds / 2) for kind, query in kinds.items()}}
    _show("engine alone", rates["engine alone"])
    for name, start in _servers(store, options.peers):
        if options.only and name not in options.only:
            continue
        rates[name] = {}
        try:
            with start() as url:
                for kind, query in kinds.items():
                    rates[name][kind] = _measure(url, query, options.seconds)
        except (OSError, subprocess.SubprocessError, RuntimeError) as error:
            print(f"{name}: {error}", file=sys.stderr)
        _show(name, rates[name])
    _judge(rates)


def _show(name: str, rates: dict[str, float]) -> None:
    print(f"{name:>22}  " + "  ".join(f"{kind} {rate:,.1f}/s" for kind, rate in rates.items()), flush=True)


def _judge(rates: dict[str, dict[str, float]]) -> None:
    def compare(peer: str, kind: str, least: float | None = None, peers_kind: str | None = None) -> None:
        ours, theirs = rates.get("mavaze", {}).get(kind), rates.get(peer, {}).get(peers_kind or kind)
        if ours is None or theirs is None:
            print(f"not measured  {kind} against {peer}")
            return
        alone = f"the engine alone {rates['engine alone'][kind] / theirs:.2f}"
        if least is None:
            print(f"told     {kind}: {ours / theirs:.2f} times {peer} ({alone})")
        else:
            verdict(
                f"{kind}, at least {least:g} times {peer}", f"{ours / theirs:.2f} ({alone})", ours >= least * theirs
            )

    compare("oxigraph", "ASK")
    compare("oxigraph", "one statement")
    compare("oxigraph", "one about one")
    compare("oxigraph", "page", 0.8)
    compare("oxigraph", "same page", 1.0)
    compare("rdflib-endpoint", "grouped", 8)
    compare("rdflib-endpoint", "one statement", 100)
    compare("rdflib-endpoint", "one about one", 100)
    compare("virtuoso", "who opposes one, by totals", 0.5, "who opposes one")
    compare("virtuoso", "grouped, by totals", 0.5, "grouped")


def _call(store: Path, query: Callable[[int], str], seconds: float) -> float:
    """Return how many questions a second the engine answers in one process, without a server."""
    engine = ox.Store.read_only(str(store))
    done, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        results = engine.query(query(done), use_default_graph_as_union=True)
        results.serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[union-attr, call-arg]
        done += 1
    return done / passed


def _servers(
    store: Path, folder: Path | None
) -> Iterator[tuple[str, Callable[[], contextlib.AbstractContextManager[str]]]]:
    def find(command: str) -> str | None:
        if folder is not None and (folder / command).exists():
            return str((folder / command).absolute())
        return shutil.which(command)

    yield "mavaze", lambda: _mavaze(store)
    here = [
        ("mavaze under gunicorn", "gunicorn", lambda command: _wsgi(store, _gunicorn(_python(command)))),
        ("mavaze under granian", "granian", lambda command: _wsgi(store, _granian(_python(command)))),
        ("oxigraph", "oxigraph", lambda command: _oxigraph(command, store)),
        ("rdflib-endpoint", "rdflib-endpoint", lambda command: _rdflib_endpoint(_python(command), store)),
        ("virtuoso", "virtuoso-t", lambda command: _virtuoso(command, store)),
    ]
    for name, command, start in here:
        if (found := find(command)) is None:
            print(f"{name}: no {command} here", file=sys.stderr)
        else:
            yield name, lambda start=start, found=found: start(found)  # type: ignore[misc]


def _python(command: str) -> str:
    """Return the Python of a command's environment."""
    return str(Path(command).with_name("python"))


@contextlib.contextmanager
def _mavaze(store: Path) -> Iterator[str]:
    with running(store, "--time-limit", "60") as server:
        yield f"http://127.0.0.1:{server.port}/sparql"


def _gunicorn(python: str) -> Callable[[int], list[str]]:
    return lambda port: [
        python,
        "-c",
        "from gunicorn.app.wsgiapp import run; run()",
        "--worker-class",
        "gthread",
        "--threads",
        "16",
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
        "server:create_app()",
    ]


def _granian(python: str) -> Callable[[int], list[str]]:
    return lambda port: [
        python,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--factory",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--blocking-threads",
        "16",
        "--no-log",
        "server:create_app",
    ]


@contextlib.contextmanager
def _wsgi(store: Path, arguments: Callable[[int], list[str]]) -> Iterator[str]:
    # The server's own packages go before those of the environment that the WSGI server is from.
    path = os.pathsep.join([str(ROOT), *site.getsitepackages()])
    environment = {**os.environ, "MAVAZE_STORE": str(store), "MAVAZE_TIME_LIMIT": "60", "PYTHONPATH": path}
    with _process(arguments, environment) as port:
        yield f"http://127.0.0.1:{port}/sparql"


@contextlib.contextmanager
def _oxigraph(command: str, store: Path) -> Iterator[str]:
    with _process(
        lambda port: [command, "serve-read-only", "-l", str(store), "-b", f"127.0.0.1:{port}", "--union-default-graph"]
    ) as port:
        yield f"http://127.0.0.1:{port}/query"


_RDFLIB = """
import sys, pyoxigraph, uvicorn
from oxrdflib import OxigraphStore
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
dataset = Dataset(store=OxigraphStore(store=pyoxigraph.Store.read_only(sys.argv[1])), default_union=True)
uvicorn.run(SparqlEndpoint(graph=dataset, path="/sparql"), port=int(sys.argv[2]), log_level="critical")
"""


@contextlib.contextmanager
def _rdflib_endpoint(python: str, store: Path) -> Iterator[str]:
    with _process(lambda port: [python, "-c", _RDFLIB, str(store), str(port)]) as port:
        yield f"http://127.0.0.1:{port}/sparql"


_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {folder}
NumberOfBuffers = 100000
MaxDirtyBuffers = 60000
ServerThreads = 20
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 16
[SPARQL]
ResultSetMaxRows = 1000000
"""


@contextlib.contextmanager
def _virtuoso(command: str, store: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.nq"
        with file.open("wb") as output:
            ox.Store.read_only(str(store)).dump(output, ox.RdfFormat.N_QUADS)
        sql = _free_port()

        def arguments(port: int) -> list[str]:
            ini = Path(folder) / "virtuoso.ini"
            ini.write_text(_INI.format(folder=folder, sql=sql, port=port))
            return [command, "-f", "-c", str(ini)]

        with _process(arguments) as port:
            load = f"ld_dir('{folder}','*.nq','urn:x'); rdf_loader_run(); checkpoint;"
            subprocess.run(
                ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"], check=True, capture_output=True
            )
            yield f"http://127.0.0.1:{port}/sparql"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextlib.contextmanager
def _process(arguments: Callable[[int], list[str]], environment: dict[str, str] | None = None) -> Iterator[int]:
    port = _free_port()
    process = subprocess.Popen(
        arguments(port), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"it did not start: {arguments(port)[0]}")
            time.sleep(0.1)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _measure(url: str, query: Callable[[int], str], seconds: float) -> float:
    """Return how many questions a second eight clients, each a process, are given answers to."""
    host, _, path = url.removeprefix("http://").partition("/")
    context = multiprocessing.get_context("fork")
    rates: multiprocessing.Queue[float | str] = context.Queue()

    def ask(client: int) -> None:
        try:
            rates.put(_ask_for(host, f"/{path}", lambda i: query(CLIENTS * i + client), seconds))
        except Exception as error:  # whatever it is, who waits for the rate is told
            rates.put(str(error) or type(error).__name__)

    clients = [context.Process(target=ask, args=(client,)) for client in range(CLIENTS)]
    for client in clients:
        client.start()
    told = [rates.get() for _ in clients]
    for client in clients:
        client.join()
    if failures := [failure for failure in told if isinstance(failure, str)]:
        raise RuntimeError(failures[0])
    # Who gives no answer at all is counted as if the first one came a moment later.
    return sum(rate for rate in told if isinstance(rate, float)) or 1 / _most(seconds)


def _most(seconds: float) -> float:
    return max(4 * seconds, 20.0)


def _ask_for(host: str, path: str, query: Callable[[int], str], seconds: float) -> float:
    """Ask one question after the other for some seconds; return how many a second had an answer."""
    name, _, port = host.partition(":")
    connection: socket.socket | None = None
    done, began = 0, time.perf_counter()
    limit = _most(seconds)
    while (passed := time.perf_counter() - began) < seconds:
        request = f"GET {path}?query={quote(query(done))} HTTP/1.1\r\nHost: {host}\r\nAccept: {JSON}\r\n\r\n".encode()
        if connection is None:
            connection = socket.create_connection((name, int(port)), timeout=limit)
        connection.settimeout(max(0.1, limit - passed))
        try:
            connection.sendall(request)
            status, is_kept = _read(connection)
        except TimeoutError:
            break
        except OSError:
            connection.close()
            connection = None
            continue
        if status != 200:
            raise RuntimeError(f"{status} for {query(done)}")
        done += 1
        if not is_kept:
            connection.close()
            connection = None
    return done / (time.perf_counter() - began)


def _read(connection: socket.socket) -> tuple[int, bool]:
    """Read one answer to its end; return its status, and whether the connection may be used again."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lower = head.lower()
    if b"content-length:" in lower:
        length = int(lower.partition(b"content-length:")[2].split(b"\r\n")[0])
        size = len(body)
        while size < length:
            size += len(_receive(connection))
    elif b"chunked" in lower:
        while not body.endswith(b"0\r\n\r\n"):
            body += _receive(connection)
    return int(head.split()[1]), b"connection: close" not in lower


def _receive(connection: socket.socket) -> bytes:
    received = connection.recv(1 << 18)
    if not received:
        raise ConnectionResetError("it hung up")
    return received


if __name__ == "__main__":
    main()
