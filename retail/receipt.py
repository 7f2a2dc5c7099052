"""A receipt as a device-neutral document: what stands on it, not how a printer says it.

The document is stored with the sale's print job and turned into bytes by
``hardware.printer.render``; a reprint renders the same document again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Align(StrEnum):
    """Where a text stands on the paper's width."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; wrapped by display width. ``size`` 1 is normal, 2 is double width and height."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    size: int = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """A label at the left and a figure at the right of one line. The figure is never cut."""

    left: str
    right: str
    bold: bool = False
    size: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """One sold line. All figures are finished text in the receipt's language.

    Attributes:
        savings: below the line, what each promotion is called and what it takes off.
    """

    name: str
    quantity: str
    unit_price: str
    amount: str
    note: str = ""
    savings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Equal columns, the first left-aligned, the others right-aligned (the tax table)."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Barcode:
    """A Code 128 with its text below. ASCII only."""

    data: str


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code, error correction level M."""

    data: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Feed past the knife and cut, leaving a bridge."""


Block = Text | Pair | Item | Table | Rule | Feed | Barcode | Qr | Cut

KINDS: dict[str, type[Block]] = {
    "text": Text,
    "pair": Pair,
    "item": Item,
    "table": Table,
    "rule": Rule,
    "feed": Feed,
    "barcode": Barcode,
    "qr": Qr,
    "cut": Cut,
}
"""Every kind of block by the name it is stored under."""


@dataclass(frozen=True, slots=True)
class ReceiptDocument:
    """The blocks of a receipt, top to bottom. ``language`` is a BCP 47 tag such as ``en``."""

    title: str
    language: str
    blocks: tuple[Block, ...]


TRAINING = "*** TRAINING ***"


def marked(document: ReceiptDocument) -> ReceiptDocument:
    """A document that says above and below that it is worth nothing."""
    mark: tuple[Block, ...] = (Text(TRAINING, Align.CENTER, bold=True, size=2), Feed())
    body = document.blocks
    end = len(body) - 1 if body and isinstance(body[-1], Cut) else len(body)
    blocks = (*mark, *body[:end], *mark, *body[end:])
    return ReceiptDocument(document.title, document.language, blocks)
