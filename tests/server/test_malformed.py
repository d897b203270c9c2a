import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient


def test_malformed_requests_do_the_server_no_harm(root: Path) -> None:
    """Fewer of what benchmarks/fuzzing.py sends: it fails on a status that is not meant, and on a traceback."""
    command = [sys.executable, str(root / "benchmarks" / "fuzzing.py"), "--requests", "800", "--seed", "7"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1].endswith("; 0 wrong")


@pytest.mark.parametrize("address", ["/", "/fa/", "/sparql", "/health", "/graph-store", "/id/x"])
def test_raw_bytes_in_an_address_are_read_as_they_should_have_been_sent(client: FlaskClient, address: str) -> None:
    answer = client.get(address, environ_overrides={"QUERY_STRING": "q=\xe2\x03&lang=fa&\xff"})
    assert answer.status_code < 500
    raw = "query=ASK{ FILTER('سلام' = 'سلام') }".encode().decode("latin-1")
    assert client.get("/sparql", environ_overrides={"QUERY_STRING": raw}).get_json() == {"head": {}, "boolean": True}
