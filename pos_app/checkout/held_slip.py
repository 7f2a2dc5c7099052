"""The slip of a basket that waits: on paper for the customer, scanned to take the basket up."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, or_, select

from db.store.sales import HeldBasket, Sale
from pos_app.checkout import drafts, holding, records, shared_baskets
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
        RetailError: ``basket.not_held``, ``basket.taken``; ``basket.not_heard`` with ``hold`` for
            one that this till has not heard of.
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
    till = shared_baskets.takers(tx, session).get(key.hex, 0)
    if till or shared_baskets.has_ended(tx, key) or _went_on(tx, key):
        raise holding.taken_by(till)
    raise not_heard(key)


def not_heard(hold: UUID) -> RetailError:
    """Of a basket that may wait elsewhere; its till may not have told of it yet."""
    return RetailError(
        "basket.not_heard",
        "Nothing has been heard of this basket here yet. It can be taken up at the till where it "
        "was put aside; nothing was changed.",
        hold=hold,
    )


def _went_on(tx: Connection, basket_id: UUID) -> bool:
    """Whether a basket that waited at this till is open here or sold."""
    draft = drafts.current(tx)
    sold = tx.execute(select(Sale.rid).where(Sale.rid == basket_id)).first()
    return sold is not None or (draft is not None and draft.basket.basket_id == basket_id)
