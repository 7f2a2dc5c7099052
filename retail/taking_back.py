"""What goods of a finished sale are worth when they come back, line by line.

Quantities count in thousandths, so that half a kilogram comes back like half a dozen. Amounts
follow :mod:`retail.returns`: cumulative, so that parts add up to what was paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from retail.contract.sales import SaleClosed
from retail.contract.sales import SoldLine as FactLine
from retail.money import divide_half_away
from retail.promotions.rules import PricingLine
from retail.returns import Returned, Sale, SoldLine, refund_as_paid
from retail.tax import TaxRounding, TaxRules


@dataclass(frozen=True, slots=True)
class Part:
    """So much of a line comes back, in thousandths."""

    n: int
    thousandths: int


@dataclass(frozen=True, slots=True)
class Worth:
    """What a part is worth, in minor units; ``taxes`` by code and rate in parts per million."""

    gross: int
    net: int
    taxes: tuple[tuple[str, int, int], ...]


def returnable(fact: SaleClosed, gone: Mapping[int, int]) -> dict[int, int]:
    """What of each sold line can still come back, in thousandths.

    Args:
        gone: what came back already, by line.
    """
    return {line.n: line.qty - gone.get(line.n, 0) for line in fact.lines if line.qty > 0}


def worth_of(
    fact: SaleClosed, rounding: TaxRounding, gone: Mapping[int, int], parts: Iterable[Part]
) -> list[Worth]:
    """What each part is worth, in their order.

    Args:
        rounding: how the sale's tax was rounded.
        gone: what came back already, by line.

    Raises:
        RetailError: ``return.line`` for a line that was not sold, ``return.quantity`` for more
            than is left of it.
    """
    sale, sold = _sale(fact, rounding), {line.n: line for line in fact.lines}
    rates = {row.code: row.ppm for row in fact.tax}
    back = {str(n): thousandths for n, thousandths in gone.items()}
    earlier = Returned(back)
    found: list[Worth] = []
    for part in parts:
        key = str(part.n)
        refund, earlier = refund_as_paid(sale, earlier, {key: part.thousandths})
        line, before = sold[part.n], back.get(key, 0)
        back[key] = before + part.thousandths
        gross = _share(line, back[key]) - _share(line, before)
        taxes = tuple((code, rates[code], tax) for code, tax in sorted(refund.tax.items()))
        found.append(Worth(gross, refund.lines[key], taxes))
    return found


def _share(line: FactLine, thousandths: int) -> int:
    return divide_half_away(line.gross * thousandths, line.qty)


def _sale(fact: SaleClosed, rounding: TaxRounding) -> Sale:
    """The goods that were sold; what came back in the same ticket is none of it."""
    lines = tuple(
        SoldLine(_pricing_line(line), line.net, tuple(sorted(line.tax)))
        for line in fact.lines
        if line.qty > 0
    )
    rates = {row.code: row.ppm for row in fact.tax}
    return Sale(
        lines=lines,
        tax=TaxRules(fact.tax_included, rates, rounding),
        payable=sum(line.net for line in lines),
        taxed=fact.exempt is None,
    )


def _pricing_line(line: FactLine) -> PricingLine:
    return PricingLine(
        line_id=str(line.n),
        article=line.sku,
        unit_price=line.price,
        quantity=line.qty,
        taxes=tuple(sorted(line.tax)),
    )
