"""The reader's theme, in the only cookie besides that of the language."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request

from server.framing import THEMES
from server.languages import LANGUAGES
from server.site import Site

_YEAR = 365 * 24 * 3600


def add_pages(blueprint: Blueprint, site: Site) -> None:
    """Add the address to the blueprint, and the cookie of the language to every page."""

    @blueprint.route("/theme/<any(light, dark, auto):theme>")
    def choose_theme(theme: str) -> Response:
        response = redirect(safe_address(request.args.get("back", "/")), 303)
        assert isinstance(response, Response)
        if theme in THEMES:
            response.set_cookie("theme", theme, max_age=_YEAR, samesite="Lax", httponly=True)
        else:
            response.delete_cookie("theme")
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.after_app_request
    def remember_language(response: Response) -> Response:
        language = request.path.lstrip("/").partition("/")[0]
        if language in LANGUAGES and response.mimetype == "text/html" and request.cookies.get("language") != language:
            response.set_cookie("language", language, max_age=_YEAR, samesite="Lax", httponly=True)
        return response


def safe_address(address: str) -> str:
    r"""Return an address of this site to go back to; the door where it is none.

    Example:
        >>> safe_address("/fa/topics?before=1"), safe_address("//evil.example/"), safe_address("/\\evil.example")
        ('/fa/topics?before=1', '/', '/')
    """
    parts = urlsplit(address)
    is_local = address.startswith("/") and not parts.scheme and not parts.netloc
    return address if is_local and not any(sign in address for sign in "\\\r\n\t") else "/"
