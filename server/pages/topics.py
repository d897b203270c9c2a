"""Who stands where on a topic, month by month."""

from flask import Blueprint, Response, request

from kg.graph.query_text import Term
from server import relation_queries
from server.errors import NotFound
from server.languages import Language
from server.reader import DIP, Reader
from server.site import Site
from server.statement_filter import read_thing
from server.takeaway import Listing, declare, give_data
from server.views import show

_MOST_SIDES = 25
_MOST_MONTHS = 24


def add_pages(blueprint: Blueprint, site: Site) -> None:
    """Add the pages to the blueprint."""
    reader = Reader(site)

    @blueprint.route("/<any(fa, en):language>/topics")
    def topics(language: Language) -> Response:
        listing = Listing(declare(relation_queries.TOPICS), declare(relation_queries.TOPICS_DATA))
        if (data := give_data(site, listing)) is not None:
            return data
        rows = reader.ask(relation_queries.TOPICS)
        names = reader.names([row["target"].value for row in rows], language)
        return show(site, "topics.html", language, names=names, listing=listing, rows=rows, topic_class=DIP + "Topic")

    @blueprint.route("/<any(fa, en):language>/topics/<path:path>")
    def topic(language: Language, path: str) -> Response:
        target = read_thing(path, reader) or ""
        query = relation_queries.TOPIC.replace("?target", Term("uri", target).as_sparql())
        listing = Listing(
            declare(query), declare(relation_queries.TOPIC_DATA.replace("?target", Term("uri", target).as_sparql()))
        )
        if (data := give_data(site, listing)) is not None:
            return data
        rows = reader.ask(query)
        if not rows and not reader.types(target):
            raise NotFound("there is no such topic", where=path, remedy="choose one of the list of topics")
        cells: dict[str, dict[str, list[int]]] = {}
        for row in rows:
            month = row["month"].value if "month" in row else ""
            cell = cells.setdefault(row["side"].value, {}).setdefault(month, [0, 0])
            cell[row["polarity"].value == DIP + "negative"] += int(row["articles"].value)
        all_months = sorted({month for of in cells.values() for month in of if month})
        page = max(0, request.args.get("before", 0, type=int))
        end = len(all_months) - page * _MOST_MONTHS
        months = all_months[max(0, end - _MOST_MONTHS) : max(0, end)]
        sides = sorted(cells, key=lambda side: (-sum(map(sum, cells[side].values())), side))[:_MOST_SIDES]
        return show(
            site,
            "topic.html",
            language,
            names=reader.names([target, *sides], language),
            listing=listing,
            target=target,
            sides=sides,
            months=months,
            cells=cells,
            totals={side: [sum(cell[sign] for cell in cells[side].values()) for sign in (0, 1)] for side in sides},
            before=page,
            has_earlier=end - _MOST_MONTHS > 0,
        )
