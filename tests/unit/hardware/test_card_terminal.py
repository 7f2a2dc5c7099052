"""The simulated card terminal: every way a payment can go, and a ledger that outlives the till."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.card import (
    CardApproved,
    CardAsk,
    CardCancelled,
    CardCharge,
    CardDeclined,
    CardResult,
    CardSlip,
    CardStep,
    CardUnfinished,
    CardUnknown,
    masked,
)
from hardware.errors import NotConfigured, Offline
from hardware.events import CardAnswered, CardProgress, CardTerminalStatusChanged
from hardware.fake.card_terminal import FakeCardTerminal, Play
from hardware.station import Station
from tests.support.event_log import EventLog


@pytest.fixture
def terminal(tmp_path: Path, log: EventLog) -> Iterator[FakeCardTerminal]:
    found = FakeCardTerminal("terminal1", tmp_path / "ledger.jsonl", log)
    found.open()
    log.wait(CardTerminalStatusChanged)
    yield found
    found.close()


def pay(reference: str, minor: int = 1250, ask: CardAsk = CardAsk.PAY) -> CardCharge:
    return CardCharge(ask, reference, minor, "EUR")


def answers(log: EventLog, count: int) -> list[CardResult]:
    return [event.result for event in log.wait_count(CardAnswered, count)]


def test_a_payment_is_approved_and_told_without_a_card_number(
    terminal: FakeCardTerminal, log: EventLog
) -> None:
    terminal.charge(pay("a"))
    (result,) = answers(log, 1)
    assert isinstance(result, CardApproved)
    slip = result.slip
    assert (slip.brand, slip.last_four, slip.auth_code) == ("Visa", "4242", "000001")
    steps = [event.step for event in log.all(CardProgress)]
    assert steps == [CardStep.CARD, CardStep.AUTHORISING]
    assert terminal.charged() == 1250


@pytest.mark.parametrize(
    ("play", "kind", "charged"),
    [
        (Play.DECLINE, CardDeclined, 0),
        (Play.CANCEL, CardCancelled, 0),
        (Play.PARTIAL, CardDeclined, 0),
        (Play.SILENT, CardUnknown, 1250),
        (Play.LOST, CardUnknown, 0),
    ],
)
def test_it_goes_otherwise_when_it_is_told_to(
    terminal: FakeCardTerminal, log: EventLog, play: Play, kind: type[object], charged: int
) -> None:
    terminal.play(play)
    terminal.charge(pay("a"))
    assert isinstance(answers(log, 1)[0], kind)
    assert terminal.charged() == charged


@pytest.mark.parametrize(
    ("play", "kind"), [(Play.SILENT, CardApproved), (Play.LOST, CardCancelled)]
)
def test_an_answer_that_was_lost_is_told_when_asked(
    terminal: FakeCardTerminal, log: EventLog, play: Play, kind: type[object]
) -> None:
    terminal.play(play)
    terminal.charge(pay("a"))
    answers(log, 1)
    terminal.query("a")
    assert isinstance(answers(log, 2)[1], kind)


def test_a_reference_is_charged_once_however_often_it_is_asked(
    terminal: FakeCardTerminal, log: EventLog
) -> None:
    for _ in range(3):
        terminal.charge(pay("a"))
    assert len(set(answers(log, 3))) == 1
    assert terminal.charged() == 1250


def test_it_stops_when_asked_to_and_the_next_goes_on(
    terminal: FakeCardTerminal, log: EventLog
) -> None:
    terminal.play(Play.WAIT)
    terminal.charge(pay("a"))
    log.wait(CardProgress)
    terminal.charge(pay("b", 300))
    terminal.query("a")
    terminal.query("b")
    assert answers(log, 2) == [CardUnfinished(), CardUnfinished()]
    terminal.abort("a")
    first, second = (event for event in log.wait_count(CardAnswered, 4)[2:])
    assert (first.reference, type(first.result)) == ("a", CardCancelled)
    assert (second.reference, type(second.result)) == ("b", CardApproved)
    assert terminal.charged() == 300


def test_what_only_waits_its_turn_is_taken_back_as_well(
    terminal: FakeCardTerminal, log: EventLog
) -> None:
    terminal.play(Play.WAIT)
    terminal.charge(pay("a"))
    log.wait(CardProgress)
    terminal.charge(pay("b"))
    terminal.abort("b")
    terminal.abort("a")
    assert [type(result) for result in answers(log, 2)] == [CardCancelled, CardCancelled]
    assert terminal.charged() == 0


def test_an_abort_that_comes_too_late_changes_nothing(
    terminal: FakeCardTerminal, log: EventLog
) -> None:
    terminal.charge(pay("a"))
    answers(log, 1)
    terminal.abort("a")
    terminal.query("a")
    assert isinstance(answers(log, 2)[1], CardApproved)
    assert terminal.charged() == 1250


def test_a_decline_may_be_followed_by_an_approval(
    terminal: FakeCardTerminal, log: EventLog
) -> None:
    terminal.play(Play.LATE)
    terminal.charge(pay("a"))
    assert [type(result) for result in answers(log, 2)] == [CardDeclined, CardApproved]
    assert terminal.charged() == 1250


def test_a_refund_pays_out_and_a_reversal_takes_back_once(
    terminal: FakeCardTerminal, log: EventLog
) -> None:
    terminal.charge(pay("a"))
    terminal.charge(pay("b", 250, CardAsk.REFUND))
    answers(log, 2)
    assert terminal.charged() == 1000
    terminal.charge(CardCharge(CardAsk.REVERSE, "c", 1250, "EUR", of="a"))
    terminal.charge(CardCharge(CardAsk.REVERSE, "d", 1250, "EUR", of="a"))
    terminal.charge(CardCharge(CardAsk.REVERSE, "e", 250, "EUR", of="b"))
    kinds = [type(result) for result in answers(log, 5)[2:]]
    assert kinds == [CardApproved, CardDeclined, CardApproved]
    assert terminal.charged() == 0


@pytest.mark.expect_warnings
def test_a_cable_that_is_pulled_leaves_it_unknown_and_the_terminal_goes_on(
    tmp_path: Path, log: EventLog
) -> None:
    terminal = FakeCardTerminal("terminal1", tmp_path / "ledger.jsonl", log, delay_s=600)
    terminal.open()
    log.wait(CardTerminalStatusChanged)
    terminal.charge(pay("a"))
    log.wait(CardProgress)
    terminal.pull_cable()
    assert isinstance(answers(log, 1)[0], CardUnknown)
    assert not terminal.online
    with pytest.raises(Offline):
        terminal.charge(pay("b"))
    terminal.plug_in()
    log.wait_count(CardTerminalStatusChanged, 3)
    terminal.query("a")
    assert isinstance(answers(log, 2)[1], CardApproved)
    assert terminal.charged() == 1250
    terminal.close()


def test_it_remembers_what_it_did_when_the_till_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    before = EventLog()
    dying = FakeCardTerminal("terminal1", path, before, delay_s=600)
    dying.open()
    before.wait(CardTerminalStatusChanged)
    dying.charge(pay("a"))
    before.wait(CardProgress)
    dying.close()
    with path.open("ab") as torn:
        torn.write(b'{"charge": {"ask"')
    after = EventLog()
    found = FakeCardTerminal("terminal1", path, after)
    found.open()
    after.wait(CardTerminalStatusChanged)
    found.query("a")
    found.query("never")
    first, second = answers(after, 2)
    assert isinstance(first, CardApproved)
    assert isinstance(second, CardCancelled)
    found.close()


def test_a_station_makes_it_of_its_options(tmp_path: Path, log: EventLog) -> None:
    config: dict[str, dict[str, str | int | float | bool]] = {
        "terminal1": {
            "kind": "card_terminal",
            "address": "fake:sim",
            "ledger": str(tmp_path / "ledger.jsonl"),
            "script": "decline, approve",
            "delay_ms": 0,
        }
    }
    with Station(config, log) as station:
        assert station.terminal is not None
        log.wait(CardTerminalStatusChanged)
        station.terminal.charge(pay("a"))
        station.terminal.charge(pay("b"))
        assert [type(one) for one in answers(log, 2)] == [CardDeclined, CardApproved]


@pytest.mark.parametrize(
    ("option", "value"), [("address", "tcp://10.0.0.9:20007"), ("script", "approve, explode")]
)
def test_wrong_options_are_named(tmp_path: Path, log: EventLog, option: str, value: str) -> None:
    options = {
        "kind": "card_terminal",
        "address": "fake:sim",
        "ledger": str(tmp_path / "ledger.jsonl"),
        option: value,
    }
    with pytest.raises(NotConfigured, match=option):
        Station({"terminal1": options}, log)


@pytest.mark.parametrize(
    "number", ["4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "376000000000006"]
)
def test_no_text_of_a_terminal_keeps_a_card_number(number: str) -> None:
    assert masked(f"PAN {number} ok") == f"PAN ****{number[-4:]} ok"
    slip = CardSlip("Visa", number, "1", "T1", f"PAN {number}")
    assert (slip.last_four, slip.receipt) == (number[-4:], f"PAN ****{number[-4:]}")


def test_times_and_amounts_of_a_terminal_are_kept() -> None:
    text = "2026-11-20 10:00 AMOUNT 1250 EUR AUTH 000123"
    assert masked(text) == text
