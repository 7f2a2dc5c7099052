"""What people share when each pays for some of the articles; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pos_app.runtime.i18n import money
from pos_app.screens.checkout.views import basket_rows
from retail.errors import RetailError
from retail.pricing import PricedBasket
from retail.tender.splitting import by_amounts, by_lines, line_totals

MOST_PEOPLE = 9


@dataclass(frozen=True, slots=True)
class SplitLine:
    """A line of the basket and what it costs with tax, in minor units."""

    quantity: str
    name: str
    minor: int


@dataclass(frozen=True, slots=True)
class ToSplit:
    """What is left to pay, in minor units, and the lines where nothing of it was paid yet."""

    due_minor: int
    currency: str
    lines: tuple[SplitLine, ...] = ()


def to_split(priced: PricedBasket, due_minor: int) -> ToSplit:
    """What a sheet may split of a basket of which so much is left to pay."""
    currency = priced.basket.currency
    if due_minor != priced.total_minor:
        return ToSplit(due_minor, currency)
    totals = line_totals(
        [line.net_minor for line in priced.lines],
        [line.taxes for line in priced.lines],
        inclusive=priced.tax_included,
    )
    rows = zip(basket_rows(priced), totals, strict=True)
    lines = tuple(SplitLine(row.quantity, row.name, minor) for row, minor in rows)
    return ToSplit(due_minor, currency, lines)


def shares_by_line(what: ToSplit, people: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Number and share of each person who has lines, the lowest number first.

    Args:
        people: who takes the line, one per line.
    """
    found = by_lines([line.minor for line in what.lines], [str(one) for one in people])
    return tuple(sorted((int(person), minor) for person, minor in found.items()))


def shares_by_amount(what: ToSplit, amounts: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Number and share of each person, the last of whom pays what the others leave.

    Raises:
        RetailError: as :func:`retail.tender.splitting.by_amounts`.
    """
    return tuple(enumerate(by_amounts(what.due_minor, amounts), 1))


def summary(what: ToSplit, shares: Sequence[tuple[int, int]]) -> str:
    """``1: €12.00 · 2: €3.50``."""
    return " · ".join(f"{n}: {money(minor, what.currency)}" for n, minor in shares)


def fits(what: ToSplit, amounts: Sequence[int]) -> RetailError | None:
    """Why these amounts cannot be paid by as many people; None where they can."""
    try:
        by_amounts(what.due_minor, amounts)
    except RetailError as error:
        return error
    return None
