"""The check code of the scanner's set-up on paper."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from pos_app.checkout import records
from pos_app.till.service import TillSession
from retail.receipt import Align, Barcode, Cut, Feed, Qr, ReceiptDocument, Text


def print_check_code(tx: Connection, session: TillSession, words: tuple[str, str, str]) -> Any:
    """Queue a sheet with a title, a QR code and a bar code; returns the job's id."""
    title, square, bars = words
    blocks = (Text(title, Align.CENTER, bold=True), Qr(square), Feed(), Barcode(bars), Cut())
    document = ReceiptDocument(title, session.store.language, blocks)
    return records.write_sheet_job(tx, session.desk, document)
