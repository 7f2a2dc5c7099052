"""The connection as people see it: the pill's words, the page, and what a manager does there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, insert, select

from db.errors import StoreUnavailable
from db.store.journal import JournalEntry, RecordResult
from pos_app.runtime import theme
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.navigation import Page
from pos_app.screens.sync.results_model import ListState
from pos_app.screens.sync.words import headline, pill_text, stream_words
from pos_app.sync import results
from pos_app.sync.status import Reach, SyncState, SyncStatus
from tests.screens.till_store import Hands, Till, gtin, till

NOW = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
AWAY = SyncStatus(SyncState.OFFLINE, queued=14, value_minor=38_412, reach=Reach.NO_INTERNET)
MANAGER, CASHIER = 0, 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (SyncStatus(SyncState.ONLINE, last_synced_at=NOW - timedelta(seconds=8)),
         "Saved at head office · 8 s ago"),
        (SyncStatus(SyncState.ONLINE, last_synced_at=NOW - timedelta(minutes=3), backed_up=True),
         "Saved and backed up · 3 min ago"),
        (SyncStatus(SyncState.SYNCING, queued=360, queued_total=480), "Being sent · 120 of 480"),
        (AWAY, "Saved here (14) · no internet"),
        (replace(AWAY, reach=Reach.NO_NETWORK), "Saved here (14) · no network"),
        (replace(AWAY, state=SyncState.DOWN, reach=Reach.OFFICE_DOWN),
         "Saved here (14) · head office down"),
        (replace(AWAY, queued=0), "All sent · no internet"),
        (SyncStatus(SyncState.OFFLINE), "All sent · not connected"),
        (SyncStatus(SyncState.SYNCING, progress_done=41, progress_total=100),
         "Prices are coming · 41 %"),
        (SyncStatus(SyncState.ACTION, queued=3), "Action needed · 3"),
    ],
)  # fmt: skip
def test_the_pill_says_where_the_sales_are_and_what_keeps_them_there(
    status: SyncStatus, words: str
) -> None:
    assert pill_text(status, NOW) == words


@pytest.mark.parametrize("reach", [r for r in Reach if r is not Reach.OFFICE])
def test_each_cause_says_what_to_do(reach: Reach) -> None:
    title, detail = headline(replace(AWAY, reach=reach))
    assert title != headline(SyncStatus(SyncState.OFFLINE))[0]
    assert detail.endswith(".")


def test_a_stream_that_this_till_does_not_know_keeps_its_name() -> None:
    assert stream_words("price/NL") == "Prices · NL"
    assert stream_words("fleet/x") == "fleet/x"


def told(tx: Connection, state: str = "quarantined", count: int = 1) -> list[UUID]:
    """Head office has something to say about the newest records."""
    rids = list(
        tx.execute(
            select(JournalEntry.rid)
            .where(JournalEntry.type == "sale.closed")
            .order_by(JournalEntry.seq.desc())
            .limit(count)
        ).scalars()
    )
    for rid in rids:
        tx.execute(
            insert(RecordResult).values(
                rid=rid, state=state, code="sale.total", case_id=None, seen=False,
                detail="The lines do not add up.",
            )
        )  # fmt: skip
    return rids


def at_work(hands: Hands, person: int) -> Hands:
    """Somebody signed on, with two sales made."""
    hands.window.login_presenter.choose(person)
    hands.sign_on()
    hands.open_shift("15000")
    for number in (0, 1):
        hands.enter(gtin(number))
        hands.press(Qt.Key.Key_F9)
        hands.window.run(Command.BACK)
    hands.settle()
    return hands


@pytest.fixture
def manager(hands: Hands) -> Hands:
    return at_work(hands, MANAGER)


def tell(hands: Hands, count: int = 1) -> list[UUID]:
    return hands.till.tasks.run(told, "quarantined", count).result()


def _show_connection(hands: Hands) -> None:
    control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    hands.press(Qt.Key.Key_S, control_shift)


def page_of(hands: Hands) -> Page:
    return hands.window.navigation.page


def state_of(hands: Hands) -> ListState:
    return hands.window.sync._state


def test_the_pill_opens_the_page_and_esc_goes_back(manager: Hands) -> None:
    manager.window.selling.checkout.strip.sync.click()
    manager.settle()
    assert page_of(manager) is Page.SYNC
    assert state_of(manager) is ListState.EMPTY
    manager.press(Qt.Key.Key_Escape)
    assert page_of(manager) is Page.CHECKOUT
    _show_connection(manager)
    _show_connection(manager)
    assert page_of(manager) is Page.CHECKOUT


def test_figures_of_the_queue_and_a_bar_while_it_drains(manager: Hands) -> None:
    manager.window.show_sync(replace(AWAY, oldest_at=manager.till.desk.now()))
    _show_connection(manager)
    link = manager.window.sync.link
    assert link.facts["queued"].text() == "14 entries"
    assert link.facts["value"].text() == "€384.12"
    assert link.title.text() == "Head office is out of reach"
    assert not link.bar.isVisible()
    manager.window.show_sync(SyncStatus(SyncState.SYNCING, queued=360, queued_total=480))
    assert (link.bar.isVisible(), link.bar.permille) == (True, 250)
    assert link.counts.text() == "120 of 480 entries are sent"
    manager.window.show_sync(
        SyncStatus(SyncState.SYNCING, progress_done=500, progress_total=100_000)
    )
    assert link.bar.permille == 5
    assert link.counts.text() == "500 of 100,000 changes of the catalogue have come"
    manager.window.show_sync(SyncStatus(SyncState.ONLINE))
    manager.settle()
    assert not link.bar.isVisible()


def test_a_manager_reads_marks_and_finds_again(manager: Hands) -> None:
    rids = tell(manager, 2)
    _show_connection(manager)
    rows = manager.window.sync.list.rows
    assert [row.rid for row in rows] == rids
    assert rows[0].title == "Sale"
    assert rows[0].sentence == "The lines do not add up."
    assert rows[0].state == "Not booked"
    manager.press(Qt.Key.Key_Down)
    manager.press(Qt.Key.Key_Return)
    assert [row.rid for row in manager.window.sync.list.rows] == rids[:1]
    manager.window.sync.read.click()
    manager.settle()
    assert state_of(manager) is ListState.EMPTY
    assert not manager.window.sync.read.isEnabled()
    manager.window.sync.filter.button("all").click()
    manager.settle()
    shown = manager.window.sync.list.rows
    assert [(row.rid, row.seen) for row in shown] == [(rid, True) for rid in rids]


def test_what_head_office_says_appears_while_the_page_is_open(manager: Hands) -> None:
    _show_connection(manager)
    assert state_of(manager) is ListState.EMPTY
    tell(manager)
    manager.window.show_sync(SyncStatus(SyncState.ONLINE))
    manager.settle()
    assert state_of(manager) is ListState.FILLED


def test_a_record_is_saved_as_a_file(manager: Hands, tmp_path: Path) -> None:
    rid = tell(manager)[0]
    _show_connection(manager)
    manager.press(Qt.Key.Key_S)
    saved = list((tmp_path / "exports").iterdir())
    assert [path.name for path in saved] == [f"record_{rid}.json"]
    assert manager.messages[-1] == f"Saved as {saved[0]}."
    record = json.loads(saved[0].read_bytes())
    assert record["rid"] == str(rid)
    assert record["result"]["code"] == "sale.total"


def test_a_folder_that_takes_no_file_is_told(manager: Hands, tmp_path: Path) -> None:
    tell(manager)
    (tmp_path / "exports").write_text("a file is in the way")
    _show_connection(manager)
    manager.window.sync.keep.click()
    manager.settle()
    assert "File exists" in manager.messages[-1]


def test_trying_now_by_key_and_by_button(manager: Hands) -> None:
    _show_connection(manager)
    manager.press(Qt.Key.Key_R)
    manager.window.sync.link.again.click()
    assert manager.till.asked == ["sync", "sync"]


def test_a_cashier_sees_the_link_but_not_the_records(hands: Hands) -> None:
    at_work(hands, CASHIER)
    tell(hands)
    _show_connection(hands)
    assert state_of(hands) is ListState.NO_RIGHTS
    assert hands.window.sync.list.rows == ()
    assert not hands.window.sync.read.isVisible()
    hands.press(Qt.Key.Key_Return)
    assert hands.till.value("SELECT seen FROM result") == 0


def test_before_the_log_in_neither_records_nor_values_are_shown(hands: Hands) -> None:
    hands.window.show_sync(AWAY)
    _show_connection(hands)
    assert page_of(hands) is Page.SYNC
    assert state_of(hands) is ListState.NO_RIGHTS
    assert hands.window.sync.link.facts["value"].text() == "–"
    hands.press(Qt.Key.Key_Escape)
    assert page_of(hands) is Page.LOGIN


def test_a_list_that_cannot_be_read_says_so(
    manager: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise StoreUnavailable("locked")

    monkeypatch.setattr(results, "results", fail)
    _show_connection(manager)
    assert state_of(manager) is ListState.ERROR
    assert "in use by another program" in manager.window.sync.empty.accessibleName()
    monkeypatch.undo()
    manager.window.show_sync(SyncStatus(SyncState.ONLINE))
    manager.settle()
    assert state_of(manager) is ListState.EMPTY


def test_a_scan_goes_to_what_was_being_done(manager: Hands) -> None:
    _show_connection(manager)
    manager.window.hearing.scan(gtin(2), "")
    manager.settle()
    assert page_of(manager) is Page.CHECKOUT
    assert len(manager.names) == 1


def test_locking_from_the_page_leaves_nothing_of_it_open(manager: Hands) -> None:
    tell(manager)
    _show_connection(manager)
    manager.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert page_of(manager) is Page.LOGIN
    _show_connection(manager)
    assert state_of(manager) is ListState.NO_RIGHTS
    assert manager.window.sync.list.rows == ()


@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_the_page_fits_a_small_panel(
    tmp_path: Path, qapp: QApplication, qtbot: QtBot, scale: float
) -> None:
    theme.apply(qapp, theme.Theme(scale=scale, motion=False))
    with till(tmp_path) as found:
        found.window.show()
        qtbot.waitExposed(found.window)
        found.window.start()
        found.window.show_sync(AWAY)
        found.window.run(Command.SYNC)
        size = found.window.sync.minimumSizeHint()
        assert (size.width() <= 1366, size.height() <= 768) == (True, True)


def test_the_opened_page_takes_the_status_that_is_there(opened: Till, qtbot: QtBot) -> None:
    opened.window.show_sync(AWAY)
    opened.window.run(Command.SYNC)
    qtbot.waitUntil(lambda: opened.ui.open == 0)
    assert opened.window.sync.link.title.text() == "Head office is out of reach"
    assert opened.window.sync.sync.text() == "Saved here (14) · no internet"
