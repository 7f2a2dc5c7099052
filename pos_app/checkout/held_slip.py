"""The slip of a basket that waits: on paper for the customer, scanned to take the basket up."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, or_, select

from db.store.sales import HeldBasket
from pos_app.checkout import holding, records, shared_baskets
from pos_app.checkout.held import Held
from pos_app.checkout.scanning import code_rules
from pos_app.till.service import TillSession
from retail.barcode.number_rules import CodeKind
from retail.errors import RetailError
from retail.receipt import Align, Block, Cut, Feed, Qr, ReceiptDocument, Text


def print_slip(
    tx: Connection, session: TillSession, basket_id: UUID, title: str, lines: Sequence[str]
) -> None:
    """Queue the slip of a basket of this till; nothing of it when it waits no longer.

    Raises:
        RetailError: ``code_rule.no_slip`` when the store's table of codes has no row for it.
    """
    row = tx.execute(
        select(HeldBasket.basket_id, HeldBasket.hold_id).where(HeldBasket.basket_id == basket_id)
    ).first()
    if row is None:
        return
    prefixes = code_rules(tx, session).prefixes
    rule = next((one for one in prefixes if one.kind is CodeKind.HELD_SALE), None)
    if rule is None:
        raise RetailError(
            "code_rule.no_slip",
            "The store's table of codes has no row for slips of waiting baskets; the basket "
            "waits, and no slip was printed. Add one of the kind “held_sale”.",
        )
    name = (row.hold_id or row.basket_id).hex
    first, *rest = lines
    blocks: list[Block] = [
        Text(title, Align.CENTER),
        Text(first, Align.CENTER, bold=True, size=2),
        *(Text(line, Align.CENTER) for line in rest),
        Feed(),
        Qr(rule.prefix + name),
        Cut(),
    ]
    document = ReceiptDocument(title, session.store.language, tuple(blocks))
    records.write_sheet_job(tx, session.desk, document)


def of_slip(tx: Connection, session: TillSession, number: str) -> Held:
    """The basket of a scanned slip, here or at another till.

    Raises:
        RetailError: ``basket.not_held``.
    """
    try:
        key = UUID(hex=number)
    except ValueError:
        raise holding.taken_by(0) from None
    own = select(HeldBasket.basket_id).where(
        or_(HeldBasket.hold_id == key, HeldBasket.basket_id == key)
    )
    basket_id = tx.execute(own).scalar()
    waiting = (*holding.held(tx), *shared_baskets.elsewhere(tx, session))
    for one in waiting:
        if one.basket_id in {key, basket_id}:
            return one
    raise holding.taken_by(0)
