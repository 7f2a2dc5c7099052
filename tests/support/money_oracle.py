"""What a basket costs and how it is paid, by schoolbook fractions and by nothing of ours.

It follows the pricing vectors (Tax, Cash, Returns) word by word, so that the product's integers can
be held against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Json = dict[str, Any]
MILLION = 1_000_000


def whole(value: Fraction) -> int:
    """The nearest integer, halves away from zero."""
    below = value.numerator // value.denominator
    above_half = value - below > Fraction(1, 2)
    at_half = value - below == Fraction(1, 2)
    return below + 1 if above_half or (at_half and value > 0) else below


def in_coins(minor: int, coin: int) -> int:
    """The nearest multiple of the coin, halves away from zero."""
    return coin * whole(Fraction(minor, coin))


def line_net(line: Mapping[str, Any], basis_points: int = 0) -> int:
    """Units times price, or a weight at the price of 1000 g, less so much off the whole line."""
    if "weight_g" in line:
        gross = whole(Fraction(line["unit_price"] * line["weight_g"], 1000))
    else:
        gross = int(line["unit_price"] * line["qty"])
    off = 0 if line.get("no_discount") else basis_points
    return gross - whole(Fraction(gross * off, 10_000))


def taxes(bases: Sequence[int], codes: Sequence[Sequence[str]], rules: Mapping[str, Any]) -> Json:
    """Tax by code for lines with these taxable amounts and codes."""
    sums: Json = {}
    for group, base in _groups(bases, codes, per_line=rules["rounding"] == "per_line"):
        rates = {code: rules["rates"][code] for code in group}
        under = MILLION + (sum(rates.values()) if rules["mode"] == "inclusive" else 0)
        if rules.get("combine") and rates:
            rates = {"+".join(group): sum(rates.values())}
        for code, rate in rates.items():
            sums[code] = sums.get(code, 0) + whole(Fraction(base * rate, under))
    return dict(sorted(sums.items()))


def _groups(
    bases: Sequence[int], codes: Sequence[Sequence[str]], *, per_line: bool
) -> list[tuple[Sequence[str], int]]:
    lines = list(zip(codes, bases, strict=True))
    if per_line:
        return lines
    by_set: dict[frozenset[str], tuple[Sequence[str], int]] = {}
    for own, base in lines:
        first, so_far = by_set.get(frozenset(own), (own, 0))
        by_set[frozenset(own)] = (first, so_far + base)
    return list(by_set.values())


def priced(basket: Mapping[str, Any], gone: Mapping[str, int] | None = None) -> Json:
    """Nets, tax and total of the lines, or of the units of them that came back."""
    lines = basket["lines"]
    off = sum(promotion["bp"] for promotion in basket.get("promos", ()))
    nets = [line_net(line, off) for line in lines]
    if gone is not None:
        nets = [
            whole(Fraction(net * gone.get(line["id"], 0), line.get("qty", 1)))
            for net, line in zip(nets, lines, strict=True)
        ]
    tax = taxes(nets, [line["taxes"] for line in lines], basket["tax"])
    on_top = sum(tax.values()) if basket["tax"]["mode"] == "exclusive" else 0
    total = sum(nets) + on_top
    return {"lines": nets, "net": total - sum(tax.values()), "tax": tax, "total": total}


def worth(offer: Mapping[str, Any], exponent: int, digits: Mapping[str, int]) -> int:
    """What an offer in foreign money is worth in local minor units."""
    foreign = offer["foreign"]
    major = Fraction(foreign["amount"], 10 ** digits[foreign["currency"]])
    return whole(major * Fraction(foreign["rate_ppm"], MILLION) * 10**exponent)


def paid(total: int, offers: Sequence[Mapping[str, Any]], coin: int) -> Json:
    """How offers settle a total of which the last of them takes whatever is left."""
    tenders = []
    left = total
    for place, offer in enumerate(offers):
        given = offer["amount"]
        change = 0
        if place == len(offers) - 1 and offer["kind"] == "cash":
            to_pay = in_coins(left, coin)
            change = in_coins(given - left, coin) if "foreign" in offer else given - to_pay
            change = max(change, 0) if total > 0 else 0
        left -= given - change
        tenders.append({**offer, "amount": given - change, "given": given, "change": change})
    return {
        "tenders": tenders,
        "change": sum(tender["change"] for tender in tenders),
        "rounding": sum(tender["amount"] for tender in tenders) - total,
    }


def refunded(amount: int, originals: Sequence[Mapping[str, Any]], coin: int) -> list[Json]:
    """What goes back to which tender: as much as each paid, cash last and in coins."""
    offers: list[Json] = []
    in_cash = 0
    for original in sorted(originals, key=lambda one: one["kind"] == "cash"):
        part = min(amount, original["amount"])
        amount -= part
        if original["kind"] == "cash":
            in_cash += part
        elif part:
            offers.append({**original, "amount": -part})
    return [*offers, {"kind": "cash", "amount": -in_coins(in_cash, coin)}] if in_cash else offers


def expected(basket: Mapping[str, Any]) -> Json:
    """Everything that the golden table says about a basket."""
    coin = basket["cash_rounding"]["increment"]
    if "returns" not in basket:
        sums = priced(basket)
        return {**sums, **paid(sums["total"], basket["offers"], coin)}
    back = priced(basket, basket["returns"][0]["lines"])
    offers = refunded(back["total"], basket["originals"], coin)
    return {
        "lines": [-net for net in back["lines"]],
        "net": -back["net"],
        "tax": {code: -tax for code, tax in back["tax"].items()},
        "total": -back["total"],
        **paid(-back["total"], offers, coin),
    }
