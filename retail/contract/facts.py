"""Facts that travel up, by type and schema version.

Amounts in minor units, quantities in thousandths, rates in parts per million; people appear as
party ids only.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from retail.contract.baskets import BasketHeld, BasketReleased
from retail.contract.sales import SaleClosed, TaxRow
from retail.customers import Personal
from retail.errors import RetailError


class JournalOpened(msgspec.Struct, frozen=True, kw_only=True):
    """A till begins a journal; its first entry."""

    installation: UUID
    till: int
    series: str
    reason: str
    prev_jid: UUID | None = None
    prev_seq: int = 0


class ShiftOpened(msgspec.Struct, frozen=True, kw_only=True):
    """A cashier opens the till with a float in the drawer."""

    number: int
    till: int
    staff: UUID
    float_minor: int
    currency: str


class SignedOn(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody signed on at the till."""

    staff: UUID


class TrainingBegun(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody went over to practise on a copy of the till; the next sign-on ends it."""

    staff: UUID


class DrawerOpened(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody had the cash drawer opened without a sale (loss prevention).

    ``reason`` is a code; ``approved`` who allowed it in place of somebody without the right.
    """

    staff: UUID
    reason: str
    approved: UUID | None = None


class BasketVoided(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A basket, or a line of it, was given up before it was paid (loss prevention).

    ``reason`` is a code, empty where none was asked for; ``approved`` who allowed it in place of
    somebody without the right.
    """

    basket: UUID
    staff: UUID
    lines: tuple[tuple[str, int, int], ...]
    """``(code, thousandths, amount)`` of what was given up."""
    reason: str = ""
    approved: UUID | None = None


class CountedLine(msgspec.Struct, frozen=True, array_like=True):
    """What was counted of an article, and what the till's ledger had; thousandths."""

    sku: str
    counted: int
    expected: int


class JournalPosition(msgspec.Struct, frozen=True, array_like=True):
    """A journal, and an entry up to which something is included."""

    jid: UUID
    seq: int


class StockCounted(msgspec.Struct, frozen=True, kw_only=True):
    """Articles were counted; head office compares with its ledger as of ``base``.

    What was sold after that position is not lost, however late the count arrives.
    """

    staff: UUID
    lines: tuple[CountedLine, ...]
    base: tuple[JournalPosition, ...]


class CustomerSaved(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer was entered or changed at a till; who it is stands in the entry's side.

    Attributes:
        side: hex of the side's hash, see :func:`retail.contract.codec.side_hash`.
        consents: all that the customer agrees to, of ``retail.customers.Consent``.
    """

    customer: UUID
    staff: UUID
    side: str
    consents: tuple[str, ...] = ()


class CardWithoutSale(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A card terminal approved what became no sale: the till has it reversed.

    Attributes:
        attempt: the reference given to the terminal.
        amount: minor units; below zero for a refund.
        outcome: ``reversing`` once it is decided, then ``reversed``, or ``refused`` by the
            terminal: somebody must give the money back by hand.
    """

    attempt: UUID
    basket: UUID
    staff: UUID
    amount: int
    currency: str
    outcome: str
    brand: str = ""
    last_four: str = ""
    auth: str = ""
    terminal: str = ""


class ReceiptSent(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt is to be sent by e-mail; to whom, and what, stands in the entry's side.

    Attributes:
        sale: the sale's id; ``number`` its receipt's.
        side: hex of the side's hash, see :func:`retail.contract.codec.side_hash`.
    """

    sale: UUID
    number: str
    staff: UUID
    side: str


class InvoiceIssued(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An invoice of a sale, or a credit note; whom it is for stands in the entry's side.

    Attributes:
        kind: of ``retail.invoices.InvoiceKind``.
        sale, receipt: the sale's id and its receipt's number.
        supplied: day of the supply, ISO date in the store's zone.
        net, total: minor units without and with tax; below zero for a credit note.
        tax: what is taxable at each rate, and the tax.
        side: hex of the side's hash, see :func:`retail.contract.codec.side_hash`.
        refers: number of the invoice that a credit note corrects.
    """

    number: str
    kind: str
    sale: UUID
    receipt: str
    staff: UUID
    supplied: str
    currency: str
    net: int
    total: int
    tax: tuple[TaxRow, ...]
    side: str
    refers: str = ""
    party: UUID | None = None


class InvoiceSide(msgspec.Struct, frozen=True, kw_only=True):
    """The side of :class:`InvoiceIssued`: who it is for, and all of it as it was issued."""

    buyer: Personal
    document: msgspec.Raw


class MailedReceipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The side of :class:`ReceiptSent`.

    Attributes:
        to: the address.
        document: the receipt as it was printed, see :mod:`retail.contract.documents`.
        sheet: ``a4`` for an invoice, empty for a strip of receipt paper.
    """

    to: str
    document: msgspec.Raw
    sheet: str = ""


Fact = (
    JournalOpened
    | ShiftOpened
    | SignedOn
    | TrainingBegun
    | DrawerOpened
    | BasketVoided
    | SaleClosed
    | StockCounted
    | CustomerSaved
    | CardWithoutSale
    | ReceiptSent
    | BasketHeld
    | BasketReleased
    | InvoiceIssued
)

_TYPES: dict[tuple[str, int], type[Fact]] = {
    ("journal.opened", 1): JournalOpened,
    ("shift.opened", 1): ShiftOpened,
    ("staff.signed_on", 1): SignedOn,
    ("training.begun", 1): TrainingBegun,
    ("drawer.opened", 1): DrawerOpened,
    ("basket.voided", 1): BasketVoided,
    ("sale.closed", 1): SaleClosed,
    ("stock.counted", 1): StockCounted,
    ("customer.saved", 1): CustomerSaved,
    ("card.without_sale", 1): CardWithoutSale,
    ("receipt.sent", 1): ReceiptSent,
    ("basket.held", 1): BasketHeld,
    ("basket.released", 1): BasketReleased,
    ("invoice.issued", 1): InvoiceIssued,
}
_NAMES = {fact: name for name, fact in _TYPES.items()}
_DECODERS = {name: msgspec.json.Decoder(fact) for name, fact in _TYPES.items()}


def type_of(fact: Fact) -> tuple[str, int]:
    """The wire name and schema version of a fact."""
    return _NAMES[type(fact)]


def decode(type_name: str, version: int, body: bytes) -> Fact:
    """Read a fact's body; unknown fields are ignored.

    Raises:
        RetailError: ``fact.unknown`` for a type or version that this side does not know yet,
            ``fact.invalid`` for a body that does not fit.
    """
    decoder = _DECODERS.get((type_name, version))
    if decoder is None:
        raise RetailError(
            "fact.unknown",
            "%(type)s version %(version)s is not known here.",
            type=type_name,
            version=version,
        )
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise RetailError(
            "fact.invalid", "The %(type)s cannot be read: %(why)s.", type=type_name, why=problem
        ) from problem
