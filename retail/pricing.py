"""From a basket to its price: promotions, tax and total, the same at the till and head office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from retail.basket.model import Basket, Line, Reduction, Returned
from retail.earning import Earning
from retail.pricing_terms import LivePromotion, PricingTerms, PromotionSet, promotion_set
from retail.promotions.engine import ENGINE_VERSION
from retail.promotions.results import Applied, Optimum
from retail.promotions.rules import Customer, PricingLine, SaleContext
from retail.quantity import ONE
from retail.quote import Quote, QuoteRequest, quote
from retail.reductions import NO_CUT, NO_CUTS, Cut, Cuts
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
        savings: what promotions took off, by promotion id.
        reduced_minor: what was taken off the line by hand, and
        share_minor: its share of what was taken off the basket by hand, which ``share`` is.
    """

    line: Line
    gross_minor: int
    discount_minor: int
    net_minor: int
    taxes: tuple[tuple[str, int], ...]
    savings: tuple[LineSaving, ...] = ()
    reduced_minor: int = 0
    share_minor: int = 0
    share: Reduction | None = None


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
        earning: None where nobody earns points by it; ``points_earned`` is what it earns while
            none pay for it.
        coupons: codes of the coupons that its promotions use.
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
    earning: Earning | None = None
    points_earned: int = 0
    coupons: tuple[str, ...] = ()


def pricing_line(line: Line) -> PricingLine | None:
    """A line as promotions see it.

    None for an unknown code, for what is not weighed yet and for goods that come back.
    """
    item = line.item
    if item is None or not line.quantity or line.returned is not None:
        return None
    labelled = line.label_minor if line.override is None else None
    weighed = item.weighed and labelled is None
    return PricingLine(
        line_id=str(line.line),
        article=item.article,
        # What a label says is paid, whatever its weight would cost: one piece at that price.
        unit_price=line.unit_price_minor if labelled is None else labelled,
        quantity=line.quantity if weighed else line.quantity // ONE if labelled is None else 1,
        weighed=weighed,
        category=item.category,
        tags=frozenset(item.tags),
        taxes=item.tax_codes,
        # A price that was set by hand is the last word.
        no_discount=item.no_discount or line.override is not None,
        no_points=item.no_points,
    )


def context_of(basket: Basket, terms: PricingTerms) -> SaleContext:
    """The circumstances as promotions see them, with what is the basket's own."""
    context = terms.context
    if basket.customer is not None:
        one = basket.customer
        buyer = Customer(str(one.party), one.tier or None, frozenset(one.segments))
        context = replace(context, customer=buyer)
    if basket.coupons:
        shown = frozenset(coupon.code for coupon in basket.coupons)
        context = replace(context, coupons=context.coupons | shown)
    if basket.without:
        context = replace(
            context, without=frozenset(promotion for promotion, _by in basket.without)
        )
    return context


def price(basket: Basket, rules: TaxRules, terms: PricingTerms | None = None) -> PricedBasket:
    """Price a basket. Lines that cannot be priced yet cost nothing; they block payment anyway.

    Args:
        terms: None for a basket without promotions.

    Raises:
        RetailError: ``tax.code`` or ``tax.rate`` when the tax rules do not fit the articles.
    """
    if terms is None:
        terms = PricingTerms(promotion_set("", ()), _ANY_TIME)
    seen = [(line, pricing_line(line)) for line in basket.lines]
    lines = tuple(priced for _line, priced in seen if priced is not None)
    known = [line for line, priced in seen if priced is not None]
    request = QuoteRequest(
        lines,
        context_of(basket, terms),
        rules,
        _cuts(basket, known),
        exempt=basket.exemption is not None,
        points=terms.points,
    )
    found = quote(request, terms.promotions.engine)
    sold = iter(_priced_lines(known, found, terms.promotions, basket.reduction))
    all_lines = tuple(
        _unpriced(line, rules) if priced is None else next(sold) for line, priced in seen
    )
    back = [line.returned for line in basket.lines if line.returned is not None]
    tax = _with_returned(found.tax, back, rules)
    return PricedBasket(
        basket=basket,
        lines=all_lines,
        subtotal_minor=sum(line.gross_minor for line in all_lines),
        savings_minor=found.total_discount,
        tax=tax,
        tax_minor=sum(row.tax_minor for row in tax),
        tax_included=rules.inclusive,
        total_minor=found.payable - sum(refund_of(one, rules) for one in back),
        solution=_solution(found.optimum, terms.promotions),
        earning=_earning(request, found, [n for n, (_, one) in enumerate(seen, 1) if one]),
        points_earned=found.points_earned,
        coupons=found.coupons_consumed,
    )


