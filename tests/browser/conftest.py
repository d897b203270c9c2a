"""A server over the samples and a browser before it. Where that is missing, the tests are left out; in CI they fail."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "server" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def serving(store: Path, **settings: str) -> Iterator[str]:
    """Run a server over a store, and give its address."""
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0"]
    environment = {**os.environ, **{f"MAVAZE_{name}": value for name, value in settings.items()}}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as server:
        try:
            assert server.stderr
            told = next((line for line in server.stderr if "http://" in line), "")
            assert re.search(r"http://\S+?(?=/)/?", told), "the server did not start"
            yield re.search(r"http://[^/ ]+", told)[0]  # type: ignore[index]
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def address(sample_store: Path) -> Iterator[str]:
    """The address of a server over the sample articles."""
    with serving(sample_store) as address:
        yield address


@pytest.fixture
def strict_address(sample_store: Path) -> Iterator[str]:
    """The address of a server that soon has had enough of its clients' queries."""
    with serving(sample_store, RATE_LIMIT="3", TIME_LIMIT="0.2", WORKERS="1") as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, as Debian has it."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    missing = [
        what
        for what, is_there in {
            "Chromium": path,
            "playwright (pip install --group browser)": importlib.util.find_spec("playwright"),
            "the built scripts and axe-core (make frontend)": AXE.is_file(),
        }.items()
        if not is_there
    ]
    if missing and os.environ.get("CI"):
        pytest.fail(f"not here: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not here: {', '.join(missing)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Open pages of the server; nothing may go to another host, break in a script, or be refused by the policy."""
    yield from opening(browser, address)


@pytest.fixture
def open_strict_page(browser: Any, strict_address: str) -> Iterator[Callable[..., Any]]:
    """Open pages of the strict server, held to the same."""
    yield from opening(browser, strict_address)


def opening(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Give what opens pages; afterwards, see that none did what it may not."""
    faults: list[str] = []
    contexts = []

    def open_page(path: str, *, size: str = "desktop", theme: str = "light", has_scripts: bool = True) -> Any:
        context = browser.new_context(
            viewport=SIZES[size], color_scheme=theme, java_script_enabled=has_scripts, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
        page.on(
            "request",
            lambda asked: faults.append(asked.url) if not asked.url.startswith((address, "data:", "blob:")) else None,
        )
        page.goto(address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
