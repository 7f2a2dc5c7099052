"""Receipts and invoices as files for people: what was printed, as a PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeGuard
from uuid import UUID

from sqlalchemy import Connection

from hardware.printer.pdf import A4, to_pdf
from pos_app.checkout.reprinting import printed
from retail.contract.documents import decode_document
from retail.receipt import ReceiptDocument, Text

Shown = Callable[[ReceiptDocument], ReceiptDocument]


def receipt_pdf(
    tx: Connection,
    fonts: Path,
    at: datetime,
    shown: Shown = lambda document: document,
    rid: UUID | None = None,
) -> tuple[str, bytes]:
    """A query: the file's name and content.

    Args:
        shown: what paper would show of a document, such as a mark of practice.
        rid: the sale; None for the newest.

    Raises:
        RetailError: as :func:`printed`.
    """
    receipt = printed(tx, rid)
    document = shown(decode_document(bytes(receipt.document)))
    return f"receipt_{receipt.number}.pdf", to_pdf(document, fonts, at)


def invoice_pdf(
    document: ReceiptDocument, fonts: Path, at: datetime, shown: Shown = lambda document: document
) -> tuple[str, bytes]:
    """The file's name and content, on A4; a copy has a name of its own.

    Args:
        shown: what paper would show of a document, such as a mark of practice.
    """
    first = document.blocks[0]
    mark = "".join(c for c in first.text.casefold() if c.isalnum()) if _is_mark(first) else ""
    name = f"invoice_{document.title}{f'_{mark}' if mark else ''}.pdf"
    return name, to_pdf(shown(document), fonts, at, sheet=A4)


def _is_mark(block: object) -> TypeGuard[Text]:
    return isinstance(block, Text) and block.text.startswith("***")
