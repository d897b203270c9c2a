"""The second engine against a server of our own that speaks the protocol, and also lies, stalls and breaks."""

import json
import pickle
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import RemoteError
from kg.extract import extract
from kg.extract.claims import Claims, cut_blocks
from kg.extract.engines import EngineReport, ServerEngine, extract_with_server, find_model, read_with_server
from kg.extract.pipeline import read
from kg.model import Article, Extraction

MODEL = "stub-model"
TEXT = (
    "وزیر خارجه عمان در پایان سفر خود گفت: راه گفت‌وگو هنوز باز است و تحریم‌ها باید برداشته شود.\n"
    "وی از تلاش بغداد برای آرامش منطقه قدردانی کرد.\n"
    "این سفر دو روز به درازا کشید و هیات عمانی سپس به کشورش بازگشت."
)
OPEN_ROAD = {
    "speaker": "وزیر خارجه عمان",
    "speaker_type": "person",
    "cue": "گفت",
    "first": "راه گفت‌وگو هنوز",
    "last": "باید برداشته شود",
    "act": "demand",
    "stances": [{"target": "تحریم‌ها", "target_type": "topic", "polarity": "negative"}],
}
THANKS = {
    "speaker": "وی",
    "speaker_type": "person",
    "cue": "قدردانی کرد",
    "first": "از تلاش بغداد",
    "last": "منطقه قدردانی کرد",
    "act": "thank",
    "stances": [{"target": "بغداد", "target_type": "state", "polarity": "positive"}],
}

Answer = tuple[int, dict[str, str], bytes]


def completion(content: str | None) -> Answer:
    """A chat completion with that content."""
    message = {"role": "assistant", "content": content}
    return 200, {}, json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()


def rows(*given: object) -> Answer:
    """A chat completion with those rows."""
    return completion(json.dumps({"statements": list(given)}, ensure_ascii=False))


