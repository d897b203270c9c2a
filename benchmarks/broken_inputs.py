"""Three hundred inputs that are broken each in its way: how long does the slowest take, and how much memory?

Each is read in a process of its own, as ``mavaze extract`` reads it. None may take more than 10 seconds or 500 MiB, and
each is one line on stderr.
"""

import bz2
import gzip
import io
import json
import lzma
import random
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from backports import zstd

SECONDS, MEMORY, NUMBER = 10, 500, 300
TEXT = "سخنگوی وزارت خارجه گفت: گفت‌وگوها با همسایگان ادامه دارد و نشست بعدی هفته آینده است."
PAGE = f"<!doctype html><html><title>نشست</title><body><article><p>{TEXT}</p></article></body></html>".encode()
RECORD = json.dumps({"text": TEXT}, ensure_ascii=False).encode()
FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>بامداد</title><item><title>نشست</title>'
    f"<description>{TEXT}</description><pubDate>{{}}</pubDate></item></channel></rss>"
)


def make_broken(number: int = NUMBER, large: int = 1 << 30) -> Iterator[tuple[str, Callable[[Path], object]]]:
    """Yield the names of broken inputs, and what writes each.

    Args:
        number: How many.
        large: Bytes of the largest.
    """
    kinds = list(_kinds(large))
    variations = [kind for kind in kinds if kind[2]]
    made = 0
    for name, write, _ in kinds:
        yield name, lambda path, write=write: write(path, random.Random(0))
        made += 1
    while made < number:
        name, write, _ = variations[made % len(variations)]
        stem, dot, ending = name.partition(".")
        seed = made
        yield f"{stem}-{made}{dot}{ending}", lambda path, write=write, seed=seed: write(path, random.Random(seed))
        made += 1


_Write = Callable[[Path, random.Random], object]


