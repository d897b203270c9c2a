"""What many tests share: no way out to the network, the samples, a command runner, and one built store."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                host = address[0]
                if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                    raise AssertionError(f"a test reaches for the network: {address}")
            return method(self, address)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def samples(root: Path) -> Path:
    """The folder of the sample articles."""
    return root / "data" / "articles"


@pytest.fixture
def mavaze(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command in an empty folder: ``mavaze("extract", "news.txt")``."""
    from kg.cli import main

    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, input: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=input)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


@pytest.fixture(scope="session")
def sample_store(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of all sample articles, as `mavaze build` makes it; read only."""
    from kg.cli import main

    store = tmp_path_factory.mktemp("samples") / "store"
    result = CliRunner().invoke(main, ["build", str(samples), "--store", str(store)])
    assert result.exit_code == 0, result.output
    return store
