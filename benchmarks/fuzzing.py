"""Malformed requests: does the server answer each with a status that is meant, and stay as it was?

    benchmarks/fuzzing.py [--requests 100000] [--seed 1] [--threads 4]

Starts a server on loopback over a store of one article, and sends it requests with broken methods, addresses,
headers, encodings and bodies, the right token in a few. Wrong are: a status of 5xx other than 501 (a method or
transfer coding that HTTP servers need not know), 503 (a limit) and 505 (a version of HTTP); a traceback in the log;
a server that does not answer afterwards, or has grown. Ends with a line of counts; status 1 when something is wrong.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).parent.parent
TOKEN = "only-for-fuzzing"
MEANT = {501, 503, 505}
SHARE_OF_WRITES = 0.003
MOST_GROWTH = 64  # MiB
SERVER = """
import sys
from server import Settings, serve
if __name__ == "__main__":
    settings = Settings(workers=2, cache=1, time_limit=2, queue_limit=5, request_time=0.5, update_token=sys.argv[2])
    serve(sys.argv[1], port=0, settings=settings, on_ready=lambda address: print(address, flush=True))
"""

# fmt: off
METHODS = [
    b"GET", b"GET", b"GET", b"GET", b"GET", b"GET", b"GET", b"GET", b"POST", b"POST", b"POST", b"POST", b"POST",
    b"POST", b"PUT", b"DELETE", b"PATCH", b"HEAD", b"OPTIONS", b"TRACE", b"CONNECT",
]
ODD_METHODS = [
    b"", b"get", b"G\x00T", b"\xff\xfe", b"G" * 5000, b"GET GET", b"PROPFIND",
]
PATHS = [
    b"/sparql", b"/sparql", b"/sparql", b"/sparql.csv", b"/sparql.docx", b"/update", b"/graph-store",
    b"/graph-store/", b"/graph-store/x/%D8%A7", b"/.well-known/void", b"/.well-known/void.ttl", b"/health",
    b"/metrics", b"/", b"/fa/", b"/en/", b"/fa", b"/ontology", b"/id/state/iran", b"/id/state/iran.ttl", b"/id/%00",
    b"/en/state/iran", b"/fa/article/x", b"/id/", b"/static/../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"//",
    b"/reconcile", b"/export",
    b"/reconcile/suggest/entity", b"/export?format=csv", b"/id/article/x.trig", b"/en/search", b"/fa/query",
    b"/favicon.ico",
]
NAMES = [
    "query", "query", "query", "update", "format", "output", "default-graph-uri", "named-graph-uri",
    "using-graph-uri", "graph", "default", "timeout", "lang", "page", "q", "queries", "", "\x00", "ق",
    "actor", "since", "until", "extend", "prefix", "callback", "cursor", "sort", "type", "ids",
]
TEXTS = [
    "ASK {}", "SELECT * { ?s ?p ?o } LIMIT 3", "SELECT * {", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3",
    "DESCRIBE <urn:x>", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }",
    "INSERT DATA { <urn:a> <urn:b> 1 }", "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "LOAD <http://169.254.169.254/>", "'" * 50, "{" * 3000,
    "SELECT ?s { FILTER(" + "!(" * 400 + "1" + ")" * 400 + ") }", "í\xa0\x80", "PREFIX : <#> ASK { :a :b '''",
    "ASK { ?s ?p ?o } #" + "x" * 30_000, "", "\x00", "csv", "json", "html", "-1", "1e9", "nan", "urn:g",
    "http://[::1", "../..", "سلام", "<script>alert(1)</script>", "%s%n", "${jndi:x}", "null", "0x41",
]
HEADERS = [
    b"Accept", b"Accept", b"Content-Type", b"Content-Type", b"Accept-Language", b"Accept-Encoding", b"Authorization",
    b"If-None-Match", b"If-Match", b"Range", b"Expect", b"Origin", b"Cookie", b"Host", b"X-Forwarded-For",
    b"X-API-Key", b"Content-Encoding", b"Transfer-Encoding", b"Content-Length", b"Connection", b"Upgrade", b"TE",
    b"X" * 200,
]
VALUES = [
    b"text/html", b"*/*", b"text/turtle;q=x", b"application/sparql-results+json;q=0.5, */*;q=-1", b",,;;==", b"text/",
    b"application/x-www-form-urlencoded", b"application/sparql-query", b"application/sparql-update", b"text/turtle",
    b"multipart/form-data", b"multipart/form-data; boundary=x", b"multipart/form-data; boundary=",
    b"application/ld+json", b"application/sparql-query; charset=\xff", b"text/turtle; charset=klingon",
    b"application/rdf+xml; charset=utf-16", b"chunked", b"gzip", b"gzip, chunked", b"identity", b"-1",
    b"99999999999999999999", b"abc", b"0", b"7", b"100-continue", b"Bearer", b"Bearer x", b"Basic eDp5",
    b"Bearer \xff\xfe", b'W/"', b'"a", W/"b"', b"*", b"bytes=0-", b"bytes=a-b", b"fa;q=2, en;q=", b"\x00",
    b"\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85", b"a" * 9000, b"close", b"keep-alive", b"websocket", b"h2c", b"localhost",
    b"[::1", b"evil.example:x", b"a=b; c", b"127.0.0.1, ::1, \x01",
]
BODIES = [
    b"", b"query=ASK%7B%7D", b"query=ASK%7B%7D&query=ASK%7B%7D", b"query=%FF%zz&&&=", b"ASK {}", b"ASK {} # \xff\xfe",
    b"<urn:a> <urn:b> 1 .", b"<urn:a> <urn:b>", b'{"@context": "http://127.0.0.1/", "a": "b"}', b"{" * 5000,
    b"\x1f\x8b\x08\x00",
    b"--x\r\nContent-Disposition: form-data; name=a; filename=a\r\nContent-Type: text/turtle\r\n\r\n<urn:a> .\r\n--x--",
    b"--x\r\nContent-Disposition: form-data\r\n\r\n", b"--x--", b"<rdf:RDF",
    b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\nhello",
    b"ffffffffffffffff\r\n", b"\x00" * 3000, b"a=b&" * 20_000,
]
# fmt: on


FRAMING = {b"Transfer-Encoding", b"Content-Length", b"Expect", b"Host", b"Connection"}


def main() -> int:
    """Fuzz, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=8)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, open(Path(folder, "log"), "w+b") as log:
        sample = next((ROOT / "data" / "articles").glob("*.json"))
        build = [sys.executable, "-m", "kg", "build", str(sample), "--store", f"{folder}/store"]
        subprocess.run(build, cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
        command = [sys.executable, "-c", SERVER, f"{folder}/store", TOKEN]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True) as server:
            assert server.stdout is not None
            port = int(server.stdout.readline().rpartition(":")[2].strip("/\n"))
            try:
                wrong, statuses, told = fuzz(port, server.pid, arguments)
            finally:
                server.send_signal(signal.SIGTERM)
        log.seek(0)
        text = log.read().decode("utf-8", "replace")
    if "Traceback" in text or " failed" in text:
        wrong.append(f"the log has a traceback: {text[:3000]}")
    for line in wrong[:20]:
        print(line)
    counts = ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items(), key=str))
    print(f"{arguments.requests} requests: {counts}; {told}; {len(wrong)} wrong")
    return 1 if wrong else 0


