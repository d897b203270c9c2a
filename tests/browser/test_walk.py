"""An analyst's path through the pages, in both languages, on desktop and phone."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

WAYS = [("fa", "desktop"), ("fa", "phone"), ("en", "desktop"), ("en", "phone")]
PAIR = "on?who=state/iran&toward=state/united-states"


def is_wider_than_the_window(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize(("language", "size"), WAYS)
def test_from_a_search_to_a_file_with_the_answer(
    open_page: Callable[..., Any], tmp_path: Path, language: str, size: str
) -> None:
    page = open_page(f"/{language}/", size=size)
    # search: Arabic letters and a missing half-space are forgiven
    page.locator('form[role="search"] input').fill("ايران")
    page.locator('form[role="search"] input').press("Enter")
    page.locator(f'.found a[href="/{language}/state/iran"]').first.click()
    # actor, and the statement that it made
    page.wait_for_url(f"**/{language}/state/iran")
    statement = page.locator(".said blockquote a").first
    words = statement.inner_text().strip()
    statement.click()
    page.wait_for_url(f"**/{language}/statement/**")
    marked = "".join(page.locator(".text mark").all_inner_texts())
    assert "".join(words.split()) in "".join(marked.split()), "its words are marked in their article"
    # X on Y
    page.goto(page.url.split(f"/{language}/")[0] + f"/{language}/")
    page.locator('.big-find input[name="who"]').fill("ایران")
    page.locator('.big-find input[name="toward"]').fill("آمریکا")
    page.locator(".big-find button").click()
    page.wait_for_url(f"**/{language}/{PAIR}")
    count = page.locator(".timeline > li").count()
    assert count > 5
    assert not is_wider_than_the_window(page)
    # show its SPARQL, run it, and take the answer away
    page.locator(".take summary").click()
    assert "dip:" in page.locator("#page-query").input_value()
    page.locator(".take form.query button").first.click()
    page.wait_for_url(f"**/{language}/query?query=**")
    page.wait_for_selector("#editor[data-ready]")
    assert page.locator("#answer tbody tr").count() == count
    with page.expect_download() as download:
        page.locator('#answer .data a:text-is("csv")').click()
    file = tmp_path / "answer.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as opened:
        assert len(list(csv.DictReader(opened))) == count


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_editor_runs_and_draws(open_page: Callable[..., Any], language: str) -> None:
    page = open_page(f"/{language}/query?example=who-opposes-whom")
    page.wait_for_selector("#editor[data-ready]")
    page.locator(".yasqe_queryButton").click()
    page.wait_for_selector(".yasr .view-table tbody tr")
    for view in ("chart", "network"):
        page.locator(f".yasr .select_{view}").click()
        page.wait_for_selector(f".yasr_results .{'view-chart' if view == 'chart' else 'network'} canvas")
    assert "query=" in page.url, "what was run can be shared"
    page.goto(page.url.split("/query")[0] + "/query")
    page.wait_for_selector("#editor[data-ready]")
    page.locator(".yasqe_queryButton").click()
    page.wait_for_selector(".yasr .select_timeline")
    page.locator(".yasr .select_timeline").click()
    assert page.locator(".view-timeline li").count() == 20


@pytest.mark.parametrize(("language", "label"), [("fa", "گوینده"), ("en", "speaker")])
def test_the_editor_completes_from_what_the_data_set_says_of_itself(
    open_page: Callable[..., Any], language: str, label: str
) -> None:
    page = open_page(f"/{language}/query?query=SELECT+%3Fs+%7B+%3Fs+dip%3Aspe")
    page.wait_for_selector("#editor[data-ready]")
    page.evaluate("""() => {
        const editor = document.querySelector('.CodeMirror').CodeMirror;
        editor.focus();
        editor.setCursor(editor.lineCount() - 1, editor.getLine(editor.lineCount() - 1).length);
    }""")
    page.keyboard.press("Control+Space")
    hints = page.locator(".CodeMirror-hint")
    hints.first.wait_for()
    assert any(re.match(rf"dip:speaker · .*{label}.* · [\d۰-۹]", hint) for hint in hints.all_inner_texts())
    page.keyboard.press("Enter")
    assert "dip:speaker" in page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")


def test_the_map_is_drawn_filtered_and_saved(open_page: Callable[..., Any], tmp_path: Path) -> None:
    page = open_page("/fa/map?focus=ایران")
    page.wait_for_selector("#network[data-ready] canvas")
    before = page.locator("#slide-shown").inner_text()
    page.locator("#slide-from").evaluate("(s) => { s.value = s.max; s.dispatchEvent(new Event('input')); }")
    assert page.locator("#slide-shown").inner_text() != before
    for name, first in (("svg", b"<svg"), ("png", b"\x89PNG")):
        with page.expect_download() as download:
            page.locator(f"#save-{name}").click()
        file = tmp_path / f"relations.{name}"
        download.value.save_as(file)
        assert file.read_bytes().startswith(first)


def test_names_are_suggested_while_one_types(open_page: Callable[..., Any]) -> None:
    page = open_page("/en/compare")
    page.locator('.big-find input[name="first"]').press_sequentially("Ira")
    page.wait_for_selector("datalist option[value='Iran']", state="attached")


WITHOUT_SCRIPTS = {
    "": ".counts li",
    PAIR: ".timeline > li",
    "explore?act=deny": ".said",
    "compare?first=state/iran&second=state/united-states": ".compare tbody tr",
    "topics": "tbody tr",
    "topics/topic/jcpoa": ".matrix tbody tr",
    "map": "tbody tr",
    "map?focus=state/iran&least=2&from=2019-01": "tbody tr",
    "questions": ".questions li",
    "questions/said-about": "tbody tr",
    "search?q=توافق": ".found a",
    "articles": ".articles > li",
    "state/iran": ".said",
    "topic/jcpoa": ".said",
    "post/iran-foreign-minister": ".offices li",
    "query?query=SELECT ?s { ?s dip:speaker ?o } LIMIT 5": "#answer tbody tr",
    "ontology": ".terms dt",
    "about": "tbody tr",
    "downloads": ".files li",
    "nowhere/at/all": "[role=alert]",
}


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_page_works_without_scripts(open_page: Callable[..., Any], language: str) -> None:
    page = open_page(f"/{language}/", has_scripts=False)
    home = page.url
    for path, shown in WITHOUT_SCRIPTS.items():
        page.goto(home + path)
        assert page.locator("h1").is_visible(), path
        assert page.locator(shown).first.is_visible(), path
        assert page.locator("button[data-copy]:visible").count() == 0, "what needs a script is not shown"


def test_the_walk_needs_no_scripts(open_page: Callable[..., Any]) -> None:
    page = open_page("/fa/", has_scripts=False)
    page.locator('.big-find input[name="who"]').fill("ایران")
    page.locator('.big-find input[name="toward"]').fill("آمریکا")
    page.locator(".big-find button").click()
    page.wait_for_url(f"**/fa/{PAIR}")
    page.locator(".said blockquote a").first.click()
    page.wait_for_url("**/fa/statement/**")
    assert page.locator(".text mark").first.is_visible()
    page.go_back()
    page.locator(".take summary").click()
    page.locator(".take form.query button").first.click()
    page.wait_for_url("**/fa/query?query=**")
    assert page.locator("#answer tbody tr").count() > 5
    assert page.locator('#answer .data a:text-is("csv")').is_visible()


@pytest.mark.parametrize("path", [PAIR, "state/iran", "questions/said-about", "explore"])
def test_a_page_is_printed_on_white_without_what_is_pressed(open_page: Callable[..., Any], path: str) -> None:
    page = open_page(f"/fa/{path}", theme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 700, "height": 1000})  # about A4 within its margins
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("button:visible, .top nav:visible, form:visible, summary:visible").count() == 0
    assert page.locator(".printed").inner_text().endswith(f"/fa/{path}"), "where it is from"
    assert not is_wider_than_the_window(page)


def test_the_theme_is_kept_and_leads_back(open_page: Callable[..., Any]) -> None:
    page = open_page("/fa/topics?x=1")
    page.locator('a[href^="/theme/dark"]').click()
    page.wait_for_url("**/fa/topics?x=1")
    page.goto(page.url.replace("topics?x=1", "about"))
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert {cookie["name"] for cookie in page.context.cookies()} == {"theme", "language"}


def test_an_article_is_explained_by_keyboard(open_page: Callable[..., Any]) -> None:
    page = open_page("/en/articles")
    page.locator('main a[href*="/article/"]').nth(4).click()
    page.locator("a.number").first.focus()
    assert page.locator(".tip").first.is_visible()


def test_what_a_page_says_of_itself_is_json(open_page: Callable[..., Any]) -> None:
    page = open_page("/en/state/iran")
    told = json.loads(page.locator('script[type="application/ld+json"]').inner_text())
    assert (told["@type"], told["name"]) == ("Country", "Iran")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_editors_table_names_things_and_leads_to_their_pages(open_page: Callable[..., Any], language: str) -> None:
    page = open_page(f"/{language}/query?example=who-opposes-whom", size="phone")
    page.wait_for_selector("#editor[data-ready]")
    assert "# title" not in page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    page.locator(".yasqe_queryButton").click()
    page.wait_for_selector(".view-table tbody tr")
    heads = page.locator(".view-table th").all_inner_texts()
    assert heads == (["طرف", "هدف", "خبر"] if language == "fa" else ["side", "target", "articles"])
    assert page.locator(f'.view-table a[href^="/{language}/state/"]').count() > 5
    assert ("سطر" if language == "fa" else "rows") in page.locator(".yasr_response_chip").inner_text()
    assert page.locator(".yasr .select_chart").inner_text().strip(), "its views are told in words on a phone too"
    page.locator(".view-table th .sort").last.click()
    counts = [int(text) for text in page.locator(".view-table td:last-child").all_inner_texts()]
    assert counts == sorted(counts)
    assert not is_wider_than_the_window(page)


def test_the_editor_tells_what_was_refused(open_page: Callable[..., Any]) -> None:
    page = open_page(
        "/fa/query?query=SELECT+*+%7B+SERVICE+%3Chttps%3A%2F%2Fquery.example%2F%3E+%7B+%3Fs+%3Fp+%3Fo+%7D+%7D"
    )
    page.wait_for_selector("#editor[data-ready]")
    page.locator(".yasqe_queryButton").click()
    page.wait_for_selector(".view-problem")
    assert "query.example" in page.locator(".view-problem").inner_text()
    assert "{" not in page.locator(".view-problem").inner_text(), "in words and not as JSON"
    assert "از میزبان‌هایی نیست که می‌شود از آن‌ها پرسید" in page.locator(".view-problem").inner_text()


def test_the_editor_speaks_persian_wherever_it_has_words_of_its_own(open_page: Callable[..., Any]) -> None:
    page = open_page("/fa/query?query=SELECT+nonsense")
    page.wait_for_selector("#editor[data-ready]")
    page.locator(".yasqe_queryButton").click()
    page.wait_for_selector(".view-problem")
    page.locator(".yasqe_share").click()
    page.locator(".parseErrorIcon").first.hover()
    shown = page.locator(".yasqe_sharePopup, .yasr_header, .view-problem dt").all_inner_texts()
    titles = page.locator("#editor").evaluate(
        "editor => [...editor.querySelectorAll('[title], [aria-label]')].flatMap(part => [part.title, part.ariaLabel])"
        ".concat(editor.querySelector('.yasqe_tooltip').firstChild.data)"
    )
    words = " ".join([*shown, *filter(None, titles)])
    assert re.findall(r"[A-Za-z]{3,}", re.sub("SPARQL|cURL", "", words)) == [], words
    assert not page.locator("#editor a[href^=http]:visible").count(), "no help but ours"


@pytest.mark.parametrize(("language", "is_from_the_right"), [("fa", True), ("en", False)])
def test_time_goes_as_the_page_is_read(open_page: Callable[..., Any], language: str, is_from_the_right: bool) -> None:
    page = open_page(f"/{language}/{PAIR}")
    dots = page.locator(".strip circle")
    first, last = (dot.bounding_box()["x"] for dot in (dots.first, dots.last))
    assert (first > last) is is_from_the_right
    ends = [end.bounding_box()["x"] for end in page.locator(".ends span").all()]
    assert (ends[0] > ends[1]) is is_from_the_right
