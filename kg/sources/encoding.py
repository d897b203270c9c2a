"""Bytes to text: UTF-8, UTF-16 and Windows-1256, told by content; binary is refused.

Line ends and every other code point stay as they are; only an encoding's own mark (BOM) goes.
"""

import codecs
import logging
import re

from kg.errors import InputError

_LOG = logging.getLogger(__name__)

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ARABIC = re.compile(r"[\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc]")
_LETTER = re.compile(r"[^\W\d_]")
# High bytes of Persian in UTF-16: Latin and blanks, the Arabic block, joiners and quotation marks.
_HIGH_BYTES = frozenset((0x00, 0x06, 0x20))
_SAMPLE = 1 << 16


def is_utf8(head: bytes) -> bool:
    """Whether the beginning of a file can be UTF-8; a character cut at its end is forgiven.

    Example:
        >>> is_utf8("گفت".encode()[:-1]), is_utf8("گفت".encode("cp1256"))
        (True, False)
    """
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head


def decode(data: bytes, where: str, told: str | None = None) -> str:
    """Return the text of a file.

    A guess is said as a warning of this module's log.

    Args:
        data: The whole file.
        where: Its name, for messages.
        told: The encoding that it is said to be in, by a page or its server; only where its bytes leave it open.

    Raises:
        InputError: When it is binary or in an encoding that is not read.

    Example:
        >>> decode("گفت".encode("utf-16"), "news.txt")
        'گفت'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_as(encoding, data[len(mark) :], where)
    if unmarked := _unmarked_utf16(data[:_SAMPLE]):
        _LOG.warning("%s: read as UTF-16, which it does not say itself", where)
        return _decode_as(unmarked, data, where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if told and (legacy := _decode_told(data, told)) is not None:
            _LOG.warning("%s: read as %s", where, told)
            return _printable(legacy, where)
        return _decode_legacy(data, where, error)
    return _printable(text, where)


def _decode_as(encoding: str, data: bytes, where: str) -> str:
    try:
        return _printable(data.decode(encoding), where)
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} does not fit {encoding.upper()}, which its first bytes promise",
            where=where,
            remedy="save it as UTF-8",
        ) from error


def _decode_told(data: bytes, told: str) -> str | None:
    try:
        return None if codecs.lookup(told).name == "utf-8" else data.decode(told)
    except (LookupError, ValueError):  # no text encoding at all, or not this one
        return None


def _decode_legacy(data: bytes, where: str, error: UnicodeDecodeError) -> str:
    patched = data.decode("utf-8", "replace")
    broken = patched.count("\ufffd")
    if broken * 100 <= len(patched) and len(_ARABIC.findall(patched[:_SAMPLE])) > broken:
        _LOG.warning("%s: %d broken characters (first at byte %d) stand as \ufffd", where, broken, error.start)
        return _printable(patched, where)
    text = _printable(data.decode("cp1256"), where)
    sample = text[:_SAMPLE]
    if 2 * len(_ARABIC.findall(sample)) > len(_LETTER.findall(sample)):
        _LOG.warning("%s: read as Windows-1256", where)
        return text
    raise InputError("neither UTF-8, UTF-16 nor Windows-1256 text", where=where, remedy="save it as UTF-8") from error


def _unmarked_utf16(sample: bytes) -> str | None:
    if len(sample) < 4 or b"\0" not in sample:
        return None
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if sum(byte in _HIGH_BYTES for byte in high) > 0.95 * len(high) and high.count(6) > 0.1 * len(high):
            return encoding
    return None


def _printable(text: str, where: str) -> str:
    if _CONTROL.search(text):
        raise InputError("binary, not text", where=where, remedy="give text, JSON, JSON Lines or CSV")
    return text
