"""Head office as a till's counters ask it: a test says what is answered, and when."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from pos_app.till.service import TillSession
from pos_app.value.service import Allowed, Asked, Balance, allow_offline
from retail.contract.baskets import ClaimBasketAnswer
from retail.contract.receipts import (
    ClaimReturnAnswer,
    ClaimReturnRequest,
    FindReceiptsAnswer,
    FindReceiptsRequest,
    FoundReceipt,
    OpenReceiptAnswer,
    OpenReceiptRequest,
)
from retail.contract.sales import ValueMove
from retail.errors import RetailError
from retail.value import Authority, ValueKind

R = TypeVar("R")
SILENT = RetailError("office.silent", "Head office is silent; try again.")


@dataclass
class Office:
    """Answers at once, unless it is slow: then the test ends the futures.

    It is both of a till's counters there: that of baskets and receipts, and that of stored value.

    Attributes:
        basket: what a claimed basket's answer is; an error is raised.
        receipts: by id and by number.
        listed: what any search finds.
        refused: the answer to claims on goods; None grants them.
        silent: nobody answers.
        asked: every question with its future, in order.
        cards: what may be taken of cards, by their codes.
        balances: what is told of cards; others are not known.
        alone: reads the till's store; head office cannot be asked for value, so that the till's
            own limits decide.
        captured: the sales whose value was told, with what moved.
        released: what was held and is not wanted any more.
    """

    basket: ClaimBasketAnswer | None = None
    receipts: dict[UUID | str, OpenReceiptAnswer] = field(default_factory=dict)
    listed: tuple[FoundReceipt, ...] = ()
    refused: ClaimReturnAnswer | None = None
    silent: bool = False
    slow: bool = False
    asked: list[tuple[object, Future[object]]] = field(default_factory=list)
    cards: dict[str, int] = field(default_factory=dict)
    balances: dict[str, Balance] = field(default_factory=dict)
    alone: Callable[..., Future[Allowed]] | None = None
    captured: list[tuple[UUID, tuple[ValueMove, ...]]] = field(default_factory=list)
    released: list[Allowed] = field(default_factory=list)
    _held: dict[UUID | None, str] = field(default_factory=dict)

    def claim_basket(self, hold: UUID) -> Future[ClaimBasketAnswer]:
        return self._answer(hold, self.basket or ClaimBasketAnswer(granted=False))

    def find_receipts(self, wanted: FindReceiptsRequest) -> Future[FindReceiptsAnswer]:
        return self._answer(wanted, FindReceiptsAnswer(found=self.listed))

    def open_receipt(
        self,
        wanted: OpenReceiptRequest,
        seconds: float = 0,  # noqa: ARG002 (as the port has it)
    ) -> Future[OpenReceiptAnswer]:
        found = self.receipts.get(wanted.rid or wanted.number, OpenReceiptAnswer())
        return self._answer(wanted, found)

    def claim_return(
        self,
        wanted: ClaimReturnRequest,
        seconds: float = 0,  # noqa: ARG002 (as the port has it)
    ) -> Future[ClaimReturnAnswer]:
        return self._answer(wanted, self.refused or ClaimReturnAnswer(granted=True))

    def settle_return(self, wanted: ClaimReturnRequest) -> Future[ClaimReturnAnswer]:
        return self.claim_return(wanted)

    @property
    def claims(self) -> list[tuple[tuple[int, int], ...]]:
        """The lines of each claim on goods."""
        return [one.lines for one, _ in self.asked if isinstance(one, ClaimReturnRequest)]

    def hold(self, session: TillSession, asked: Asked) -> Future[Allowed]:
        if self.alone is not None:
            return self.alone(allow_offline, session, asked)
        code = str(asked.code)
        amount = min(asked.amount, self.cards.get(code, 0))
        if not amount:
            refused: Future[Allowed] = Future()
            error = RetailError("value.refused", "Nothing can be taken of it now.")
            refused.set_exception(error)
            return refused
        self.cards[code] -= amount
        move = ValueMove(
            n=0, act="redeem", kind=asked.kind.value, lookup="ab" * 16, amount=amount,
            last_four=code[-4:], reservation=session.desk.new_id(),
        )  # fmt: skip
        self._held[move.reservation] = code
        return _done(Allowed(asked.kind, amount, Authority.ONLINE, (move,)))

    def balance(self, session: TillSession, kind: ValueKind, code: str) -> Future[Balance]:
        assert (session.till, kind.value in {"gift_card", "store_credit"}) == (2, True)
        nothing = Balance(known=False, minor=0, online=True)
        return self._answer(code, self.balances.get(code, nothing))

    def capture(
        self, session: TillSession, rid: UUID, moves: tuple[ValueMove, ...]
    ) -> Future[bool]:
        assert session.till
        self.captured.append((rid, moves))
        return _done(self.alone is None)

    def give_back(self, session: TillSession, allowed: Allowed) -> Future[bool]:
        assert session.till
        self.released.append(allowed)
        for move in allowed.moves:
            if move.reservation in self._held:
                self.cards[self._held[move.reservation]] += move.amount
        return _done(self.alone is None)

    @property
    def given_back(self) -> list[int]:
        """How much of each was held and is not wanted any more."""
        return [one.amount for one in self.released]

    def _answer(self, wanted: object, answer: R) -> Future[R]:
        future: Future[R] = Future()
        self.asked.append((wanted, future))  # type: ignore[arg-type]
        if self.silent:
            future.set_exception(SILENT)
        elif not self.slow:
            future.set_result(answer)
        return future


def _done(value: R) -> Future[R]:
    future: Future[R] = Future()
    future.set_result(value)
    return future
