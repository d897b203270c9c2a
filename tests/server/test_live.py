"""What only a real server shows: connections that break, clients that leave or dawdle, signals."""

import gzip
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
import pytest

SCRIPT = """
import json
import sys
from server import Settings, serve
if __name__ == "__main__":
    serve(sys.argv[1], port=0, settings=Settings(**json.loads(sys.argv[2])),
          on_ready=lambda address: print(address, flush=True))
"""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SECONDS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
MANY = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@dataclass
class Server:
    process: "subprocess.Popen[str]"
    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def send(self, head: str, body: bytes = b"") -> socket.socket:
        connection = self.connect()
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n" + body)
        return connection

    def ask(self, query: str, version: str = "1.1", method: str = "GET", more: str = "") -> socket.socket:
        return self.send(f"{method} /sparql?query={quote(query)}{more} HTTP/{version}\nHost: here\n")

    def figure(self, name: str) -> float:
        text = read(self.send("GET /metrics HTTP/1.1\nHost: here\nConnection: close\n"))
        lines = [line for line in text.decode().splitlines() if line.startswith(f"mavaze_{name} ")]
        return float(lines[0].rpartition(" ")[2])

    def wait_for(self, name: str, value: float) -> None:
        deadline = time.monotonic() + 5
        while self.figure(name) != value:
            assert time.monotonic() < deadline, f"{name} is {self.figure(name)}, not {value}"
            time.sleep(0.05)


