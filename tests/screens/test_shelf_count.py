"""The tiles say what is left in the store, as far as head office has told it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from sqlalchemy import insert

from db.store.stock import ShopStockLevel
from pos_app.screens.records import TileView
from pos_app.screens.shell.navigation import Page
from tests.screens.till_store import Hands


def _tile(selling: Hands, name: str) -> TileView:
    (found,) = (
        tile for tile in selling.window.selling.checkout._tiles.records if tile.name == name
    )
    return found


def _told(selling: Hands, name: str, thousandths: int) -> None:
    sku = _tile(selling, name).sku
    values = {"store_id": "NL01", "sku": sku, "thousandths": thousandths, "applied": "[]"}
    selling.till.tasks.run(lambda tx: tx.execute(insert(ShopStockLevel).values(**values))).result()


def test_what_is_left_follows_the_sales_and_weighed_goods_stay_so(selling: Hands) -> None:
    assert _tile(selling, "Oat cookies").remark == ""
    _told(selling, "Oat cookies", 40_000)
    _told(selling, "Bananas", 12_500)
    shelf = selling.window.selling.shelf
    shelf.count()
    selling.wait(lambda: _tile(selling, "Oat cookies").remark == "40 left")
    assert _tile(selling, "Bananas").remark == "weighed"
    assert _tile(selling, "Whole milk 1 L").remark == ""
    selling.enter("3*oat coo")
    selling.press(Qt.Key.Key_F9)
    selling.wait(lambda: selling.page is Page.DONE)
    selling.wait(lambda: _tile(selling, "Oat cookies").remark == "37 left")


def test_a_count_leaves_the_page_of_tiles_where_it_is(selling: Hands) -> None:
    grid = selling.window.selling.checkout.grid
    selling.window.resize(1024, 500)
    selling.settle()
    bar = grid.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    _told(selling, "Oat cookies", 40_000)
    selling.window.selling.shelf.count()
    selling.wait(lambda: _tile(selling, "Oat cookies").remark == "40 left")
    assert bar.value() == bar.maximum()


def test_the_answer_for_tiles_that_are_gone_marks_nothing(selling: Hands) -> None:
    _told(selling, "Oat cookies", 40_000)
    shelf = selling.window.selling.shelf
    marked: list[object] = []
    shelf.marked.connect(marked.append)
    shelf.count()
    shelf.follow(())
    selling.settle()
    assert marked == []
    assert _tile(selling, "Oat cookies").remark == ""
