import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.errors import install_error_handlers

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(("method", "address", "status"), [("GET", "/nowhere", 404), ("DELETE", "/fa/", 405)])
def test_a_program_gets_an_object_and_a_person_a_page(
    client: FlaskClient, method: str, address: str, status: int
) -> None:
    told = client.open(address, method=method)
    assert (told.status_code, told.mimetype) == (status, "application/json")
    assert list(told.get_json()) == ["error", "where", "remedy"]
    shown = client.open(address, method=method, headers=HTML)
    assert (shown.status_code, shown.mimetype) == (status, "text/html")
    assert 'dir="rtl"' in shown.text
    assert 'dir="ltr"' in client.get("/nowhere", headers={**HTML, "Accept-Language": "en"}).text


def test_a_mistake_of_ours_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    app = Flask("server")
    install_error_handlers(app)

    @app.route("/broken")
    def broken() -> str:
        raise RuntimeError("secret detail")

    with caplog.at_level(logging.ERROR):
        response = app.test_client().get("/broken")
    assert response.status_code == 500
    assert list(response.get_json()) == ["error", "where", "remedy"]
    assert "secret" not in response.text
    assert "secret detail" in caplog.text
