"""Quick keys: designed by right, published in versions, read place by place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection, event

from pos_app.quick_keys import queries, service
from pos_app.quick_keys.layout import MOST_PAGES, PLACES, Cell, CellKind, Layout
from pos_app.quick_keys.service import Design
from pos_app.staff.approvals import ApprovalNeededError
from pos_app.staff.service import StaffMember
from pos_app.till.service import start_session
from retail.errors import RetailError
from retail.rights import Right
from tests.support.till import SHELF, Books

BREAD, MILK = SHELF.piece.row, SHELF.other.row
PAY = Cell(CellKind.COMMAND, "pay.cash")


def _who(books: Books, role: str) -> StaffMember:
    return next(one for one in books.staff() if one.role == role)


@pytest.fixture
def designing(selling: Books) -> Books:
    """Somebody at work who may design."""
    selling.session = selling.run(start_session, selling.desk, _who(selling, "manager"))
    return selling


def _put(design: Design, *cells: tuple[int, Cell | None]) -> Design:
    layout = design.layout
    for place, cell in cells:
        layout = layout.put(0, place, cell)
    return replace(design, layout=layout)


def _front(books: Books, role: str = "cashier") -> queries.Front:
    return books.run(queries.front, role)


def _keys(books: Books, page: int = 0) -> tuple[queries.Key, ...]:
    front = _front(books)
    return books.run(queries.keys, books.session.store, books.desk.now_us(), front, page)


def test_a_role_begins_with_the_favourites_and_nothing_is_in_force(designing: Books) -> None:
    design = designing.run(service.begin, designing.session, "cashier")
    (page,) = design.layout.pages
    assert (design.version, len(page.cells)) == (0, PLACES)
    ranked = "SELECT sku FROM product WHERE tile_rank > 0 AND active ORDER BY tile_rank LIMIT 40"
    assert [cell.what for cell in page.cells if cell] == [sku for (sku,) in designing.query(ranked)]
    assert _front(designing).pages == ()


def test_what_is_published_is_read_at_its_places_for_its_role_alone(designing: Books) -> None:
    design = designing.run(service.begin, designing.session, "cashier")
    layout = Layout().add_page("Counter")
    layout = layout.put(0, 3, Cell(CellKind.ARTICLE, BREAD.sku)).put(0, 7, PAY)
    layout = layout.put(0, 9, Cell(CellKind.CATEGORY, BREAD.category))
    kept = designing.run(service.publish, designing.session, replace(design, layout=layout))
    assert (kept.version, kept.layout) == (1, layout)
    assert (_front(designing).pages, _front(designing, "manager").pages) == (("Counter",), ())
    article, command, group = _keys(designing)
    assert [key.place for key in (article, command, group)] == [3, 7, 9]
    assert article.tile is not None
    assert (article.tile.name, article.tile.price_minor) == (BREAD.name, _price(designing))
    assert (command.cell, command.tile, command.group) == (PAY, None, None)
    assert group.group is not None
    assert group.group.category == BREAD.category


def _price(books: Books) -> object:
    zone = books.session.store.price_zone
    query = "SELECT minor FROM price WHERE sku = :sku AND zone = :zone AND pack = 1000"
    return books.value(query, sku=BREAD.sku, zone=zone)


def test_a_page_is_one_query(designing: Books) -> None:
    design = designing.run(service.begin, designing.session, "cashier")
    designing.run(service.publish, designing.session, design)
    front, seen = _front(designing), []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    def read(tx: Connection) -> None:
        store, now = designing.session.store, designing.desk.now_us()
        event.listen(tx.engine, "before_cursor_execute", note)
        try:
            queries.keys(tx, store, now, front, 0)
        finally:
            event.remove(tx.engine, "before_cursor_execute", note)

    designing.run(read)
    assert len(seen) == 1


def test_an_article_that_is_sold_no_more_leaves_its_place_empty(designing: Books) -> None:
    design = designing.run(service.begin, designing.session, "cashier")
    cells = ((0, Cell(CellKind.ARTICLE, BREAD.sku)), (1, Cell(CellKind.ARTICLE, MILK.sku)))
    designing.run(service.publish, designing.session, _put(design, *cells))
    designing.execute("UPDATE product SET active = false WHERE sku = :sku", sku=BREAD.sku)
    gone, there = _keys(designing)[:2]
    assert (gone.place, gone.tile) == (0, None)
    assert there.place == 1
    assert there.tile is not None


def test_undo_brings_back_what_was_published_before_and_undo_again_returns(
    designing: Books,
) -> None:
    design = designing.run(service.begin, designing.session, "cashier")
    with pytest.raises(RetailError, match="nothing to undo"):
        designing.run(service.undo, designing.session, design)
    first = designing.run(service.publish, designing.session, _put(design, (0, PAY)))
    second = designing.run(service.publish, designing.session, _put(first, (0, None)))
    back = designing.run(service.undo, designing.session, second)
    assert (back.version, back.layout) == (3, first.layout)
    again = designing.run(service.undo, designing.session, back)
    assert (again.version, again.layout) == (4, second.layout)
    assert designing.value("SELECT count(*) FROM quick_layout") == 4


def test_undo_of_the_first_publication_is_the_favourites_again(designing: Books) -> None:
    design = designing.run(service.begin, designing.session, "cashier")
    first = designing.run(service.publish, designing.session, _put(design, (0, PAY)))
    back = designing.run(service.undo, designing.session, first)
    assert back.layout == design.layout
    assert _front(designing).pages == ()


def test_a_page_without_a_key_is_not_kept(designing: Books) -> None:
    design = designing.run(service.begin, designing.session, "cashier")
    layout = design.layout.add_page("Empty")
    kept = designing.run(service.publish, designing.session, replace(design, layout=layout))
    assert len(kept.layout.pages) == 1


def test_two_designs_at_once_do_not_overwrite_each_other(designing: Books) -> None:
    design = designing.run(service.begin, designing.session, "cashier")
    designing.run(service.publish, designing.session, _put(design, (0, PAY)))
    with pytest.raises(RetailError, match="published meanwhile"):
        designing.run(service.publish, designing.session, _put(design, (1, PAY)))
    assert designing.value("SELECT count(*) FROM quick_layout") == 1


def test_a_cashier_designs_only_with_an_approval_which_is_kept(selling: Books) -> None:
    boss = _who(selling, "manager")
    selling.session = selling.run(start_session, selling.desk, _who(selling, "cashier"))
    with pytest.raises(ApprovalNeededError) as caught:
        selling.run(service.begin, selling.session, "cashier")
    assert caught.value.right is Right.DESIGN_KEYS
    design = selling.run(service.begin, selling.session, "cashier", boss)
    with pytest.raises(ApprovalNeededError):
        selling.run(service.publish, selling.session, replace(design, approver=None))
    selling.run(service.publish, selling.session, design)
    assert selling.value("SELECT approver_id FROM quick_layout") == boss.staff_id.bytes


def test_moving_changes_two_places_and_no_other() -> None:
    layout = Layout().add_page("A")
    for place in range(4):
        layout = layout.put(0, place, Cell(CellKind.ARTICLE, str(place)))
    moved = layout.move(0, 0, 3)
    whats = [cell.what for cell in moved.pages[0].cells if cell]
    assert whats == ["3", "1", "2", "0"]
    assert moved.move(0, 0, 3) == layout


def test_there_is_an_end_of_pages() -> None:
    layout = Layout()
    for number in range(MOST_PAGES):
        layout = layout.add_page(f"Page  {number}")
    assert layout.pages[0].name == "Page 0"
    with pytest.raises(RetailError, match="pages already"):
        layout.add_page("one more")
