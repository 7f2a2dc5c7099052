from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.errors import StoreUnavailable
from pos_app.runtime import theme
from pos_app.screens.checkout import views
from pos_app.screens.checkout.tender_presenter import TenderPresenter
from pos_app.screens.list_model import RecordListModel
from pos_app.screens.records import Message, Tone
from pos_app.screens.shell.commands import BINDINGS, Command
from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets import painting
from pos_app.screens.widgets.toast import MOST
from tests.screens.till_store import Hands, gtin, till


def _buttons(window: QWidget) -> list[QAbstractButton]:
    return window.findChildren(QAbstractButton)


def _open_all(hands: Hands) -> None:
    """Fill everything that makes buttons of its own."""
    hands.enter(gtin(0))
    hands.press(Qt.Key.Key_F12)
    hands.window.selling.payment.type_key("1")
    hands.window.selling.payment.take()


def test_every_command_has_a_handler_and_a_key(selling: Hands) -> None:
    assert selling.window.commands.bound() == frozenset(Command)
    assert {binding.command for binding in BINDINGS} == set(Command)


def test_every_button_says_what_it_is_and_does_something(selling: Hands) -> None:
    _open_all(selling)
    for command in (Command.BACK, Command.HELP):
        selling.window.run(command)
    buttons = _buttons(selling.window)
    assert len(buttons) > 80
    assert [b for b in buttons if not (b.accessibleName() or b.text()).strip()] == []
    assert [b.accessibleName() for b in buttons if b.receivers("2clicked(bool)") == 0] == []


def test_what_is_touched_is_large_enough(selling: Hands) -> None:
    _open_all(selling)
    seen = 0
    for page in Page:
        selling.window._stack.setCurrentWidget(selling.window._pages[page])
        QApplication.processEvents()
        for button in _buttons(selling.window._pages[page]):
            if button.isVisible():
                seen += 1
                size = (button.width(), button.height())
                assert min(size) >= 42, (button.accessibleName(), size)
    assert seen > 60


@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_the_window_fits_a_small_panel(tmp_path: Path, qapp: QApplication, scale: float) -> None:
    theme.apply(qapp, theme.Theme(scale=scale, motion=False))
    with till(tmp_path) as found:
        size = found.window.minimumSizeHint()
        assert size.width() <= 1366
        assert size.height() <= 768


