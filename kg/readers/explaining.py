"""What the model says of wrong data, in the words of the facts file."""

from __future__ import annotations

import re
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from kg.facts import ArticleFacts
from kg.facts.codes import which_state
from kg.facts.values import STATE_PATTERN
from kg.nearest import nearest
from kg.readers.tree import Path
from kg.shown import shown

_PLAIN_KEY = re.compile(r"[\w.-]{1,128}")
_WRONG_TYPES = {
    "string_type": ("text", "put it in quotes"),
    "int_type": ("a whole number", "write digits alone"),
    "int_from_float": ("a whole number", "write digits alone"),
    "float_type": ("a number", "write one from 0 to 1, such as 0.9"),
    "bool_type": ("true or false", "write true or false"),
    "list_type": ("a list", "write its items in [ ], or each on a line after a hyphen"),
    "dict_type": ("a mapping", "write pairs of id and value: {lavrov: {…}}"),
    "model_type": ("a mapping", "write pairs of key and value: {name: …}"),
}
_FORMS = {
    r"\S": ("is blank", "write some words, or leave it out"),
    r"^[A-Za-z0-9][A-Za-z0-9_-]*$": ("", "an id has letters a to z, digits, - and _ only"),
    r"^[0-9a-f]{64}$": ("", "a SHA-256 has 64 hexadecimal digits in lower case"),
    r"^[0-9]{2,4}$": ("", "a CAMEO code has two to four digits, such as 1122"),
    r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$": ("", "a language is a code such as en or pt-BR"),
}
_CONTAINERS: dict[type, str] = {dict: "a mapping", list: "a list"}
_PROVING = ("evidence", "content", "exact")
_PROOF = "quote the words of the article that prove it"


def explain(detail: dict[str, Any], root: type[ArticleFacts]) -> tuple[Path, str, str]:
    """Return the path, the message and the remedy for one error of pydantic.

    Args:
        detail: an item of ``ValidationError.errors()``.
        root: the model that was validated against.
    """
    path: Path = tuple(part for part in detail["loc"] if part != "[key]")
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    last = path[-1] if path else ""
    if kind == "extra_forbidden":
        known = sorted(_fields(path[:-1], root))
        near = nearest(str(last), known)
        remedy = f"did you mean {near!r}?" if near else f"known are {', '.join(known)}"
        return path, f"unknown key {shown(last)}", remedy
    if kind == "missing":
        return path[:-1], f"{last!r} is missing", _missing(str(last), _annotation(path, root))
    if value is None:
        return path, "is empty", "fill it, or leave the key out"
    if kind in _WRONG_TYPES:
        wanted, remedy = _WRONG_TYPES[kind]
        found = _CONTAINERS.get(type(value), shown(value))
        if wanted == "text" and isinstance(value, dict | list):
            remedy = "write words"
        return path, f"is {found}, not {wanted}", remedy
    if kind == "literal_error":
        near = nearest(value, _choices(context["expected"])) if isinstance(value, str) else None
        hint = f"did you mean {near!r}? " if near else ""
        return path, f"{shown(value)} is not known", f"{hint}write {context['expected']}"
    if kind == "string_pattern_mismatch":
        message, remedy = _form(value, context["pattern"])
        return path, message, _PROOF if last in _PROVING else remedy
    if kind == "value_error":
        message, _, remedy = str(context["error"]).partition("; ")
        return path, message, remedy
    if kind == "too_short" and last == "participants":
        return path, "has fewer than two parties", "one party alone is no meeting"
    if kind == "too_short" and context["actual_length"]:
        return path, f"has fewer than {context['min_length']} items", "add what is missing"
    if kind in ("too_short", "string_too_short"):
        return path, "is empty", _PROOF if last in _PROVING else "fill it, or leave the key out"
    return path, *_measure(kind, value, context)


def _measure(kind: str, value: Any, context: dict[str, Any]) -> tuple[str, str]:
    if kind == "greater_than_equal":
        return f"{shown(value)} is too small", f"write {context['ge']:g} or more"
    if kind == "less_than_equal":
        return f"{shown(value)} is too large", f"write {context['le']:.16g} or less"
    if kind == "string_too_long":
        return f"{shown(value)} is too long", f"write {context['max_length']} characters at most"
    if kind == "string_unicode":
        return "holds half of a surrogate pair", "write the character whole"
    return f"{shown(value)} has the wrong form", "docs/facts.md describes it"


def dotted(path: Path) -> str:
    """Return a path as people write it: ``meetings[0].evidence[1]``."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            key = part if _PLAIN_KEY.fullmatch(part) else shown(part)
            written += f".{key}" if written else key
    return written


def _missing(name: str, annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        *others, last = (repr(choice) for choice in get_args(annotation))
        return f"write {', '.join(others)} or {last}"
    return _PROOF if name in _PROVING else "add it"


def _form(value: str, pattern: str) -> tuple[str, str]:
    if pattern == STATE_PATTERN:
        return f"unknown state {shown(value)}", which_state(value)
    message, remedy = _FORMS.get(pattern, ("", f"it must match {pattern}"))
    return message or f"{shown(value)} has the wrong form", remedy


def _fields(path: Path, root: type[BaseModel]) -> set[str]:
    """Return the keys that the model has at a path."""
    model = _model_in(_annotation(path, root))
    return set(model.model_fields) if model is not None else set()


def _annotation(path: Path, root: type[BaseModel]) -> Any:
    """Return the type of what stands at a path of the model."""
    found: Any = root
    for part in path:
        model = found if _is_model(found) else None
        if model is not None:
            field = model.model_fields.get(part) if isinstance(part, str) else None
            found = field.annotation if field else None
        else:
            found = _model_in(found)  # an item of a list, a value of a mapping
    return found


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model class inside ``list[…]``, ``dict[…, …]``, ``… | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (list, dict, Union, types.UnionType, Annotated):
        for argument in reversed(get_args(annotation)):
            found = _model_in(argument)
            if found is not None:
                return found
    return None


def _choices(expected: str) -> list[str]:
    return [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(",")]
