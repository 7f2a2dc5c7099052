"""A receipt as a device-neutral document: what stands on it, not how a printer says it.

The document is stored with the sale's print job and turned into bytes by
``hardware.printer.render``; a reprint renders the same document again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from retail.errors import RetailError


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
    """One sold line. All figures are finished text in the receipt's language."""

    name: str
    quantity: str
    unit_price: str
    amount: str
    note: str = ""


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

_KINDS: dict[str, type[Any]] = {
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
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class ReceiptDocument:
    """The blocks of a receipt, top to bottom. ``language`` is a BCP 47 tag such as ``en``."""

    title: str
    language: str
    blocks: tuple[Block, ...]


def to_dict(document: ReceiptDocument) -> dict[str, Any]:
    """Plain JSON values; ``from_dict`` gives back an equal document."""
    return {
        "title": document.title,
        "language": document.language,
        "blocks": [{"kind": _NAMES[type(b)], **asdict(b)} for b in document.blocks],
    }


def from_dict(data: dict[str, Any]) -> ReceiptDocument:
    """Read what :func:`to_dict` wrote.

    Raises:
        RetailError: ``receipt.block`` when a block is unknown or malformed.
    """
    try:
        blocks = tuple(_block(dict(raw)) for raw in data["blocks"])
        return ReceiptDocument(str(data["title"]), str(data["language"]), blocks)
    except (KeyError, TypeError, ValueError) as problem:
        raise RetailError(
            "receipt.block", "The stored receipt cannot be read: %(why)s.", why=problem
        ) from problem


def _block(raw: dict[str, Any]) -> Block:
    kind = _KINDS[raw.pop("kind")]
    convert: dict[str, Callable[[Any], Any]] = {
        "align": Align,
        "header": tuple,
        "rows": lambda rows: tuple(tuple(row) for row in rows),
    }
    block: Block = kind(**{k: convert.get(k, lambda v: v)(v) for k, v in raw.items()})
    return block
