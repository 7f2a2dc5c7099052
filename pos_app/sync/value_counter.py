"""Stored value asked for at the counter: on a thread of its own, with little patience.

A customer waits; when head office does not answer soon, the till's own limits decide.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar
from uuid import UUID

from pos_app.sync.counter_line import CounterLine
from pos_app.sync.interrupt import InterruptibleAdapter
from pos_app.sync.ports import StoreAccess
from pos_app.sync.value_office import SyncedValueOffice
from pos_app.till.service import TillSession
from pos_app.value import service
from pos_app.value.service import Allowed, Asked, Balance, Desk
from retail.contract.sales import ValueMove
from retail.value import ValueKind

R = TypeVar("R")


class ValueCounter:
    """Holds, captures and gives back value for the sale at hand, one request after the other.

    Args:
        store: the till's database.
        adapter: makes what requests are sent through.
    """

    def __init__(
        self,
        store: StoreAccess,
        adapter: Callable[[], InterruptibleAdapter] = InterruptibleAdapter,
    ) -> None:
        self._store = store
        self._line = CounterLine(store, adapter, "till-value")

    def hold(self, session: TillSession, asked: Asked) -> Future[Allowed]:
        """What may be taken; its exceptions are those of :func:`pos_app.value.service.ask`."""
        return self._run(session, lambda desk: service.ask(desk, asked))

    def balance(self, session: TillSession, kind: ValueKind, code: str) -> Future[Balance]:
        """What is on an instrument; see :func:`pos_app.value.service.balance`."""
        return self._run(session, lambda desk: service.balance(desk, kind, code))

    def capture(
        self, session: TillSession, rid: UUID, moves: tuple[ValueMove, ...]
    ) -> Future[bool]:
        """Tell head office at once what a sale took; False when its journal must tell."""
        return self._run(session, lambda desk: service.capture(desk, rid, moves))

    def give_back(self, session: TillSession, allowed: Allowed) -> Future[bool]:
        """A tender was taken off again; False when what was held must run out by itself."""
        return self._run(session, lambda desk: service.give_back(desk, allowed))

    def stop(self) -> None:
        """Let a request that is under way come to its end, then join."""
        self._line.stop()

    def _run(self, session: TillSession, act: Callable[[Desk], R]) -> Future[R]:
        return self._line.ask(
            lambda client: act(Desk(self._store, SyncedValueOffice(client), session))
        )
