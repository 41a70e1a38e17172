"""`schema`: the JSON Schema of documents, for editors."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--catalogue", is_flag=True, help="Print the schema of fixtures (catalogues of metrics) instead."
)
def schema(catalogue: bool) -> None:  # noqa: FBT001  # click passes options by name
    """Print the JSON Schema of every kind of document, for editors."""
    from generator.scaffold import catalogue_schema_text, schema_text

    click.echo(catalogue_schema_text() if catalogue else schema_text(), nl=False)
