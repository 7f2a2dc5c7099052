"""Designing quick keys: begun by right, published as a version, the last publication undone."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from db.store.catalog import Product
from db.store.quick_keys import QuickKey, QuickLayout
from pos_app.quick_keys import queries
from pos_app.quick_keys.layout import PLACES, Cell, CellKind, KeyPage, Layout, placed
from pos_app.staff.approvals import grant
from pos_app.staff.service import StaffMember
from pos_app.till.service import TillSession
from retail.errors import RetailError
from retail.rights import Right

ROLES = ("cashier", "manager")


@dataclass(frozen=True, slots=True)
class Design:
    """What somebody begins with.

    Attributes:
        version: of the layout it comes from, 0 for the favourites of the catalogue.
        approver: who allowed it in place of the one at work.
    """

    role: str
    version: int
    layout: Layout
    approver: StaffMember | None = None


def begin(
    tx: Connection, session: TillSession, role: str, approver: StaffMember | None = None
) -> Design:
    """The layout in force, or the favourites as one, to be changed.

    Raises:
        ApprovalNeededError: the one at work may not design, nor may the approver.
    """
    other = grant(session.staff, Right.DESIGN_KEYS, approver=approver)
    version, pages = queries.in_force(tx, role)
    layout = _layout(tx, role, version, pages) if pages else _favourites(tx)
    return Design(role, version, layout, other)


def publish(tx: Connection, session: TillSession, design: Design) -> Design:
    """Let a layout be in force from now on; a page without a key is not kept.

    Raises:
        ApprovalNeededError: as :func:`begin`.
        RetailError: ``keys.changed`` when another was published meanwhile.
    """
    layout = design.layout.without_free_pages()
    return _keep(tx, session, design, layout)


def undo(tx: Connection, session: TillSession, design: Design) -> Design:
    """Publish again what was in force before the newest; the next undo comes back.

    Raises:
        ApprovalNeededError, RetailError: as :func:`publish`; ``keys.no_undo`` when nothing was
            published yet.
    """
    if not design.version:
        raise RetailError("keys.no_undo", "Nothing was published yet; there is nothing to undo.")
    earlier = select(QuickLayout.pages).where(
        QuickLayout.role == design.role, QuickLayout.version == design.version - 1
    )
    names = tuple(json.loads(tx.execute(earlier).scalar_one_or_none() or "[]"))
    return _keep(tx, session, design, _layout(tx, design.role, design.version - 1, names))


def _keep(tx: Connection, session: TillSession, design: Design, layout: Layout) -> Design:
    other = grant(session.staff, Right.DESIGN_KEYS, approver=design.approver)
    version, _pages = queries.in_force(tx, design.role)
    if version != design.version:
        raise RetailError(
            "keys.changed",
            "Other keys were published meanwhile; yours are kept here. Discard them to go on.",
        )
    tx.execute(
        insert(QuickLayout).values(
            role=design.role,
            version=version + 1,
            pages=json.dumps([page.name for page in layout.pages], ensure_ascii=False),
            staff_id=session.staff.staff_id,
            approver_id=other.staff_id if other else None,
            at=session.desk.now(),
        )
    )
    rows = [
        {
            "role": design.role,
            "version": version + 1,
            "page": page,
            "place": place,
            "kind": cell.kind.value,
            "what": cell.what,
        }
        for page, one in enumerate(layout.pages)
        for place, cell in enumerate(one.cells)
        if cell is not None
    ]
    if rows:
        tx.execute(insert(QuickKey), rows)
    return begin(tx, session, design.role, design.approver)


def _layout(tx: Connection, role: str, version: int, pages: tuple[str, ...]) -> Layout:
    keys: list[dict[int, Cell]] = [{} for _page in pages]
    rows = tx.execute(
        select(QuickKey.page, QuickKey.place, QuickKey.kind, QuickKey.what).where(
            QuickKey.role == role, QuickKey.version == version
        )
    )
    for row in rows:
        keys[row.page][row.place] = Cell(CellKind(row.kind), row.what)
    named = zip(pages, keys, strict=True)
    return Layout(tuple(KeyPage(name, placed(cells)) for name, cells in named))


def _favourites(tx: Connection) -> Layout:
    rows = tx.execute(
        select(Product.sku)
        .where(Product.active, Product.tile_rank > 0)
        .order_by(Product.tile_rank)
        .limit(PLACES)
    )
    cells = {place: Cell(CellKind.ARTICLE, sku) for place, (sku,) in enumerate(rows)}
    return Layout((KeyPage("", placed(cells)),))
