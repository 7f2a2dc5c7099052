"""From a basket to its price: promotions, tax and total, the same at the till and head office."""

from __future__ import annotations

from dataclasses import dataclass

from retail.basket import Basket, Line
from retail.pricing_terms import LivePromotion, PricingTerms
from retail.promotions.engine import ENGINE_VERSION
from retail.promotions.results import Applied
from retail.promotions.rules import EXACT, PricingLine
from retail.quantity import ONE, extend
from retail.tax import TaxableLine, TaxRules, TaxSum, line_taxes, tax_table


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


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was chosen, line by line of the basket; ``funded`` is what manufacturers pay."""

    savings: tuple[tuple[LineSaving, ...], ...]
    funded: tuple[int, ...]
    solution: Solution


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
    """Price a basket. Lines of unknown codes cost nothing; they block payment anyway.

    Args:
        terms: None for a basket without promotions.

    Raises:
        RetailError: ``tax.code`` or ``tax.rate`` when the tax rules do not fit the articles.
    """
    amounts = [
        extend(line.item.unit_price_minor, line.quantity) if line.item else 0
        for line in basket.lines
    ]
    choice = _nothing(amounts) if terms is None else _chosen(basket, terms)
    discounts = [sum(saving.minor for saving in own) for own in choice.savings]
    taxable = _taxable(basket, amounts, choice, rules, terms)
    tax = tax_table(taxable, rules)
    tax_minor = sum(row.tax_minor for row in tax)
    subtotal, savings = sum(amounts), sum(discounts)
    return PricedBasket(
        basket=basket,
        lines=tuple(
            PricedLine(line, amount, off, amount - off, taxes, own)
            for line, amount, off, taxes, own in zip(
                basket.lines,
                amounts,
                discounts,
                line_taxes(taxable, rules),
                choice.savings,
                strict=True,
            )
        ),
        subtotal_minor=subtotal,
        savings_minor=savings,
        tax=tax,
        tax_minor=tax_minor,
        tax_included=rules.inclusive,
        total_minor=subtotal - savings + (0 if rules.inclusive else tax_minor),
        solution=choice.solution,
    )


def _nothing(amounts: list[int]) -> _Choice:
    whole = EXACT * sum(amounts)
    none = ((),) * len(amounts)
    return _Choice(none, (0,) * len(amounts), Solution(minimised=whole, bound=whole))


def _chosen(basket: Basket, terms: PricingTerms) -> _Choice:
    """Solve the lines that can take part, and put what was chosen back on the basket's lines."""
    seen = [pricing_line(line) for line in basket.lines]
    places = [place for place, line in enumerate(seen) if line is not None]
    held = terms.promotions
    optimum = held.engine.optimise([line for line in seen if line is not None], terms.context)
    savings: list[list[LineSaving]] = [[] for _ in seen]
    funded = [0] * len(seen)
    applied = []
    for one in optimum.applied:
        live = held.known[one.promo_id]
        applied.append(_applied(live, one))
        for place, minor, units in zip(places, one.shares, one.consumed, strict=True):
            if minor:
                savings[place].append(LineSaving(one.promo_id, live.name, minor, units))
                funded[place] += minor if live.promotion.manufacturer_funded else 0
    solution = Solution(
        applied=tuple(applied),
        snapshot=held.snapshot,
        engine_version=ENGINE_VERSION,
        minimised=optimum.minimised,
        bound=optimum.bound,
        proved=optimum.proved,
        set_aside=held.set_aside,
    )
    return _Choice(tuple(map(tuple, savings)), tuple(funded), solution)


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


def _taxable(
    basket: Basket,
    amounts: list[int],
    choice: _Choice,
    rules: TaxRules,
    terms: PricingTerms | None,
) -> list[TaxableLine]:
    """What is taxed of each line; nothing of it for a customer who pays no tax on top."""
    customer = terms.customer if terms else None
    exempt = customer is not None and customer.tax_exempt and not rules.inclusive
    return [
        TaxableLine(
            amount
            - sum(saving.minor for saving in own)
            + (paid if rules.manufacturer_coupon_taxable else 0),
            line.item.tax_codes if line.item and not exempt else (),
            1 if line.item and line.item.weighed else max(line.quantity // ONE, 1),
        )
        for line, amount, own, paid in zip(
            basket.lines, amounts, choice.savings, choice.funded, strict=True
        )
    ]
