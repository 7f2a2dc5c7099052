"""What promotions take off, on the lines of the basket and beside the total."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView

from pos_app.runtime import theme
from pos_app.screens.records import BasketRow, SavingTag, SumRow, TotalsView
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets import painting, saving_tags
from pos_app.screens.widgets.basket_delegate import BasketDelegate
from pos_app.screens.widgets.savings_chip import SavingsChip
from pos_app.screens.widgets.totals import TotalsPanel
from retail.contract.promotions import PromotionRow
from tests.screens import offers as known
from tests.screens.till_store import Hands, gtin

MILK, BUTTER, EGGS, COOKIES = gtin(0), gtin(1), gtin(2), gtin(17)
MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def offers() -> tuple[PromotionRow, ...]:
    return (known.MILK, known.COOKIES, known.BUTTER, *known.TWO_MORE)


def test_a_line_names_its_promotions_and_what_each_took_off(selling: Hands) -> None:
    selling.enter(f"3*{COOKIES}")
    (row,) = selling.rows
    assert row.was == "€7.05"
    assert row.amount == "€4.56"
    assert row.savings == (
        SavingTag("3 for 2", f"{MINUS}€2.35"),
        SavingTag("2 % off everything", f"{MINUS}€0.09"),
    )
    assert row.further == "+1 more"
    assert row.spoken == (
        "3 Oat cookies, €4.56, saved €2.49, 3 for 2, 2 % off everything, 1 % off everything."
    )


def test_a_promotion_appears_on_the_line_with_the_scan_that_earns_it(selling: Hands) -> None:
    selling.enter(COOKIES)
    selling.enter(COOKIES)
    assert [tag.name for row in selling.rows for tag in row.savings if "3" in tag.name] == []
    selling.enter(COOKIES)
    assert selling.rows[-1].savings[0].name == "3 for 2"


def test_the_chip_tells_the_savings_and_is_away_without(selling: Hands) -> None:
    chip = selling.window.selling.checkout.saving
    assert not chip.isVisible()
    selling.enter(MILK)
    assert chip.isVisible()
    assert chip.text() == "You save €0.33"
    assert chip.accessibleName() == "You save €0.33. Why this price? (Ctrl+W)"
    assert chip.height() >= 48
    assert chip.minimumSizeHint().width() <= chip.width() <= chip.sizeHint().width()
    selling.press(Qt.Key.Key_Delete)
    assert not chip.isVisible()


def test_the_payment_tells_the_savings_as_a_row(selling: Hands) -> None:
    selling.enter(MILK)
    selling.window.run(Command.TENDER)
    selling.settle()
    assert selling.page is Page.TENDER
    spoken = selling.window.selling.tender.findChildren(TotalsPanel)[0].accessibleName()
    assert f"Savings {MINUS}€0.33" in spoken


def test_in_a_narrow_place_the_chip_keeps_its_amount(qapp: QApplication) -> None:
    chip = SavingsChip()
    panel = TotalsPanel(chip=chip)
    panel.resize(300, 90)
    chip.show_saving("You save €1,234.50", "€1,234.50", name="n", hint="h")
    panel.show_totals(TotalsView((SumRow("Subtotal", "€9"),), "€12,345.67", "€1,234.50"))
    total = painting.width_of("€12,345.67", theme.current().font("total"))
    assert chip.width() == chip.minimumSizeHint().width()
    assert not chip.isHidden()
    panel.resize(900, 90)
    panel.show_totals(TotalsView((SumRow("Subtotal", "€9"),), "€12,345.67", "€1,234.50"))
    assert chip.width() == chip.sizeHint().width()
    assert chip.geometry().right() < 900 - total
    assert qapp is not None


def test_a_click_on_the_chip_opens_the_reasons(selling: Hands) -> None:
    selling.enter(MILK)
    chip = selling.window.selling.checkout.saving
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    selling.settle()
    assert selling.window.selling.why.is_open


_tag = st.builds(
    SavingTag,
    st.text("abcdefgh %", min_size=1, max_size=40),
    st.integers(1, 9_999_999).map(lambda minor: f"{MINUS}€{minor // 100}.{minor % 100:02}"),
)


@given(st.lists(_tag, min_size=1, max_size=2), st.sampled_from(["", "+1 more", "+12 more"]))
def test_tags_stand_side_by_side_and_amounts_are_whole(tags: list[SavingTag], further: str) -> None:
    room = QRectF(52, 10, 356, 21)
    places = saving_tags.place(room, tags, further)
    font = theme.current().font("captionStrong")
    assert [one.tag.amount for one in places] == [
        *(tag.amount for tag in tags),
        *([further] if further else []),
    ]
    for one, following in pairwise(places):
        assert one.rect.right() <= following.rect.left()
    for one in places:
        assert one.rect.width() >= painting.width_of(one.tag.amount, font)
        assert one.rect.right() <= room.right() + 0.01


def test_a_short_name_leaves_its_room_to_the_long_one(qapp: QApplication) -> None:
    long = SavingTag("A promotion with a name that is rather long", f"{MINUS}€1.00")
    short = SavingTag("3 for 2", f"{MINUS}€2.35")
    places = saving_tags.place(QRectF(0, 0, 356, 21), (short, long), "")
    font = theme.current().font("captionStrong")
    name = painting.width_of("3 for 2", font) + painting.width_of(short.amount, font)
    assert name < places[0].rect.width() < name + 40
    assert places[1].rect.right() == pytest.approx(356)
    assert qapp is not None


class _Painted(QObject):
    """The rows of a list that a paint event touches."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self.rows: set[int] = set()
        view.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            model = self._view.model()
            for row in range(model.rowCount()):
                if event.region().intersects(self._view.visualRect(model.index(row, 0))):
                    self.rows.add(row)
        return False


