"""VAT invoices: the particulars of directive 2006/112/EC, art. 226, from a finished sale.

Amounts in minor units without tax unless they say otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec import structs

from retail.contract.sales import SaleClosed, SoldLine
from retail.customers import Personal, tidy
from retail.errors import RetailError
from retail.money import divide_half_away
from retail.tax import MILLION

FINE = 100
"""Parts of a minor unit that a price without tax is given in."""
_LEAST_TAX_NUMBER = 5


class InvoiceKind(StrEnum):
    """An invoice, or what corrects one when goods of it come back."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class InvoiceNumber:
    """An invoice's number: gap-free within its series, which is its journal's; from 1 on."""

    store: str
    till: int
    series: str
    n: int

    def __str__(self) -> str:
        return f"{self.store}-{self.till}-{self.series}-I{self.n:06d}"


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line without tax; ``net = gross - discount``.

    Attributes:
        quantity: thousandths, below zero on a credit note.
        unit_fine: price of one unit before what was taken off, in 1/100 minor unit.
        ppm: the rate in parts per million; None for what is not subject to the tax.
    """

    name: str
    quantity: int
    unit: str
    unit_fine: int
    gross: int
    discount: int
    net: int
    ppm: int | None


@dataclass(frozen=True, slots=True)
class InvoiceRate:
    """What is taxable at a rate, and the tax; ``code`` is empty for what is not subject to it."""

    code: str
    ppm: int
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All that an invoice adds up: ``total = net + tax``."""

    lines: tuple[InvoiceLine, ...]
    rates: tuple[InvoiceRate, ...]
    net: int
    tax: int
    total: int


def figures(sale: SaleClosed, lines: Sequence[SoldLine]) -> Figures:
    """What some lines of a sale come to.

    The tax is what the sale itself took from each line, so that invoice and receipt agree to the
    cent, and invoice and credit notes with one another.
    """
    rates = {row.code: row.ppm for row in sale.tax}
    shown = tuple(_line(line, rates, included=sale.tax_included) for line in lines)
    sums: dict[str, list[int]] = {}
    for line, one in zip(lines, shown, strict=True):
        for code in sorted(line.tax) or [""]:
            row = sums.setdefault(code, [0, 0])
            row[0] += one.net
            row[1] += line.tax.get(code, 0)
    net = sum(one.net for one in shown)
    tax = sum(sum(line.tax.values()) for line in lines)
    table = tuple(InvoiceRate(code, rates.get(code, 0), *row) for code, row in sorted(sums.items()))
    return Figures(shown, table, net, tax, net + tax)


def _line(line: SoldLine, rates: dict[str, int], *, included: bool) -> InvoiceLine:
    ppm = sum(rates.get(code, 0) for code in line.tax)
    whole = MILLION + ppm if included else MILLION
    net = line.net - (sum(line.tax.values()) if included else 0)
    discount = divide_half_away(line.discount * MILLION, whole)
    return InvoiceLine(
        name=line.name,
        quantity=line.qty,
        unit=line.unit,
        unit_fine=divide_half_away(line.price * FINE * MILLION, whole),
        gross=net + discount,
        discount=discount,
        net=net,
        ppm=ppm if line.tax else None,
    )


def sold_lines(sale: SaleClosed) -> tuple[SoldLine, ...]:
    """The lines that an invoice is about: what came back belongs to the invoice it was sold with.

    Raises:
        RetailError: ``invoice.nothing`` for a receipt that sold nothing.
    """
    found = tuple(line for line in sale.lines if line.back is None)
    if not found:
        raise RetailError(
            "invoice.nothing", "This receipt sold nothing; there is no invoice for it."
        )
    return found


def check_buyer(buyer: Personal) -> Personal:
    """Who an invoice is for, tidied.

    Raises:
        RetailError: ``customer.company``, ``customer.tax_number``, ``customer.street`` or
            ``customer.city`` for what the law wants and is missing; as
            :func:`retail.customers.tidy`.
    """
    named = buyer.name.strip() or buyer.company.strip()
    if not named:
        raise RetailError("customer.company", "An invoice needs the customer's name.")
    clean = tidy(structs.replace(buyer, name=named))
    number = "".join(c for c in clean.tax_number.upper() if c.isalnum())
    if len(number) < _LEAST_TAX_NUMBER or not any(c.isdecimal() for c in number):
        raise RetailError("customer.tax_number", "Type the customer's VAT number.")
    for name in ("street", "city"):
        if not getattr(clean, name):
            raise RetailError(
                f"customer.{name}", "An invoice needs the full address; the %(name)s is missing.",
                name=name,
            )  # fmt: skip
    return structs.replace(clean, tax_number=number)
