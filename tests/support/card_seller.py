"""A till with a simulated card terminal as a process of its own, which may be made to die.

``python -m tests.support.card_seller DIR CODE`` resolves with the terminal what an earlier process
left, scans the article when the basket is empty, pays by card and says ``sold``.
"""

from __future__ import annotations

import os
import queue
import sys
from pathlib import Path
from uuid import UUID

from pos_app.bootstrap.till import Till
from pos_app.checkout import closing, service
from pos_app.payments import attempts
from pos_app.payments.attempts import Attempt, State
from pos_app.payments.counter import AttemptChanged, CardCounter
from pos_app.payments.service import Wanted
from pos_app.staff.service import staff_list
from pos_app.till.service import TillSession, open_shift, start_session
from retail.tender.settlement import Offer, TenderKind

_PATIENCE_S = 60.0


class _Told:
    """Hears how attempts end."""

    def __init__(self) -> None:
        self._events: queue.SimpleQueue[AttemptChanged] = queue.SimpleQueue()

    def __call__(self, event: object) -> None:
        if isinstance(event, AttemptChanged):
            self._events.put(event)

    def wait(self, one: Attempt) -> Attempt:
        """How an attempt ended."""
        while True:
            found = self._events.get(timeout=_PATIENCE_S).attempt
            if found.attempt_id == one.attempt_id and not found.unresolved:
                return found


def sell(folder: Path, code: str) -> None:
    """One sale by card, whatever was left of an earlier one."""
    told = _Told()
    with Till(folder, publish=told) as till:
        left = till.tasks.read(attempts.unresolved).result()
        till.work()
        session = _session(till)
        for one in left:
            told.wait(one)
        view = till.tasks.run(service.current, session).result()
        if not view.priced.lines:
            view = till.tasks.run(service.enter, session, code).result()
        basket, total = view.priced.basket.basket_id, view.priced.total_minor
        assert till.cards is not None
        paid = _pay(till.cards, session, told, (basket, total))
        offer = Offer(TenderKind.CARD, total, paid.reference)
        till.tasks.run(closing.close_sale, session, basket, (offer,)).result()
        sys.stdout.write("sold\n")


def _session(till: Till) -> TillSession:
    staff = till.tasks.read(staff_list).result()
    session = till.tasks.run(start_session, till.desk, staff[0]).result()
    return session if session.shift else till.tasks.run(open_shift, session, 15_000).result()


def _pay(cards: CardCounter, session: TillSession, told: _Told, due: tuple[UUID, int]) -> Attempt:
    basket, total = due
    one = cards.begin(session, basket, Wanted(total)).result()
    ended = told.wait(one) if one.unresolved else one
    assert ended.state is State.APPROVED, ended
    return ended


if __name__ == "__main__":
    os.environ["TILLWRIGHT_TERMINAL_ADDRESS"] = "fake:sim"
    os.environ["TILLWRIGHT_TERMINAL_DELAY_MS"] = "0"
    sell(Path(sys.argv[1]), sys.argv[2])
