"""A priced case for people to read."""

from __future__ import annotations

from collections.abc import Iterator

from retail.vectors.writing import Answer, as_json, major_units

_COUNTS = {
    "points_earned": "points earned",
    "points_redeemed": "points redeemed",
    "draw_tickets": "draw tickets",
}
_AMOUNTS = {
    "redeem_value": "worth of the points",
    "due_after_noncash": "due",
    "cash_due": "due in cash",
    "rounding_delta": "by rounding",
}


def text_of(answer: Answer) -> str:
    """The case's id, then a row for every line, promotion, tax and whatever else it asks for."""
    rows = [*_lines(answer), *_promotions(answer), *_sums(answer), *_refunds(answer)]
    return "\n".join([answer.case.case_id, *(f"  {row}" for row in rows)])


def _money(answer: Answer, minor: int) -> str:
    return major_units(minor, answer.case.exponent)


def _lines(answer: Answer) -> Iterator[str]:
    quote = answer.quote
    for line, gross, discount, net in zip(
        answer.case.request.lines, quote.gross, quote.discounts, quote.nets, strict=True
    ):
        quantity = f"{line.quantity} g" if line.weighed else f"{line.quantity} ×"
        figures = "".join(f"{_money(answer, minor):>12}" for minor in (gross, -discount, net))
        yield f"{line.line_id:<8}{line.article:<16}{quantity:>8}{figures}"


def _promotions(answer: Answer) -> Iterator[str]:
    for applied in answer.quote.optimum.applied:
        yield f"promotion {applied.promo_id}: {_money(answer, -applied.discount)}"
    for promo_id, reason in answer.inactive.items():
        yield f"promotion {promo_id} does not hold: {reason}"
    for hint in answer.quote.hints:
        missing = hint.missing_qty or _money(answer, hint.missing_amount)
        yield f"promotion {hint.promo_id}: {missing} more needed"


def _sums(answer: Answer) -> Iterator[str]:
    quote = answer.quote
    for row in quote.tax:
        yield f"tax {row.code}: {_money(answer, row.tax_minor)}"
    yield f"to pay: {_money(answer, quote.payable)} {answer.case.currency}"
    found = as_json(answer)
    for name, label in _COUNTS.items():
        if name in found:
            yield f"{label}: {found[name]}"
    for name, label in _AMOUNTS.items():
        minor = found.get(name)
        if isinstance(minor, int):
            yield f"{label}: {_money(answer, minor)}"
    if quote.coupons_consumed:
        yield f"coupons used: {', '.join(quote.coupons_consumed)}"


def _refunds(answer: Answer) -> Iterator[str]:
    for number, refund in enumerate(answer.refunds, 1):
        told = [f"return {number}: {_money(answer, refund.refund)} back"]
        if refund.cash_refund is not None:
            told.append(f"in cash {_money(answer, refund.cash_refund)}")
        told += [f"tax {key} {_money(answer, minor)}" for key, minor in refund.tax.items()]
        if refund.kept_payable is not None:
            told.append(f"what is kept costs {_money(answer, refund.kept_payable)}")
        if refund.points_clawback:
            told.append(f"{refund.points_clawback} points taken back")
        if refund.points_recredit:
            told.append(f"{refund.points_recredit} points given back")
        yield ", ".join(told)
