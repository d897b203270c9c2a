import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from click.testing import Result

Run = Callable[..., Result]

NEWS = "سخنگوی وزارت خارجه ایران گفت: گفت‌وگوها ادامه دارد.\n"


def python(*arguments: str | Path, **options: object) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, env=environment, check=False, **options
    )  # type: ignore[call-overload, no-any-return]


def test_help_names_every_command_and_is_quick(root: Path) -> None:
    took = []
    for _ in range(3):
        began = time.monotonic()
        shown = python("-m", "kg", "--help", cwd=root)
        took.append(time.monotonic() - began)
    assert shown.returncode == 0
    for command in ("extract", "build", "serve", "query", "export", "check", "evaluate"):
        assert re.search(rf"^  {command} ", shown.stdout, re.MULTILINE)
    assert min(took) < 0.3


def test_start_up_imports_nothing_that_help_does_not_use(root: Path) -> None:
    heavy = (
        "hazm",
        "rdflib",
        "pyoxigraph",
        "owlready2",
        "pyshacl",
        "flask",
        "rich",
        "kg.extract",
        "kg.gazetteer",
        "server",
    )
    code = f"import sys, kg.cli; print([name for name in {heavy} if name in sys.modules])"
    assert python("-c", code, cwd=root).stdout.strip() == "[]"


def test_version(mavaze: Run) -> None:
    assert re.fullmatch(r"mavaze \d+\.\d+\.\d+\n", mavaze("--version").stdout.replace("main", "mavaze"))


def test_extract_prints_one_record_per_article_in_input_order(mavaze: Run, tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.txt").write_text(NEWS, encoding="utf-8")
    result = mavaze("extract", "b.txt", "a.txt", "--publisher", "ایسنا", "--date", "۱۳۹۸/۰۴/۲۴")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(record["id"], record["publisher"], record["date"]) for record in records] == [
        ("b", "ایسنا", "2019-07-15"),
        ("a", "ایسنا", "2019-07-15"),
    ]
    assert result.exit_code == 0
    for record in records:
        assert record["text"] == NEWS
        for statement in record["statements"]:
            assert record["text"][statement["begin"] : statement["end"]].strip()


def test_extract_reads_standard_input(mavaze: Run) -> None:
    assert json.loads(mavaze("extract", "-", input=NEWS.encode()).stdout)["text"] == NEWS


def test_extract_gives_the_same_bytes_with_several_processes(mavaze: Run, samples: Path) -> None:
    files = sorted(samples.glob("*.json"))[:6]
    assert mavaze("extract", *files, "--jobs", 2).stdout_bytes == mavaze("extract", *files).stdout_bytes


