"""Returns: what comes back for goods of a finished sale, in money, tax and points.

Every figure is cumulative, so that parts add up to the whole. Source: pricing vectors, Returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from retail.errors import RetailError
from retail.loyalty import PointsRules, points_earned
from retail.money import divide_half_away
from retail.promotions.engine import PromotionEngine
from retail.promotions.rules import PricingLine, Promotion
from retail.quote import CashRule, Quote, QuoteRequest, is_exempt, quote
from retail.tax import TaxableLine, TaxRules, tax_table


class Policy(StrEnum):
    """How a return is valued: as paid, or by pricing anew what the customer keeps."""

    PAID = "paid"
    REPRICE = "reprice"


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line as it was sold, amounts in minor units.

    Attributes:
        net: what was paid for it.
        codes: the tax codes it kept in the sale, in its own order.
        manufacturer: taxable share that a manufacturer paid.
        redeemed: its share of points spent as a discount.
        earning: the amount that earned points.
    """

    line: PricingLine
    net: int
    codes: tuple[str, ...] = ()
    manufacturer: int = 0
    redeemed: int = 0
    earning: int = 0


@dataclass(frozen=True, slots=True)
class Sale:
    """A finished sale as far as returns need it, amounts in minor units.

    Attributes:
        lines: in canonical order.
        taxed: False when the customer was exempt.
        redeemed_points, redeemed_value, as_tender: points spent.
        points: None when the sale could not earn any.
        rewards: the points promotions that held.
    """

    lines: tuple[SoldLine, ...]
    tax: TaxRules
    payable: int
    taxed: bool = True
    redeemed_points: int = 0
    redeemed_value: int = 0
    as_tender: bool = False
    points: PointsRules | None = None
    points_earned: int = 0
    rewards: tuple[Promotion, ...] = ()
    cash: CashRule = field(default_factory=CashRule)

    @property
    def money(self) -> int:
        """What was paid in money."""
        return self.payable - (self.redeemed_value if self.as_tender else 0)


@dataclass(frozen=True, slots=True)
class Returned:
    """What earlier steps gave back.

    Attributes:
        units: by line id.
        refunds: minor units, before rounding to coins.
        cash_refunds: the part of ``refunds`` that went out in cash.
        repriced: a step was valued by pricing anew; only such steps may follow.
    """

    units: Mapping[str, int]
    refunds: int = 0
    cash_refunds: int = 0
    clawed_back: int = 0
    recredited: int = 0
    repriced: bool = False


NOTHING = Returned({})


@dataclass(frozen=True, slots=True)
class Refund:
    """What one step gives back, amounts in minor units.

    Attributes:
        refund: exact, before rounding to coins.
        cash_refund: ``refund`` in coins, so that all cash refunds add up to the rounded whole;
            None unless it goes out in cash.
        lines: by line id, every line of the sale; empty when priced anew.
        tax: by key of the tax table, without zeros; empty when priced anew.
        kept_payable: what the kept goods cost when priced anew.
    """

    refund: int
    points_clawback: int = 0
    points_recredit: int = 0
    cash_refund: int | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    tax: Mapping[str, int] = field(default_factory=dict)
    kept_payable: int | None = None


def sale_of(request: QuoteRequest, priced: Quote) -> Sale:
    """The sale that a quote becomes when it is paid."""
    redemption = priced.redemption
    shares = (0,) * len(request.lines) if redemption is None else redemption.shares
    sold = [
        SoldLine(line, net, taxable.codes, taxable.amount_minor - net, redeemed, earning)
        for line, net, taxable, redeemed, earning in zip(
            request.lines, priced.nets, priced.taxable, shares, priced.earning, strict=True
        )
    ]
    return Sale(
        lines=tuple(sorted(sold, key=lambda one: one.line.canonical_key)),
        tax=request.tax,
        payable=priced.payable,
        taxed=not is_exempt(request),
        redeemed_points=0 if redemption is None else redemption.points,
        redeemed_value=0 if redemption is None else redemption.value,
        as_tender=redemption is not None and redemption.as_tender,
        points=None if request.context.customer is None else request.points,
        points_earned=priced.points_earned,
        rewards=priced.rewards,
        cash=request.cash,
    )


def refund_as_paid(
    sale: Sale, earlier: Returned, units: Mapping[str, int], *, in_cash: bool = False
) -> tuple[Refund, Returned]:
    """Give back what was paid for these units.

    Args:
        units: by line id.

    Raises:
        RetailError: ``return.line`` for a line that was not sold, ``return.quantity`` for more
            units than are left, ``return.policy`` after a step priced anew.
    """
    if earlier.repriced:
        raise RetailError(
            "return.policy", "After goods were priced anew, later returns are priced anew, too."
        )
    gone = _gone(sale, earlier, units)
    before, after = _standing(sale, earlier.units), _standing(sale, gone)
    tax = {key: amount - before.tax.get(key, 0) for key, amount in after.tax.items()}
    step = Refund(
        refund=after.money - before.money,
        points_clawback=sale.points_earned - after.points_kept - earlier.clawed_back,
        points_recredit=after.recredited - earlier.recredited,
        lines={line: after.goods[line] - before.goods[line] for line in after.goods},
        tax={key: amount for key, amount in tax.items() if amount},
    )
    return _noted(sale, earlier, gone, step, in_cash=in_cash)