def is_running(process_id: int) -> bool:
    """Whether a process runs; one that has ended and is only listed still does not."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def descendants(process_id: int) -> list[int]:
    """Return the processes that a process has started, from whichever thread, and those that they have."""
    found = []
    for task in Path(f"/proc/{process_id}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *descendants(child)]
    return found


def read(connection: socket.socket) -> bytes:
    """Read all that comes until the server hangs up."""
    with connection:
        pieces = []
        while piece := connection.recv(1 << 16):
            pieces.append(piece)
        return b"".join(pieces)


def status(answer: bytes) -> int:
    return int(answer.split()[1])


@pytest.fixture(scope="module")
def big_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("live") / "store"
    engine = pyoxigraph.Store(str(path))
    node = pyoxigraph.NamedNode
    engine.extend(
        pyoxigraph.Quad(node(f"http://x/{i}"), node("http://x/p"), pyoxigraph.Literal(f"text {i}"), node("http://x/g"))
        for i in range(1500)
    )
    engine.flush()
    return path


Start = Callable[..., Server]


@pytest.fixture(scope="module")
def start(big_store: Path, root: Path) -> Iterator[Start]:
    processes: list[subprocess.Popen[str]] = []

    def run(**settings: object) -> Server:
        command = [sys.executable, "-c", SCRIPT, str(big_store), json.dumps({"workers": 1, **settings})]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)
        processes.append(process)
        assert process.stdout is not None
        return Server(process, int(process.stdout.readline().strip().rstrip("/").rpartition(":")[2]))

    yield run
    for process in processes:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def server(start: Start) -> Server:
    return start(time_limit=20, queue_limit=20, row_limit=20_000, request_time=0.5)


def test_an_answer_over_its_limit_ends_without_its_end(server: Server) -> None:
    answer = read(server.ask(MANY))
    assert status(answer) == 200
    assert b"Transfer-Encoding: chunked" in answer
    assert len(answer) > 100_000
    assert not answer.endswith(b"0\r\n\r\n"), "a client must see that it has broken off"


def test_a_whole_streamed_answer_has_its_end(server: Server) -> None:
    answer = read(server.ask(MANY + " LIMIT 20000"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Transfer-Encoding: chunked" in head
    assert body.endswith(b"0\r\n\r\n")
    assert answer.count(b'"a":') + answer.count(b'"a"]') >= 19_990, "chunk borders may cut a few"


def test_a_client_that_cannot_see_the_end_gets_all_or_an_error(server: Server) -> None:
    assert status(read(server.ask(MANY, version="1.0"))) == 503
    answer = read(server.ask(MANY + " LIMIT 20000", version="1.0"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert len(json.loads(body)["results"]["bindings"]) == 20_000


def test_a_streamed_answer_is_compressed(server: Server) -> None:
    head = f"GET /sparql?query={quote(MANY + ' LIMIT 19000')} HTTP/1.1\nHost: here\nAccept-Encoding: gzip\n"
    answer = read(server.send(head))
    body = answer.partition(b"\r\n\r\n")[2]
    whole = bytearray()
    while body and (size := int(body.partition(b"\r\n")[0], 16)):
        body = body.partition(b"\r\n")[2]
        whole += body[:size]
        body = body[size + 2 :]
    assert len(json.loads(gzip.decompress(bytes(whole)))["results"]["bindings"]) == 19_000


def test_a_query_ends_when_its_client_hangs_up(server: Server) -> None:
    before = server.figure("worker_kills_total")
    connection = server.ask(ENDLESS)
    server.wait_for("queries_running", 1)
    connection.close()
    server.wait_for("queries_running", 0)
    server.wait_for("worker_kills_total", before + 1)


def test_head_does_not_wait_for_the_whole_answer(server: Server) -> None:
    answer = read(server.ask(MANY, method="HEAD", version="1.0"))
    assert status(answer) == 200
    assert answer.endswith(b"\r\n\r\n")
    server.wait_for("queries_running", 0)


def test_a_request_that_dribbles_in_is_told_so(server: Server) -> None:
    connection = server.connect()
    connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(4):
        time.sleep(0.2)
        connection.sendall(b"q")
    answer = read(connection)
    assert status(answer) == 408
    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert list(told) == ["error", "where", "remedy"]
    assert "REQUEST_TIME" in told["remedy"]


@pytest.mark.parametrize("line", ["GET", "GET / HTTP/nine", "GET /\x01 HTTP/1.1", "G\x00T / HTTP/1.1"])
def test_what_is_no_request_is_told_in_the_one_shape(server: Server, line: str) -> None:
    answer = read(server.send(f"{line}\nContent-Length: x\nConnection: close\n"))
    assert status(answer) in (400, 505)
    assert list(json.loads(answer.partition(b"\r\n\r\n")[2])) == ["error", "where", "remedy"]


def test_a_server_that_is_told_to_stop_finishes_what_it_has_begun(start: Start) -> None:
    server = start(time_limit=20)
    running = server.ask(SECONDS)
    server.wait_for("queries_running", 1)
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    with pytest.raises(ConnectionRefusedError):
        server.connect()
    assert status(read(running)) == 200
    assert server.process.wait(5) == 0


def test_a_server_that_is_told_to_stop_does_not_wait_for_ever(start: Start) -> None:
    server = start(time_limit=1)
    running = server.ask(ENDLESS)
    server.wait_for("queries_running", 1)
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(8) == 0
    running.close()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not list a process's children")
def test_a_server_that_is_killed_leaves_no_process_behind(start: Start) -> None:
    server = start(time_limit=60, queue_limit=60)
    running = [server.ask(f"{ENDLESS} # {number}") for number in range(3)]
    server.wait_for("queries_waiting", 2)
    left = descendants(server.process.pid)
    assert len(left) >= 5, "of one worker that runs, and others that are paused"
    server.process.kill()
    deadline = time.monotonic() + 10
    while any(is_running(process_id) for process_id in left):
        assert time.monotonic() < deadline, "a process was left behind"
        time.sleep(0.05)
    for connection in running:
        connection.close()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="the system has no such signal")
def test_a_server_reads_its_store_and_keys_again_when_told(start: Start, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text("# nobody yet\n")
    server = start(rate_limit=1, key_factor=50, keys=str(keys))

    def ask(key: str) -> int:
        return status(
            read(server.send(f"GET /sparql?query=ASK%7B%7D HTTP/1.1\nHost: x\nConnection: close\nX-API-Key: {key}\n"))
        )

    assert [ask("sesame"), ask("sesame")] == [200, 429]
    keys.write_text("# one\nsesame\n")
    starts = server.figure("worker_starts_total")
    server.process.send_signal(signal.SIGHUP)
    while server.figure("worker_starts_total") < starts + 4:
        time.sleep(0.05)
    assert [ask("sesame"), ask("sesame"), ask("other")] == [200, 200, 429]


@pytest.mark.parametrize(("proxies", "expected"), [(1, "https://news.example/sparql"), (0, "http://here/sparql")])
def test_a_proxy_is_believed_when_the_operator_says_so(start: Start, proxies: int, expected: str) -> None:
    server = start(proxies=proxies)
    head = "GET /sparql HTTP/1.1\nHost: here\nConnection: close\nAccept: text/turtle\n"
    answer = read(server.send(f"{head}X-Forwarded-Host: news.example\nX-Forwarded-Proto: https\n"))
    assert f"sd:endpoint <{expected}>" in answer.decode()
