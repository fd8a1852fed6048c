"""The options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_STORE = "diplomacy.kg"


def store_option(function: F) -> F:
    """Add ``--store``, the folder of the store, as the argument ``store``."""
    return click.option(
        "--store",
        type=click.Path(path_type=Path, file_okay=False),
        default=DEFAULT_STORE,
        envvar="KG_STORE",
        show_default=True,
        show_envvar=True,
        help="Folder of the store.",
    )(function)


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
