"""From a finished sale to its receipt document, in the customer's language or the store's."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from hardware.card import CardSlip
from pos_app.checkout.receipt_members import NOBODY, Member, member_blocks
from pos_app.till.queries import StoreProfile
from resources.words import catalogue, speaks, style_of
from retail.barcode.presets import STORE_CREDIT_PREFIX
from retail.business_day import zone_of
from retail.contract.sales import PaidTender, SaleClosed, SoldLine, ValueMove
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
from retail.tender.foreign import rate_text
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


@dataclass(frozen=True, slots=True)
class _Words:
    """What a receipt says in its language."""

    language: str
    currency: str

    def translate(self, message: str) -> str:
        return catalogue(self.language).gettext(message)

    def money(self, minor: int) -> str:
        return self.figure(plain(minor, self.currency))

    def quantity(self, thousandths: int) -> str:
        return self.figure(plain_quantity(thousandths))

    def percent(self, ppm: int) -> str:
        whole, rest = divmod(ppm * 100, MILLION)
        digits = f".{rest * 100 // MILLION:02d}".rstrip("0") if rest else ""
        return f"{self.figure(f'{whole}{digits}')} %"

    def rate(self, ppm: int) -> str:
        return self.figure(rate_text(ppm))

    def figure(self, figure: str) -> str:
        return figure.replace(".", style_of(self.language).point)


ReceiptWords = _Words
"""What any paper of a sale says in a language."""


def words_of(language: str, currency: str) -> ReceiptWords:
    """The words and figures of a language."""
    return _Words(language, currency)


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stands on a receipt beside the sale itself.

    Attributes:
        at: when the sale was finished (UTC); printed in the store's zone.
        proof: what the QR code holds, see :func:`proof_of`.
        cards: what the card terminal told, by the reference of the tender.
        language: the customer's; the store's where it is empty or nobody has its words.
        balances: what is on cards that the sale loaded, by their lookup, where it is known.
        member: whose points and account it tells of.
        originals: the numbers of the receipts that goods come back of, by sale.
    """

    cashier: str
    at: datetime
    proof: str
    cards: Mapping[str, CardSlip] = field(default_factory=dict)
    language: str = ""
    balances: Mapping[str, int] = field(default_factory=dict)
    member: Member = NOBODY
    originals: Mapping[UUID, str] = field(default_factory=dict)


def build(store: StoreProfile, sale: SaleClosed, imprint: Imprint) -> ReceiptDocument:
    """The receipt of a sale, in the customer's language."""
    language = imprint.language if speaks(imprint.language) else store.language
    words = _Words(language, sale.currency)
    local = imprint.at.astimezone(zone_of(store.zone))
    heading: list[Block] = [
        Text(store.name, Align.CENTER, bold=True, size=2),
        Text(f"{store.street}, {store.city}", Align.CENTER),
        Text(f"{store.phone} · {store.vat_id}", Align.CENTER),
        Rule(),
        Pair(sale.number, f"{local:%Y-%m-%d %H:%M}"),
        Pair(words.translate("Till %s") % sale.till, imprint.cashier),
        Rule(),
    ]
    blocks = (
        *heading,
        *_items(sale, words, imprint),
        Rule(),
        *_totals(sale, imprint.cards, words),
        *_taxes(sale, words),
        *member_blocks(sale, imprint.member, words, local),
        Feed(),
        Text(words.translate("Thank you for your visit"), Align.CENTER),
        Qr(imprint.proof),
        Barcode(sale.number),
        Cut(),
    )
    return ReceiptDocument(title=sale.number, language=language, blocks=blocks)


@dataclass(frozen=True, slots=True)
class Slip:
    """A credit in minor units with its code, and when it was issued (UTC).

    Attributes:
        language: as of :class:`Imprint`.
    """

    code: str = field(repr=False)
    minor: int
    at: datetime
    language: str = ""


def credit_slip(store: StoreProfile, sale: SaleClosed, slip: Slip) -> ReceiptDocument:
    """Store credit on paper: whoever shows its code may spend it."""
    language = slip.language if speaks(slip.language) else store.language
    words = _Words(language, sale.currency)
    local = slip.at.astimezone(zone_of(store.zone))
    blocks = (
        Text(store.name, Align.CENTER, bold=True, size=2),
        Text(f"{store.street}, {store.city}", Align.CENTER),
        Rule(),
        Text(words.translate("Store credit"), Align.CENTER, bold=True, size=2),
        Text(f"{words.money(slip.minor)} {sale.currency}", Align.CENTER, bold=True, size=2),
        Feed(),
        Text(slip.code, Align.CENTER, bold=True),
        Barcode(STORE_CREDIT_PREFIX + slip.code.replace("-", "")),
        Feed(),
        Text(words.translate("Keep it like money: whoever shows this code may spend it.")),
        Text(words.translate("It pays at every till; what is not spent stays on it.")),
        Rule(),
        Pair(sale.number, f"{local:%Y-%m-%d %H:%M}"),
        Cut(),
    )
    return ReceiptDocument(title=sale.number, language=language, blocks=blocks)


def copy(receipt: ReceiptDocument, number: int) -> ReceiptDocument:
    """The receipt once more, marked as a copy."""
    mark = _Words(receipt.language, "").translate("COPY %(n)d") % {"n": number}
    banner = Text(f"*** {mark} ***", Align.CENTER, bold=True, size=2)
    return ReceiptDocument(receipt.title, receipt.language, (banner, *receipt.blocks))


