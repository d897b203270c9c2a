"""What programs follow: Atom feeds of any filter, the site map, and what robots may read."""

from flask import Blueprint, Response, render_template, request

from kg.graph.query_text import Term
from server import page_queries
from server.errors import NotFound
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
        host = request.host_url.rstrip("/")
        part = request.args.get("part", type=int)
        things = int(reader.ask(_of_ours(site, page_queries.SITEMAP_SIZE))[0]["things"].value)
        count = max(1, -(-things // _ADDRESSES))
        if part is None:
            body = render_template("sitemap_index.xml", host=host, parts=range(count))
        elif 0 <= part < count:
            query = page_queries.SITEMAP % {"limit": _ADDRESSES, "offset": part * _ADDRESSES}
            iris = [row["thing"].value for row in reader.ask(_of_ours(site, query))]
            addresses = [] if part else [{tag: f"/{tag}/{page}" for tag in LANGUAGES} for page in _PAGES]
            addresses += [{tag: site.page_address(iri, tag) for tag in LANGUAGES} for iri in iris]
            body = render_template("sitemap.xml", host=host, addresses=addresses)
        else:
            raise NotFound("the site map has no such part", where="part", remedy=f"take 0 to {count - 1}")
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


def _of_ours(site: Site, query: str) -> str:
    return query.replace("?own", Term("literal", site.base + "article/").as_sparql())


def _day(published: str | None) -> str | None:
    """Return the first day of a date that may be a month or a year.

    Example:
        >>> _day("2019"), _day("2019-07"), _day("")
        ('2019-01-01', '2019-07-01', None)
    """
    return (published + "-01-01"[(len(published) - 4) :])[:10] if published else None
