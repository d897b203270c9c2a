"""The files in deploy/ name options, variables and limits that the server has."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from kg.cli import main
from server.settings import SETTINGS, Settings

DEPLOY = Path(__file__).parent.parent / "deploy"
UNIT = (DEPLOY / "mavaze.service").read_text(encoding="utf-8")
IMAGE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
PROXY = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")


def _of_unit() -> list[str]:
    (line,) = re.findall(r"^ExecStart=\S+/mavaze (.*)$", UNIT, re.MULTILINE)
    return shlex.split(line)


def _of_image() -> list[str]:
    (line,) = re.findall(r"^CMD (\[.*\])$", IMAGE, re.MULTILINE)
    arguments: list[str] = json.loads(line)
    return arguments


@pytest.mark.parametrize("arguments", [_of_unit(), _of_image()], ids=["unit", "image"])
def test_the_server_is_started_with_options_that_it_has(arguments: list[str]) -> None:
    assert isinstance(main, click.Group)
    name, *options = arguments
    with main.commands[name].make_context(name, options) as context:
        assert context.params["store"]
        assert context.params["port"] == 8000


def test_every_variable_is_a_setting() -> None:
    known = {f"MAVAZE_{setting.name}" for setting in SETTINGS} | {"MAVAZE_STORE"}
    assert set(re.findall(r"\bMAVAZE_[A-Z_]+", UNIT + IMAGE + PROXY)) <= known


def test_the_proxy_waits_longer_than_a_query_may_take_and_takes_what_the_server_takes() -> None:
    settings = Settings()
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s;", PROXY)
    assert int(seconds) > settings.time_limit + settings.queue_limit
    (mebibytes,) = re.findall(r"client_max_body_size (\d+)m;", PROXY)
    assert int(mebibytes) << 20 >= settings.body_limit


def test_the_unit_gives_the_server_time_to_finish_and_all_its_workers_memory() -> None:
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)
    assert int(seconds) > Settings().time_limit
    (gibibytes,) = re.findall(r"^MemoryMax=(\d+)G$", UNIT, re.MULTILINE)
    (mebibytes,) = re.findall(r"^Environment=MAVAZE_MEMORY_LIMIT=(\d+)$", UNIT, re.MULTILINE)
    cores = 2
    assert int(gibibytes) << 10 > int(mebibytes) * (2 * cores + 1)
