"""GS1 Digital Link: a web address that holds GS1 data, as QR codes on goods do.

Source: GS1 Digital Link URI Syntax 1.6. An address may have any path before its key, a query may
hold keys of others; a trade item number may come without its zeros.
"""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, unquote, urlsplit

from retail.barcode.application_identifiers import IDENTIFIERS
from retail.barcode.gs1 import Gs1Data, data_of
from retail.errors import RetailError

_SCHEMES = ("http://", "https://")
_DIGITS = frozenset("0123456789")


def is_web_address(text: str) -> bool:
    """True for http and https in any case, as QR codes in capitals have it."""
    return text.lower().startswith(_SCHEMES)


def read_digital_link(address: str, today: date, currency: str = "EUR") -> Gs1Data | None:
    """The GS1 data of a web address; None for an address that is about something else.

    Args:
        today: decides the century of dates.
        currency: that of the store, for prices that name none.

    Raises:
        RetailError: ``gs1.not_a_digital_link`` for GS1 data without a key,
            ``gs1.dl_qualifier_order``, or as :func:`retail.barcode.gs1.read_element_strings`.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    steps = parts.path.strip("/").split("/")
    if len(steps) < 2 or steps[-2] not in IDENTIFIERS:
        return None
    pairs = _from_key(steps)
    if pairs is None:
        raise RetailError(
            "gs1.not_a_digital_link", "The address holds no article number; scan another code."
        )
    key, *qualifiers = (code for code, _value in pairs)
    if not _in_order(qualifiers, IDENTIFIERS[key].qualifiers or ()):
        raise RetailError(
            "gs1.dl_qualifier_order",
            "The parts behind (%(ai)s) are in the wrong order; have the label checked.",
            ai=key,
        )
    query = parse_qsl(parts.query.replace(";", "&"), keep_blank_values=True)
    pairs += [(code, value) for code, value in query if code and _DIGITS.issuperset(code)]
    return data_of(pairs, today, currency)


def _from_key(steps: list[str]) -> list[tuple[str, str]] | None:
    """The identifiers and values from the last key of the path on."""
    for at in range(len(steps) - 2, -1, -2):
        found = IDENTIFIERS.get(steps[at])
        if found is not None and found.qualifiers is not None:
            values = [unquote(step) for step in steps[at + 1 :: 2]]
            if found.code == "01" and len(values[0]) in (8, 12, 13):
                values[0] = values[0].zfill(14)
            return list(zip(steps[at::2], values, strict=True))
    return None


def _in_order(qualifiers: list[str], sequences: tuple[tuple[str, ...], ...]) -> bool:
    """True when the qualifiers are some of one sequence, in its order."""
    return not qualifiers or any(
        qualifiers == [code for code in sequence if code in qualifiers] for sequence in sequences
    )