def test_explain_tells_in_words_how_each_statement_was_found(mavaze: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    result = mavaze("extract", "a.txt", "--explain")
    (statement,) = json.loads(result.stdout)["statements"]
    first, cue, speaker, *_ = result.stderr.splitlines()
    assert first == "a [1] «گفت‌وگوها ادامه دارد»"
    assert cue.strip().startswith(f"cue «{statement['cue']}»: ")
    assert f"({statement['rule']})" in cue
    assert speaker.strip().startswith("speaker «سخنگوی وزارت خارجه ایران»")


def test_a_page_of_one_article_is_written(mavaze: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(NEWS, encoding="utf-8")
    result = mavaze("extract", "a.txt", "--html", "a.html")
    assert (result.exit_code, len(result.stdout.splitlines()), result.stderr) == (0, 1, "")
    assert (tmp_path / "a.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    several = mavaze("extract", "a.txt", "b.txt", "--html", "ab.html")
    assert (several.exit_code, several.stdout) == (2, "")
    assert not (tmp_path / "ab.html").exists()


def test_min_confidence_leaves_out_what_is_less_probable(mavaze: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    all_ = json.loads(mavaze("extract", "a.txt", "--min-confidence", "0").stdout)["statements"]
    least = min(statement["confidence"] for statement in all_)
    assert json.loads(mavaze("extract", "a.txt", "--min-confidence", least / 2).stdout)["statements"] == all_
    none = mavaze("extract", "a.txt", "a.txt", "--min-confidence", "1", "--jobs", "2")
    assert [json.loads(line)["statements"] for line in none.stdout.splitlines()] == [[], []]


def test_a_store_is_rebuilt_when_its_minimum_of_confidence_changes(mavaze: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    told = [
        mavaze("build", "a.txt", "--store", "store", *more).stderr
        for more in ([], [], ["--min-confidence", "1"], ["--min-confidence", "1"])
    ]
    assert ["1 added" in told[0], "1 unchanged" in told[1], "1 replaced" in told[2]] == [True, True, True]
    assert "0 statements" in told[2]
    assert "1 unchanged" in told[3]


@pytest.fixture
def model_server() -> Iterator[tuple[str, list[str | None]]]:
    """A server with one model that finds nothing; its address, and the keys that it was shown."""
    keys: list[str | None] = []
    answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": '{"statements": []}'}}]}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({"data": [{"id": "some-model"}]})

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.reply(answer)

        def reply(self, told: object) -> None:
            keys.append(self.headers["Authorization"])
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", keys
        server.shutdown()
        thread.join()


def test_a_model_server_reads_in_place_of_the_extractor(
    mavaze: Run, tmp_path: Path, model_server: tuple[str, list[str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    url, keys = model_server
    monkeypatch.setenv("MAVAZE_ENGINE_KEY", "open-sesame")
    result = mavaze("extract", "a.txt", "--engine", url, "--jobs", "2")
    assert json.loads(result.stdout)["statements"] == []
    assert result.stderr == "mavaze: some-model: 0 statements kept, 0 rows dropped, 0 of 1 answers unreadable\n"
    assert set(keys) == {"Bearer open-sesame"}


def test_a_store_knows_which_engine_read_it(
    mavaze: Run, tmp_path: Path, model_server: tuple[str, list[str | None]]
) -> None:
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    by_model = ["build", "a.txt", "--store", "store", "--engine", model_server[0], "--model", "some-model"]
    assert "1 added" in mavaze(*by_model).stderr
    assert "1 unchanged" in mavaze(*by_model).stderr
    assert "1 replaced" in mavaze("build", "a.txt", "--store", "store").stderr


def test_a_bad_input_is_set_aside_with_its_reason_and_the_rest_is_done(mavaze: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"")
    result = mavaze("extract", "b.txt", "a.txt")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1
    assert result.stderr == "mavaze: set aside: b.txt: the file is empty; give an article\n"
    strict = mavaze("extract", "b.txt", "a.txt", "--strict")
    assert (strict.exit_code, strict.stdout) == (2, "")
    assert strict.stderr == "mavaze: b.txt: the file is empty; give an article\n"


def test_a_strict_build_stops_at_what_it_would_set_aside_and_keeps_what_it_has(mavaze: Run, tmp_path: Path) -> None:
    for name, text in (("a.txt", NEWS), ("b.txt", ""), ("c.txt", f"{NEWS} {NEWS}")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert mavaze("build", "a.txt", "b.txt", "c.txt", "--store", "store", "--strict").exit_code == 2
    assert "1 added, 0 replaced, 1 unchanged" in mavaze("build", "a.txt", "c.txt", "--store", "store").stderr


def test_what_is_set_aside_is_reported_in_a_file(mavaze: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"")
    mavaze("extract", "b.txt", "absent.txt", "a.txt", "--report", "report.jsonl")
    told = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text(encoding="utf-8").splitlines()]
    assert told[0] == {"error": "the file is empty", "where": "b.txt", "remedy": "give an article"}
    assert [row["where"] for row in told] == ["b.txt", "absent.txt"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["extract"], "Missing argument"),
        (["extract", "absent.txt"], "absent.txt: cannot be read: No such file"),
        (["extract", "empty"], "empty: no article in the folder"),
        (["extract", "--date", "فردا", "absent.txt"], "«فردا» is no date"),
        (["extract", "absent.txt", "--model", "some-model"], "give --engine URL too"),
        (["extract", "absent.txt", "--engine", "http://127.0.0.1:9", "--min-confidence", "0.5"], "built-in extractor"),
        (["extract", "absent.txt", "--engine", "http://127.0.0.1:9"], "no answer"),
        (["extract", "absent.txt", "--min-confidence", "2"], "not in the range"),
        (["query", "--store", "absent", "ASK {}"], "absent: there is no store here"),
        (["query", "ASK {}"], "give either --store or --endpoint"),
        (["query", "--store", "absent"], "give one of QUERY, --file and --name"),
        (["query", "--store", "absent", "--set", "x", "ASK {}"], "there is no store here"),
        (["query", "--endpoint", "ftp://x", "ASK {}"], "no HTTP address"),
        (["query", "--endpoint", "http://127.0.0.1:9/", "ASK {}"], "no answer"),
        (["export", "--store", "absent"], "absent: there is no store here"),
        (["check", "--store", "absent"], "absent: there is no store here"),
        (["serve", "--store", "absent"], "absent: there is no store here"),
        (["serve", "--store", "absent", "--time-limit", "-1"], "TIME_LIMIT"),
        (["evaluate", "absent.jsonl"], "absent.jsonl: cannot be read"),
        (["evaluate", "absent.jsonl", "--min", "beauty=1"], "no figure is called beauty"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line_and_status_2(
    mavaze: Run, tmp_path: Path, arguments: list[str], told: str
) -> None:
    (tmp_path / "empty").mkdir()
    result = mavaze(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_reader_that_has_seen_enough_is_no_error(root: Path, samples: Path) -> None:
    command = f'"{sys.executable}" -m kg extract "{samples}" | head -c 1'
    shown = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, cwd=root, check=False)
    assert (shown.returncode, shown.stderr) == (0, b"")


def test_evaluate_prints_the_figures_and_fails_below_a_minimum(mavaze: Run, tmp_path: Path) -> None:
    record = {
        "id": "a",
        "text": NEWS,
        "entities": [{"id": "e1", "name": "سخنگوی وزارت خارجه ایران", "type": "person"}],
        "statements": [{"speaker": "e1", "begin": 30, "end": 50, "act": "announce"}],
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(record), encoding="utf-8")
    (tmp_path / "none.jsonl").write_text(json.dumps({**record, "statements": []}), encoding="utf-8")
    assert "statement   1.000  1.000  1.000      1      1" in mavaze("evaluate", "gold.jsonl", "gold.jsonl").stdout
    assert mavaze("evaluate", "gold.jsonl", "gold.jsonl", "--min", "statement=1").exit_code == 0
    failed = mavaze("evaluate", "gold.jsonl", "none.jsonl", "--min", "statement=0.5", "--errors", "--json")
    assert failed.exit_code == 1
    assert "statement 0.0000 < 0.5" in failed.stderr
    figures, mistake = failed.stdout.splitlines()
    assert json.loads(figures)["statement"]["gold"] == 1
    assert [json.loads(mistake)[name] for name in ("kind", "article", "gold")] == [
        "missed running on",
        "a",
        "سخنگوی وزارت خارجه ایران",
    ]
    grouped = mavaze("evaluate", "gold.jsonl", "none.jsonl", "--errors").stdout.splitlines()
    assert grouped[-2].split("\t")[:2] == ["missed running on", "1"]
    assert grouped[-1].split("\t")[:3] == ["", "a", "سخنگوی وزارت خارجه ایران"]
    assert (
        mavaze("evaluate", "gold.jsonl", "none.jsonl", "--errors", "--examples", "0").stdout.splitlines()
        == grouped[:-1]
    )


def test_evaluate_tells_outlets_and_acts_apart(mavaze: Run, tmp_path: Path) -> None:
    record = {
        "text": NEWS,
        "entities": [{"id": "e1", "name": "سخنگوی وزارت خارجه ایران", "type": "person"}],
        "statements": [{"speaker": "e1", "begin": 30, "end": 50, "act": "announce"}],
    }
    gold = [{"id": "isna-1", **record}, {"id": "fars-1", **record}]
    found = [gold[0], {**gold[1], "statements": []}]
    for name, rows in (("gold", gold), ("found", found)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    lines = mavaze("evaluate", "gold.jsonl", "found.jsonl", "--by", "outlet").stdout.splitlines()
    head = next(i for i, line in enumerate(lines) if line.split() == ["fars", "isna"])
    assert "statement   0.000  1.000" in lines[head:]
    by_act = mavaze("evaluate", "gold.jsonl", "found.jsonl", "--by", "act").stdout.splitlines()
    assert by_act[-1].split() == ["announce", "1.000", "1.000", "1.000", "1", "1"]


def test_evaluate_tells_links_by_type(mavaze: Run, tmp_path: Path) -> None:
    record = {
        "id": "1",
        "text": NEWS,
        "entities": [{"id": "e1", "name": "ایران", "type": "state", "qid": "Q794"}],
        "statements": [{"speaker": "e1", "begin": 30, "end": 50, "act": "announce"}],
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(record), encoding="utf-8")
    lines = mavaze("evaluate", "gold.jsonl", "gold.jsonl", "--by", "type").stdout.splitlines()
    assert [line.split()[-6:] for line in lines[-2:]] == [
        ["state", "1.000", "1.000", "1.000", "1", "1"],
        ["found", "1.000", "1.000", "1.000", "1", "1"],
    ]


def test_the_list_of_questions_tells_names_titles_and_parameters(mavaze: Run) -> None:
    rows = [line.split("\t") for line in mavaze("query", "--list").stdout.splitlines()]
    assert {len(row) for row in rows} == {4}
    assert "who-opposes-whom" in {row[0] for row in rows}


def test_query_tables_and_formats(mavaze: Run, sample_store: Path) -> None:
    text = "SELECT (COUNT(*) AS ?articles) WHERE { ?article a dip:Article }"
    table = mavaze("query", "--store", sample_store, text).stdout.splitlines()
    assert table[0].strip() == "articles"
    assert int(table[2]) >= 40
    assert table[-1] == "(1 row)"
    assert mavaze("query", "--store", sample_store, text, "--format", "csv").stdout.splitlines()[0] == "articles"
    assert mavaze("query", "--store", sample_store, "ASK { ?s dip:speaker ?who }").stdout == "yes\n"
    described = mavaze("query", "--store", sample_store, "CONSTRUCT WHERE { ?s a dip:State }", "--format", "ntriples")
    assert "https://w3id.org/mavaze/id/state/iran" in described.stdout
    wrong = mavaze("query", "--store", sample_store, text, "--format", "turtle")
    assert (wrong.exit_code, "SELECT gives no turtle" in wrong.stderr) == (2, True)


def test_query_file_and_malformed_query(mavaze: Run, sample_store: Path, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("ASK { ?s a dip:Statement }", encoding="utf-8")
    assert mavaze("query", "--store", sample_store, "--file", "q.rq").stdout == "yes\n"
    wrong = mavaze("query", "--store", sample_store, "SELECT ?s WHERE {")
    assert wrong.exit_code == 2
    assert re.match(r"mavaze: query, line 1, column \d+: ", wrong.stderr)


def test_a_query_that_takes_too_long_is_stopped(mavaze: Run, sample_store: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    result = mavaze("query", "--store", sample_store, "--time-limit", "0.5", endless)
    assert result.exit_code == 2
    assert "needed more than 0.5 seconds" in result.stderr


def test_export_is_sorted_and_writes_files(mavaze: Run, sample_store: Path, tmp_path: Path) -> None:
    written = mavaze("export", "--store", sample_store, "--format", "nquads").stdout_bytes
    assert mavaze("export", "--store", sample_store, "--format", "nquads", "--output", "g.nq").stdout == ""
    assert (tmp_path / "g.nq").read_bytes() == written
    assert mavaze("export", "--store", sample_store, "--format", "odd").exit_code == 2


def test_check_finds_the_samples_well_formed(mavaze: Run, sample_store: Path) -> None:
    result = mavaze("check", "--store", sample_store)
    assert (result.exit_code, result.stdout) == (0, "")


def test_build_skips_what_has_not_changed_and_replaces_what_has(mavaze: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    first = mavaze("build", "a.txt", "--store", "store")
    exported = mavaze("export", "--store", "store", "--format", "nquads").stdout_bytes
    again = mavaze("build", "a.txt", "--store", "store")
    assert (first.exit_code, again.exit_code, first.stdout, again.stdout) == (0, 0, "", "")
    assert mavaze("export", "--store", "store", "--format", "nquads").stdout_bytes == exported
    (tmp_path / "a.txt").write_text(NEWS.replace("ادامه دارد", "پایان یافت"), encoding="utf-8")
    assert mavaze("build", "a.txt", "--store", "store").exit_code == 0
    text = mavaze("query", "--store", "store", "SELECT ?text { ?article nif:isString ?text }", "--format", "tsv").stdout
    assert "پایان یافت" in text
    assert "ادامه دارد" not in text


def test_build_without_an_article_leaves_the_store_as_it_was(mavaze: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"\x00\x01")
    mavaze("build", "a.txt", "--store", "store")
    assert mavaze("build", "b.txt", "--store", "store").exit_code == 2
    assert mavaze("query", "--store", "store", "ASK { ?article a dip:Article }").stdout == "yes\n"


def test_serve_says_its_address_answers_and_ends_when_told(root: Path, sample_store: Path) -> None:
    command = [sys.executable, "-m", "kg", "serve", "--store", str(sample_store), "--port", "0", "--workers", "1"]
    with subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            lines = iter(server.stderr.readline, "")  # a checkout without built pages says so first
            address = next(filter(None, (re.search(r"answers at (http://127\.0\.0\.1:\d+/) ", line) for line in lines)))
            url = f"{address[1]}sparql?{urlencode({'query': 'ASK { ?s a dip:Statement }'})}"
            request = Request(url, headers={"Accept": "application/sparql-results+json"})
            with urlopen(request, timeout=20) as reply:
                assert json.load(reply)["boolean"] is True
        finally:
            server.terminate()
            printed, _ = server.communicate(timeout=20)
        assert (server.returncode, printed) == (0, "")


def test_a_full_disk_is_told_in_one_line(root: Path, sample_store: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    command = [sys.executable, "-m", "kg", "export", "--store", str(sample_store)]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(command, cwd=root, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (2, "mavaze: the system: No space left on device\n")
