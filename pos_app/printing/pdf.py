"""The newest receipt as a file for people: what was printed, as a PDF."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from hardware.printer.pdf import to_pdf
from pos_app.checkout.closing import newest_receipt
from retail.contract.documents import decode_document


def receipt_pdf(tx: Connection, fonts: Path, at: datetime) -> tuple[str, bytes]:
    """A query: the file's name and content.

    Raises:
        RetailError: ``print.nothing`` when this till has printed no receipt yet.
    """
    newest = newest_receipt(tx)
    document = decode_document(bytes(newest.document))
    return f"receipt_{newest.number}.pdf", to_pdf(document, fonts, at)
