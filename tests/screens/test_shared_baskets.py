"""Baskets of other tills in the list of what waits: with the network, and without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, insert, select

from db.base import to_us
from db.store.sales import HeldBasket, SharedBasket
from pos_app.checkout import drafts
from pos_app.screens.holding.waiting_list import WaitingSheet
from pos_app.screens.shell.navigation import Page
from pos_app.screens.widgets import asking
from pos_app.sync.status import SyncState, SyncStatus
from retail.contract.baskets import ClaimBasketAnswer
from retail.errors import RetailError
from tests.screens.office import link, selling_with
from tests.screens.till_store import MARIA, Hands, gtin
from tests.support.office import Office

MILK, EGGS = gtin(0), gtin(2)
HOLD = UUID(int=77)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def selling(tmp_path: Path, qtbot: QtBot, office: Office) -> Iterator[Hands]:
    with selling_with(office, tmp_path, qtbot) as hands:
        yield hands


def elsewhere(hands: Hands, label: str = "Mrs Smith", taken: int = 0) -> None:
    """Till 5 holds a basket."""
    values = {
        "store_id": "NL01", "hold": HOLD.hex, "till": 5, "staff": MARIA.hex, "pieces": 2,
        "total": 258, "at_us": to_us(hands.till.desk.now()), "label": label, "party": "",
        "taken": taken,
    }  # fmt: skip

    def put(tx: Connection) -> None:
        tx.execute(insert(SharedBasket).values(**values))

    hands.till.tasks.run(put).result()


def body(hands: Hands) -> str:
    """The body of a basket with two milk, as this till would share it."""
    hands.enter(f"2*{MILK}")
    priced = hands.window.selling.basket.priced
    assert priced is not None
    hands.press(Qt.Key.Key_F7)
    hands.press(Qt.Key.Key_F7)
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_Delete)
    return drafts.encode(priced.basket).decode()


def sheet(hands: Hands) -> WaitingSheet:
    content = hands.window.sheet.content
    assert isinstance(content, WaitingSheet)
    return content


def test_another_tills_basket_is_listed_and_goes_on_here(selling: Hands, office: Office) -> None:
    office.basket = ClaimBasketAnswer(granted=True, taken=2, body=body(selling))
    elsewhere(selling)
    selling.press(Qt.Key.Key_F7)
    (row,) = sheet(selling).list.rows
    assert (row.title, row.amount, row.till) == ("Mrs Smith", "€2.58", 5)
    assert row.detail.startswith("Till 5 · Maria K. · just now · 2 items")
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert [hold for hold, _answer in office.asked] == [HOLD]
    assert selling.names == ["Whole milk 1 L"]
    assert selling.window.sheet.content is None
    assert not selling.window.selling.checkout.head.waiting.isVisible()
    ended = "SELECT count(*) FROM journal_entry WHERE type = 'basket.released'"
    assert selling.till.value(ended) == 2  # the one that made the body, and this one


def test_own_baskets_stand_before_those_of_others(selling: Hands) -> None:
    elsewhere(selling)
    selling.enter(EGGS)
    selling.press(Qt.Key.Key_F7)
    assert selling.window.selling.checkout.head.waiting.text() == "2 waiting"
    selling.press(Qt.Key.Key_F7)
    assert [row.till for row in sheet(selling).list.rows] == [0, 5]


def test_without_the_network_it_says_so_and_own_baskets_go_on(
    selling: Hands, office: Office
) -> None:
    elsewhere(selling)
    selling.enter(EGGS)
    selling.press(Qt.Key.Key_F7)
    link(selling, SyncState.OFFLINE)
    selling.press(Qt.Key.Key_F7)
    own, other = sheet(selling).list.rows
    assert "Till 5 · needs the network" in other.detail
    selling.press(Qt.Key.Key_Down)
    selling.press(Qt.Key.Key_Return)
    assert office.asked == []
    assert any("waits at till 5" in text and "network" in text for text in selling.messages)
    selling.press(Qt.Key.Key_Up)
    selling.press(Qt.Key.Key_Return)
    assert own.till == 0
    assert selling.names == ["Free-range eggs ×10"]


def test_a_basket_that_somebody_else_took_is_refused_by_name(
    selling: Hands, office: Office
) -> None:
    elsewhere(selling)
    office.basket = ClaimBasketAnswer(granted=False, taken=3)
    selling.press(Qt.Key.Key_F7)
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert any("Till 3 has taken this basket up" in text for text in selling.messages)
    assert selling.names == []


def test_silence_changes_nothing(selling: Hands, office: Office) -> None:
    elsewhere(selling)
    office.silent = True
    selling.press(Qt.Key.Key_F7)
    selling.press(Qt.Key.Key_Return)
    selling.settle()
    assert "Head office is silent; try again." in selling.messages
    assert [row.till for row in sheet(selling).list.rows] == [5]


def test_whoever_waits_may_give_up(
    selling: Hands, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SHOWN_AFTER_MS", 0)
    office.slow = True
    elsewhere(selling)
    selling.press(Qt.Key.Key_F7)
    content = sheet(selling)
    content.list.chosen.emit(content.list.rows[0])
    selling.wait(lambda: "Asking head office" in content.asking.text)
    assert content.asking.cancel.height() >= 48
    content.list.chosen.emit(content.list.rows[0])
    assert len(office.asked) == 1
    content.asking.cancel.click()
    assert content.asking.text == ""
    (_hold, late) = office.asked[0]
    late.set_result(ClaimBasketAnswer(granted=True, taken=2, body="{}"))
    selling.settle()
    assert selling.names == []
    assert [row.till for row in content.list.rows] == [5]
    content.list.chosen.emit(content.list.rows[0])
    selling.window.sheet.close_sheet()
    office.asked[1][1].set_exception(RetailError("office.silent", "Too late to say."))
    selling.settle()
    assert "Too late to say." not in selling.messages


def test_a_basket_that_another_till_took_goes_with_a_notice(selling: Hands) -> None:
    selling.enter(EGGS)
    selling.type("office")
    selling.press(Qt.Key.Key_F7)

    def take(tx: Connection) -> None:
        hold = tx.execute(select(HeldBasket.hold_id)).scalar_one()
        assert hold is not None
        values = {
            "store_id": "NL01", "hold": hold.hex, "till": 2, "staff": MARIA.hex,
            "pieces": 1, "total": 349, "at_us": 7, "label": "", "party": "", "taken": 5,
        }  # fmt: skip
        tx.execute(insert(SharedBasket).values(**values))

    selling.till.tasks.run(take).result()
    basket_id = selling.till.value("SELECT lower(hex(basket_id)) FROM held_basket")
    selling.window.selling.holding.presenter.recall(UUID(hex=str(basket_id)))
    selling.settle()
    assert any("Till 5 has taken this basket up" in text for text in selling.messages)
    assert any(
        "Till 5 has taken up the waiting basket “office”" in text for text in selling.messages
    )
    assert selling.names == []
    assert selling.till.count("held_basket") == 0
    assert not selling.window.selling.checkout.head.waiting.isVisible()


def test_a_basket_that_is_open_at_two_tills_says_so_once(selling: Hands) -> None:
    selling.enter(EGGS)
    selling.press(Qt.Key.Key_F7)
    hold = str(selling.till.value("SELECT lower(hex(hold_id)) FROM held_basket"))
    selling.press(Qt.Key.Key_F7)
    selling.press(Qt.Key.Key_Return)

    def take(tx: Connection) -> None:
        values = {
            "store_id": "NL01", "hold": hold, "till": 2, "staff": MARIA.hex, "pieces": 1,
            "total": 349, "at_us": 7, "label": "", "party": "", "taken": 5,
        }  # fmt: skip
        tx.execute(insert(SharedBasket).values(**values))

    selling.till.tasks.run(take).result()
    for _ in range(2):
        link(selling, SyncState.ONLINE)
    said = [text for text in selling.messages if "Till 5 has taken up this basket too" in text]
    assert len(said) == 1
    assert selling.names == ["Free-range eggs ×10"]


def test_a_slip_brings_its_basket_back(selling: Hands) -> None:
    selling.enter(EGGS)
    selling.type("Table 4")
    selling.press(Qt.Key.Key_F7, Qt.KeyboardModifier.ControlModifier)
    assert selling.names == []
    job = "SELECT kind FROM print_job ORDER BY job_id DESC LIMIT 1"
    assert selling.till.value(job) == "sheet"
    document = "SELECT CAST(document AS TEXT) FROM print_job ORDER BY job_id DESC LIMIT 1"
    shown = str(selling.till.value(document))
    hold = str(selling.till.value("SELECT lower(hex(hold_id)) FROM held_basket"))
    assert f"TWH-{hold}" in shown
    assert "Table 4" in shown
    selling.window.selling.scan(f"TWH-{hold}")
    selling.settle()
    assert selling.names == ["Free-range eggs ×10"]
    selling.window.selling.scan(f"TWH-{hold}")
    selling.settle()
    assert any("no longer waits" in text for text in selling.messages)
    assert selling.names == ["Free-range eggs ×10"]


def test_a_slip_of_another_till_is_claimed(selling: Hands, office: Office) -> None:
    office.basket = ClaimBasketAnswer(granted=True, taken=2, body=body(selling))
    elsewhere(selling)
    link(selling, SyncState.OFFLINE)
    selling.window.selling.scan(f"TWH-{HOLD.hex}")
    selling.settle()
    assert any("waits at till 5" in text for text in selling.messages)
    link(selling, SyncState.ONLINE)
    selling.window.selling.scan(f"TWH-{HOLD.hex}")
    selling.settle()
    assert selling.names == ["Whole milk 1 L"]
    selling.window.selling.scan("TWH-nonsense")
    selling.settle()
    assert any("no longer waits" in text for text in selling.messages)


def test_a_slip_that_was_not_heard_of_is_asked_for_and_never_called_gone(
    selling: Hands, office: Office
) -> None:
    came = ClaimBasketAnswer(granted=True, taken=2, body=body(selling))
    link(selling, SyncState.OFFLINE)
    selling.window.selling.scan(f"TWH-{HOLD.hex}")
    selling.settle()
    assert office.asked == []
    link(selling, SyncState.ONLINE)
    selling.window.selling.scan(f"TWH-{HOLD.hex}")
    selling.settle()
    said = [text for text in selling.messages if "taken up at the till where it was put" in text]
    assert said
    assert not any("no longer waits" in text for text in selling.messages)
    office.basket = came
    selling.window.selling.scan(f"TWH-{HOLD.hex}")
    selling.settle()
    assert selling.names == ["Whole milk 1 L"]
    selling.window.selling.scan(f"TWH-{HOLD.hex}")
    selling.settle()
    assert any("no longer waits" in text for text in selling.messages)


def test_nothing_is_paid_while_a_slip_asks_for_its_basket(selling: Hands, office: Office) -> None:
    came = ClaimBasketAnswer(granted=True, taken=2, body=body(selling))
    office.slow = True
    elsewhere(selling)
    selling.enter(EGGS)
    selling.window.selling.scan(f"TWH-{HOLD.hex}")
    selling.wait(lambda: bool(office.asked))
    assert isinstance(selling.window.sheet.content, WaitingSheet)
    QTest.keyClick(selling.window.sheet.content, Qt.Key.Key_F12)
    QTest.keyClick(selling.window, Qt.Key.Key_F12)
    assert selling.page is Page.CHECKOUT
    selling.window.navigation.go(Page.TENDER)
    office.asked[0][1].set_result(came)
    selling.settle()
    assert selling.names == ["Free-range eggs ×10"]
    selling.window.navigation.go(Page.CHECKOUT)
    office.slow = False
    office.basket = came
    selling.window.selling.scan(f"TWH-{HOLD.hex}")
    selling.settle()
    assert selling.names == ["Whole milk 1 L"]


def test_a_sheet_that_takes_the_place_of_the_list_gives_the_question_up(
    selling: Hands, office: Office
) -> None:
    came = ClaimBasketAnswer(granted=True, taken=2, body=body(selling))
    office.slow = True
    elsewhere(selling)
    selling.press(Qt.Key.Key_F7)
    content = sheet(selling)
    content.list.chosen.emit(content.list.rows[0])
    selling.wait(lambda: bool(office.asked))
    selling.window.sheet.open_with("Another", QLabel("Another"))
    office.asked[0][1].set_result(came)
    selling.settle()
    assert selling.names == []


def test_news_of_the_link_show_what_waits(selling: Hands) -> None:
    elsewhere(selling)
    selling.window.show_sync(SyncStatus(SyncState.SYNCING))
    head = selling.window.selling.checkout.head
    selling.wait(lambda: head.waiting.text() == "1 waiting")
