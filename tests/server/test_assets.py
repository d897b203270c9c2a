import logging

import pytest

from server import assets


def test_pages_without_built_scripts_say_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(assets, "built", lambda name: "")
    assets.tell_what_is_missing.cache_clear()
    with caplog.at_level(logging.WARNING):
        assets.tell_what_is_missing()
        assets.tell_what_is_missing()
    assert [record.message for record in caplog.records if "plain" in record.message] == [caplog.records[0].message]
    assets.tell_what_is_missing.cache_clear()


def test_what_is_not_built_has_no_address() -> None:
    assert assets.built("nothing.js") == ""
