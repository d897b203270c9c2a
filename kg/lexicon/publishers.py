"""The state that an outlet calls «کشورمان»."""

from functools import cache

from kg.language.normalize import fold
from kg.lexicon.tables import read_table

_USUAL_STATE = "state/iran"


def home_state(publisher: str | None) -> str:
    """Return the gazetteer's key of the state that an outlet writes from; Iran where nothing else is known.

    Args:
        publisher: The outlet's name as read, or None.

    Raises:
        LexiconError: When a row of ``publishers.tsv`` is wrong.

    Example:
        >>> home_state("خبرگزاری افغان"), home_state(None)
        ('state/afghanistan', 'state/iran')
    """
    name = fold(publisher or "")
    return next((state for word, state in _states() if word in name), _USUAL_STATE)


@cache
def _states() -> tuple[tuple[str, str], ...]:
    return tuple((fold(row["name"]), row["state"]) for row in read_table("publishers.tsv", ("name", "state")))
