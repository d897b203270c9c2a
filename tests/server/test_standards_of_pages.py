"""What pages, feeds and the site map say of themselves, against the specifications that they follow."""

import json
import re
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from rdflib import SDO

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
PAGES = (
    "",
    "downloads",
    "state/iran",
    "person/neda-karimi",
    "topic/ceasefire",
    "statement/s1",
    "statement/s3",
    "article/a1",
    "article/a2",
)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


# ── Atom: RFC 4287 ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "query",
    ["", "?who=state/iran", "?who=state/iraq&toward=topic/talks", "?toward=topic/ceasefire", "?act=announce&from=2019"],
)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_feed_is_atom(client: FlaskClient, language: str, query: str) -> None:
    feed = ElementTree.fromstring(client.get(f"/{language}/feed.atom{query}").data)
    assert feed.tag == ATOM + "feed"
    for element in (feed, *feed.iter(ATOM + "entry"), *feed.iter(ATOM + "source")):
        for name in ("id", "title", "updated"):  # 4.1.1, 4.1.2: each exactly once
            (found,) = element.findall(ATOM + name)
            assert found.text
        assert _RFC3339.fullmatch(element.findtext(ATOM + "updated") or ""), "3.3"
        assert urlsplit(element.findtext(ATOM + "id") or "").scheme in ("http", "https"), "4.2.6: an IRI"
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None, "4.1.1: entries have no author of their own"
    (itself,) = [link for link in feed.findall(ATOM + "link") if link.get("rel") == "self"]
    assert (itself.get("href") or "").endswith(f"/{language}/feed.atom{query}")
    entries = feed.findall(ATOM + "entry")
    assert len({entry.findtext(ATOM + "id") for entry in entries}) == len(entries) > 0
    for entry in entries:
        alternates = [link for link in entry.findall(ATOM + "link") if link.get("rel") == "alternate"]
        assert len({(link.get("type"), link.get("hreflang")) for link in alternates}) == len(alternates) == 1
        assert entry.find(ATOM + "content") is not None
    times = [entry.findtext(ATOM + "updated") or "" for entry in entries]
    assert feed.findtext(ATOM + "updated") == max(times)


# ── The site map: sitemaps.org ───────────────────────────────────────────────────────────────────


def read_map(client: FlaskClient) -> tuple[list[str], list[list[str]]]:
    """Return the addresses of the parts, and the addresses in each."""
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)
    assert index.tag == SITEMAP + "sitemapindex"
    parts = [found.text or "" for found in index.iter(SITEMAP + "loc")]
    held = []
    for part in parts:
        root = ElementTree.fromstring(client.get(part.removeprefix("http://localhost")).data)
        assert root.tag == SITEMAP + "urlset"
        assert all(url[0].tag == SITEMAP + "loc" for url in root)
        held.append([url.findtext(SITEMAP + "loc") or "" for url in root])
        others = {link.get("href") for link in root.iter(XHTML + "link")}
        assert others == set(held[-1]), "each language names the other, and itself"
    return parts, held


def test_the_site_map_keeps_to_its_limits(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from server.pages import feeds

    assert 2 * feeds._ADDRESSES + 2 * len(feeds._PAGES) <= 50_000
    (_,), (whole,) = read_map(client)
    assert len(whole) == len(set(whole))
    assert all(address.startswith("http://localhost/") and address.isascii() for address in whole), "escaped"
    monkeypatch.setattr(feeds, "_ADDRESSES", 4)
    parts, held = read_map(client)
    assert len(parts) > 2
    assert all(held), "no part is empty"
    assert sorted(address for part in held for address in part) == sorted(whole)
    assert client.get(f"/sitemap.xml?part={len(parts)}").status_code == 404


# ── JSON-LD in the words of schema.org, and OpenGraph ────────────────────────────────────────────


def check_node(node: dict[str, object]) -> None:
    """Check that a node has a class of schema.org, its properties alone, and a value for each."""
    assert node["@type"] in SDO, node["@type"]
    for name, value in node.items():
        assert value, f"{name} says nothing"
        assert name in ("@type", "@id", "@context", "query-input") or name in SDO, name
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                check_node(inner)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_page_says_what_it_is_about_in_the_words_of_schema_org(client: FlaskClient, language: str, page: str) -> None:
    text = client.get(f"/{language}/{page}").text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    told = json.loads(found)
    assert told["@context"] == "https://schema.org"
    check_node(told)
    if page.startswith("statement"):
        assert told["@type"] == "Quotation"
        assert told["isPartOf"]["@type"] == "NewsArticle"
        assert told["spokenByCharacter"]["@type"] in ("Person", "Organization")
    if page == "article/a2":
        assert "url" not in told, "a script is no address"


@pytest.mark.parametrize("page", [*PAGES, "explore", "map", "about", "on?who=state/iraq&toward=topic/talks"])
def test_a_page_has_what_open_graph_requires(client: FlaskClient, page: str) -> None:
    for language in ("fa", "en"):
        text = client.get(f"/{language}/{page}").text
        graph = dict(re.findall(r'<meta property="og:([\w:]+)" content="([^"]*)">', text))
        assert all(graph[name] for name in ("title", "type", "image", "url")), "ogp.me: the four that every page needs"
        assert graph["url"].replace("&amp;", "&") == f"http://localhost/{language}/{page}"
        assert f'<link rel="canonical" href="{graph["url"]}">' in text
        with client.get(urlsplit(graph["image"]).path) as image:
            assert (image.status_code, image.mimetype) == (200, "image/png")
            assert int.from_bytes(image.data[16:20]) == int(graph["image:width"])
            assert len(image.data) < 60_000
