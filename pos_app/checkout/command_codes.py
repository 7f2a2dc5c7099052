"""Codes of the till's commands on paper, for who works with a scanner alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from pos_app.checkout import records
from pos_app.checkout.scanning import code_rules
from pos_app.till.service import TillSession
from retail.barcode.number_rules import CodeKind
from retail.errors import RetailError
from retail.receipt import Align, Barcode, Block, Cut, Feed, ReceiptDocument, Text


@dataclass(frozen=True, slots=True)
class CommandCode:
    """A command's name in its code, and what it does in words."""

    name: str
    label: str


def print_codes(
    tx: Connection, session: TillSession, title: str, commands: Sequence[CommandCode]
) -> int:
    """Queue a sheet with a code for each command; how many there are.

    Raises:
        RetailError: ``code_rule.no_command`` when the store's table of codes has no row for them.
    """
    prefixes = code_rules(tx, session).prefixes
    row = next((one for one in prefixes if one.kind is CodeKind.COMMAND), None)
    if row is None:
        raise RetailError(
            "code_rule.no_command",
            "The store's table of codes has no row for commands; nothing was printed. "
            "Add one of the kind “command”.",
        )
    blocks: list[Block] = [Text(title, Align.CENTER, bold=True), Feed()]
    for one in commands:
        blocks += [Text(one.label), Barcode(row.prefix + one.name), Feed()]
    document = ReceiptDocument(title, session.store.language, (*blocks, Cut()))
    records.write_sheet_job(tx, session.desk, document)
    return len(commands)
