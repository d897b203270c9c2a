"""What the README shows is run, and what it prints is compared."""

import doctest
import fnmatch
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import Article, extract

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(block: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block (lines that go on begin with «> ») and what it prints."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        more = next((i for i, line in enumerate(lines[1:], 1) if not line.startswith("> ")), len(lines))
        yield "\n".join([lines[0], *(line[2:] for line in lines[1:more])]), "\n".join(lines[more:])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader has it: the samples, and the command on the path."""
    made = tmp_path_factory.mktemp("readme")
    (made / "data").symlink_to(ROOT / "data")
    (made / "bin").mkdir()
    program = made / "bin" / "mavaze"
    python, root = shlex.quote(sys.executable), shlex.quote(str(ROOT))
    program.write_text(f'#!/bin/sh\nPYTHONPATH={root} exec {python} -m kg "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return made


def is_shown(printed: str, expected: str) -> bool:
    """Whether an output fits what is shown, in which «…» stands for anything."""
    pattern = re.sub(r"([\[*?])", r"[\1]", expected.strip()).replace("…", "*")
    return fnmatch.fnmatchcase(printed.strip(), pattern)


def test_console_blocks_print_what_they_show(folder: Path) -> None:
    environment = {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"}
    shown = [pair for block in blocks("console") for pair in commands(block)]
    assert len(shown) >= 6
    for command, expected in shown:
        ran = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout
        assert is_shown(ran.stdout, expected), f"$ {command}\n{ran.stdout}"


def test_python_blocks_print_what_they_show() -> None:
    (shown,) = blocks("pycon")
    report = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(doctest.DocTestParser().get_doctest(shown, {}, "README.md", "README.md", 0), out=report.write)
    assert runner.failures == 0, report.getvalue()


def test_the_table_tells_what_is_extracted_from_the_sentence() -> None:
    sentence = re.findall(r"^> (.+)$", README, re.MULTILINE)[0]
    told = dict(re.findall(r"^\| (speaker|cue|content|act|stance) \| (.+?) \|$", README, re.MULTILINE))
    found = extract(Article(id="1", text=sentence))
    (statement,) = found.statements
    (stance,) = statement.stances
    side, target = found.entity(str(statement.on_behalf_of)), found.entity(stance.target)
    assert told == {
        "speaker": f"{found.entity(statement.speaker).name} (on behalf of {side.name}, {side.qid})",
        "cue": statement.cue,
        "content": statement.content.of(sentence),
        "act": statement.act,
        "stance": f"{stance.polarity} toward {target.name} ({target.qid})",
    }


def test_links_of_the_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
