"""The command that measures extraction: ``evaluate``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kg.cli.group import WANTING
from kg.cli.options import jobs_option, min_confidence_option, read_number, read_pairs
from kg.cli.reporting import SetAside, print_data
from kg.errors import InputError

if TYPE_CHECKING:
    from kg.model import Extraction


@click.command()
@click.argument("gold", metavar="GOLD")
@click.argument("predicted", metavar="[PREDICTED]", required=False)
@click.option("--min", "minima", multiple=True, metavar="FIGURE=F1", help="Fail (status 1) below this; repeatable.")
@click.option(
    "--by",
    "groups",
    type=click.Choice(["outlet", "act", "type"]),
    help="Figures of each outlet, of each act, or of links by type.",
)
@click.option("--errors", is_flag=True, help="Group the mistakes by kind, with counts and examples.")
@click.option("--examples", type=click.IntRange(min=0), default=3, show_default=True, help="Examples of each kind.")
@click.option("--json", "is_json", is_flag=True, help="Print the figures, and every mistake, as JSON.")
@min_confidence_option
@jobs_option
def evaluate(
    gold: str,
    predicted: str | None,
    minima: Sequence[str],
    groups: str | None,
    errors: bool,
    examples: int,
    is_json: bool,
    min_confidence: float | None,
    jobs: int,
) -> None:
    """Measure extraction against annotated articles; without PREDICTED it extracts first.

    GOLD is JSON Lines, or a folder of such files. An article's outlet is its id before the first hyphen.
    """
    from kg.evaluation import report
    from kg.evaluation.gold import read_gold
    from kg.evaluation.score import FIGURES, outlet_of, score, score_acts, score_by, score_links

    wanted = {name: read_number(value, name) for name, value in read_pairs(minima, "--min").items()}
    if unknown := sorted(wanted.keys() - FIGURES.keys()):
        raise click.UsageError(f"no figure is called {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    annotated = read_gold(gold)
    found = read_gold(predicted) if predicted else _extract_again(annotated, min_confidence, jobs)
    figures = score(annotated, found)
    print_data(report.to_json(figures) if is_json else report.to_text(figures))
    if groups == "outlet":
        by_outlet = score_by(annotated, found, outlet_of)
        print_data(report.to_json_by_group(by_outlet) if is_json else report.to_columns(by_outlet))
    elif groups == "act":
        by_act = score_acts(annotated, found)
        print_data(report.to_json(by_act) if is_json else report.to_text(by_act))
    elif groups == "type":
        links = score_links(annotated, found)
        print_data(report.to_json(links) if is_json else report.to_text(links))
    if errors:
        from kg.evaluation.errors import explain

        mistakes = explain(annotated, found)
        print_data(report.to_json_lines(mistakes) if is_json else report.to_groups(mistakes, examples))
    short = [f"{name} {figures[name].f1:.4f} < {least:g}" for name, least in wanted.items() if figures[name].f1 < least]
    if short:
        click.echo(f"mavaze: below what was asked: {', '.join(short)}", err=True)
        raise click.exceptions.Exit(WANTING)


def _extract_again(annotated: "Sequence[Extraction]", min_confidence: float | None, jobs: int) -> "list[Extraction]":
    """Extract from annotated articles anew; one that cannot be extracted counts as empty."""
    from kg.attempts import attempt_all, built_in

    found, set_aside = [], SetAside()
    for article, outcome in attempt_all((e.article for e in annotated), built_in(min_confidence), jobs):
        if isinstance(outcome, str):
            set_aside(InputError(outcome, where=article.id))
        else:
            found.append(outcome)
    return found
