"""Quick keys: designed by key, touch and scan; the checkout shows and runs what was published."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pos_app.screens.approval.sheet import ApprovalSheet
from pos_app.screens.list_model import RecordListModel
from pos_app.screens.quick_keys.chooser import Chooser, PageName
from pos_app.screens.quick_keys.grid import DesignGrid
from pos_app.screens.quick_keys.screen import DesignScreen
from pos_app.screens.records import TileKind, TileView
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets.button import AppButton
from pos_app.screens.widgets.tile_grid import ProductTileGrid
from tests.screens.till_store import PIN, Hands, gtin

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def _page(hands: Hands) -> DesignScreen:
    return hands.window.selling.keys.page


def _tiles(grid: ProductTileGrid) -> tuple[TileView, ...]:
    model = grid.model()
    assert isinstance(model, RecordListModel)
    return tuple(model.records)


def _names(hands: Hands, count: int = 6) -> list[str]:
    """What the checkout's grid shows."""
    return [tile.name for tile in _tiles(hands.window.selling.checkout.grid)[:count]]


def _drafted(hands: Hands, count: int = 6) -> list[str]:
    return [tile.name for tile in _tiles(_page(hands).grid)[:count]]


def _choose(hands: Hands, words: str) -> None:
    content = hands.window.sheet.content
    assert isinstance(content, Chooser)
    hands.type(words)
    hands.wait(lambda: bool(content.rows))
    hands.settle()
    hands.press(Qt.Key.Key_Return)


def _design(hands: Hands) -> None:
    """Open the design, as a manager may."""
    hands.press(Qt.Key.Key_Q, CTRL | SHIFT)
    hands.wait(lambda: hands.page is Page.QUICK_KEYS)
    hands.settle()


def test_a_cashier_needs_somebody_who_allows_it(hands: Hands) -> None:
    tiles = hands.window.login.tiles
    hands.window.login_presenter.choose([tile.text() for tile in tiles].index("Maria K."))
    hands.sign_on()
    hands.open_shift("15000")
    hands.press(Qt.Key.Key_Q, CTRL | SHIFT)
    assert isinstance(hands.window.sheet.content, ApprovalSheet)
    hands.press(Qt.Key.Key_Escape)
    assert hands.page is Page.CHECKOUT
    assert any("Not allowed" in text for text in hands.messages)
    hands.press(Qt.Key.Key_Q, CTRL | SHIFT)
    hands.enter(PIN)
    hands.wait(lambda: hands.page is Page.QUICK_KEYS)
    hands.press(Qt.Key.Key_F5)
    hands.press(Qt.Key.Key_F12)
    assert hands.till.value("SELECT role FROM quick_layout WHERE approver_id IS NOT NULL")


@pytest.fixture
def designing(selling: Hands) -> Hands:
    """A manager at the design of the managers' keys."""
    _design(selling)
    return selling


def _spot(grid: DesignGrid, place: int) -> QPoint:
    return grid.visualRect(grid.model().index(place, 0)).center()


def test_the_design_begins_with_the_favourites_at_the_places_of_the_checkout(
    designing: Hands,
) -> None:
    page, checkout = _page(designing), designing.window.selling.checkout
    assert _drafted(designing, 20) == _names(designing, 20)
    assert page.grid.columns() == checkout.grid.columns()
    assert page.grid.gridSize() == checkout.grid.gridSize()
    assert not page.publish.isEnabled()


def test_by_keys_alone_an_article_a_category_and_a_command_come_on_keys(designing: Hands) -> None:
    designing.press(Qt.Key.Key_Return)
    _choose(designing, "eggs")
    first = _drafted(designing)[0]
    assert "ggs" in first
    designing.press(Qt.Key.Key_Right)
    designing.press(Qt.Key.Key_F3)
    _choose(designing, "dai")
    designing.press(Qt.Key.Key_Right)
    designing.press(Qt.Key.Key_F4)
    _choose(designing, "payment page")
    designing.press(Qt.Key.Key_F12)
    designing.press(Qt.Key.Key_Escape)
    assert designing.page is Page.CHECKOUT
    kinds = [tile.kind for tile in _tiles(designing.window.selling.checkout.grid)[:3]]
    assert kinds == [TileKind.ARTICLE, TileKind.CATEGORY, TileKind.COMMAND]
    designing.press(Qt.Key.Key_1, CTRL)
    assert designing.names == [first]
    designing.press(Qt.Key.Key_3, CTRL)
    assert designing.window.navigation.page is Page.TENDER
    designing.press(Qt.Key.Key_Escape)
    designing.press(Qt.Key.Key_2, CTRL)
    assert {tile.tint for tile in _tiles(designing.window.selling.checkout.grid)} == {"blue"}


