"""The head office: journals what arrives, answers where it stands, applies behind."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

from tests.sync.model.wire import (
    Answer,
    AskHashes,
    CloneSuspected,
    Entry,
    Greeting,
    Hashes,
    Hello,
    Mint,
    Push,
    PushAnswer,
    Record,
    Replayed,
    Request,
    Verdict,
    end_of,
    entries_after,
)


@dataclass(frozen=True, slots=True)
class Nonces:
    """What an installation has to say at its next hello, and what it said at the last one."""

    current: int
    previous: int


class Head:
    """A head office. Only ``incarnation`` and the mint lie outside of its backups."""

    def __init__(self, mint: Mint) -> None:
        self.mint = mint
        self.incarnation = 1
        self.journals: dict[int, list[Entry]] = {}
        self.applied: list[Record] = []
        self.quarantined: list[Record] = []
        self.cash = 0
        self._booked: set[int] = set()
        self._booked_up_to: dict[int, int] = {}
        self._nonces: dict[int, Nonces] = {}
        self._seen: set[int] = set()

    def answer(self, request: Request) -> Answer:
        """Answer a request; whether the answer arrives is the network's affair."""
        match request:
            case Hello():
                return self._hello(request)
            case Push():
                return self._push(request)
            case AskHashes():
                held = self.journals.get(request.jid, [])
                hashes = tuple(entry.hash for entry in held)
                return Hashes(request.id, self.incarnation, request.jid, hashes)

    def apply(self) -> None:
        """Book what is journalled and not booked yet.

        It reads the journals and no request, so that an acknowledged record is applied after any
        interruption, and one that cannot be applied holds up none.
        """
        for jid, entries in self.journals.items():
            for entry in entries[self._booked_up_to.get(jid, 0) :]:
                self._book(entry.record)
            self._booked_up_to[jid] = len(entries)

    def backup(self) -> Head:
        """A copy that shares nothing that can change."""
        twin = copy(self)
        twin.journals = {jid: entries[:] for jid, entries in self.journals.items()}
        twin.applied, twin.quarantined = self.applied[:], self.quarantined[:]
        twin._booked, twin._seen = set(self._booked), set(self._seen)
        twin._booked_up_to = dict(self._booked_up_to)
        twin._nonces = dict(self._nonces)
        return twin

    def restored(self, backup: Head) -> Head:
        """The head office as of the backup, with an incarnation that no till has met."""
        restored = backup.backup()
        restored.incarnation = self.incarnation + 1
        return restored

    def _push(self, push: Push) -> PushAnswer:
        held = self.journals.setdefault(push.jid, [])
        if push.base.seq > len(held):
            return self._stands(push, Verdict.BEHIND)
        if end_of(held[: push.base.seq]) != push.base:
            return self._stands(push, Verdict.FORK)
        offered = entries_after(push.base.hash, push.records)
        known = held[push.base.seq : push.base.seq + len(offered)]
        if known != offered[: len(known)]:
            return self._stands(push, Verdict.FORK)
        held += offered[len(known) :]
        return self._stands(push, Verdict.OK)

    def _stands(self, push: Push, verdict: Verdict) -> PushAnswer:
        end = end_of(self.journals[push.jid])
        return PushAnswer(push.id, self.incarnation, verdict, push.jid, end)

    def _book(self, record: Record) -> None:
        """Apply or quarantine a record; by its id, because it may lie in several journals."""
        if record.rid in self._booked:
            return
        self._booked.add(record.rid)
        if record.is_poison:
            self.quarantined.append(record)
        else:
            self.applied.append(record)
            self.cash += record.cash

    def _hello(self, hello: Hello) -> Answer:
        """A push proves by its chain what it is; a hello needs a memory for its copies."""
        if hello.id in self._seen:
            return Replayed(hello.id)
        nonces = self._next_nonces(hello, self._nonces.get(hello.installation))
        if nonces is None:
            return CloneSuspected(hello.id)
        self._seen.add(hello.id)
        self._nonces[hello.installation] = nonces
        ends = {jid: end_of(self.journals[jid]) for jid in hello.jids if jid in self.journals}
        return Greeting(hello.id, self.incarnation, nonces.current, ends)

    def _next_nonces(self, hello: Hello, known: Nonces | None) -> Nonces | None:
        """The nonces after a hello; None when it can only come from another copy of the till.

        An installation that is new, or newer than the backup, is taken by its ticket. A till that
        has not met this incarnation may hold a nonce that the backup does not know: it gets the
        current one, and nothing rotates, however many copies of its hello arrive.
        """
        if known is None:
            return Nonces(self.mint(), hello.nonce)
        if hello.incarnation_seen < self.incarnation:
            return known
        if hello.nonce == known.current:
            return Nonces(self.mint(), known.current)
        return self._repeated(known) if hello.nonce == known.previous else None

    def _repeated(self, known: Nonces) -> Nonces:
        """The previous nonce: the answer was lost, so it is given again and nothing rotates."""
        return known
