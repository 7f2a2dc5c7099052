"""The price of a basket: promotions, redemption, tax, what is due, points and hints.

The one calculation of the till, head office and the simulator. Source: pricing vectors, Redemption
to Points, draw, coupons, hints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retail.loyalty import (
    PointsRules,
    Redemption,
    Wish,
    by_canonical_order,
    draw_tickets,
    earning_amounts,
    points_earned,
    redeemable,
    share_out,
)
from retail.money import CashRounding, round_cash
from retail.promotions.engine import PromotionEngine
from retail.promotions.hints import Hint, hints
from retail.promotions.results import Optimum
from retail.promotions.rules import (
    Draw,
    PointsBonus,
    PointsMultiplier,
    PricingLine,
    Promotion,
    SaleContext,
)
from retail.reductions import NO_CUTS, Cuts, TakenOff, taken_off
from retail.tax import TaxableLine, TaxRules, TaxSum, kept_codes, line_taxes, tax_table

CASH = "cash"
_REWARDS = frozenset({PointsMultiplier, PointsBonus, Draw})


@dataclass(frozen=True, slots=True)
class Payment:
    """A tender that is offered: its kind, and for other kinds than cash its minor units."""

    kind: str
    amount: int = 0


@dataclass(frozen=True, slots=True)
class CashRule:
    """The smallest coin in minor units, and which way cash amounts are rounded to it."""

    increment: int = 1
    mode: CashRounding = CashRounding.HALF_UP

    def rounded(self, minor: int) -> int:
        """The amount in coins; source: pricing vectors, Cash."""
        return round_cash(minor, self.increment, self.mode)


@dataclass(frozen=True, slots=True)
class QuoteRequest:
    """Everything a price depends on besides the promotions.

    Attributes:
        cuts: what is taken off by hand, after promotions and before points.
        exempt: a certificate was shown that the sale bears no tax.
        points: None where no points are given.
        wish: points that the customer wants to spend.
        payments: tenders so far; what cash tenders give is not counted.
    """

    lines: tuple[PricingLine, ...]
    context: SaleContext
    tax: TaxRules
    cuts: Cuts = NO_CUTS
    exempt: bool = False
    points: PointsRules | None = None
    wish: Wish | None = None
    cash: CashRule = CashRule()
    payments: tuple[Payment, ...] = ()
    want_hints: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A priced basket; tuples follow the input order of lines, amounts are minor units.

    Attributes:
        discounts: promotions, cuts and points as a discount together; ``gross = discounts + nets``.
        cut: what was taken off by hand.
        optimum: the applied promotions with their shares per line.
        redemption: None where no points are given or none were wanted.
        taxable: what each line is taxed on, with the codes it keeps.
        tax: one row per code, sorted by code; empty for a customer who is exempt.
        line_taxes: tax per code and line; every code adds up to its row.
        payable: tax included whatever the mode, before tenders and points as a tender.
        earning: what each line earned points for.
        due_after_noncash: below zero when overpaid.
        cash_due: ``due_after_noncash`` in coins.
        coupons_consumed: codes of applied promotions, ascending.
        rewards: the points and draw promotions that held.
    """

    optimum: Optimum
    gross: tuple[int, ...]
    discounts: tuple[int, ...]
    nets: tuple[int, ...]
    cut: TakenOff
    redemption: Redemption | None
    taxable: tuple[TaxableLine, ...]
    tax: tuple[TaxSum, ...]
    line_taxes: tuple[tuple[tuple[str, int], ...], ...]
    payable: int
    earning: tuple[int, ...]
    points_earned: int
    draw_tickets: int
    due_after_noncash: int
    cash_due: int
    coupons_consumed: tuple[str, ...]
    hints: tuple[Hint, ...]
    rewards: tuple[Promotion, ...]

    @property
    def total_discount(self) -> int:
        """The sum of the lines' discounts."""
        return sum(self.discounts)

    @property
    def rounding_delta(self) -> int:
        """What rounding to coins adds, below zero what it takes."""
        return self.cash_due - self.due_after_noncash

    @property
    def paid_in_points(self) -> int:
        """Minor units that points pay as a tender."""
        redeemed = self.redemption
        return redeemed.value if redeemed is not None and redeemed.as_tender else 0