def test_only_changed_lines_are_painted(selling: Hands) -> None:
    for code in (MILK, BUTTER, EGGS, f"3*{COOKIES}"):
        selling.enter(code)
    selling.window.toasts.clear()
    QApplication.processEvents()
    before = selling.rows
    painted = _Painted(selling.window.selling.checkout.basket)
    selling.type("+")
    selling.settle()
    QApplication.processEvents()
    changed = {row for row in range(4) if selling.rows[row] != before[row]}
    assert painted.rows == changed
    assert 3 in changed
    assert 0 not in changed


def _heights(hands: Hands) -> tuple[list[int], list[int]]:
    basket = hands.window.selling.checkout.basket
    model = basket.model()
    indexes = [model.index(row, 0) for row in range(model.rowCount())]
    wanted = [
        BasketDelegate.height_of(row, selected=basket.currentIndex() == index)
        for row, index in zip(hands.rows, indexes, strict=True)
    ]
    return [basket.visualRect(index).height() for index in indexes], wanted


def test_rows_are_as_high_as_they_need_whatever_happens(selling: Hands) -> None:
    def check() -> None:
        shown, wanted = _heights(selling)
        assert shown == wanted

    for text in (COOKIES, MILK, COOKIES, EGGS, COOKIES):
        selling.enter(text)
        check()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Delete, Qt.Key.Key_Down):
        selling.press(key)
        check()
    selling.type("-")
    selling.settle()
    check()
    selling.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    check()
    selling.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    check()
    selling.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    check()


def test_a_row_without_savings_is_lower(qapp: QApplication) -> None:
    plain = BasketRow(1, "1", "Milk", "", "€1.00")
    cheaper = BasketRow(1, "1", "Milk", "", "€1.00", savings=(SavingTag("Ten", "−€0.10"),))
    heights = [BasketDelegate.height_of(row, selected=False) for row in (plain, cheaper)]
    assert heights == [58, 78]
    assert qapp is not None
