"""Families of articles: one row in the search, a matrix to choose from."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import text

from pos_app.screens.checkout.search_overlay import SearchOverlay
from pos_app.screens.records import FoundRow
from pos_app.screens.variants.sheet import VariantSheet
from pos_app.screens.widgets.button import AppButton
from tests.screens.shirts import stock_up
from tests.screens.till_store import Hands, gtin


@pytest.fixture
def shop(selling: Hands) -> Hands:
    """A till whose shop has a shirt in three sizes and two colours, not all of them made."""
    selling.till.tasks.run(stock_up).result()
    return selling


def _sheet(hands: Hands) -> VariantSheet:
    hands.wait(lambda: isinstance(hands.window.sheet.content, VariantSheet))
    content = hands.window.sheet.content
    assert isinstance(content, VariantSheet)
    return content


def _found(hands: Hands) -> tuple[FoundRow, ...]:
    overlay = hands.window.selling.checkout.search
    assert isinstance(overlay, SearchOverlay)
    return overlay._model.records


def test_the_code_of_a_family_opens_its_matrix_and_enter_adds(shop: Hands) -> None:
    shop.enter("TSHIRT")
    sheet = _sheet(shop)
    assert not shop.rows
    shop.press(Qt.Key.Key_Down)
    shop.press(Qt.Key.Key_Right)
    cell = sheet.current
    assert cell is not None
    assert cell.accessibleName().startswith("M red, €14.90")
    shop.press(Qt.Key.Key_Return)
    shop.wait(lambda: bool(shop.rows))
    assert shop.names == ["Cotton tee, red, M"]
    assert shop.window.sheet.content is None
    assert shop.window.selling.checkout.line.hasFocus()


def test_a_scan_of_it_does_the_same_and_a_touch_chooses(shop: Hands) -> None:
    shop.window.selling.scan("TSHIRT")
    sheet = _sheet(shop)
    wanted = "S blue"
    cells = {cell.accessibleName(): cell for cell in sheet.findChildren(AppButton)}
    next(cell for name, cell in cells.items() if name.startswith(wanted)).click()
    shop.wait(lambda: shop.names == ["Cotton tee, blue, S"])


def test_what_is_not_sold_cannot_be_chosen(shop: Hands) -> None:
    shop.enter("TSHIRT")
    sheet = _sheet(shop)
    closed = {c.accessibleName() for c in sheet.findChildren(AppButton) if not c.isEnabled()}
    assert closed == {
        "S red: not made",
        "L red: not made",
        "L blue, must not be sold",
    }
    before = sheet.current
    shop.press(Qt.Key.Key_Right)
    shop.press(Qt.Key.Key_Left)
    assert sheet.current is before
    for _step in range(4):
        shop.press(Qt.Key.Key_Down)
    assert sheet.current is not None
    assert sheet.current.isEnabled()
    assert min(c.height() for c in sheet.findChildren(AppButton)) >= 48


def test_the_matrix_tells_what_is_in_the_store(shop: Hands) -> None:
    store = "INSERT INTO shop_stock_level (store_id, sku, thousandths, applied)"
    shop.till.tasks.run(
        lambda tx: tx.execute(text(f"{store} VALUES ('NL01', 'T1', 7000, '[]')")).rowcount
    ).result()
    shop.enter("TSHIRT")
    sheet = _sheet(shop)
    shop.wait(
        lambda: sheet.current is not None and "7 in the store" in sheet.current.accessibleName()
    )


def test_the_search_shows_one_row_for_all_of_them(shop: Hands) -> None:
    shop.type("cotton tee")
    shop.wait(lambda: bool(_found(shop)))
    (row,) = _found(shop)
    assert (row.name, row.detail, row.price) == ("Cotton tee", "4 variants", "from €12.90")
    shop.press(Qt.Key.Key_Return)
    _sheet(shop)
    shop.press(Qt.Key.Key_Escape)
    assert not shop.rows
    shop.type("cotton tee red")
    shop.wait(lambda: [row.name for row in _found(shop)] == ["Cotton tee, red, M"])
    shop.press(Qt.Key.Key_Return)
    shop.wait(lambda: shop.names == ["Cotton tee, red, M"])


def test_a_name_typed_faster_than_the_search_asks_too(shop: Hands) -> None:
    shop.enter("cotton tee")
    _sheet(shop)
    assert not shop.rows


@pytest.mark.parametrize("line", ["3*TSHIRT", "3*cotton tee"])
def test_so_many_as_were_asked_for_are_added_of_the_chosen_one(shop: Hands, line: str) -> None:
    shop.enter(line)
    _sheet(shop)
    shop.press(Qt.Key.Key_Down)
    shop.press(Qt.Key.Key_Return)
    shop.wait(lambda: bool(shop.rows))
    assert (shop.names, shop.rows[0].quantity) == (["Cotton tee, blue, M"], "3")


def test_a_scan_while_the_matrix_is_open_is_sold(shop: Hands) -> None:
    shop.enter("TSHIRT")
    _sheet(shop)
    shop.window.selling.scan(gtin(0))
    shop.settle()
    assert shop.window.sheet.content is None
    assert shop.names == ["Whole milk 1 L"]


CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_a_key_gives_the_line_another_variant_and_undo_brings_it_back(shop: Hands) -> None:
    shop.enter("T1")
    shop.press(Qt.Key.Key_Plus)
    shop.press(Qt.Key.Key_V, CTRL_SHIFT)
    sheet = _sheet(shop)
    assert sheet.current is not None
    shop.press(Qt.Key.Key_Down)
    shop.press(Qt.Key.Key_Return)
    shop.settle()
    assert shop.names == ["Cotton tee, blue, M"]
    assert shop.rows[0].quantity == "2"
    assert shop.window.selling.checkout.line.hasFocus()
    assert any("Now Cotton tee, blue, M" in text for text in shop.messages)
    shop.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shop.names == ["Cotton tee, blue, S"]


def test_the_variant_that_it_is_changes_nothing(shop: Hands) -> None:
    shop.enter("T1")
    shop.press(Qt.Key.Key_V, CTRL_SHIFT)
    _sheet(shop)
    shop.press(Qt.Key.Key_Return)
    shop.settle()
    assert shop.names == ["Cotton tee, blue, S"]


def test_an_article_without_variants_says_so(shop: Hands) -> None:
    shop.press(Qt.Key.Key_V, CTRL_SHIFT)
    assert any("Select a line" in text for text in shop.messages)
    shop.enter(gtin(0))
    shop.press(Qt.Key.Key_V, CTRL_SHIFT)
    assert any("has no other variants" in text for text in shop.messages)
    assert shop.window.sheet.content is None
