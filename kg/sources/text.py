"""Plain text: one file, one article."""

from kg.errors import InputError
from kg.model import Article

_TITLE_LENGTH = 150
_STOPS = ".!؟?؛:…"


def find_title(text: str) -> str | None:
    r"""Return the first line when it is short, has no final stop, and something follows it.

    Example:
        >>> find_title("سفر وزیر به مسکو\nسخنگو گفت: فردا.")
        'سفر وزیر به مسکو'
        >>> find_title("سخنگو گفت: فردا.\nوی افزود: نه.") is None
        True
    """
    first, _, rest = text.lstrip().partition("\n")
    first = first.strip()
    if rest.strip() and len(first) <= _TITLE_LENGTH and first[-1] not in _STOPS:
        return first
    return None


def to_article(text: str, *, where: str, default_id: str) -> Article:
    """Make an article of a whole file's text.

    Raises:
        InputError: When there is nothing in it, or mark-up that is neither page nor feed.
    """
    if not text.strip():
        raise InputError("the file is empty", where=where, remedy="give an article")
    if text.lstrip()[:9].lower().startswith(("<?xml", "<!doctype")):
        raise InputError("mark-up of a kind that is not read", where=where, remedy="give a page, a feed or a text")
    return Article(id=default_id, text=text, title=find_title(text), source=where)