def fuzz(port: int, process: int, arguments: argparse.Namespace) -> tuple[list[str], "Counter[int | str]", str]:
    """Send the requests; return what went wrong, how many of each status came, and how the server has grown."""
    wrong: list[str] = []
    statuses: Counter[int | str] = Counter()
    lock = threading.Lock()

    def send_some(number: int, count: int) -> None:
        chance = random.Random(f"{arguments.seed}-{number}")
        for _ in range(count):
            request = make_request(chance)
            status = exchange(port, f"127.0.0.{2 + number % 100}", request)
            with lock:
                statuses[status] += 1
                if (isinstance(status, int) and status >= 500 and status not in MEANT) or status == "silent":
                    wrong.append(f"{status}: {request[:400]!r}")

    def send_all(count: int) -> None:
        share = count // arguments.threads
        threads = [threading.Thread(target=send_some, args=(n, share)) for n in range(arguments.threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    began = time.monotonic()
    send_all(arguments.requests // 5)
    before = measure(process)
    arguments.seed += 1000
    send_all(arguments.requests - arguments.requests // 5)
    took = time.monotonic() - began
    time.sleep(3)
    after = measure(process)
    healthy = exchange(
        port, "127.0.0.1", b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    if healthy != 200:
        wrong.append(f"afterwards the server answers {healthy}")
    for name, most in (("MiB", MOST_GROWTH), ("files", 20), ("processes", 3)):
        if after[name] - before[name] > most:
            wrong.append(f"the server has grown from {before[name]} to {after[name]} {name}")
    grown = ", ".join(f"{before[name]} → {after[name]} {name}" for name in before)
    return wrong, statuses, f"{grown}; {took:.0f} s"


def make_request(chance: random.Random) -> bytes:
    """Return one request, broken somewhere as a rule."""
    method = chance.choice(METHODS if chance.random() < 0.97 else ODD_METHODS)
    target = chance.choice(PATHS)
    if chance.random() < 0.1:
        target = mutate(chance, target)
    if chance.random() < 0.8:
        pairs = [f"{quote(chance.choice(NAMES))}={quote(chance.choice(TEXTS))}" for _ in range(chance.randint(1, 3))]
        query = "&".join(pairs).encode()
        target += b"?" + (mutate(chance, query) if chance.random() < 0.2 else query)
    body = chance.choice(BODIES) if chance.random() < 0.6 else b""
    if chance.random() < 0.2:
        body = mutate(chance, body)
    headers = [(b"Host", b"localhost")] if chance.random() < 0.95 else []
    for _ in range(chance.randint(0, 3)):
        name, value = chance.choice(HEADERS), chance.choice(VALUES)
        # What breaks the framing ends in the server's parser, so it is rare: the rest is to get further.
        if (name not in FRAMING and b"\x00" not in value) or chance.random() < 0.1:
            headers.append((name, value))
    if body and chance.random() < 0.85:
        headers.append((b"Content-Length", str(len(body) + (chance.random() < 0.05) * 10).encode()))
    if chance.random() < SHARE_OF_WRITES:
        headers = [pair for pair in headers if pair[0] != b"Authorization"]
        headers.append((b"Authorization", b"Bearer " + TOKEN.encode()))
    headers.append((b"Connection", b"close"))
    chance.shuffle(headers)
    lines = b"\r\n".join(name + (b": " if chance.random() < 0.99 else b" : ") + value for name, value in headers)
    version = b"HTTP/1.1" if chance.random() < 0.97 else chance.choice([b"HTTP/1.0", b"HTTP/9.9", b"", b"HTTP/1.1 x"])
    request = method + b" " + target + b" " + version + b"\r\n" + lines + b"\r\n\r\n" + body
    return mutate(chance, request) if chance.random() < 0.03 else request


def mutate(chance: random.Random, data: bytes) -> bytes:
    """Return bytes with some of them changed, doubled or cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(changed) + 1)
        match chance.randrange(4):
            case 0:
                changed[place:place] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 8)))
            case 1:
                del changed[place : place + chance.randint(1, 8)]
            case 2:
                changed[place:place] = changed[max(0, place - 20) : place]
            case _:
                changed[place : place + 1] = chance.choice([b"%", b"\r\n", b"\x00", b"\xff", b"%ff", b"&", b"?", b" "])
    return bytes(changed)


def exchange(port: int, source: str, request: bytes) -> int | str:
    """Return the status of the answer; ``closed`` where the server hung up, ``silent`` where it said nothing."""
    with socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(source, 0)) as connection:
        answer = b""
        try:
            connection.sendall(request)
            while part := connection.recv(65536):
                answer = (answer + part)[:64]
                connection.settimeout(0.5)  # where the connection is kept, nothing more comes
        except TimeoutError:
            if not answer:
                return "silent"
        except OSError:  # the server hung up before it had read all
            pass
    first = answer.split(b"\r\n")[0].split(b" ")
    return int(first[1]) if len(first) > 1 and first[1].isdigit() else "closed"


def measure(process: int) -> dict[str, int]:
    """Return memory, open files and child processes of the server; zeros where the system does not tell."""
    folder = Path(f"/proc/{process}")
    if not folder.exists():
        return {"MiB": 0, "files": 0, "processes": 0}
    status = (folder / "status").read_text(encoding="ascii")
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    children = (folder / "task").iterdir()
    count = sum(len((task / "children").read_text(encoding="ascii").split()) for task in children)
    return {"MiB": resident // 1024, "files": len(os.listdir(folder / "fd")), "processes": count}


if __name__ == "__main__":
    sys.exit(main())
