"""From a basket to its price: lines, tax and total, the same at the till and at head office."""

from __future__ import annotations

from dataclasses import dataclass

from retail.basket import Basket, Line
from retail.quantity import extend
from retail.tax import TaxableLine, TaxRules, TaxSum, line_taxes, tax_table


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its amounts in minor units; ``net = gross - discount``.

    Attributes:
        taxes: tax per code, adding up over the lines to the basket's tax table.
    """

    line: Line
    gross_minor: int
    discount_minor: int
    net_minor: int
    taxes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PricedBasket:
    """A basket with everything the screen, the receipt and the sale need, in minor units.

    Attributes:
        subtotal_minor: sum of the lines before discounts.
        tax: one row per code, sorted by code.
        total_minor: what the customer owes, tax included whatever the mode.
    """

    basket: Basket
    lines: tuple[PricedLine, ...]
    subtotal_minor: int
    savings_minor: int
    tax: tuple[TaxSum, ...]
    tax_minor: int
    tax_included: bool
    total_minor: int


def price(basket: Basket, rules: TaxRules) -> PricedBasket:
    """Price a basket. Lines of unknown codes cost nothing; they block payment anyway.

    Raises:
        RetailError: ``tax.code`` or ``tax.rate`` when the tax rules do not fit the articles.
    """
    amounts = [
        extend(line.item.unit_price_minor, line.quantity) if line.item else 0
        for line in basket.lines
    ]
    taxable = [
        TaxableLine(amount, line.item.tax_codes if line.item else ())
        for line, amount in zip(basket.lines, amounts, strict=True)
    ]
    tax = tax_table(taxable, rules)
    tax_minor = sum(row.tax_minor for row in tax)
    lines = tuple(
        PricedLine(line, amount, 0, amount, taxes)
        for line, amount, taxes in zip(
            basket.lines, amounts, line_taxes(taxable, rules), strict=True
        )
    )
    subtotal = sum(amounts)
    return PricedBasket(
        basket=basket,
        lines=lines,
        subtotal_minor=subtotal,
        savings_minor=0,
        tax=tax,
        tax_minor=tax_minor,
        tax_included=rules.inclusive,
        total_minor=subtotal if rules.inclusive else subtotal + tax_minor,
    )