def refund_by_new_price(
    sale: Sale,
    earlier: Returned,
    units: Mapping[str, int],
    sold: tuple[QuoteRequest, PromotionEngine],
    *,
    in_cash: bool = False,
) -> tuple[Refund, Returned]:
    """Give back what the kept goods, priced as a sale of their own, leave of what was paid.

    Args:
        units: by line id.
        sold: what the sale was priced from, at its time and with its promotions and counters.

    Raises:
        RetailError: ``return.line`` or ``return.quantity``, as for returns as paid.
    """
    gone = _gone(sale, earlier, units)
    request, engine = sold
    kept = quote(_without(request, gone, sale.redeemed_points), engine)
    redeemed = 0 if kept.redemption is None else kept.redemption.points
    money = kept.payable - kept.paid_in_points
    step = Refund(
        refund=max(0, sale.money - earlier.refunds - money),
        points_clawback=max(0, sale.points_earned - kept.points_earned - earlier.clawed_back),
        points_recredit=max(0, sale.redeemed_points - redeemed - earlier.recredited),
        kept_payable=kept.payable,
    )
    return _noted(sale, earlier, gone, step, in_cash=in_cash)


def _gone(sale: Sale, earlier: Returned, units: Mapping[str, int]) -> dict[str, int]:
    """The units returned so far and now, by line id."""
    gone = dict(earlier.units)
    sold = {one.line.line_id: one.line.units for one in sale.lines}
    for line, count in units.items():
        if line not in sold:
            raise RetailError("return.line", "Line %(line)s was not sold.", line=line)
        left = sold[line] - gone.get(line, 0)
        if not 0 <= count <= left:
            raise RetailError(
                "return.quantity",
                "Of line %(line)s at most %(left)s can be returned.",
                line=line,
                left=left,
            )
        gone[line] = gone.get(line, 0) + count
    return gone


def _noted(
    sale: Sale, earlier: Returned, gone: Mapping[str, int], step: Refund, *, in_cash: bool
) -> tuple[Refund, Returned]:
    in_coins = earlier.cash_refunds
    if in_cash:
        before, in_coins = in_coins, in_coins + step.refund
        cash = sale.cash.rounded(in_coins) - sale.cash.rounded(before)
        step = replace(step, cash_refund=cash)
    return step, Returned(
        units=gone,
        refunds=earlier.refunds + step.refund,
        cash_refunds=in_coins,
        clawed_back=earlier.clawed_back + step.points_clawback,
        recredited=earlier.recredited + step.points_recredit,
        repriced=step.kept_payable is not None,
    )


def _without(request: QuoteRequest, gone: Mapping[str, int], points: int) -> QuoteRequest:
    kept, places = [], []
    for place, line in enumerate(request.lines):
        units = line.units - gone.get(line.line_id, 0)
        if units:
            kept.append(line if line.weighed else replace(line, quantity=units))
            places.append(place)
    wish = None if request.wish is None else replace(request.wish, points=points)
    cuts = request.cuts.only(places)
    return replace(request, lines=tuple(kept), cuts=cuts, wish=wish, payments=(), want_hints=False)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a sale has given back once certain units are returned as paid.

    Attributes:
        goods: minor units by line id.
        money: minor units, points as a tender taken off.
        points_kept: points that the rest earns.
    """

    goods: Mapping[str, int]
    tax: Mapping[str, int]
    money: int
    points_kept: int
    recredited: int


def _standing(sale: Sale, units: Mapping[str, int]) -> _Standing:
    parts = [(units.get(one.line.line_id, 0), one.line.units) for one in sale.lines]

    def so_far(amounts: Iterable[int]) -> list[int]:
        return [
            divide_half_away(amount * gone, whole)
            for amount, (gone, whole) in zip(amounts, parts, strict=True)
        ]

    goods = so_far(one.net for one in sale.lines)
    tax = _tax(sale, goods, so_far(one.manufacturer for one in sale.lines))
    value = sum(goods) + (0 if sale.tax.inclusive else sum(tax.values()))
    redeemed = 0
    if sale.redeemed_value:
        redeemed = (
            divide_half_away(sale.redeemed_value * value, sale.payable)
            if sale.as_tender
            else sum(so_far(one.redeemed for one in sale.lines))
        )
    earning = so_far(one.earning for one in sale.lines)
    return _Standing(
        goods={one.line.line_id: part for one, part in zip(sale.lines, goods, strict=True)},
        tax=tax,
        money=value - redeemed if sale.as_tender else value,
        points_kept=_points_kept(sale, earning),
        recredited=sale.redeemed_points * redeemed // sale.redeemed_value if redeemed else 0,
    )


def _tax(sale: Sale, goods: Sequence[int], manufacturer: Sequence[int]) -> dict[str, int]:
    if not sale.taxed:
        return {}
    # What the sale was exempt from stays exempt: the codes are those it kept.
    rules = replace(sale.tax, exempt_below_unit={})
    bases = [
        TaxableLine(amount + share, one.codes)
        for one, amount, share in zip(sale.lines, goods, manufacturer, strict=True)
    ]
    return {row.code: row.tax_minor for row in tax_table(bases, rules)}


def _points_kept(sale: Sale, gone: Sequence[int]) -> int:
    if sale.points is None:
        return 0
    left = [one.earning - part for one, part in zip(sale.lines, gone, strict=True)]
    return points_earned([one.line for one in sale.lines], left, sale.points, sale.rewards)