def gift(receipt: ReceiptDocument) -> ReceiptDocument:
    """The receipt for whoever gets the goods: what was bought, where and when, and no amount.

    It keeps the codes, so that the goods come back with it as with the receipt itself.
    """
    words = _Words(receipt.language, "")
    first = next((i for i, b in enumerate(receipt.blocks) if isinstance(b, Item)), 0)
    items = [b for b in receipt.blocks if isinstance(b, Item) and not b.quantity.startswith("-")]
    codes = [b for b in receipt.blocks if isinstance(b, Qr | Barcode)]
    blocks = (
        *receipt.blocks[:first],
        Text(words.translate("Gift receipt"), Align.CENTER, bold=True, size=2),
        Feed(),
        *(Pair(item.name, f"× {item.quantity}") for item in items),
        Rule(),
        Text(words.translate("Bring this receipt along to exchange or return."), Align.CENTER),
        *codes,
        Cut(),
    )
    return ReceiptDocument(receipt.title, receipt.language, blocks)


def proof_of(rid: UUID, leaf: bytes) -> str:
    """What the QR code holds: the sale's id and its Merkle leaf, URL-safe."""
    return f"TW1.{rid.hex}.{base64.urlsafe_b64encode(leaf).decode().rstrip('=')}"


def _items(sale: SaleClosed, words: _Words, imprint: Imprint) -> list[Item]:
    """The lines at their full amounts, each with what is taken off it."""
    loads = {move.line: move for move in sale.value if move.stored}
    names = {one.promotion: one.name for one in sale.choice.applied}
    return [
        Item(
            name=line.name,
            quantity=words.quantity(line.qty) + ("" if line.unit == "piece" else f" {line.unit}"),
            unit_price=words.money(line.price),
            amount=words.money(line.gross),
            note=_note(line, words, _loaded(loads.get(line.n), words, imprint.balances), imprint),
            savings=tuple(
                (name, words.money(-minor))
                for name, minor in (
                    *((names[off.promotion], off.minor) for off in line.discounts),
                    *_cuts(line, words),
                )
            ),
        )
        for line in sale.lines
    ]


def _cuts(line: SoldLine, words: _Words) -> Iterator[tuple[str, int]]:
    """What was taken off by hand; of goods that come back, what was not paid for them."""
    if line.back is not None and line.discount:
        yield words.translate("Discount"), line.discount
    for cut in line.cuts:
        if cut.scope != "price":
            share = f" {words.percent(cut.ppm)}" if cut.ppm else ""
            yield words.translate("Discount") + share, cut.minor


def _loaded(move: ValueMove | None, words: _Words, balances: Mapping[str, int]) -> str:
    """Which card a line's amount is on, and what is on it now."""
    if move is None:
        return ""
    card = words.translate("Card ending in %s") % move.last_four
    if move.lookup not in balances:
        return card
    balance = words.translate("Balance %s") % words.money(balances[move.lookup])
    return f"{card} · {balance}"


def _note(line: SoldLine, words: _Words, loaded: str, imprint: Imprint) -> str:
    back = words.translate("Returned") if line.back else ""
    if line.back and line.back.sale is not None:
        back = f"{back} {imprint.originals.get(line.back.sale, '')}".strip()
    serial = words.translate("Serial number %s") % line.serial if line.serial else ""
    lot = words.translate("Lot %s") % line.lot if line.lot else ""
    tare = words.translate("Tare %s kg") % words.quantity(line.tare) if line.tare else ""
    typed = words.translate("Weight typed") if line.typed else ""
    return " · ".join(word for word in (loaded, back, serial, lot, tare, typed, line.note) if word)


def _totals(sale: SaleClosed, cards: Mapping[str, CardSlip], words: _Words) -> list[Block]:
    blocks: list[Block] = []
    if sale.exempt:
        blocks.append(Pair(words.translate("Tax exempt"), sale.exempt.certificate))
    if sale.note:
        blocks.append(Text(sale.note))
    if sale.savings:
        subtotal = sum(line.gross for line in sale.lines)
        blocks.append(Pair(words.translate("Subtotal"), words.money(subtotal)))
        blocks.append(Pair(words.translate("You save"), words.money(-sale.savings), bold=True))
    label = f"{words.translate('Total')} {sale.currency}"
    blocks.append(Pair(label, words.money(sale.total), bold=True, size=2))
    if sale.rounding:
        blocks.append(Pair(words.translate("Cash rounding"), words.money(sale.rounding)))
    for tender in sale.tenders:
        blocks.extend(_tender(tender, cards.get(tender.ref), words))
    return [*blocks, Rule()]


def _tender(tender: PaidTender, slip: CardSlip | None, words: _Words) -> list[Block]:
    name = words.translate(_TENDER_NAMES[tender.kind])
    shown = tender.ref if slip is None else f"{slip.brand} ****{slip.last_four}"
    blocks: list[Block] = [Pair(f"{name} {shown}".rstrip(), words.money(tender.given))]
    if tender.foreign is not None:
        given = plain(tender.foreign.minor, tender.foreign.currency)
        rate = words.rate(tender.foreign.ppm)
        blocks.append(Pair(f"{tender.foreign.currency} {words.figure(given)} @ {rate}", ""))
    if slip is not None:
        code = words.translate("Authorisation %s") % slip.auth_code
        blocks.append(Pair(code, words.translate("Terminal %s") % slip.terminal_id))
    if tender.change:
        blocks.append(Pair(words.translate("Change"), words.money(tender.change), bold=True))
    return blocks


def _taxes(sale: SaleClosed, words: _Words) -> list[Block]:
    rows = tuple(
        (
            f"{row.code} {words.percent(row.ppm)}",
            words.money(row.net),
            words.money(row.tax),
            words.money(row.net + row.tax),
        )
        for row in sale.tax
    )
    header = (
        words.translate("VAT"),
        words.translate("Net"),
        words.translate("Tax"),
        words.translate("Gross"),
    )
    return [Table(header=header, rows=rows)] if rows else []
