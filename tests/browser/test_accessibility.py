"""Every page, errors too, by axe-core: both languages, light and dark, desktop and phone; none wider than it may be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent.parent.parent / "server" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = [
    "",
    "explore",
    "explore?who=state/iran&act=deny",
    "on?who=state/iran&toward=state/united-states",
    "on?who=state/iraq&toward=state/canada",
    "on?who=هیچ‌کس&toward=ایران",
    "compare?first=state/iran&second=state/united-states",
    "topics",
    "topics/topic/jcpoa",
    "map",
    "questions",
    "questions/said-about",
    "query",
    "query?query=SELECT ?s ?o { ?s dip:speaker ?o } LIMIT 5",
    "search?q=توافق",
    "articles",
    "state/iran",
    "topic/jcpoa",
    "post/iran-foreign-minister",
    "ontology",
    "about",
    "downloads",
    "nowhere/at/all",
    "explore?from=yesterday",
    "search?q=zzzz",
    "person/mohammad-javad-zarif",
]
WAYS = [("fa", "desktop", "light"), ("en", "desktop", "dark"), ("fa", "phone", "dark"), ("en", "phone", "light")]


@pytest.mark.parametrize(("language", "size", "theme"), WAYS)
def test_axe_finds_no_violation(open_page: Callable[..., Any], language: str, size: str, theme: str) -> None:
    page = open_page(f"/{language}/articles", size=size, theme=theme)
    home = page.url.removesuffix("articles")
    article = page.locator('main a[href*="/article/"]').nth(4).get_attribute("href")
    page.goto(home.removesuffix(f"/{language}/") + article)
    statement = page.locator(".said blockquote a").first.get_attribute("href")
    found = {}
    for path in [*PAGES, *(address.removeprefix(f"/{language}/") for address in (article, statement))]:
        page.goto(home + path)
        page.evaluate(AXE.read_text("utf-8"))
        # The editor is another project's; what we set around it is ours.
        ran = page.evaluate("axe.run({ exclude: [['.query-field']] })")
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        faults = [f"{fault['id']}: {fault['nodes'][0]['html'][:150]}" for fault in ran["violations"]]
        if faults or wide:
            found[path] = [*faults, *(["wider than the window"] if wide else [])]
    assert found == {}


@pytest.mark.parametrize(("language", "size", "theme"), WAYS)
def test_axe_finds_no_violation_in_what_the_editor_shows(
    open_page: Callable[..., Any], language: str, size: str, theme: str
) -> None:
    page = open_page(f"/{language}/query", size=size, theme=theme)
    home = page.url.removesuffix("query")
    found = {}
    for query, view in (
        ("example=said-about", "table"),
        ("example=said-about", "timeline"),
        ("example=states-per-month", "chart"),
        ("query=SELECT", "problem"),
    ):
        page.goto(f"{home}query?{query}")
        page.wait_for_selector("#editor[data-ready]")
        page.locator(".yasqe_queryButton").click()
        if view in ("timeline", "chart"):
            page.wait_for_selector(f".yasr .select_{view}")
            page.locator(f".yasr .select_{view}").click()
        page.wait_for_selector(f".yasr_results .view-{view}")
        page.locator(".yasqe_share").click()
        assert page.locator(".yasqe_sharePopup").get_by_role("textbox").input_value().startswith(home)
        page.evaluate(AXE.read_text("utf-8"))
        ran = page.evaluate("axe.run({ exclude: [['.query-field']] })")
        if faults := [f"{fault['id']}: {fault['nodes'][0]['html'][:150]}" for fault in ran["violations"]]:
            found[query, view] = faults
    assert found == {}


@pytest.mark.parametrize(("language", "size", "theme"), [*WAYS, ("fa", "desktop", "dark"), ("en", "desktop", "light")])
def test_axe_finds_no_violation_in_errors(
    open_strict_page: Callable[..., Any], language: str, size: str, theme: str
) -> None:
    page = open_strict_page(f"/{language}/about", size=size, theme=theme)
    home = page.url.removesuffix("about")
    root = home.removesuffix(f"/{language}/")
    query = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g")
    met, found = [], {}
    for address in (
        f"{home}explore?format=docx",
        f"{home}query?query=SELECT",
        f"{home}nowhere/at/all",
        f"{root}/sparql?lang={language}&query={query}",
        *[f"{home}query?query={query}"] * 3,
    ):
        answer = page.goto(address)
        page.wait_for_selector("[role=alert]", state="attached")
        page.evaluate(AXE.read_text("utf-8"))
        ran = page.evaluate("axe.run({ exclude: [['.query-field']] })")
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        met.append(answer.status)
        faults = [f"{fault['id']}: {fault['nodes'][0]['html'][:150]}" for fault in ran["violations"]]
        if faults or wide:
            found[address] = [*faults, *(["wider than the window"] if wide else [])]
    assert found == {}
    assert set(met) == {400, 404, 429, 503}
