"""The command line, ``kg``: thin, with one module a command in ``kg.commands``.

A command's module is imported only when the command runs, so that ``kg --help`` is quick.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any, NoReturn

import click

import kg
from kg.errors import KgError

COMMANDS: dict[str, str] = {
    "load": "Load facts files and event tables into the store.",
    "remove": "Remove articles and event tables from the store.",
    "extract": "Make a facts file from an article's text.",
    "query": "Run a named query, a query file, or a query from standard input.",
    "search": "Find names, titles and quoted words.",
    "dump": "Write the graph as Turtle, TriG, N-Quads, N-Triples or JSON-LD.",
    "map": "Map event tables to files of N-Quads, here or on a cluster.",
    "serve": "Serve the store over SPARQL and HTTP.",
    "info": "Say what is in the store.",
    "validate": "Check the graph against its shapes and rules.",
    "entities": "List entities, and those that want a person's eye.",
    "backup": "Copy the store while it is in use.",
    "restore": "Make a store from a backup or a dump.",
    "evaluate": "Measure the extractor against gold.",
    "schema": "Print the JSON Schema of the facts file.",
}
"""Command name to its one line of help; the command itself is ``kg.commands.NAME.command``."""


class LazyGroup(click.Group):
    """A group that knows its commands' names and imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of a first use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return it."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"kg.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command where there is none of that name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from kg.nearest import nearest

            near = nearest(args[0], COMMANDS)
            hint = f" Did you mean {near!r}?" if near else f" There are: {', '.join(COMMANDS)}."
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(kg.__version__, prog_name="kg")
def cli() -> None:
    """News about diplomacy in; who met whom, who said what, where each state stands out."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line: an error of ours becomes one line and exit status 2."""
    try:
        result: Any = cli.main(arguments, prog_name="kg", standalone_mode=False)
        sys.exit(result if isinstance(result, int) else 0)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except KgError as error:
        click.echo(f"kg: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"kg: {place}{error.strerror or error}", err=True)
        sys.exit(2)