def test_ctrl_and_arrows_carry_a_key_and_all_others_stay(designing: Hands) -> None:
    before = _drafted(designing)
    designing.press(Qt.Key.Key_Right, CTRL)
    one, other, *rest = before
    assert _drafted(designing) == [other, one, *rest]
    columns = _page(designing).grid.columns()
    designing.press(Qt.Key.Key_Down, CTRL)
    assert _drafted(designing, columns + 2)[columns + 1] == one
    designing.press(Qt.Key.Key_Up, CTRL)
    designing.press(Qt.Key.Key_Left, CTRL)
    assert _drafted(designing) == before
    assert not _page(designing).publish.isEnabled()


def test_two_taps_move_a_key_and_a_drag_does_too(designing: Hands) -> None:
    grid, before = _page(designing).grid, _drafted(designing)
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(grid.viewport(), left, pos=_spot(grid, 1))
    _page(designing).acts[Command.KEY_MOVE].click()
    QTest.mouseClick(grid.viewport(), left, pos=_spot(grid, 3))
    designing.settle()
    assert _drafted(designing)[:4] == [before[0], before[3], before[2], before[1]]
    QTest.mousePress(grid.viewport(), left, pos=_spot(grid, 3))
    QTest.mouseMove(grid.viewport(), _spot(grid, 2))
    QTest.mouseRelease(grid.viewport(), left, pos=_spot(grid, 1))
    designing.settle()
    assert _drafted(designing) == before


def test_a_key_on_its_way_is_dropped_by_enter(designing: Hands) -> None:
    before = _drafted(designing)
    designing.press(Qt.Key.Key_F6)
    designing.press(Qt.Key.Key_Right)
    assert _drafted(designing)[:2] == before[:2]
    designing.press(Qt.Key.Key_Return)
    assert _drafted(designing)[:2] == [before[1], before[0]]
    assert designing.window.sheet.content is None


def test_a_freed_key_leaves_a_hole_at_the_checkout(designing: Hands) -> None:
    before = _names(designing)
    designing.press(Qt.Key.Key_Right)
    designing.press(Qt.Key.Key_F5)
    designing.press(Qt.Key.Key_F12)
    designing.press(Qt.Key.Key_Escape)
    assert _names(designing) == [before[0], "", *before[2:]]
    designing.press(Qt.Key.Key_2, CTRL)
    assert designing.names == []


def test_a_page_more_is_a_chip_at_the_checkout_with_a_key_of_its_own(designing: Hands) -> None:
    designing.press(Qt.Key.Key_F7)
    assert isinstance(designing.window.sheet.content, PageName)
    designing.enter("Counter")
    designing.window.selling.scan(gtin(2))
    designing.settle()
    eggs = _drafted(designing)[0]
    designing.press(Qt.Key.Key_F12)
    designing.press(Qt.Key.Key_Escape)
    chips = designing.window.selling.checkout.chips
    assert [view.label for view in chips.views[:2]] == ["Favourites", "Counter"]
    designing.press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert _names(designing) == [eggs]


def test_a_scan_comes_on_the_chosen_key_and_never_into_the_basket(designing: Hands) -> None:
    designing.press(Qt.Key.Key_Return)
    designing.window.selling.scan(gtin(2))
    designing.settle()
    assert designing.window.sheet.content is None
    assert _drafted(designing)[0] == _drafted(designing, 3)[2]
    designing.till.heard.clear()
    designing.window.selling.scan("5901234123457")
    designing.settle()
    assert designing.till.heard
    assert designing.names == []


def test_esc_keeps_the_draft_and_asks_for_the_right_anew(designing: Hands) -> None:
    designing.press(Qt.Key.Key_F5)
    designing.press(Qt.Key.Key_Escape)
    assert designing.page is Page.CHECKOUT
    assert any("draft is kept" in text for text in designing.messages)
    assert _names(designing)[0] != ""
    _design(designing)
    assert _drafted(designing)[0] == ""
    designing.press(Qt.Key.Key_Delete, CTRL)
    assert _drafted(designing)[0] != ""


def test_the_last_publication_is_undone_by_a_key(designing: Hands) -> None:
    before = _names(designing)
    designing.press(Qt.Key.Key_F5)
    designing.press(Qt.Key.Key_F12)
    assert _names(designing)[0] == ""
    designing.press(Qt.Key.Key_Z, CTRL)
    assert _names(designing) == before


def test_the_other_role_has_keys_of_its_own(designing: Hands) -> None:
    designing.press(Qt.Key.Key_F11)
    designing.press(Qt.Key.Key_F5)
    designing.press(Qt.Key.Key_F12)
    assert _names(designing)[0] != ""
    assert designing.till.value("SELECT group_concat(role) FROM quick_layout") == "cashier"


def test_everything_on_the_page_is_large_enough_and_named(designing: Hands) -> None:
    for button in _page(designing).findChildren(AppButton):
        if button.isVisible():
            assert button.height() >= 40, button.accessibleName()
            assert button.accessibleName()
    assert _page(designing).minimumSizeHint().width() <= 1366
