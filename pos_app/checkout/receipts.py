"""From a finished sale to its receipt document, in the store's language."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from pos_app.till.queries import StoreProfile
from retail.business_day import zone_of
from retail.contract.sales import PaidTender, SaleClosed, SoldLine
from retail.money import plain
from retail.quantity import plain as plain_quantity
from retail.receipt import (
    Align,
    Barcode,
    Block,
    Cut,
    Feed,
    Item,
    Pair,
    Qr,
    ReceiptDocument,
    Rule,
    Table,
    Text,
)
from retail.tax import MILLION
from retail.words import N_

_TENDER_NAMES = {
    "cash": N_("Cash"),
    "card": N_("Card"),
    "gift_card": N_("Gift card"),
    "store_credit": N_("Store credit"),
    "voucher": N_("Voucher"),
    "points": N_("Points"),
    "house_account": N_("On account"),
}
Translate = Callable[[str], str]


def build(
    store: StoreProfile,
    sale: SaleClosed,
    *,
    cashier: str,
    at: datetime,
    proof: str,
    translate: Translate = str,
) -> ReceiptDocument:
    """The receipt of a sale.

    Args:
        at: when the sale was finished (UTC); printed in the store's zone.
        proof: what the QR code holds, see :func:`proof_of`.
        translate: turns an English message into the receipt's language.
    """
    local = at.astimezone(zone_of(store.zone))
    heading: list[Block] = [
        Text(store.name, Align.CENTER, bold=True, size=2),
        Text(f"{store.street}, {store.city}", Align.CENTER),
        Text(f"{store.phone} · {store.vat_id}", Align.CENTER),
        Rule(),
        Pair(sale.number, f"{local:%Y-%m-%d %H:%M}"),
        Pair(translate("Till %s") % sale.till, cashier),
        Rule(),
    ]
    blocks = (
        *heading,
        *_items(sale, translate),
        Rule(),
        *_totals(sale, translate),
        *_taxes(sale, translate),
        Feed(),
        Text(translate("Thank you for your visit"), Align.CENTER),
        Qr(proof),
        Barcode(sale.number),
        Cut(),
    )
    return ReceiptDocument(title=sale.number, language=store.language, blocks=blocks)


def gift(receipt: ReceiptDocument, translate: Translate = str) -> ReceiptDocument:
    """The receipt for whoever gets the goods: what was bought, where and when, and no amount.

    It keeps the codes, so that the goods come back with it as with the receipt itself.
    """
    first = next((i for i, b in enumerate(receipt.blocks) if isinstance(b, Item)), 0)
    items = [b for b in receipt.blocks if isinstance(b, Item) and not b.quantity.startswith("-")]
    codes = [b for b in receipt.blocks if isinstance(b, Qr | Barcode)]
    blocks = (
        *receipt.blocks[:first],
        Text(translate("Gift receipt"), Align.CENTER, bold=True, size=2),
        Feed(),
        *(Pair(item.name, f"× {item.quantity}") for item in items),
        Rule(),
        Text(translate("Bring this receipt along to exchange or return."), Align.CENTER),
        *codes,
        Cut(),
    )
    return ReceiptDocument(receipt.title, receipt.language, blocks)


def proof_of(rid: UUID, leaf: bytes) -> str:
    """What the QR code holds: the sale's id and its Merkle leaf, URL-safe."""
    return f"TW1.{rid.hex}.{base64.urlsafe_b64encode(leaf).decode().rstrip('=')}"


def _items(sale: SaleClosed, translate: Translate) -> list[Item]:
    """The lines at their full amounts, each with what is taken off it."""
    names = {one.promotion: one.name for one in sale.choice.applied}
    return [
        Item(
            name=line.name,
            quantity=plain_quantity(line.qty) + ("" if line.unit == "piece" else f" {line.unit}"),
            unit_price=plain(line.price, sale.currency),
            amount=plain(line.gross, sale.currency),
            note=_note(line, translate),
            savings=tuple(
                (name, plain(-minor, sale.currency))
                for name, minor in (
                    *((names[off.promotion], off.minor) for off in line.discounts),
                    *_cuts(line, translate),
                )
            ),
        )
        for line in sale.lines
    ]


def _cuts(line: SoldLine, translate: Translate) -> Iterator[tuple[str, int]]:
    """What was taken off by hand; of goods that come back, what was not paid for them."""
    if line.back is not None and line.discount:
        yield translate("Discount"), line.discount
    for cut in line.cuts:
        if cut.scope != "price":
            share = f" {_percent(cut.ppm)}" if cut.ppm else ""
            yield translate("Discount") + share, cut.minor


def _note(line: SoldLine, translate: Translate) -> str:
    back = translate("Returned") if line.back else ""
    return " · ".join(word for word in (back, line.note) if word)


def _totals(sale: SaleClosed, translate: Translate) -> list[Block]:
    blocks: list[Block] = []
    if sale.exempt:
        blocks.append(Pair(translate("Tax exempt"), sale.exempt.certificate))
    if sale.note:
        blocks.append(Text(sale.note))
    if sale.savings:
        subtotal = sum(line.gross for line in sale.lines)
        blocks.append(Pair(translate("Subtotal"), plain(subtotal, sale.currency)))
        blocks.append(Pair(translate("You save"), plain(-sale.savings, sale.currency), bold=True))
    label = f"{translate('Total')} {sale.currency}"
    blocks.append(Pair(label, plain(sale.total, sale.currency), bold=True, size=2))
    if sale.rounding:
        blocks.append(Pair(translate("Cash rounding"), plain(sale.rounding, sale.currency)))
    for tender in sale.tenders:
        blocks.extend(_tender(tender, sale.currency, translate))
    return [*blocks, Rule()]


def _tender(tender: PaidTender, currency: str, translate: Translate) -> list[Block]:
    name = translate(_TENDER_NAMES[tender.kind])
    label = f"{name} {tender.ref}".rstrip()
    blocks: list[Block] = [Pair(label, plain(tender.given, currency))]
    if tender.change:
        blocks.append(Pair(translate("Change"), plain(tender.change, currency), bold=True))
    return blocks


def _taxes(sale: SaleClosed, translate: Translate) -> list[Block]:
    rows = tuple(
        (
            f"{row.code} {_percent(row.ppm)}",
            plain(row.net, sale.currency),
            plain(row.tax, sale.currency),
            plain(row.net + row.tax, sale.currency),
        )
        for row in sale.tax
    )
    header = (translate("VAT"), translate("Net"), translate("Tax"), translate("Gross"))
    return [Table(header=header, rows=rows)] if rows else []


def _percent(ppm: int) -> str:
    whole, rest = divmod(ppm * 100, MILLION)
    digits = f".{rest * 100 // MILLION:02d}".rstrip("0") if rest else ""
    return f"{whole}{digits} %"
