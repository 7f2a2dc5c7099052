"""A till that dies at any instant of a card payment charges the card once for one sale."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.crash_points import KILLED, VARIABLE
from hardware.fake.card_ledger import CardLedger
from hardware.fake.card_terminal import Play
from pos_app.checkout import service
from pos_app.payments import service as payments
from pos_app.runtime.paths import TillPaths
from retail.errors import RetailError
from tests.support import till
from tests.support.card_room import CardRoom
from tests.support.processes import run
from tests.support.till import SHELF

PIECE = SHELF.code(SHELF.piece)
COMMANDS = st.one_of(
    st.tuples(st.just("play"), st.sampled_from([p for p in Play if p is not Play.WAIT])),
    st.tuples(st.sampled_from(("scan", "pay", "half", "card", "cash", "clear")), st.none()),
    st.tuples(st.sampled_from(("kill before", "kill behind", "check", "hear")), st.none()),
)


@pytest.mark.parametrize(
    "instant", ["card.committed", "card.asked", "card.answer", "card.answered", "till.committed:4"]
)
def test_a_kill_between_question_and_answer_charges_once(folder: Path, instant: str) -> None:
    """Complaint 19: kill -9 between the terminal's question and its answer."""
    words = ("tests.support.card_seller", folder, PIECE)
    killed = run(*words, env={VARIABLE: instant})
    assert killed.code == KILLED, killed.err
    after = run(*words)
    assert (after.code, after.out) == (0, "sold\n"), after.err
    with till.books(folder) as books:
        assert books.verify().broken == ""
        sold = books.value("SELECT sum(amount_minor) FROM sale_tender WHERE kind = 'card'")
        ledger = CardLedger(TillPaths(folder).simulated_terminal)
        assert ledger.charged() == sold > 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(commands=st.lists(COMMANDS, max_size=25))
def test_what_was_charged_is_what_was_sold(
    template: Path, commands: list[tuple[str, Play | None]]
) -> None:
    """Complaint 19: whatever the terminal, the cashier and the power do."""
    with till.scratch(template) as folder, till.books(folder) as books:
        books.begin_work()
        room = CardRoom(books, folder / "ledger.jsonl")
        room.start()
        try:
            for word, play in commands:
                try:
                    _do(room, word, play)
                except RetailError:
                    continue
            room.hear_all()
            _do(room, "clear", None)
            room.hear_all()
            _balance(room)
        finally:
            room.terminal.close()


def _do(room: CardRoom, word: str, play: Play | None) -> None:
    books = room.books
    match word:
        case "play" if play is not None:
            room.terminal.play(play)
        case "scan":
            books.enter(PIECE)
        case "pay" | "half":
            room.pay(room.total if word == "pay" else room.total // 2)
        case "card":
            room.close(*books.run(payments.standing, room.basket).unused)
        case "cash":
            room.close()
        case "clear":
            books.run(service.clear, books.session)
            room.settle()
        case "kill before":
            wanted = payments.Wanted(room.total)
            books.run(payments.begin, books.session, room.basket, wanted)
            room.die()
            room.start()
        case "kill behind":
            room.ask()
            room.die()
            room.start()
        case "check":
            waiting = books.run(payments.standing, room.basket).unresolved
            if waiting is not None:
                room.counter.check(waiting)
        case _:
            room.hear_waiting()


def _balance(room: CardRoom) -> None:
    """Every attempt has its end, and no basket waits."""
    assert room.terminal.charged() == room.sold_by_card()
    assert not {"requested", "unknown"} & {state for _kind, state in room.states()}
    assert room.books.verify().broken == ""
