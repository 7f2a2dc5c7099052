"""A till's books with a simulated card terminal beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar
from uuid import UUID

from db.transaction import take_changes
from hardware.events import CardAnswered, CardTerminalStatusChanged, HardwareEvent
from hardware.fake.card_terminal import FakeCardTerminal, Play
from pos_app.checkout import closing, refunding
from pos_app.checkout.closing import ClosedSale
from pos_app.payments import attempts, service
from pos_app.payments.attempts import Attempt, State
from pos_app.payments.counter import AttemptChanged, CardCounter
from pos_app.payments.service import CHANGE, Wanted
from retail.tender.settlement import Offer, TenderKind
from tests.support.till import Books

R = TypeVar("R")
_PATIENCE_S = 10.0


class _Synchronous:
    """The books as the counter uses them, on the thread of the test."""

    def __init__(self, room: CardRoom) -> None:
        self._room = room

    def read(self, query: Callable[..., R], *args: Any) -> Future[R]:
        return self._done(query, *args)

    def write(self, use_case: Callable[..., R], *args: Any) -> Future[R]:
        return self._done(use_case, *args)

    def _done(self, work: Callable[..., R], *args: Any) -> Future[R]:
        answer: Future[R] = Future()
        try:
            answer.set_result(self._room.books.run(work, *args))
        except Exception as problem:  # noqa: BLE001 - handed to whoever asks
            answer.set_exception(problem)
        return answer


@dataclass
class CardRoom:
    """Somebody at a till with a card terminal; the terminal's answers wait until they are heard."""

    books: Books
    ledger: Path
    told: list[AttemptChanged] = field(default_factory=list)
    events: SimpleQueue[HardwareEvent] = field(default_factory=SimpleQueue)
    terminal: FakeCardTerminal = field(init=False)
    counter: CardCounter = field(init=False)

    def start(self, *plays: Play) -> None:
        """The till starts, and its terminal answers."""
        self.events = SimpleQueue()
        self.terminal = FakeCardTerminal("terminal1", self.ledger, self.events.put)
        self.terminal.play(*plays)
        self.books.run(service.have_terminal, "terminal1")
        self.counter = CardCounter(
            _Synchronous(self), self.books.desk, self.terminal, self._published
        )
        self.terminal.open()
        self.hear(CardTerminalStatusChanged)

    def die(self) -> None:
        """The till is gone; what the terminal says from now on nobody hears."""
        self.terminal.close()

    @property
    def basket(self) -> UUID:
        """The open basket."""
        return self.books.view().priced.basket.basket_id

    @property
    def total(self) -> int:
        """What it costs."""
        return self.books.view().priced.total_minor

    def ask(self, minor: int | None = None, *taken: UUID) -> Attempt:
        """Keep an attempt and ask the terminal."""
        wanted = Wanted(self.total if minor is None else minor, taken)
        one = self.counter.begin(self.books.session, self.basket, wanted).result()
        self.settle()
        return one

    def pay(self, minor: int | None = None, *taken: UUID) -> Attempt:
        """Ask, and hear the answer."""
        one = self.ask(minor, *taken)
        if one.unresolved:
            self.hear(CardAnswered)
        return self.look(one)

    def look(self, one: Attempt) -> Attempt:
        """How an attempt stands in the books."""
        found = self.books.run(attempts.find, one.attempt_id)
        assert found is not None
        return found

    def close(self, *paid: Attempt) -> ClosedSale:
        """Finish the sale with attempts, the rest in cash."""
        offers = [Offer(TenderKind.CARD, one.offered_minor, one.reference) for one in paid]
        left = self.total - sum(offer.amount_minor for offer in offers)
        if left:
            offers.append(Offer(TenderKind.CASH, left))
        sale = self.books.run(closing.close_sale, self.books.session, self.basket, offers)
        self.settle()
        return sale

    def payout(self) -> refunding.Payout:
        """What is proposed for a basket below zero."""
        return self.books.run(refunding.proposal, self.books.session, self.basket)

    def hear(self, kind: type[HardwareEvent]) -> None:
        """Hear events until one of a kind."""
        while True:
            event = self.events.get(timeout=_PATIENCE_S)
            self.counter.heard(event)
            self.settle()
            if isinstance(event, kind):
                return

    def hear_waiting(self) -> None:
        """Hear what has come already."""
        while not self.events.empty():
            self.counter.heard(self.events.get())
            self.settle()

    def hear_all(self) -> None:
        """Check everything without an end until it has one."""
        self.hear_waiting()
        self.counter.kick()
        while waiting := self.books.run(attempts.unresolved):
            if not self.terminal.online:
                self.terminal.plug_in()
                self.hear(CardTerminalStatusChanged)
                continue
            self.counter.check(waiting[0])
            self.hear(CardAnswered)

    def settle(self) -> None:
        """What a commit leaves to do is done, as the till's threads do."""
        if CHANGE in take_changes(self.books.connection):
            self.counter.kick()

    def sold_by_card(self) -> int:
        """The card tenders of all sales."""
        query = "SELECT coalesce(sum(amount_minor), 0) FROM sale_tender WHERE kind = 'card'"
        return int(self.books.value(query))

    def states(self) -> list[tuple[str, str]]:
        """Kind and state of every attempt, in order."""
        return self.books.query("SELECT kind, state FROM card_attempt ORDER BY attempt_id")

    def outcomes(self) -> list[str]:
        """What head office is told of approvals that became no sale."""
        found = self.books.query(
            "SELECT entry FROM journal_entry WHERE type = 'card.without_sale' ORDER BY seq"
        )
        return [_outcome(bytes(entry)) for (entry,) in found]

    def _published(self, event: object) -> None:
        assert isinstance(event, AttemptChanged)
        self.told.append(event)


def _outcome(entry: bytes) -> str:
    from retail.contract.codec import read_entry
    from retail.contract.facts import CardWithoutSale, decode

    read = read_entry(entry)
    fact = decode(read.type, read.sv, read.body)
    assert isinstance(fact, CardWithoutSale)
    return fact.outcome


@contextmanager
def card_room(books: Books, ledger: Path, *plays: Play) -> Iterator[CardRoom]:
    """A till at work with its terminal."""
    room = CardRoom(books, ledger)
    room.start(*plays)
    try:
        yield room
    finally:
        room.terminal.close()


__all__ = ["CardRoom", "Play", "State", "card_room"]