def test_a_store_that_fails_is_told_in_a_banner_and_nothing_is_lost(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pos_app.checkout import closing

    def full(*_args: object) -> None:
        raise StoreUnavailable("full", "The disk is full; nothing of this sale was booked.")

    selling.enter(gtin(0))
    selling.press(Qt.Key.Key_F12)
    monkeypatch.setattr(closing, "close_sale", full)
    selling.press(Qt.Key.Key_Return)
    assert "The disk is full" in selling.window.selling.tender.banner.text()
    assert selling.page is Page.TENDER
    assert selling.window.selling.tender.take.isEnabled()
    monkeypatch.undo()
    selling.press(Qt.Key.Key_Return)
    selling.wait(lambda: selling.page is Page.DONE)
    assert selling.till.count("sale") == 1


def test_the_actions_of_the_selected_row_are_where_they_are_painted(selling: Hands) -> None:
    selling.enter(gtin(0))
    basket = selling.window.selling.checkout.basket
    index = basket.model().index(0, 0)
    rect = basket.visualRect(index)
    found: dict[str, QPoint] = {}
    for x in range(rect.left(), rect.right(), 6):
        point = QPoint(x, rect.bottom() - 30)
        found.setdefault(basket.action_at(index, point.x(), point.y()), point)
    assert set(found) - {""} == {"less", "more", "quantity", "reduce", "acts", "why", "remove"}
    for _tap in range(2):
        QTest.mouseClick(basket.viewport(), Qt.MouseButton.LeftButton, pos=found["more"])
        selling.settle()
    assert selling.rows[0].quantity == "3"
    QTest.mouseClick(basket.viewport(), Qt.MouseButton.LeftButton, pos=found["remove"])
    selling.settle()
    assert selling.names == []


def test_two_quick_taps_on_a_tile_add_two(selling: Hands) -> None:
    grid = selling.window.selling.checkout.grid
    middle = grid.visualRect(grid.model().index(0, 0)).center()
    for _tap in range(2):
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    selling.settle()
    assert int(selling.rows[0].quantity) >= 3


def test_categories_and_favourites_by_key(selling: Hands) -> None:
    model = selling.window.selling.checkout.grid.model()
    assert isinstance(model, RecordListModel)
    selling.press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert {tile.tint for tile in model.records} == {"yellow"}
    selling.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert selling.names == [model.records[0].name]


def test_esc_always_comes_back_to_the_checkout_in_two_presses(selling: Hands) -> None:
    selling.enter(gtin(0))
    for command in (
        Command.HELP, Command.SYNC, Command.PRICE_CHECK, Command.QUANTITY,
        Command.SEARCH, Command.WHY, Command.LINE_WHY, Command.TENDER, Command.PALETTE,
        Command.PRICE, Command.REDUCE, Command.NOTE, Command.SELLER, Command.WAITING, Command.ACTS,
        Command.CLEAR,
    ):  # fmt: skip
        selling.window.run(command)
        selling.settle()
        selling.press(Qt.Key.Key_Escape)
        selling.press(Qt.Key.Key_Escape)
        assert selling.page is Page.CHECKOUT
        assert selling.window.sheet.content is None
        assert selling.window.selling.checkout.line.hasFocus()


def test_at_most_three_toasts_and_undo_in_the_newest(selling: Hands) -> None:
    for number in range(5):
        selling.window.toasts.show_message(Message(f"message {number}", Tone.WARN))
    assert len(selling.window.toasts.shown) == MOST
    selling.window.toasts.clear()
    selling.enter(gtin(0))
    toast = selling.window.toasts._toasts[-1]
    assert toast.undo_button is not None
    toast.undo_button.click()
    selling.settle()
    assert selling.names == []


def test_a_long_message_is_read_to_its_end(selling: Hands) -> None:
    toasts = selling.window.toasts
    toasts.show_message(Message("The printer is out of paper.", Tone.WARN))
    words = " ".join(f"reason {number}" for number in range(25))
    toasts.show_message(Message(words, Tone.ERROR))
    short, long = toasts._toasts
    font = theme.current().font("body")
    inside = long.width() - theme.current().px(72)
    assert long.height() > short.height() + 2 * painting.height_of("x", font, inside)
    assert painting.height_of(words, font, inside) <= long.height()
    assert not short.geometry().intersects(long.geometry().adjusted(0, 16, 0, -16))


@pytest.mark.parametrize("left", [False, True])
def test_a_toast_covers_nothing_that_is_pressed_in_a_sheet(
    selling: Hands, qapp: QApplication, *, left: bool
) -> None:
    theme.apply(qapp, theme.Theme(motion=False, left_handed=left))
    selling.window.speak("en")
    selling.settle()
    toasts, sheet = selling.window.toasts, selling.window.sheet
    toasts.show_message(Message("The printer is out of paper.", Tone.WARN))
    selling.press(Qt.Key.Key_F4)
    selling.settle()
    toasts.show_message(Message("There is no such article.", Tone.WARN))
    assert (sheet.covered.left() == 0) is left
    places = [toast.geometry() for toast in toasts._toasts]
    assert len(places) == 2
    assert not any(place.intersects(sheet.covered) for place in places)
    sheet.close_sheet()
    assert sheet.covered.isEmpty()


@pytest.fixture
def impatient(tmp_path: Path, qtbot: QtBot) -> Iterator[Hands]:
    """Signed on to a till that locks after a second without a touch."""
    with till(tmp_path, idle_seconds=1) as found:
        found.window.show()
        found.window.start()
        hands = Hands(found, qtbot)
        qtbot.waitExposed(found.window)
        hands.settle()
        hands.sign_on()
        hands.open_shift("0")
        yield hands


def test_an_idle_till_locks_itself_and_keeps_the_basket(impatient: Hands) -> None:
    impatient.window.touched()
    impatient.wait(lambda: impatient.page is Page.LOGIN)
    assert impatient.till.count("shift") == 1


def test_a_lock_that_a_payment_holds_up_comes_behind_it(
    impatient: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody touches a till that waits for a card terminal, nor after it."""
    asked: list[bool] = []

    def busy(_payment: TenderPresenter) -> bool:
        asked.append(len(asked) == 0)
        return asked[-1]

    monkeypatch.setattr(TenderPresenter, "busy", property(busy))
    impatient.window.touched()
    impatient.wait(lambda: impatient.page is Page.LOGIN)
    assert asked == [True, False]


def test_a_sale_that_ends_behind_the_lock_unlocks_nothing(selling: Hands) -> None:
    window = selling.window
    selling.enter(gtin(0))
    selling.type("200")
    window.run(Command.CASH)
    window.lock()
    selling.settle()
    seen = [selling.page]
    selling.sign_on()
    seen.append(selling.page)
    assert seen == [Page.LOGIN, Page.CHECKOUT]
    assert selling.till.value("SELECT change_minor FROM sale_tender") == 70


@pytest.mark.parametrize(
    ("today", "born"),
    [
        (date(2026, 11, 22), date(2008, 11, 22)),
        (date(2028, 2, 29), date(2010, 2, 28)),
        (date(2026, 3, 1), date(2008, 3, 1)),
    ],
)
def test_the_last_birthday_that_is_old_enough(today: date, born: date) -> None:
    assert views.born_by(18, today) == born


def test_percent_is_exact() -> None:
    assert [views.percent(n) for n in (210_000, 90_000, 55_000, 0, 81_250)] == [
        "21 %", "9 %", "5.5 %", "0 %", "8.125 %",
    ]  # fmt: skip


def test_looks_change_at_run_time(selling: Hands) -> None:
    before = theme.current().look
    selling.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert theme.current().look is not before


def test_letters_reach_the_line_from_wherever_the_focus_is(selling: Hands) -> None:
    selling.window.selling.checkout.pay.setFocus()
    selling.enter(gtin(0))
    assert selling.names == ["Whole milk 1 L"]
    assert selling.window.selling.checkout.line.hasFocus()


def test_tab_stays_in_an_open_sheet(selling: Hands) -> None:
    selling.enter(gtin(15))
    selling.press(Qt.Key.Key_F12)
    for _step in range(6):
        selling.press(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert selling.window.sheet.isAncestorOf(focused)


def test_a_scanned_line_is_on_the_screen_in_time(selling: Hands) -> None:
    """A hundred milliseconds from the code to the painted row, the worst of twenty."""
    times = []
    for number in range(20):
        start = selling.till.desk.mono_ms()
        selling.window.selling.scan(gtin(number))
        selling.settle()
        selling.window.selling.checkout.basket.repaint()
        times.append(selling.till.desk.mono_ms() - start)
    times.sort()
    assert times[10] <= 100, times
