"""The result of a case as JSON values. Source: pricing vectors, Result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retail.promotions.engine import PromotionEngine
from retail.promotions.hints import Hint
from retail.promotions.rules import Draw
from retail.quote import CASH, Quote, quote
from retail.returns import NOTHING, Policy, Refund, refund_as_paid, refund_by_new_price, sale_of
from retail.vectors.reading import Case

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """A priced case.

    Attributes:
        inactive: why promotions do not hold, by promotion id.
        refunds: one for each step of the case's returns.
    """

    case: Case
    quote: Quote
    inactive: Mapping[str, str]
    refunds: tuple[Refund, ...]


def answer(case: Case) -> Answer:
    """Price a case."""
    engine = PromotionEngine(case.promotions)
    priced = quote(case.request, engine)
    inactive = engine.inactive(case.request.context)
    return Answer(case, priced, inactive, _refunds(case, priced, engine))


def result(case: Case) -> Json:
    """Price a case and write the result down."""
    return as_json(answer(case))


def as_json(answered: Answer) -> Json:
    """The result with the fields that the case asks for."""
    case, priced = answered.case, answered.quote
    found: Json = {
        "line_gross": list(priced.gross),
        "line_discount": list(priced.discounts),
        "line_net": list(priced.nets),
        "total_discount": priced.total_discount,
        "payable": priced.payable,
        "payable_text": major_units(priced.payable, case.exponent),
        "tax": {row.code: row.tax_minor for row in priced.tax},
        "applied": [
            {"promo": one.promo_id, "discount": one.discount} for one in priced.optimum.applied
        ],
    }
    if answered.inactive:
        found["inactive"] = dict(sorted(answered.inactive.items()))
    found |= _due(case, priced) | _loyalty(case, priced)
    if case.request.context.coupons:
        found["coupons_consumed"] = list(priced.coupons_consumed)
    if case.request.want_hints:
        found["hints"] = [_hint(hint) for hint in priced.hints]
    if case.returns is not None:
        found["returns"] = [_refund(case, priced, refund) for refund in answered.refunds]
    return found


def major_units(minor: int, exponent: int) -> str:
    """``-12.30`` for -1230 with two digits: a point, no grouping, no currency."""
    text = str(abs(minor)).rjust(exponent + 1, "0")
    if exponent:
        text = f"{text[:-exponent]}.{text[-exponent:]}"
    return f"-{text}" if minor < 0 else text


def _due(case: Case, priced: Quote) -> Json:
    payments = case.request.payments
    if not payments:
        return {}
    due: Json = {"due_after_noncash": priced.due_after_noncash}
    if any(payment.kind == CASH for payment in payments):
        due["cash_due"] = priced.cash_due
        due["rounding_delta"] = priced.rounding_delta
    return due


def _loyalty(case: Case, priced: Quote) -> Json:
    found: Json = {}
    if case.request.points is not None:
        found["points_earned"] = priced.points_earned
    if priced.redemption is not None:
        found["points_redeemed"] = priced.redemption.points
        found["redeem_value"] = priced.redemption.value
    if any(isinstance(promotion.mechanic, Draw) for promotion in case.promotions):
        found["draw_tickets"] = priced.draw_tickets
    return found


def _hint(hint: Hint) -> Json:
    if hint.missing_qty:
        return {"promo": hint.promo_id, "missing_qty": hint.missing_qty}
    return {"promo": hint.promo_id, "missing_amount": hint.missing_amount}


def _refunds(case: Case, priced: Quote, engine: PromotionEngine) -> tuple[Refund, ...]:
    sale = sale_of(case.request, priced)
    sold = (case.request, engine)
    earlier = NOTHING
    found = []
    for step in case.returns or ():
        if step.policy is Policy.PAID:
            refund, earlier = refund_as_paid(sale, earlier, step.units, in_cash=step.in_cash)
        else:
            refund, earlier = refund_by_new_price(
                sale, earlier, step.units, sold, in_cash=step.in_cash
            )
        found.append(refund)
    return tuple(found)


def _refund(case: Case, priced: Quote, step: Refund) -> Json:
    found: Json
    if step.kept_payable is None:
        lines = [step.lines[line.line_id] for line in case.request.lines]
        found = {"line_refund": lines, "refund": step.refund, "tax": dict(step.tax)}
    else:
        found = {"kept_payable": step.kept_payable, "refund": step.refund}
    if case.request.points is not None:
        found["points_clawback"] = step.points_clawback
    if priced.redemption is not None and priced.redemption.value:
        found["points_recredit"] = step.points_recredit
    if step.cash_refund is not None:
        found["cash_refund"] = step.cash_refund
    return found
