"""The basket's side of the checkout as one value, and the questions before a payment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pos_app.checkout.open_basket import CheckoutView
from pos_app.checkout.shelf_prices import Priced
from pos_app.runtime.i18n import _, money, ngettext
from pos_app.runtime.sounds import Sound
from pos_app.screens.checkout.views import basket_marks, basket_rows, totals
from pos_app.screens.records import BasketRow, TotalsView
from retail.basket.blocks import Block, blocks
from retail.catalog import Unit
from retail.pricing import PricedBasket
from retail.quantity import ONE


class Intent(StrEnum):
    """How the cashier wants the basket paid."""

    PAGE = "page"
    CASH = "cash"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class PayState:
    """What the Pay button says and whether it may be pressed."""

    label: str
    amount: str
    ready: bool


@dataclass(frozen=True, slots=True)
class BasketState:
    """Everything the basket's side of the screen shows; ``marks`` stand above its lines.

    Attributes:
        coupons: codes of those that were handed over.
    """

    rows: tuple[BasketRow, ...]
    selected: int | None
    totals: TotalsView
    pay: PayState
    marks: tuple[str, ...] = ()
    coupons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgeQuestion:
    """Lines that need the buyer's age; once confirmed, ``intent`` goes on with the ``typed``."""

    years: int
    names: tuple[str, ...]
    lines: tuple[int, ...]
    intent: Intent
    typed: str


def basket_state(
    priced: PricedBasket,
    selected: int | None,
    names: Mapping[UUID, str],
    shelf: Mapping[Priced, int] | None = None,
) -> BasketState:
    """Everything shown of a basket; Pay waits for lines that are not clear.

    Args:
        names: of the staff, for lines that somebody else sold.
        shelf: what articles cost by now.
    """
    owed = priced.total_minor < 0
    amount = money(abs(priced.total_minor), priced.basket.currency)
    hard = [found for found in blocks(priced.basket) if found.block is not Block.AGE_CHECK]
    pay = PayState(
        label=blocked_text(len(hard)) if hard else _("Pay out") if owed else _("Pay"),
        amount="" if hard else amount,
        ready=bool(priced.lines) and not hard,
    )
    return BasketState(
        basket_rows(priced, names, shelf),
        selected,
        totals(priced),
        pay,
        basket_marks(priced.basket),
        tuple(coupon.code for coupon in priced.basket.coupons),
    )


def age_question(priced: PricedBasket, intent: Intent, typed: str) -> AgeQuestion:
    """What must be asked before the basket is paid; it must hold such an article."""
    confirmed = priced.basket.age_confirmed
    asked = [
        (line.line.line, line.line.item)
        for line in priced.lines
        if line.line.item is not None and line.line.item.min_age > confirmed
    ]
    return AgeQuestion(
        years=max(item.min_age for _line, item in asked),
        names=tuple(item.name for _line, item in asked),
        lines=tuple(line for line, _item in asked),
        intent=intent,
        typed=typed,
    )


def blocked_text(count: int) -> str:
    """How many lines must be cleared first."""
    return ngettext("%(n)d line needs you", "%(n)d lines need you", count)


@dataclass(frozen=True, slots=True)
class TypedQuantity:
    """A verb that somebody must allow before it takes what was typed, in thousandths.

    Attributes:
        subject: the article, or the code that it was typed with.
    """

    use_case: Callable[..., CheckoutView]
    args: tuple[object, ...]
    subject: str
    thousandths: int


def typed_quantity(
    use_case: Callable[..., CheckoutView], args: tuple[object, ...], before: CheckoutView | None
) -> TypedQuantity:
    """The verb with its session, its line or code, and its thousandths, as words."""
    _session, about, thousandths = args
    names = {
        one.line.line: one.line.item.name
        for one in (before.priced.lines if before else ())
        if one.line.item is not None
    }
    subject = names.get(about, str(about)) if isinstance(about, int) else str(about)
    return TypedQuantity(use_case, args, subject, int(str(thousandths)))


def missing_weight(view: CheckoutView) -> int | None:
    """The line just added that waits for its weight in kilograms."""
    for one in view.priced.lines:
        line = one.line
        if line.line == view.changed_line and line.item and not line.quantity:
            return line.line if line.item.unit is Unit.KILOGRAM else None
    return None


def change_sound(view: CheckoutView) -> Sound | None:
    """What is heard of a changed line: once for one piece, twice for a quantity or a weight."""
    for line in view.priced.lines:
        if line.line.line == view.changed_line and line.line.item is not None:
            return Sound.ADDED if line.line.quantity == ONE else Sound.COUNTED
    return None
