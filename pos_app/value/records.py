"""What a sale did to stored value, written in its transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, insert

from db.prepared import Prepared
from db.store.value import ValueMove as MoveRow
from retail.contract.sales import SaleClosed, ValueMove
from retail.errors import RetailError
from retail.tender.settlement import TenderKind
from retail.value import ValueKind

_MOVE = Prepared(insert(MoveRow), [column.key for column in MoveRow.__table__.columns])
_PAYING = frozenset(TenderKind) & {kind.value for kind in ValueKind}
"""Kinds of stored value that are tenders; the others only count uses."""


def write_moves(tx: Connection, rid: UUID, moves: Sequence[ValueMove]) -> None:
    """Keep a sale's moves."""
    _MOVE.many(
        tx,
        [
            {
                "rid": rid.bytes,
                "n": move.n,
                "act": move.act,
                "kind": move.kind,
                "lookup": bytes.fromhex(move.lookup),
                "amount": move.amount,
                "authority": move.authority,
                "lease": move.lease.bytes if move.lease else None,
                "line": move.line,
                "last_four": move.last_four[:4],
                "minor": move.minor,
            }
            for move in moves
        ],
    )


def check_paid(sale: SaleClosed) -> None:
    """What is taken of instruments is what the tenders say, and what is stored was paid for.

    Raises:
        RetailError: ``sale.value``; nothing may be booked.
    """
    taken: Counter[str] = Counter()
    for move in sale.value:
        if move.tendered and move.kind in _PAYING:
            taken[move.kind] += move.paid if move.act == "redeem" else -move.paid
    for tender in sale.tenders:
        if tender.kind in _PAYING:
            taken[tender.kind] -= tender.amount
    stored = sum(move.amount for move in sale.value if move.stored)
    untaxed = sum(line.net for line in sale.lines if not line.tax and line.net > 0)
    if any(taken.values()) or (stored and stored > untaxed):
        raise RetailError(
            "sale.value", "The amounts on cards and in the basket differ; nothing was booked."
        )
