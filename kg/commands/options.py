"""The options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.addresses import Addresses, Place, is_address

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_STORE = "diplomacy.kg"


class StorePlace(click.ParamType[Place]):
    """A store: its folder, or the address of an engine that answers SPARQL queries."""

    name = "DIR|URL"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Place:
        """Return the folder, or the addresses of the engine."""
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return] # converted before
        if not is_address(value):
            if Path(value).is_file():
                self.fail(f"{value!r} is a file, not the folder of a store", param, ctx)
            return Path(value)
        given = {} if ctx is None else ctx.meta.get(_GIVEN, {})
        files = given.get("files") or os.environ.get("KG_FILES")
        return Addresses(
            value,
            given.get("update") or os.environ.get("KG_UPDATE") or None,
            given.get("graph_store") or os.environ.get("KG_GRAPH_STORE") or None,
            Path(files) if files else None,
        )


_GIVEN = "kg.remote"


def store_option(function: F) -> F:
    """Add ``--store``, the folder of the store or an engine's address, as ``store``."""
    return click.option(
        "--store",
        type=StorePlace(),
        default=DEFAULT_STORE,
        envvar="KG_STORE",
        show_default=True,
        show_envvar=True,
        help="Folder of the store, or address of a SPARQL engine.",
    )(function)


def folder_option(function: F) -> F:
    """Add ``--store``, the folder of the store, as the argument ``store``."""
    return click.option(
        "--store",
        type=click.Path(path_type=Path, file_okay=False),
        default=DEFAULT_STORE,
        envvar="KG_STORE",
        show_default=True,
        show_envvar=True,
        callback=_refuse_address,
        help="Folder of the store.",
    )(function)


def remote_options(function: F) -> F:
    """Add ``--update``, ``--graph-store`` and ``--files``, which go with an engine's address."""
    for name, metavar, variable, text in (
        ("--files", "DIR", "KG_FILES", "With an address: folder for texts, facts and registry."),
        ("--graph-store", "URL", "KG_GRAPH_STORE", "With an address: where graphs are put."),
        ("--update", "URL", "KG_UPDATE", "With an address: where updates are sent."),
    ):
        function = click.option(
            name, metavar=metavar, envvar=variable, show_envvar=True, help=text,
            is_eager=True, expose_value=False, callback=_remember,
        )(function)  # fmt: skip
    return function


def _remember(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    ctx.meta.setdefault(_GIVEN, {})[param.name] = value


def _refuse_address(ctx: click.Context, param: click.Parameter, value: Path) -> Path:
    if is_address(str(value).replace(":/", "://", 1)):
        raise click.BadParameter(
            "this command works on a store's folder; an engine has its own means for this",
            ctx, param,
        )  # fmt: skip
    return value


def base_option(function: F) -> F:
    """Add ``--base``, the base of the IRIs that a new store mints, as the argument ``base``."""
    return click.option(
        "--base",
        metavar="IRI",
        envvar="KG_BASE",
        show_envvar=True,
        help="Base of the IRIs that a new store mints; must be the same for an existing one.",
    )(function)


def columns_option(function: F) -> F:
    """Add ``--columns``, the description of a kind of event table, as the argument ``columns``."""
    return click.option(
        "--columns",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        metavar="FILE",
        help="YAML file that says what the columns of event tables hold.  [default: GDELT 2.0]",
    )(function)


def all_events_option(function: F) -> F:
    """Add ``--all-events``, to keep events of other kinds, as the argument ``all_events``."""
    return click.option(
        "--all-events",
        is_flag=True,
        help="Keep also events that are no meetings, statements, demands or positions.",
    )(function)