@dataclass
class Stub:
    """An OpenAI-compatible server whose answers a test decides; the last answer is given again and again."""

    answers: list[Answer | Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    models: list[str] = field(default_factory=lambda: [MODEL])
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    def questions(self) -> list[dict[str, Any]]:
        return [json.loads(request["messages"][1]["content"]) for request in self.requests]


@pytest.fixture
def stub() -> Iterator[Stub]:
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            pass

        def do_GET(self) -> None:
            self.reply(200, {}, json.dumps({"data": [{"id": name} for name in stub.models]}).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stub.paths.append(self.path)
            stub.headers.append(dict(self.headers))
            stub.requests.append(json.loads(body))
            answer = stub.answers[min(len(stub.requests), len(stub.answers)) - 1]
            if callable(answer):
                answer(self)
            else:
                self.reply(*answer)

        def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:  # the client has seen enough
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield stub
    stub.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let no time pass between attempts; the seconds that would have."""
    slept: list[float] = []
    monkeypatch.setattr("kg.http.time.sleep", slept.append)
    return slept


def ask(stub: Stub, text: str = TEXT, **more: Any) -> tuple[Extraction, EngineReport]:
    return read_with_server(Article("a", text), url=stub.url, **({"model": MODEL, "timeout": 5} | more))


def said(extraction: Extraction) -> list[tuple[str, str | None, str, str]]:
    return [
        (extraction.entity(s.speaker).name, s.cue, s.act, s.content.of(extraction.article.text))
        for s in extraction.statements
    ]


def failure(stub: Stub, **more: Any) -> str:
    with pytest.raises(RemoteError) as caught:
        ask(stub, **more)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# -- an honest answer ------------------------------------------------------------------------------------------------


def test_what_the_text_bears_out_becomes_an_extraction(stub: Stub) -> None:
    stub.answers = [rows(OPEN_ROAD, THANKS)]
    extraction, report = ask(stub)
    assert said(extraction) == [
        ("وزیر خارجه عمان", "گفت", "demand", "راه گفت‌وگو هنوز باز است و تحریم‌ها باید برداشته شود"),
        ("وزیر خارجه عمان", "قدردانی کرد", "thank", "از تلاش بغداد برای آرامش منطقه قدردانی کرد"),
    ]
    assert report == EngineReport(MODEL, report.prompt, answers=1, kept=2)


def test_names_are_linked_as_the_built_in_extractor_links_them(stub: Stub) -> None:
    stub.answers = [rows(OPEN_ROAD, THANKS)]
    extraction, _ = ask(stub)
    first, second = extraction.statements
    assert first.on_behalf_of is not None
    assert extraction.entity(first.on_behalf_of).key == "state/oman"
    assert second.speaker == first.speaker
    assert [(extraction.entity(s.target).key, s.polarity) for s in (*first.stances, *second.stances)] == [
        ("topic/sanctions", "negative"),
        ("state/iraq", "positive"),
    ]


def test_each_statement_tells_the_model_and_the_prompt_that_it_came_from(stub: Stub) -> None:
    stub.answers = [rows(OPEN_ROAD)]
    extraction, report = ask(stub)
    assert {s.rule for s in extraction.statements} == {f"engine {MODEL}, prompt {report.prompt}"}


def test_the_same_answers_give_the_same_record(stub: Stub) -> None:
    stub.answers = [rows(THANKS, OPEN_ROAD)]
    assert ask(stub)[0].as_record() == ask(stub)[0].as_record()


def test_the_model_is_asked_for_words_alike_every_time(stub: Stub) -> None:
    stub.answers = [rows(OPEN_ROAD)]
    ask(stub)
    (request,) = stub.requests
    assert stub.paths == ["/v1/chat/completions"]
    assert (request["model"], request["temperature"], request["stream"]) == (MODEL, 0, False)
    assert isinstance(request["seed"], int)
    assert request["response_format"]["type"] == "json_schema"
    asked_for = request["response_format"]["json_schema"]["schema"]["properties"]["statements"]["items"]["properties"]
    assert {"begin", "end"}.isdisjoint(asked_for)
    assert stub.headers[0]["User-Agent"].startswith("Mavaze")
    assert stub.questions() == [{"known": [], "text": TEXT}]


def test_letter_forms_spaces_and_quotation_marks_do_not_count(stub: Stub) -> None:
    text = "سخنگوي دولت يمن گفت: «ما «صلحي پايدار» را مي خواهيم.» او سپس به پرسش‌های دیگر خبرنگاران حاضر پاسخ داد و رفت."
    claim = OPEN_ROAD | {
        "speaker": "سخنگوی دولت یمن",
        "first": 'ما "صلحی پایدار"',
        "last": "را می‌خواهیم.",
        "act": "announce",
        "stances": [],
    }
    stub.answers = [rows(claim)]
    extraction, _ = ask(stub, text)
    (statement,) = extraction.statements
    assert statement.content.of(text) == "ما «صلحي پايدار» را مي خواهيم"
    assert statement.mode == "direct"


def test_a_cue_torn_apart_is_found(stub: Stub) -> None:
    text = "سفیر لبنان خواستار پایان فوری درگیری‌ها شد. دیدار او با همتای خود دو ساعت به درازا کشید و سپس پایان یافت."
    claim = OPEN_ROAD | {
        "speaker": "سفیر لبنان",
        "cue": "خواستار شد",
        "first": "پایان فوری",
        "last": "فوری درگیری‌ها",
        "stances": [],
    }
    stub.answers = [rows(claim)]
    assert said(ask(stub, text)[0]) == [("سفیر لبنان", "خواستار شد", "demand", "پایان فوری درگیری‌ها")]


def test_the_nearest_of_several_equal_cues_is_taken(stub: Stub) -> None:
    text = "سفیر مصر گفت: پل ساخته می‌شود. سفیر هند گفت: بندر باز می‌ماند. آنگاه هر دو سفیر به کشور خود بازگشتند و همین."
    claim = OPEN_ROAD | {"speaker": "سفیر هند", "first": "بندر", "last": "باز می‌ماند", "act": "announce", "stances": []}
    stub.answers = [rows(claim)]
    (statement,) = ask(stub, text)[0].statements
    assert statement.cue_span is not None
    assert text[: statement.cue_span.begin].endswith("سفیر هند ")


def test_speech_within_speech_is_nested(stub: Stub) -> None:
    text = (
        "سخنگوی دولت مصر گفت که سودان قاهره را به دخالت متهم کرده است و این سخن پایه‌ای ندارد. "
        "نشست خبری او در ساختمان دولت برگزار شد و بیش از یک ساعت به درازا کشید و خبرنگاران پرسش‌های بسیاری داشتند."
    )
    outer = OPEN_ROAD | {
        "speaker": "سخنگوی دولت مصر",
        "first": "سودان قاهره را",
        "last": "پایه‌ای ندارد",
        "act": "deny",
        "stances": [],
    }
    inner = OPEN_ROAD | {
        "speaker": "سودان",
        "speaker_type": "state",
        "cue": "متهم کرده است",
        "first": "قاهره را به دخالت",
        "last": "متهم کرده است",
        "act": "accuse",
        "stances": [{"target": "قاهره", "target_type": "state", "polarity": "negative"}],
    }
    stub.answers = [rows(inner, outer)]
    first, second = ask(stub, text)[0].statements
    assert (first.act, first.within, second.act, second.within) == ("deny", None, "accuse", 0)


def test_long_articles_are_asked_in_blocks_with_the_names_found_before(stub: Stub) -> None:
    filler = "در این روز نشست‌های دیگری هم برگزار شد و گزارش آنها جداگانه می‌آید. " * 20
    last = "و افزود: بندر تازه تا پاییز گشوده خواهد شد."
    text = f"{TEXT}\n{filler}\n{last}"
    without_subject = THANKS | {
        "speaker": "وزیر خارجه عمان",
        "cue": "افزود",
        "first": "بندر تازه",
        "last": "گشوده خواهد شد",
        "act": "announce",
        "stances": [],
    }
    stub.answers = [rows(OPEN_ROAD), rows(without_subject)]
    extraction, report = ask(stub, text)
    questions = stub.questions()
    assert len(questions) == report.answers == 2
    assert "\n".join(question["text"] for question in questions).split() == text.split()
    assert questions[-1]["known"] == ["وزیر خارجه عمان"]
    assert {s.speaker for s in extraction.statements} == {"e1"}
    assert extraction.statements[-1].content.of(text) == "بندر تازه تا پاییز گشوده خواهد شد"


def test_a_line_longer_than_a_block_is_cut_between_sentences(stub: Stub) -> None:
    text = "کاروان به شهر رسید و مردم به پیشواز رفتند. " * 120
    stub.answers = [rows()]
    ask(stub, text)
    assert all(question["text"].endswith("رفتند.") for question in stub.questions())
    assert " ".join(question["text"] for question in stub.questions()) == text.strip()


@pytest.mark.parametrize("text", ["", " \n\n ", "\ud800"])
def test_a_text_without_words_asks_nothing(stub: Stub, text: str) -> None:
    extraction, report = ask(stub, text)
    assert (extraction.statements, report.answers, stub.requests) == ((), 0, [])


# -- lies ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"first": "راه جنگ هنوز"}, "content"),
        ({"last": "باید برداشته نشود"}, "content"),
        ({"first": "اه گفت‌وگو هنوز"}, "content"),
        ({"first": ""}, "content"),
        ({"first": "باید برداشته شود", "last": "راه گفت‌وگو"}, "content"),
        ({"last": "قدردانی کرد"}, "content"),
        ({"cue": "هشدار داد"}, "cue"),
        ({"cue": "قدردانی کرد"}, "cue"),
        ({"speaker": "وزیر خارجه قطر"}, "speaker"),
        ({"speaker": "تحریم‌ها", "speaker_type": "topic"}, "speaker"),
        ({"speaker": "راه", "speaker_type": "person"}, "speaker"),
        ({"speaker": "سفر", "speaker_type": "ship"}, "speaker"),
        ({"speaker": "خارجه"}, "speaker"),
        ({"speaker": ""}, "speaker"),
        ({"act": "declare"}, "act"),
        ({"act": ["announce"]}, "act"),
        ({"first": 7}, "malformed"),
        ({"cue": None}, "malformed"),
    ],
)
def test_a_row_that_the_text_does_not_bear_out_is_dropped_and_counted(
    stub: Stub, lie: dict[str, object], reason: str
) -> None:
    stub.answers = [rows(OPEN_ROAD | lie, THANKS | {"speaker": "بغداد", "stances": []}, OPEN_ROAD)]
    extraction, report = ask(stub)
    assert [s.act for s in extraction.statements] == ["demand"]
    assert report.dropped[reason] >= 1
    assert sum(report.dropped.values()) == 2


@pytest.mark.parametrize(
    ("stance", "reason"),
    [
        ({"target": "مسکو", "target_type": "state", "polarity": "negative"}, "target"),
        ({"target": "بغداد", "target_type": "state", "polarity": "negative"}, "target"),
        ({"target": "تحریم‌ها", "target_type": "topic", "polarity": "neutral"}, "polarity"),
        ({"target": "عمان", "target_type": "state", "polarity": "positive"}, "own side"),
        ({"target": "وزیر خارجه عمان", "target_type": "person", "polarity": "positive"}, "own side"),
        ({"target": 3, "polarity": "positive"}, "malformed"),
        ("negative", "malformed"),
    ],
)
def test_a_stance_that_the_text_does_not_bear_out_costs_itself_alone(stub: Stub, stance: object, reason: str) -> None:
    true = OPEN_ROAD["stances"]
    assert isinstance(true, list)
    stub.answers = [rows(OPEN_ROAD | {"stances": [stance, *true, *true]})]
    extraction, report = ask(stub)
    assert [s.polarity for s in extraction.statements[0].stances] == ["negative"]
    assert report.dropped == dict(sorted({reason: 1, "repeated": 1}.items()))


def test_offsets_are_not_believed(stub: Stub) -> None:
    stub.answers = [rows(OPEN_ROAD | {"begin": 0, "end": 9999})]
    (statement,) = ask(stub)[0].statements
    assert statement.content.of(TEXT).startswith("راه")


def test_words_that_stand_there_twice_are_dropped(stub: Stub) -> None:
    text = (
        "سفیر مصر گفت: پل ساخته می‌شود. سفیر مصر گفت: پل ساخته می‌شود. آنگاه سفیر و همراهانش به کشور خود بازگشتند و همین."
    )
    claim = OPEN_ROAD | {"speaker": "سفیر مصر", "first": "پل ساخته", "last": "ساخته می‌شود", "stances": []}
    stub.answers = [rows(claim)]
    extraction, report = ask(stub, text)
    assert extraction.statements == ()
    assert report.dropped == {"ambiguous": 1}


def test_content_that_is_most_of_the_article_is_dropped(stub: Stub) -> None:
    text = "سفیر گفت: پل تا پایان پاییز ساخته می‌شود و راه باز می‌ماند"
    stub.answers = [rows(OPEN_ROAD | {"speaker": "سفیر", "first": "پل تا", "last": "باز می‌ماند", "stances": []})]
    assert ask(stub, text)[1].dropped == {"long": 1}


def test_the_same_statement_counts_once(stub: Stub) -> None:
    stub.answers = [rows(OPEN_ROAD, OPEN_ROAD | {"act": "announce"})]
    extraction, report = ask(stub)
    assert [s.act for s in extraction.statements] == ["demand"]
    assert report.dropped == {"repeated": 1}


def test_an_endless_answer_is_cut(stub: Stub) -> None:
    stub.answers = [rows(*[OPEN_ROAD] * 1000)]
    extraction, report = ask(stub)
    assert len(extraction.statements) == 1
    assert report.dropped == {"repeated": 199, "too many": 800}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("آبپ و‌«:گفت", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(OPEN_ROAD)), inner, max_size=4),
    max_leaves=8,
)
WORDS = st.sampled_from(TEXT.split()) | st.lists(st.sampled_from(TEXT.split()), max_size=3).map(" ".join)
CLAIMS = st.fixed_dictionaries(dict.fromkeys(("speaker", "cue", "first", "last"), WORDS)).map(OPEN_ROAD.__or__)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.lists(VALUES | CLAIMS, max_size=4))
def test_no_answer_breaks_the_reader(answered: list[object]) -> None:
    article = Article("a", TEXT)
    claims = Claims(article, read(article).sentences)
    (block,) = cut_blocks(claims.sentences)
    for row in answered:
        claims.take(block, row)
    for statement in claims.extraction("engine").statements:
        words = statement.content.of(TEXT)
        assert words == words.strip()
        assert "\n" not in words


# -- formats ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_that_refuses_the_schema_is_asked_without_it(stub: Stub, status: int) -> None:
    refusal = (status, {}, b'{"error": {"message": "response_format is not supported"}}')
    stub.answers = [refusal, rows(OPEN_ROAD)]
    long_text = TEXT + "\n" + "کاروان به شهر رسید و مردم به پیشواز رفتند. " * 60
    extraction, _ = ask(stub, long_text)
    assert len(extraction.statements) == 1
    assert ["response_format" in request for request in stub.requests] == [True] + [False] * (len(stub.requests) - 1)


@pytest.mark.parametrize(
    "dressed",
    [
        "```json\n{}\n```",
        "<think>The text has {one} speaker.</think>\n{}",
        "Here you are:\n{}\nAnything else?",
    ],
)
def test_json_is_found_in_its_wrapping(stub: Stub, dressed: str) -> None:
    found = json.dumps({"statements": [OPEN_ROAD]}, ensure_ascii=False)
    stub.answers = [completion(dressed.replace("{}", found))]
    assert len(ask(stub)[0].statements) == 1


def test_a_bare_list_of_rows_will_do(stub: Stub) -> None:
    stub.answers = [completion(json.dumps([OPEN_ROAD]))]
    assert len(ask(stub)[0].statements) == 1


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "I cannot help with that.",
        '{"statements": [{"speaker": "وزیر',
        '{"statements": 3}',
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
)
def test_an_answer_that_is_not_the_json_asked_for_is_told(stub: Stub, content: str | None) -> None:
    stub.answers = [completion(content)]
    assert failure(stub).startswith(f"{stub.url}: {MODEL} answered nothing that is the JSON that was asked for; try")


def test_one_unreadable_answer_costs_its_block_alone(stub: Stub) -> None:
    stub.answers = [rows(OPEN_ROAD), completion("no")]
    extraction, report = ask(stub, TEXT + "\n" + "کاروان به شهر رسید و مردم به پیشواز رفتند. " * 60)
    assert len(extraction.statements) == 1
    assert report.unreadable == report.answers - 1 > 0


# -- failures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((500, {}, b"out of memory"), "the server answered 500 Internal Server Error: out of memory"),
        ((404, {}, b'{"error": "no model"}'), 'the server answered 404 Not Found: {"error": "no model"}'),
        ((401, {}, b""), "the server answered 401"),
        ((302, {"Location": "http://127.0.0.1:9/"}, b""), "the server answered 302"),
        ((200, {}, b'{"choices": [{"mess'), "the answer is no chat completion"),
        ((200, {}, b"<html>"), "the answer is no chat completion"),
        ((200, {}, b"\xff\xfe\x00"), "the answer is no chat completion"),
        ((200, {}, b'{"choices": []}'), "the answer is no chat completion"),
        ((200, {}, b"[" * 100_000), "the answer is no chat completion"),
        ((200, {"Content-Length": "500"}, b'{"choices"'), "the answer broke off after 10 of 500 bytes"),
        ((200, {}, b" " * (1 << 23)), "the answer has more than 4194304 bytes"),
    ],
)
def test_a_broken_server_is_told_in_one_line(stub: Stub, answer: Answer, told: str) -> None:
    stub.answers = [answer]
    line = failure(stub)
    assert line.startswith(f"{stub.url}/v1/chat/completions: {told}")


def test_a_server_that_does_not_speak_http_is_told(stub: Stub) -> None:
    stub.answers = [lambda handler: handler.wfile.write(b"SSH-2.0-stub\r\n") and None]
    assert ": no answer: " in failure(stub)


def test_a_silent_server_is_left_after_the_time_out(stub: Stub) -> None:
    stub.answers = [lambda _handler: stub.over.wait(10) and None]
    assert "no answer: timed out" in failure(stub, timeout=0.2)
    assert len(stub.requests) == 1


def test_a_dripping_server_is_left_after_the_time_out(stub: Stub) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        while not stub.over.wait(0.02):
            try:
                handler.wfile.write(b" ")
            except OSError:
                return

    stub.answers = [drip]
    assert "no answer: the whole answer took too long" in failure(stub, timeout=0.2)


@pytest.mark.parametrize("url", ["127.0.0.1:11434", "ftp://127.0.0.1", "http://", "http://[::1", ""])
def test_an_address_that_is_none_is_refused(stub: Stub, url: str) -> None:
    with pytest.raises(RemoteError, match="no HTTP address; begin with http"):
        read_with_server(Article("a", TEXT), url=url, model=MODEL)


def test_nobody_at_the_address_is_told() -> None:
    with pytest.raises(RemoteError, match=r"no answer: .*refused.*; see whether the server runs"):
        read_with_server(Article("a", TEXT), url="http://127.0.0.1:9", model=MODEL)


def test_a_busy_server_is_asked_again_when_it_says(stub: Stub, naps: list[float]) -> None:
    stub.answers = [(429, {"Retry-After": "7"}, b""), (503, {}, b"Loading model"), rows(OPEN_ROAD)]
    assert len(ask(stub)[0].statements) == 1
    assert naps == [7.0, 2.0]


def test_a_server_that_stays_busy_is_left(stub: Stub, naps: list[float]) -> None:
    stub.answers = [(429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, b"slow down")]
    assert "the server answered 429 Too Many Requests: slow down" in failure(stub)
    assert naps == [0.0] * 3
    assert len(stub.requests) == 4


def test_an_unknown_time_to_wait_is_no_obstacle(stub: Stub, naps: list[float]) -> None:
    stub.answers = [(429, {"Retry-After": "soon"}, b""), rows(OPEN_ROAD)]
    ask(stub)
    assert naps == [1.0]


def test_a_server_that_asks_for_too_much_patience_is_left_at_once(stub: Stub, naps: list[float]) -> None:
    stub.answers = [(503, {"Retry-After": "86400"}, b"")]
    assert "the server answered 503" in failure(stub)
    assert naps == []


# -- models and keys -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_the_one_model_of_a_server_needs_no_name(stub: Stub, end: str) -> None:
    stub.answers = [rows(OPEN_ROAD)]
    extraction = extract_with_server(Article("a", TEXT), url=stub.url + end, timeout=5)
    assert len(extraction.statements) == 1
    assert stub.requests[0]["model"] == MODEL
    assert stub.paths == ["/v1/chat/completions"]


def test_several_models_are_named_and_none_is_chosen(stub: Stub) -> None:
    stub.models = ["small", "large"]
    with pytest.raises(RemoteError, match=r"the server has 2 models \(large, small\); name the one to ask"):
        find_model(stub.url, timeout=5)


def test_a_key_goes_to_the_server_and_nowhere_else(stub: Stub) -> None:
    stub.answers = [rows(OPEN_ROAD), (401, {}, b"")]
    ask(stub, key="open-sesame")
    assert stub.headers[0]["Authorization"] == "Bearer open-sesame"
    assert "sesame" not in failure(stub, key="open-sesame")
    assert "sesame" not in failure(stub, key="open\nsesame")
    assert "sesame" not in repr(ServerEngine(stub.url, MODEL, key="open-sesame"))


# -- a run -----------------------------------------------------------------------------------------------------------


def test_a_failing_server_costs_the_engine_not_the_run(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    stub.answers = [rows(OPEN_ROAD), (500, {}, b"")]
    engine, article = ServerEngine(stub.url, MODEL, timeout=5), Article("a", TEXT)
    by_model, *others = [engine(article) for _ in range(5)]
    assert by_model.statements[0].rule.startswith("engine")
    assert all(other.as_record() == extract(article).as_record() for other in others)
    assert [("built-in" in line, "no more" in line) for line in caplog.messages] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    assert engine.report is not None
    assert engine.report.answers == 1


def test_the_report_of_a_run_adds_up(stub: Stub) -> None:
    stub.answers = [rows(OPEN_ROAD, OPEN_ROAD | {"cue": "هشدار داد"}), rows(THANKS | {"act": "shout"})]
    engine = ServerEngine(stub.url, MODEL, timeout=5)
    engine(Article("a", TEXT))
    engine(Article("b", TEXT))
    assert str(engine.report) == (
        f"{MODEL}: 1 statements kept, 2 rows dropped (act 1, cue 1), 0 of 2 answers unreadable"
    )


def test_an_engine_can_be_handed_to_another_process(stub: Stub) -> None:
    stub.answers = [rows(OPEN_ROAD)]
    engine = ServerEngine(stub.url, MODEL, timeout=5)
    engine(Article("a", TEXT))
    copy = pickle.loads(pickle.dumps(engine))
    assert copy(Article("a", TEXT)).as_record() == engine(Article("a", TEXT)).as_record()
