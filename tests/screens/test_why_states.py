"""“Why this price?” when there is nothing to list, when it takes long, and when it fails."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from db.errors import StoreUnavailable
from pos_app.runtime import i18n
from pos_app.screens.checkout.sheets import PriceCheck
from pos_app.screens.checkout.why_presenter import Scope
from pos_app.screens.checkout.why_rows import RowAction
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from retail.contract.promotions import PromotionRow
from retail.promotions.engine import PromotionEngine
from retail.promotions.results import Optimum
from tests.screens import offers as known
from tests.screens.till_store import Hands, gtin
from tests.screens.why import failing, held, keys, panel, row, why

MILK, BUTTER, EGGS, WINE = gtin(0), gtin(1), gtin(2), gtin(15)
LOCKED = StoreUnavailable("locked", "The store is busy.")
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def offers(request: pytest.FixtureRequest) -> tuple[PromotionRow, ...]:
    """Those that the test names, or the usual few."""
    found: tuple[PromotionRow, ...] = getattr(
        request, "param", (known.MILK, known.BUTTER, known.BUTTER_LESS)
    )
    return found


def test_an_empty_basket_says_so_until_the_first_scan(selling: Hands) -> None:
    opened = why(selling)
    assert opened.says.startswith("The basket is empty.")
    assert not opened.segments.button(Scope.LINE).isEnabled()
    selling.window.selling.scan(MILK)
    selling.settle()
    assert opened.says == ""
    assert "applied:MILK" in keys(selling)
    selling.window.selling.basket.clear()
    selling.settle()
    assert opened.says.startswith("The basket is empty.")


def test_a_quick_answer_needs_no_word_and_a_slow_one_says_so(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    selling.enter(MILK)
    release = held(monkeypatch, "why")
    selling.window.run(Command.WHY)
    opened = panel(selling)
    assert (opened.says, opened.list.rows) == ("", ())
    selling.wait(lambda: opened.says.startswith("Looking at the offers"))
    release()
    selling.settle()
    assert opened.says == ""
    assert "applied:MILK" in keys(selling)


def test_what_was_shown_stays_until_the_new_answer_is_there(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = why(selling, MILK)
    release = held(monkeypatch, "why")
    selling.window.selling.scan(BUTTER)
    selling.wait(lambda: len(selling.names) == 2)
    assert "applied:MILK" in keys(selling)
    selling.window.selling.scan(EGGS)
    release()
    selling.settle()
    assert opened.says == ""
    assert "applied:BUTTER" in keys(selling)


def test_an_answer_after_closing_changes_nothing(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    selling.enter(MILK)
    release = held(monkeypatch, "why")
    selling.window.run(Command.WHY)
    selling.window.run(Command.WHY)
    selling.window.run(Command.WHY)
    release()
    selling.settle()
    assert "applied:MILK" in keys(selling)


def test_an_error_is_told_and_can_be_tried_again(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "why", LOCKED)
    opened = why(selling, MILK)
    assert f"The offers cannot be explained now. {LOCKED}" in opened.says
    assert opened.retry.isVisible()
    assert opened.retry.height() >= 48
    monkeypatch.undo()
    QTest.mouseClick(opened.retry, Qt.MouseButton.LeftButton)
    selling.settle()
    assert "applied:MILK" in keys(selling)


def test_an_answer_that_fails_leaves_the_button(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = why(selling, BUTTER).list
    failing(monkeypatch, "dearer_with", LOCKED)
    view.acted.emit(next(one for one in view.rows if one.action is RowAction.LOSS))
    selling.settle()
    lost = row(selling, "lost:BUTTER-LESS")
    assert (lost.detail, lost.action, lost.busy) == (str(LOCKED), RowAction.LOSS, False)
    monkeypatch.undo()
    view.acted.emit(lost)
    selling.settle()
    assert "saves €0.22 more" in row(selling, "lost:BUTTER-LESS").detail


@pytest.mark.parametrize("offers", [()], indirect=True)
def test_without_offers_there_is_nothing_to_say(selling: Hands) -> None:
    opened = why(selling, MILK)
    assert opened.says == "No offers at present. The prices are those of the shelf."


def test_an_article_without_offers_has_nothing_to_say(selling: Hands) -> None:
    opened = why(selling, MILK, EGGS)
    QTest.mouseClick(opened.segments.button(Scope.LINE), Qt.MouseButton.LeftButton)
    assert opened.says.startswith("No offer is about this article.")


def test_a_basket_that_no_offer_is_about_says_so(selling: Hands) -> None:
    why(selling, EGGS)
    assert keys(selling) == ["note:none", "elsewhere"]
    assert row(selling, "note:none").title == "No offer is about the articles in this basket."


def test_an_unknown_code_cannot_be_asked_about(selling: Hands) -> None:
    opened = why(selling, MILK, "5901234123457")
    assert not opened.segments.button(Scope.LINE).isEnabled()
    selling.window.run(Command.LINE_WHY)
    selling.settle()
    assert opened.segments.button(Scope.BASKET).isChecked()


def test_a_price_that_is_not_proved_says_by_how_much_at_most(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve: Callable[..., Optimum] = PromotionEngine.optimise

    def unsure(engine: PromotionEngine, *case: Any) -> Optimum:
        found = solve(engine, *case)
        return replace(found, bound=found.minimised - 120_000, proved=False)

    monkeypatch.setattr(PromotionEngine, "optimise", unsure)
    why(selling, MILK)
    assert row(selling, "note:proof").title == (
        "The best price found; a better one by at most €0.12 could not be ruled out."
    )


@pytest.mark.expect_warnings
@pytest.mark.parametrize("offers", [(known.MILK, known.unreadable())], indirect=True)
def test_what_cannot_be_read_here_is_told(selling: Hands) -> None:
    why(selling, MILK)
    told = row(selling, "set_aside:ODD")
    assert told.title == "An odd offer"
    assert told.detail.startswith("It is left out here; the others work.")
    assert keys(selling)[:2] == ["applied", "applied:MILK"]


@pytest.mark.parametrize("command", [Command.PRICE_CHECK, Command.QUANTITY, Command.HELP])
def test_another_sheet_takes_its_place(selling: Hands, command: Command) -> None:
    why(selling, MILK)
    selling.window.run(command)
    assert not selling.window.selling.why.is_open
    content = selling.window.sheet.content
    assert content is not None
    focused = content.focusProxy() if isinstance(content, PriceCheck) else content
    assert focused is not None
    assert focused.hasFocus()


@pytest.mark.parametrize(
    ("command", "page"),
    [
        (Command.TENDER, Page.TENDER),
        (Command.LOCK, Page.LOGIN),
        (Command.SYNC, Page.SYNC),
    ],
)
def test_it_closes_with_the_page(selling: Hands, command: Command, page: Page) -> None:
    why(selling, MILK)
    selling.window.run(command)
    selling.settle()
    assert selling.page is page
    assert not selling.window.selling.why.is_open


def test_a_tap_beside_it_closes_it(selling: Hands) -> None:
    why(selling, MILK)
    sheet = selling.window.selling.why.sheet
    QTest.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert not selling.window.selling.why.is_open


def test_sentences_come_in_the_language_of_the_screen(
    selling: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    class German(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            known = {"Applied": "Angewendet", "Whole basket": "Ganzer Einkauf"}
            known["Applied once to one unit: %(saved)s saved."] = "Einmal: %(saved)s gespart."
            return known.get(message, message)

    monkeypatch.setattr(i18n._Language, "words", German())
    opened = why(selling, MILK)
    assert row(selling, "applied").title == "Angewendet · 1"
    assert row(selling, "applied:MILK").detail == "Einmal: €0.30 gespart."
    assert opened.segments.button(Scope.BASKET).accessibleName() == "Ganzer Einkauf"


def test_what_is_touched_is_large_enough(selling: Hands) -> None:
    opened = why(selling, BUTTER)
    for scope in Scope:
        assert min(opened.segments.button(scope).size().toTuple()) >= 48
    view = opened.list
    for place, one in enumerate(view.rows):
        rect = view.button_rect(view.model().index(place, 0))
        assert rect.isEmpty() is (one.action is RowAction.NONE)
        assert rect.isEmpty() or min(rect.width(), rect.height()) >= 48