def _kinds(large: int) -> Iterator[tuple[str, _Write, bool]]:
    """Yield names, writers, and whether chance makes a variation of it each time."""

    def fixed(data: bytes) -> _Write:
        return lambda path, _chance: path.write_bytes(data)

    def cut(data: bytes) -> _Write:
        return lambda path, chance: path.write_bytes(data[: chance.randrange(12, len(data) - 9)])

    def noisy(data: bytes, begin: bytes = b"") -> _Write:
        def write(path: Path, chance: random.Random) -> None:
            damaged = bytearray(data)
            for _ in range(max(8, len(data) // 6)):
                damaged[chance.randrange(len(begin) or 4, len(data))] = chance.randrange(256)
            path.write_bytes(bytes(damaged))

        return write

    packed = {
        "cut.json.gz": gzip.compress(RECORD * 50),
        "cut.json.bz2": bz2.compress(RECORD * 50),
        "cut.json.xz": lzma.compress(RECORD * 50),
        "cut.json.zst": zstd.compress(RECORD * 50),
        "cut.zip": _zip({"a.json": RECORD * 50}),
        "cut.tar": _tar({"a.json": RECORD * 50})[:900],
        "cut.warc.gz": gzip.compress(_warc(PAGE)),
    }
    for name, data in packed.items():
        yield name, cut(data), True
        yield name.replace("cut", "noisy"), noisy(data), True
    pdf = b"%PDF-1.4\n" + bytes(random.Random(1).randrange(256) for _ in range(3000)) + b"\n%%EOF"
    yield "noisy.pdf", noisy(pdf), True
    yield "random.txt", lambda p, c: p.write_bytes(bytes(c.randrange(256) for _ in range(2000))), True
    yield (
        "latin.txt",
        lambda p, c: p.write_bytes(bytes(c.choice(b"abcdefgh \xe9\xe8\xea\xf4") for _ in range(500))),
        True,
    )
    yield "nul.txt", fixed(TEXT.encode() + b"\0" * 40 + TEXT.encode()), False
    yield "nul.json", fixed(b'{"text": "a\\u0000b"}'), False
    yield "surrogate.json", fixed(b'{"text": "\\ud83d alone"}'), False
    yield "utf16-odd.txt", fixed(TEXT.encode("utf-16")[:-1]), False
    yield "empty.txt", fixed(b""), False
    yield "empty.zip", fixed(_zip({})), False
    yield "blank.html", fixed(b"<html><body>   </body></html>"), False
    yield "menu.html", fixed(("<html><body><nav>" + "<a href=/>الف</a>" * 90 + "</nav></body></html>").encode()), False
    yield "deep.html", fixed(b"<html><body>" + b"<div>" * 200_000), False
    yield "wide.html", fixed(b"<html><body>" + b"<b></b>" * 300_000), False
    yield "huge.html", fixed(b"<html><body>" + b"<p>x</p>" * 2_000_000), False
    yield "attributes.html", fixed(b"<html><body " + b"a=b " * 500_000 + b">"), False
    yield "script.html", fixed(b"<html><script>" + b"x" * 3_000_000), False
    yield "lying.pdf", fixed(b"PK\x03\x04 not at all"), False
    yield "lying.zip", fixed(b"%PDF-1.7 not at all"), False
    yield "lying.json", fixed(b"<html><body></body></html>"), False
    yield "lying.warc", fixed(b"WARC/9.9 not at all\r\n\r\n"), False
    yield "picture.txt", fixed(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9), False
    yield "document.docx", fixed(_zip({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})), False
    yield "open.json", fixed(b'{\n "text": "x",\n oops}'), False
    yield "nested.json", fixed(b"[" * 200_000), False
    yield "number.json", fixed(b"12345"), False
    yield "digits.json", fixed(b'{"text": ' + b"9" * 100_000 + b"}"), False
    yield "no-text.csv", fixed(b"name,city\na,b\n"), False
    yield "quote.csv", fixed(b'id,text\n1,"open\n'), False
    yield "no-text.jsonl", fixed(b'{"title": "x"}\n'), False
    yield "empty.xml", fixed(b"<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>"), False
    yield "cut-feed.xml", cut(FEED.format("x").encode()[:95]), True
    yield "laughs.xml", fixed(_laughs(b"<rss version='2.0'><channel><title>&j;</title></channel></rss>")), False
    yield "cut-wiki.xml", fixed(b"<mediawiki><page><title>x</title><ns>0</ns><revision><text>y"), False
    yield "laughs-wiki.xml", fixed(_laughs(b"<mediawiki><page><title>&j;</title></page></mediawiki>")), False
    yield (
        "foreign.xml",
        fixed(
            b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>'
            b"<title>&x;</title></channel></rss>"
        ),
        False,
    )
    yield "chat.json", fixed(b'{"name": "x", "type": "public_channel", "messages": [{"type": "service"}]}'), False
    yield "locked.zip", fixed(_locked()), False
    yield "russian-doll.zip", fixed(_doll(8)), False
    yield "quine.gz", fixed(_doll(6, gzip.compress)), False
    yield "bomb.txt.gz", lambda p, _: _write_bomb(p, gzip.open, large), False
    yield "bomb.txt.xz", lambda p, _: _write_bomb(p, lzma.open, large // 4), False
    yield "bomb.txt.bz2", lambda p, _: _write_bomb(p, bz2.open, large // 4), False
    yield "bomb.zip", lambda p, _: _write_zip_bomb(p, large), False
    yield "long-line.txt", lambda p, _: _write_long(p, b"", large), False
    yield "long-line.jsonl", lambda p, _: _write_long(p, b'{"text": "', large), False
    yield "long-line.csv", lambda p, _: _write_long(p, b"id,text\n1,", large), False
    yield "long-line.json", lambda p, _: _write_long(p, b'[{"text": "', large), False
    yield "long-line.html", lambda p, _: _write_long(p, b"<html><body>", large), False


def _zip(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2019, 7, 15, 0, 0, 0)), data)
    return made.getvalue()


def _tar(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()


def _warc(page: bytes) -> bytes:
    payload = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://bamdad.example/news/1\r\n"
        "WARC-Date: 2019-07-15T06:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload + b"\r\n\r\n"


def _locked() -> bytes:
    """Return an archive whose member says that it needs a password."""
    data = bytearray(_zip({"a.txt": TEXT.encode()}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def _doll(depth: int, pack: Callable[[bytes], bytes] | None = None) -> bytes:
    data = TEXT.encode()
    for level in range(depth):
        data = pack(data) if pack else _zip({f"{level}.zip" if level else "a.txt": data})
    return data


def _laughs(end: bytes) -> bytes:
    entities = b'<!ENTITY a "' + b"ha" * 50 + b'">'
    for former, name in zip("abcdefghi", "bcdefghij", strict=True):
        entities += f'<!ENTITY {name} "{f"&{former};" * 10}">'.encode()
    return b'<?xml version="1.0"?><!DOCTYPE r [' + entities + b"]>" + end


def _write_bomb(path: Path, opener: Callable[..., Any], size: int) -> None:
    with opener(path, "wb") as stream:
        for _ in range(size >> 20):
            stream.write(b"\0" * (1 << 20))


def _write_zip_bomb(path: Path, size: int) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.txt", "w") as stream:
        for _ in range(size >> 20):
            stream.write(b"x" * (1 << 20))


def _write_long(path: Path, begin: bytes, size: int) -> None:
    with path.open("wb") as stream:
        stream.write(begin)
        for _ in range(size >> 20):
            stream.write(b"x" * (1 << 20))


def main() -> None:
    large = int(sys.argv[1]) << 20 if len(sys.argv) > 1 else 1 << 30
    slowest, largest, wrong = (0.0, ""), (0.0, ""), []
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, write in make_broken(large=large):
            path = Path(folder) / name
            write(path)
            took, memory, lines = _read(path)
            path.unlink()
            slowest, largest = max(slowest, (took, name)), max(largest, (memory, name))
            count += 1
            if took > SECONDS or memory > MEMORY or lines != 1:
                wrong.append(f"{name}: {took:.1f} s, {memory:.0f} MiB, {lines} lines")
    print(f"{count} broken inputs; the slowest {slowest[1]}: {slowest[0] / SECONDS:.2f} of {SECONDS} s")
    print(f"  the largest {largest[1]}: {largest[0] / MEMORY:.2f} of {MEMORY} MiB; beyond a limit: {wrong or 'none'}")


_READ = """
import sys, time
from kg.sources import read
told = []
began = time.process_time()
articles = sum(1 for _ in read(sys.argv[1], set_aside=told.append))
took = time.process_time() - began
import resource
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, len(told))
"""


def _read(path: Path) -> tuple[float, float, int]:
    ran = subprocess.run([sys.executable, "-c", _READ, str(path)], check=True, capture_output=True, text=True)
    took, memory, lines = ran.stdout.split()
    return float(took), float(memory), int(lines)


if __name__ == "__main__":
    main()