def quote(request: QuoteRequest, engine: PromotionEngine) -> Quote:
    """Price a basket.

    Raises:
        RetailError: ``tax.code`` or ``tax.rate`` when the tax rules do not fit the articles,
            ``money.increment`` for a smallest coin below 1.
    """
    lines = request.lines
    order = by_canonical_order(lines)
    optimum = engine.optimise(lines, request.context)
    active = engine.active(request.context)
    rewards = tuple(p for p in active if type(p.mechanic) in _REWARDS)
    applied = _applied(active, optimum)
    sums = _sums(request, optimum, applied, order)
    earning = earning_amounts(sums.nets, sums.redemption, order)
    due = _due(request, sums)
    return Quote(
        optimum=optimum,
        gross=sums.gross,
        discounts=_less(sums.gross, sums.nets),
        nets=sums.nets,
        cut=sums.cut,
        redemption=sums.redemption,
        taxable=sums.taxable,
        tax=sums.tax,
        line_taxes=sums.line_taxes,
        payable=sums.payable,
        earning=earning,
        points_earned=_earned(request, earning, rewards),
        draw_tickets=draw_tickets(lines, sums.nets, rewards),
        due_after_noncash=due,
        cash_due=request.cash.rounded(due),
        coupons_consumed=_coupons(applied),
        hints=hints(active, lines, optimum) if request.want_hints else (),
        rewards=rewards,
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    gross: tuple[int, ...]
    nets: tuple[int, ...]
    cut: TakenOff
    redemption: Redemption | None
    taxable: tuple[TaxableLine, ...]
    tax: tuple[TaxSum, ...]
    line_taxes: tuple[tuple[tuple[str, int], ...], ...]
    payable: int


def _sums(
    request: QuoteRequest,
    optimum: Optimum,
    applied: Mapping[str, Promotion],
    order: Sequence[int],
) -> _Sums:
    gross = tuple(line.gross for line in request.lines)
    promoted = _less(gross, optimum.discounts)
    cut = taken_off(request.cuts, promoted, order)
    amounts = _less(promoted, cut.shares)
    as_discount = _discount_by_points(request, amounts, order)
    nets = amounts if as_discount is None else _less(amounts, as_discount.shares)
    taxable = _taxable(request, nets, optimum, applied)
    tax, own_taxes = _tax(request, taxable, order)
    payable = sum(nets)
    if not request.tax.inclusive:
        payable += sum(row.tax_minor for row in tax)
    redemption = as_discount or _tender_of_points(request, payable)
    return _Sums(gross, nets, cut, redemption, taxable, tax, own_taxes, payable)


def _applied(active: Sequence[Promotion], optimum: Optimum) -> dict[str, Promotion]:
    ids = {applied.promo_id for applied in optimum.applied}
    return {p.promo_id: p for p in active if p.promo_id in ids} if ids else {}


def _less(amounts: Sequence[int], taken: Sequence[int]) -> tuple[int, ...]:
    return tuple(amount - part for amount, part in zip(amounts, taken, strict=True))


def _redeemed(request: QuoteRequest, cap: int) -> tuple[int, int]:
    customer = request.context.customer
    if request.points is None or request.wish is None or customer is None:
        return 0, 0
    return redeemable(request.wish, customer.points, cap, request.points)


def _discount_by_points(
    request: QuoteRequest, amounts: Sequence[int], order: Sequence[int]
) -> Redemption | None:
    if request.points is None or request.wish is None or request.wish.as_tender:
        return None
    weights = [
        0 if line.no_discount else amount
        for line, amount in zip(request.lines, amounts, strict=True)
    ]
    points, value = _redeemed(request, sum(weights))
    shares = share_out(value, weights, order)
    return Redemption(points, value, as_tender=False, shares=shares)


def _tender_of_points(request: QuoteRequest, payable: int) -> Redemption | None:
    if request.points is None or request.wish is None or not request.wish.as_tender:
        return None
    points, value = _redeemed(request, payable)
    return Redemption(points, value, as_tender=True, shares=(0,) * len(request.lines))


def _taxable(
    request: QuoteRequest,
    nets: Sequence[int],
    optimum: Optimum,
    applied: Mapping[str, Promotion],
) -> tuple[TaxableLine, ...]:
    bases = list(nets)
    if request.tax.manufacturer_coupon_taxable:
        for one in optimum.applied:
            if applied[one.promo_id].manufacturer_funded:
                bases = [base + share for base, share in zip(bases, one.shares, strict=True)]
    return tuple(
        _kept(TaxableLine(base, line.taxes, line.units), request.tax)
        for base, line in zip(bases, request.lines, strict=True)
    )


def _kept(line: TaxableLine, rules: TaxRules) -> TaxableLine:
    codes = kept_codes(line, rules)
    return line if codes == line.codes else replace(line, codes=codes)


def _tax(
    request: QuoteRequest, taxable: Sequence[TaxableLine], order: Sequence[int]
) -> tuple[tuple[TaxSum, ...], tuple[tuple[tuple[str, int], ...], ...]]:
    if is_exempt(request):
        return (), ((),) * len(taxable)
    # Codes in a combined key stand as on the first line in canonical order.
    ordered = [taxable[i] for i in order]
    taxes: list[tuple[tuple[str, int], ...]] = [()] * len(taxable)
    for i, own in zip(order, line_taxes(ordered, request.tax), strict=True):
        taxes[i] = own
    return tax_table(ordered, request.tax), tuple(taxes)


def is_exempt(request: QuoteRequest) -> bool:
    """True when no tax is added for this customer; inclusive prices hold for everybody."""
    customer = request.context.customer
    exempt = request.exempt or (customer is not None and customer.tax_exempt)
    return exempt and not request.tax.inclusive


def _due(request: QuoteRequest, sums: _Sums) -> int:
    paid = sum(payment.amount for payment in request.payments if payment.kind != CASH)
    if sums.redemption is not None and sums.redemption.as_tender:
        paid += sums.redemption.value
    return sums.payable - paid


def _earned(request: QuoteRequest, amounts: Sequence[int], rewards: Sequence[Promotion]) -> int:
    if request.points is None or request.context.customer is None:
        return 0
    return points_earned(request.lines, amounts, request.points, rewards)


def _coupons(applied: Mapping[str, Promotion]) -> tuple[str, ...]:
    coupons = (promotion.conditions.coupon for promotion in applied.values())
    return tuple(sorted({coupon.code for coupon in coupons if coupon is not None}))
