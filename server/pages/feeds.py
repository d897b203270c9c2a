"""What programs follow: Atom feeds of any filter, the site map, and what robots may read."""

from flask import Blueprint, Response, render_template, request

from kg.graph.query_text import Term
from server import page_queries
from server.framing import frame
from server.languages import LANGUAGES, Language
from server.reader import Reader
from server.site import Site
from server.statement_filter import read_filter

_ENTRIES = 50
_ADDRESSES = 20_000  # times two languages, within the 50,000 that a site map may have
_PAGES = ("", "explore", "topics", "map", "questions", "articles", "ontology", "about", "downloads")


def add_pages(blueprint: Blueprint, site: Site) -> None:
    """Add the addresses to the blueprint."""
    reader = Reader(site)

    @blueprint.route("/<any(fa, en):language>/feed.atom")
    def feed(language: Language) -> Response:
        chosen = read_filter(request.args, reader)
        statements = reader.newest(chosen, limit=_ENTRIES)
        names = reader.names([iri for view in statements for iri in view.iris()] + chosen.things(), language)
        days = [day for view in statements if (day := _day(view.published))]
        body = render_template(
            "feed.xml",
            **frame(language),
            name=names,
            base=site.base,
            chosen=chosen,
            statements=statements,
            link=lambda iri: site.page_address(iri, language),
            updated=max(days, default="1970-01-01"),
            day=_day,
            page=chosen.address(f"/{language}/explore", site.base),
        )
        return Response(body, content_type="application/atom+xml; charset=utf-8")

    @blueprint.route("/sitemap.xml")
    def sitemap() -> Response:
        if request.args.get("part") is None:
            parts = range(int(reader.ask(page_queries.SITEMAP_SIZE)[0]["things"].value) // _ADDRESSES + 1)
            body = render_template("sitemap_index.xml", host=request.host_url.rstrip("/"), parts=parts)
            return Response(body, content_type="application/xml; charset=utf-8")
        part = max(0, request.args.get("part", 0, type=int))
        rows = reader.ask(_sitemap_query(site, _ADDRESSES, part * _ADDRESSES))
        addresses = [{language: f"/{language}/{page}" for language in LANGUAGES} for page in _PAGES] if not part else []
        addresses += [
            {language: site.page_address(row["thing"].value, language) for language in LANGUAGES} for row in rows
        ]
        body = render_template("sitemap.xml", host=request.host_url.rstrip("/"), addresses=addresses)
        return Response(body, content_type="application/xml; charset=utf-8")

    @blueprint.route("/robots.txt")
    def robots() -> Response:
        host = request.host_url.rstrip("/")
        refused = "\n".join(
            f"Disallow: {path}"
            for path in (
                "/sparql",
                "/theme/",
                *(f"/{tag}/{page}" for tag in LANGUAGES for page in ("query", "search")),
            )
        )
        return Response(f"User-agent: *\n{refused}\nSitemap: {host}/sitemap.xml\n", content_type="text/plain")


def _sitemap_query(site: Site, limit: int, offset: int) -> str:
    own = Term("literal", site.base + "article/").as_sparql()
    return (page_queries.SITEMAP % {"limit": limit, "offset": offset}).replace("?own", own)


def _day(published: str | None) -> str | None:
    """Return the first day of a date that may be a month or a year.

    Example:
        >>> _day("2019"), _day("2019-07"), _day("")
        ('2019-01-01', '2019-07-01', None)
    """
    return (published + "-01-01"[(len(published) - 4) :])[:10] if published else None
