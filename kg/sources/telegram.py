"""Telegram's own export (``result.json``): each message of a channel an article."""

from collections.abc import Iterator, Mapping
from typing import Any

from kg.errors import InputError
from kg.language.dates import parse_date
from kg.model import Article
from kg.sources.cleaning import to_article
from kg.sources.documents import Document

LIST = "messages.item"
"""Where a large export has its messages."""


def is_export(value: Any) -> bool:
    """Whether a JSON object is an export of one chat, or of several."""
    return isinstance(value, dict) and (_is_chat(value) or _is_chat(next(iter(_listed(value)), None)))


def read_export(export: Mapping[str, Any], document: Document) -> Iterator[Article]:
    """Read an export's messages that have words.

    Pictures without words, votes and notices of the service say nothing and are left out.

    Raises:
        InputError: When no message has words.
    """
    found = False
    for chat in [export] if _is_chat(export) else filter(_is_chat, _listed(export)):
        for message in chat["messages"]:
            if article := message_article(message, chat.get("name"), document):
                found = True
                yield article
    if not found:
        raise InputError("no message of the export has words", where=document.where)


def message_article(message: Any, channel: str | None, document: Document) -> Article | None:
    """Return a message as an article; None where it has no words."""
    if not isinstance(message, dict) or message.get("type", "message") != "message":
        return None
    text = _text(message.get("text"))
    moment = message.get("date")
    forwarded = message.get("forwarded_from")
    try:
        return to_article(
            text,
            document,
            default_id=f"{document.stem}-{message.get('id', 0)}",
            published=parse_date(moment) if isinstance(moment, str) else None,
            publisher=channel,
            derived_from=forwarded if isinstance(forwarded, str) else None,
            what="message",
        )
    except InputError:  # too few words to say anything
        return None


def _text(told: Any) -> str:
    """Return a message's words: one string, or pieces of which some are links, hashtags or bold."""
    if isinstance(told, str):
        return told
    pieces = told if isinstance(told, list) else []
    return "".join(piece if isinstance(piece, str) else str(piece.get("text", "")) for piece in pieces)


def _is_chat(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("messages"), list) and ("type" in value or "name" in value)


def _listed(export: Mapping[str, Any]) -> list[Any]:
    chats = export.get("chats")
    listed = chats.get("list") if isinstance(chats, dict) else None
    return listed if isinstance(listed, list) else []