def _earning(request: QuoteRequest, found: Quote, numbers: Sequence[int]) -> Earning | None:
    if request.points is None or request.context.customer is None:
        return None
    return Earning(request.lines, tuple(numbers), found.nets, request.points, found.rewards)


def refund_of(returned: Returned, rules: TaxRules) -> int:
    """What the customer gets for goods that come back, tax included, in minor units."""
    on_top = 0 if rules.inclusive else sum(tax for _code, _ppm, tax in returned.taxes)
    return returned.net_minor + on_top


def _tax_key(code: str, ppm: int, rules: TaxRules) -> str:
    """The row of the tax table; goods of a time with another rate have one of their own."""
    return code if rules.rates.get(code) == ppm else f"{code}@{ppm}"


def _with_returned(
    tax: Sequence[TaxSum], back: Sequence[Returned], rules: TaxRules
) -> tuple[TaxSum, ...]:
    """The tax table of a sale with what goods that come back take off it."""
    rows = {row.code: row for row in tax}
    for returned in back:
        own = sum(minor for _code, _ppm, minor in returned.taxes) if rules.inclusive else 0
        for code, ppm, minor in returned.taxes:
            key = _tax_key(code, ppm, rules)
            row = rows.get(key, TaxSum(key, ppm, 0, 0, 0))
            net, less = row.net_minor - returned.net_minor + own, row.tax_minor - minor
            rows[key] = TaxSum(key, ppm, net, less, net + less)
    return tuple(row for _key, row in sorted(rows.items()))


def _unpriced(line: Line, rules: TaxRules) -> PricedLine:
    """A line outside of today's offers: not clear yet, or goods that come back."""
    back = line.returned
    if back is None:
        return PricedLine(line, 0, 0, 0, ())
    taxes = tuple((_tax_key(code, ppm, rules), -minor) for code, ppm, minor in back.taxes)
    discount = back.gross_minor - back.net_minor
    return PricedLine(line, -back.gross_minor, -discount, -back.net_minor, taxes)


def _cuts(basket: Basket, lines: Sequence[Line]) -> Cuts:
    """What is to be taken off by hand; the common basket has nothing of the kind."""
    if basket.reduction is None and not any(line.reduction for line in lines):
        return NO_CUTS
    fixed = (place for place, line in enumerate(lines) if line.item and line.item.no_discount)
    return Cuts(
        tuple(_cut(line.reduction) for line in lines), _cut(basket.reduction), frozenset(fixed)
    )


def _cut(reduction: Reduction | None) -> Cut:
    return NO_CUT if reduction is None else Cut(reduction.ppm, reduction.minor, reduction.most_ppm)


def _priced_lines(
    lines: Sequence[Line], found: Quote, held: PromotionSet, common: Reduction | None
) -> list[PricedLine]:
    savings = _savings(found.optimum, held, len(lines))
    return [
        PricedLine(line, gross, off, gross - off, taxes, own, reduced, share, common)
        for line, gross, off, taxes, own, reduced, share in zip(
            lines,
            found.gross,
            found.discounts,
            found.line_taxes,
            savings,
            found.cut.lines,
            found.cut.basket,
            strict=True,
        )
    ]


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
