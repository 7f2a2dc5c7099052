"""What the customer is shown, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pos_app.screens.records import BasketRow, TotalsView

QrModules = tuple[tuple[bool, ...], ...]
"""The dark modules of a QR code, row by row, without its quiet zone."""


@dataclass(frozen=True, slots=True)
class SaleShown:
    """The basket while it is rung up and paid.

    Attributes:
        greeting: who the customer is, empty for nobody known.
        left: what is still to pay, empty while nothing was paid.
    """

    rows: tuple[BasketRow, ...]
    totals: TotalsView
    greeting: str = ""
    left: str = ""


@dataclass(frozen=True, slots=True)
class ThanksShown:
    """The finished sale: what the customer gets back, and the code that proves the receipt."""

    headline: str
    amount: str
    detail: str


def for_customer(rows: tuple[BasketRow, ...]) -> tuple[BasketRow, ...]:
    """The customer's lines: without unknown codes, and without what only the cashier acts on."""
    return tuple(
        replace(
            row,
            blocked="",
            news="",
            actions=(),
            spoken=row.spoken.removesuffix(row.blocked).strip(),
        )
        for row in rows
        # A line that offers the search has no article yet.
        if "search" not in row.actions
    )
