"""Strings of a table as terms of N-Triples (W3C N-Triples, 2 and 7): escaped, or found unfit."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

# RFC 3987, the characters beyond ASCII of BMP and of the plane after it.
_UCS = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd"
_PLAIN = rf"A-Za-z0-9\-._~!$&'()*+,;=:@{_UCS}"
_PART = rf"(?:[{_PLAIN}/]|%[0-9A-Fa-f]{{2}})*"
_ADDRESS = re.compile(
    rf"https?://[A-Za-z0-9\-._~{_UCS}]+(?::[0-9]{{1,5}})?"
    rf"(?:/{_PART})?(?:\?(?:[{_PLAIN}/?]|%[0-9A-Fa-f]{{2}})*)?(?:#(?:[{_PLAIN}/?]|%[0-9A-Fa-f]{{2}})*)?"
)
_ODD = re.compile(rf"%(?![0-9A-Fa-f]{{2}})|[^{_PLAIN}/?#%]")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})
_DECIMAL = re.compile(r"([+-]?)0*([0-9]+)(?:\.([0-9]*))?")

UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
"""Characters that stand in no row: controls other than tab and line feed, and noncharacters."""


_UNFIT_BYTES = (*range(0x09), *range(0x0B, 0x20), 0x7F)


def is_fit(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 without characters that stand in no row."""
    # To look for each in turn is quicker than one look at each byte.
    if any(map(data.__contains__, _UNFIT_BYTES)):
        return False
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b"\xef\xbf\xbe" not in data and b"\xef\xbf\xbf" not in data


def escape(text: str) -> str:
    """Return a text as it stands between the quotation marks of a literal."""
    return text.translate(_ESCAPES)


def literal(text: str) -> str:
    """Return a plain literal."""
    return f'"{text.translate(_ESCAPES)}"'


def address(text: str) -> str | None:
    """Return a web address as an IRI without brackets, or None where it cannot be one.

    Characters that no IRI may hold are percent-encoded (RFC 3986, 2.1), which leads to the same
    place.
    """
    if _ADDRESS.fullmatch(text):
        return text
    head, mark, fragment = text.partition("#")
    repaired = _ODD.sub(_encoded, head) + mark + _ODD.sub(_encoded, fragment.replace("#", "%23"))
    return repaired if _ADDRESS.fullmatch(repaired) else None


def _encoded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


def decimal(text: str) -> str | None:
    """Return a number in the canonical form of ``xsd:decimal``, or None where it is none.

    Exponents are written out; what is beyond the fifteenth decimal place is rounded, since it is
    the noise of a computation.
    """
    found = _DECIMAL.fullmatch(text)
    if found is None or len(found[3] or "") > 15 or len(found[2]) > 15:
        return _rare_decimal(text)
    sign, whole, fraction = found.groups()
    fraction = (fraction or "").rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return f"-{number}" if sign == "-" and number != "0" else number


def _rare_decimal(text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) >= 10**15 or "_" in text or text != text.strip():
        return None
    shown = f"{round(number, 15):f}"
    return decimal(shown) if number else "0"
