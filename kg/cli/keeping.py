"""Commands about a store as a whole: ``export`` and ``check``."""

from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli.group import WANTING
from kg.cli.options import store_option
from kg.cli.reporting import print_data


@click.command()
@store_option
@click.option("--format", "format_", default="trig", show_default=True, help="turtle, trig, nquads, ntriples, …")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of to stdout.")
@click.option("--graph", "graphs", multiple=True, metavar="IRI", help="Only this named graph; may be repeated.")
def export(store: str, format_: str, output: Path | None, graphs: Sequence[str]) -> None:
    """Write the graph, sorted, so that the same graph gives the same bytes."""
    from kg.graph.export import export as export_graph
    from kg.graph.store import Store

    with Store.open(store, read_only=True) as opened:
        written = export_graph(opened, format_, graphs=graphs)
    if output:
        output.write_bytes(written)
        click.echo(f"mavaze: {output} written", err=True)
    else:
        click.echo(written, nl=False)


@click.command()
@store_option
@click.option("--owl", is_flag=True, help="Let a reasoner look for contradictions too (needs Java).")
def check(store: str, owl: bool) -> None:
    """Hold a store against the ontology's shapes: one line per violation, status 1 when there is one."""
    from kg.graph.store import Store
    from kg.graph.validation import validate

    with Store.open(store, read_only=True) as opened:
        dataset = opened.dataset()
        violations = [str(violation) for violation in validate(dataset)]
        if owl:
            from kg.graph.inference import find_inconsistencies

            violations += find_inconsistencies(dataset)
    for line in violations:
        print_data(line)
    click.echo(f"mavaze: {len(violations) or 'no'} violation{'' if len(violations) == 1 else 's'}", err=True)
    if violations:
        raise click.exceptions.Exit(WANTING)
