"""From a finished sale to its invoice as a document, for A4 and for receipt paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pos_app.checkout import receipts
from pos_app.till.queries import StoreProfile
from retail.contract.sales import SaleClosed
from retail.customers import Personal
from retail.invoices import FINE, Figures, InvoiceKind, InvoiceLine, InvoiceRate
from retail.money import exponent_of
from retail.receipt import (
    Align,
    Block,
    Cut,
    Feed,
    Item,
    Pair,
    ReceiptDocument,
    Rule,
    Table,
    Text,
)
from retail.words import N_

_TITLES = {InvoiceKind.INVOICE: N_("Invoice"), InvoiceKind.CREDIT_NOTE: N_("Credit note")}


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the lines.

    Attributes:
        refers: number of the invoice that a credit note corrects.
        issued, supplied: days in the store's zone.
    """

    number: str
    kind: InvoiceKind
    issued: date
    supplied: date
    refers: str = ""


def build(
    store: StoreProfile, buyer: Personal, heading: Heading, sale: SaleClosed, found: Figures
) -> ReceiptDocument:
    """The invoice in the store's language, which the books are kept in."""
    words = receipts.words_of(store.language, sale.currency)
    say = words.translate
    blocks: tuple[Block, ...] = (
        Text(store.name, bold=True, size=2),
        Text(f"{store.street}, {store.city}"),
        Pair(say("VAT number"), store.vat_id),
        Rule(),
        Text(say(_TITLES[heading.kind]), bold=True, size=2),
        Pair(say("Number"), heading.number, bold=True),
        *([Pair(say("Corrects invoice"), heading.refers)] if heading.refers else ()),
        Pair(say("Date of issue"), heading.issued.isoformat()),
        Pair(say("Date of supply"), heading.supplied.isoformat()),
        Pair(say("Receipt"), sale.number),
        Rule(),
        *_buyer(buyer, say("VAT number"), say("Customer")),
        Rule(),
        *(_item(line, words, sale.currency) for line in found.lines),
        Rule(),
        Table(
            header=(say("VAT"), say("Taxable amount"), say("VAT amount"), say("Total")),
            rows=tuple(_rate(row, words) for row in found.rates),
        ),
        Feed(),
        Pair(say("Total without VAT"), words.money(found.net)),
        Pair(say("VAT"), words.money(found.tax)),
        Pair(f"{say('Total')} {sale.currency}", words.money(found.total), bold=True, size=2),
        *_remarks(sale, words),
        Cut(),
    )
    return ReceiptDocument(title=heading.number, language=store.language, blocks=blocks)


def _buyer(buyer: Personal, number: str, title: str) -> list[Block]:
    names = dict.fromkeys(name for name in (buyer.company, buyer.name) if name)
    place = " ".join(part for part in (buyer.postcode, buyer.city) if part)
    lines = [*names, buyer.street, f"{place}, {buyer.country}" if buyer.country else place]
    return [
        Text(title, bold=True),
        *(Text(line) for line in lines),
        Pair(number, buyer.tax_number),
    ]


def _item(line: InvoiceLine, words: receipts.ReceiptWords, currency: str) -> Item:
    rate = words.translate("Not subject to VAT")
    if line.ppm is not None:
        rate = words.translate("VAT %s") % words.percent(line.ppm)
    savings: tuple[tuple[str, str], ...] = ()
    if line.discount:
        savings = ((words.translate("Discount"), words.money(-line.discount)),)
    return Item(
        name=line.name,
        quantity=words.quantity(line.quantity) + ("" if line.unit == "piece" else f" {line.unit}"),
        unit_price=words.figure(_fine(line.unit_fine, currency)),
        amount=words.money(line.gross),
        note=rate,
        savings=savings,
    )


def _fine(fine: int, currency: str) -> str:
    """A price to the hundredth of a minor unit, such as ``1.1835``."""
    digits = exponent_of(currency) + len(str(FINE)) - 1
    whole, rest = divmod(abs(fine), 10**digits)
    return f"{'-' if fine < 0 else ''}{whole}.{rest:0{digits}d}"


def _rate(row: InvoiceRate, words: receipts.ReceiptWords) -> tuple[str, str, str, str]:
    name = f"{row.code} {words.percent(row.ppm)}" if row.code else "–"
    return name, words.money(row.net), words.money(row.tax), words.money(row.net + row.tax)


def _remarks(sale: SaleClosed, words: receipts.ReceiptWords) -> list[Block]:
    if sale.exempt is None:
        return []
    said = f"{words.translate('Tax exempt')} {sale.exempt.certificate}"
    return [Feed(), Text(said, Align.LEFT)]
