"""Lists: filters that live in the address, and paging by key.

Paging by key reads the rows after the last one shown; it costs the same on page 1 and page
10,000 and skips nothing when rows are added meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from urllib.parse import urlencode

from backoffice.platform.errors import BadFilter
from retail.money import exponent_of

Row = TypeVar("Row")
_AMOUNT = re.compile(r"([-−]?)(\d{1,12})(?:[.,](\d{1,4}))?")
_MARK = "\x1f"
_LARGEST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list: the rows after (or before) the row with this key."""

    key: tuple[str, ...]
    before: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A piece of a list; ``previous`` and ``following`` are its neighbours' places."""

    rows: tuple[Row, ...]
    previous: str
    following: str


def cursor(*parts: str) -> str:
    """A row's key as text for an address."""
    raw = _MARK.join(parts).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def position(after: str, before: str, *, parts: int) -> Position | None:
    """Where a page begins; None for the first.

    Raises:
        BadFilter: for a text that :func:`cursor` did not make of that many parts.
    """
    text = before or after
    if not text:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        key = tuple(raw.decode().split(_MARK))
    except (binascii.Error, ValueError) as problem:
        raise BadFilter("The page's position is not valid; start at the first page.") from problem
    if len(key) != parts or "\0" in raw.decode():
        raise BadFilter("The page's position is not valid; start at the first page.")
    return Position(key, bool(before))


def page_of(
    rows: Sequence[Row], key: Callable[[Row], str], *, size: int, at: Position | None
) -> Page[Row]:
    """Cut ``size`` rows out of the up to ``size + 1`` that were read, backwards for ``before``."""
    more = len(rows) > size
    shown = tuple(rows[:size])
    if at is not None and at.before:
        shown = shown[::-1]
        return Page(
            shown,
            previous=key(shown[0]) if more and shown else "",
            following=key(shown[-1]) if shown else "",
        )
    return Page(
        shown,
        previous=key(shown[0]) if at is not None and shown else "",
        following=key(shown[-1]) if more and shown else "",
    )


class FieldReader:
    """Reads the fields of a filter form; what cannot be read is told in ``errors`` by field."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        self.errors: dict[str, str] = {}

    def text(self, name: str, longest: int = 80) -> str:
        """The trimmed text, cut at ``longest`` characters, without control characters."""
        plain = "".join(c for c in self._fields.get(name, "") if c.isprintable())
        return plain.strip()[:longest]

    def whole(self, name: str) -> int | None:
        """A whole number from 0 on, or None."""
        text = self.text(name)
        if not text:
            return None
        if text.isascii() and text.isdigit() and int(text) <= _LARGEST:
            return int(text)
        self.errors[name] = "Type a whole number."
        return None

    def day(self, name: str) -> date | None:
        """A date written as ``YYYY-MM-DD``, or None."""
        text = self.text(name)
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.errors[name] = "Type a date as 2026-12-31."
            return None

    def amount(self, name: str, currency: str) -> int | None:
        """An amount in minor units of the currency, or None."""
        text = self.text(name)
        if not text:
            return None
        found = _AMOUNT.fullmatch(text)
        digits = exponent_of(currency)
        if found is None or not text.lstrip("−").isascii() or len(found[3] or "") > digits:
            self.errors[name] = "Type an amount such as 12.50."
            return None
        minor = int(found[2] + (found[3] or "").ljust(digits, "0"))
        return -minor if found[1] else minor


def query_string(fields: Mapping[str, str]) -> str:
    """The address part for filters that are set, in their order."""
    return urlencode({name: value for name, value in fields.items() if value})


def canonical(path: str, given: Mapping[str, str], fields: FieldReader) -> str:
    """The address that shows this piece of a list, without fields that are not set."""
    place = {name: fields.text(name, 400) for name in ("after", "before")}
    query = query_string({**given, **place})
    return f"{path}?{query}" if query else path
