"""From a basket to its price: promotions, tax and total, the same at the till and head office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from retail.basket import Basket, Line
from retail.pricing_terms import LivePromotion, PricingTerms, PromotionSet, promotion_set
from retail.promotions.engine import ENGINE_VERSION
from retail.promotions.results import Applied, Optimum
from retail.promotions.rules import PricingLine
from retail.quantity import ONE
from retail.quote import QuoteRequest, quote
from retail.tax import TaxRules, TaxSum

_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class LineSaving:
    """What a promotion took off a line.

    Attributes:
        units: units of the line that the promotion consumed; 0 for one on the whole basket.
    """

    promo_id: str
    name: str
    minor: int
    units: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its amounts in minor units; ``net = gross - discount``.

    Attributes:
        taxes: tax per code, adding up over the lines to the basket's tax table.
        savings: what made up the discount, by promotion id.
    """

    line: Line
    gross_minor: int
    discount_minor: int
    net_minor: int
    taxes: tuple[tuple[str, int], ...]
    savings: tuple[LineSaving, ...] = ()


@dataclass(frozen=True, slots=True)
class AppliedPromotion:
    """A promotion as applied to the basket; ``minor`` adds up over its lines.

    Attributes:
        applications: how often its offer was used.
        units: units that it consumed, qualifying ones included.
    """

    promo_id: str
    version: int
    name: str
    minor: int
    applications: int
    units: int
    manufacturer_funded: bool


@dataclass(frozen=True, slots=True)
class Solution:
    """Which promotions were chosen for a basket, and how sure that is.

    Attributes:
        applied: by promotion id.
        snapshot: hash of the set of promotions; empty without promotions.
        engine_version: version of the solver; 0 without promotions.
        minimised: the least sum of line amounts that was found, in 1/10,000 minor unit.
        bound: no choice of promotions is below this, in the same unit.
        proved: no better choice exists.
        set_aside: promotions of the set that could not be read here.
    """

    applied: tuple[AppliedPromotion, ...] = ()
    snapshot: str = ""
    engine_version: int = 0
    minimised: int = 0
    bound: int = 0
    proved: bool = True
    set_aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PricedBasket:
    """A basket with everything the screen, the receipt and the sale need, in minor units.

    Attributes:
        subtotal_minor: sum of the lines before discounts.
        tax: one row per code, sorted by code.
        total_minor: what the customer owes, tax included whatever the mode.
        solution: the promotions that made up the savings.
    """

    basket: Basket
    lines: tuple[PricedLine, ...]
    subtotal_minor: int
    savings_minor: int
    tax: tuple[TaxSum, ...]
    tax_minor: int
    tax_included: bool
    total_minor: int
    solution: Solution = Solution()


def pricing_line(line: Line) -> PricingLine | None:
    """A line as promotions see it; None for an unknown code and for what is not weighed yet."""
    item = line.item
    if item is None or not line.quantity:
        return None
    return PricingLine(
        line_id=str(line.line),
        article=item.article,
        unit_price=item.unit_price_minor,
        quantity=line.quantity if item.weighed else line.quantity // ONE,
        weighed=item.weighed,
        category=item.category,
        tags=frozenset(item.tags),
        taxes=item.tax_codes,
        no_discount=item.no_discount,
        no_points=item.no_points,
    )


def price(basket: Basket, rules: TaxRules, terms: PricingTerms | None = None) -> PricedBasket:
    """Price a basket. Lines that cannot be priced yet cost nothing; they block payment anyway.

    Args:
        terms: None for a basket without promotions.

    Raises:
        RetailError: ``tax.code`` or ``tax.rate`` when the tax rules do not fit the articles.
    """
    if terms is None:
        terms = PricingTerms(promotion_set("", ()), _ANY_TIME)
    seen = [pricing_line(line) for line in basket.lines]
    lines = tuple(line for line in seen if line is not None)
    found = quote(QuoteRequest(lines, terms.context, rules), terms.promotions.engine)
    savings = _savings(found.optimum, terms.promotions, len(lines))
    priced = iter(zip(found.gross, found.discounts, found.line_taxes, savings, strict=True))
    all_lines = []
    for line, known in zip(basket.lines, seen, strict=True):
        gross, off, taxes, own = (0, 0, (), ()) if known is None else next(priced)
        all_lines.append(PricedLine(line, gross, off, gross - off, taxes, own))
    return PricedBasket(
        basket=basket,
        lines=tuple(all_lines),
        subtotal_minor=sum(found.gross),
        savings_minor=found.total_discount,
        tax=found.tax,
        tax_minor=sum(row.tax_minor for row in found.tax),
        tax_included=rules.inclusive,
        total_minor=found.payable,
        solution=_solution(found.optimum, terms.promotions),
    )


def _savings(optimum: Optimum, held: PromotionSet, count: int) -> list[tuple[LineSaving, ...]]:
    """What made up the discount of each line that took part."""
    savings: list[list[LineSaving]] = [[] for _ in range(count)]
    for one in optimum.applied:
        name = held.known[one.promo_id].name
        for own, minor, units in zip(savings, one.shares, one.consumed, strict=True):
            if minor:
                own.append(LineSaving(one.promo_id, name, minor, units))
    return [tuple(own) for own in savings]


def _solution(optimum: Optimum, held: PromotionSet) -> Solution:
    return Solution(
        applied=tuple(_applied(held.known[one.promo_id], one) for one in optimum.applied),
        snapshot=held.snapshot,
        engine_version=ENGINE_VERSION if held.snapshot else 0,
        minimised=optimum.minimised,
        bound=optimum.bound,
        proved=optimum.proved,
        set_aside=held.set_aside,
    )


def _applied(live: LivePromotion, one: Applied) -> AppliedPromotion:
    return AppliedPromotion(
        promo_id=one.promo_id,
        version=live.version,
        name=live.name,
        minor=one.discount,
        applications=one.applications,
        units=sum(one.consumed),
        manufacturer_funded=live.promotion.manufacturer_funded,
    )
