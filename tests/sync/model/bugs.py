"""Mistakes that a sync protocol can make; the checker has to notice every one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.sync.model.head import Head, Nonces
from tests.sync.model.till import Journal, Till
from tests.sync.model.wire import (
    Greeting,
    Hashes,
    Hello,
    Position,
    Push,
    PushAnswer,
    Record,
    Verdict,
    end_of,
    entries_after,
)
from tests.sync.model.world import Fault, Faults, World


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake: who makes it, and the faults by which it comes to light."""

    name: str
    faults: Faults
    head: type[Head] = Head
    till: type[Till] = Till

    def world(self) -> World:
        """A world in which the mistake is made."""
        return World(self.head, self.till)


class BelievesNumbers(Till):
    """Takes an acknowledgement for its own without comparing the hash."""

    def _learn(self, journal: Journal, theirs: Position) -> None:
        journal.acked = min(theirs.seq, len(journal.entries))


class NothingToSend(Till):
    """Concludes from a head office that is ahead that it holds everything."""

    def _learn(self, journal: Journal, theirs: Position) -> None:
        if theirs.seq >= len(journal.entries):
            journal.acked = len(journal.entries)
        else:
            super()._learn(journal, theirs)

    def _compare(self, answer: Hashes) -> None:
        if answer.jid == self.open.jid and len(answer.hashes) >= len(self.open.entries):
            self.disk.doubted.discard(answer.jid)
            self.open.acked = len(self.open.entries)
        else:
            super()._compare(answer)


class AssumesPrefix(Till):
    """Takes the shorter of two journals for the beginning of the longer one."""

    def _common(self, journal: Journal, theirs: tuple[bytes, ...]) -> int:
        return min(len(journal.entries), len(theirs))


class DropsOldJournals(Till):
    """Throws a journal away once its end is journalled again."""

    def _journal_again(self, journal: Journal, common: int) -> None:
        super()._journal_again(journal, common)
        self.disk.journals.remove(journal)


class OffersNothingAgain(Till):
    """Goes on where it was after a restore of the head office."""

    def _offer_again(self, greeting: Greeting) -> None:
        pass


class BelievesThePast(Till):
    """Takes late acknowledgements of a head office that was restored since."""

    def _of_this_incarnation(self, theirs: int) -> bool:
        return super()._of_this_incarnation(theirs) or theirs < self.disk.incarnation


class NoWitness(Till):
    """Does not notice that it runs from an old image."""

    def _is_old_image(self) -> bool:
        return False


class NewIdsForOldRecords(Till):
    """Journals a record again under another id."""

    def _again(self, record: Record) -> Record:
        return replace(record, rid=self.mint())


class HearsLateGreetings(Till):
    """Takes the nonce of a hello that it gave up long ago."""

    def _awaits(self, request: int) -> bool:  # noqa: ARG002 (that it is not looked at is the bug)
        return True


class PositionOnly(Head):
    """Compares numbers and no hash."""

    def _push(self, push: Push) -> PushAnswer:
        held = self.journals.setdefault(push.jid, [])
        if push.base.seq > len(held):
            return self._stands(push, Verdict.BEHIND)
        held += entries_after(push.base.hash, push.records)[len(held) - push.base.seq :]
        return self._stands(push, Verdict.OK)


class AppliesTwice(Head):
    """Applies a record each time it is journalled."""

    def _book(self, record: Record) -> None:
        self._booked.discard(record.rid)
        super()._book(record)


class AppliesFirst(Head):
    """Journals a batch after all of it was applied, which poison prevents for ever."""

    def _push(self, push: Push) -> PushAnswer:
        if any(record.is_poison for record in push.records):
            self.journals.setdefault(push.jid, [])
            return self._stands(push, Verdict.BEHIND)
        return super()._push(push)


class AcksBeforeKeeping(Head):
    """Acknowledges a whole batch and keeps all of it but the last entry."""

    def _push(self, push: Push) -> PushAnswer:
        answer = super()._push(replace(push, records=push.records[:-1]))
        if answer.verdict is not Verdict.OK:
            return answer
        promised = entries_after(push.base.hash, push.records)
        end = Position(push.base.seq + len(promised), end_of(promised).hash)
        return replace(answer, end=end) if end.seq > answer.end.seq else answer


class DropsPoison(Head):
    """Acknowledges what it cannot apply, and forgets it."""

    def _book(self, record: Record) -> None:
        if not record.is_poison:
            super()._book(record)


class IncarnationInBackup(Head):
    """Comes back from a backup with the incarnation of then."""

    def restored(self, backup: Head) -> Head:
        return backup.backup()


class RotatesOnPrevious(Head):
    """Rotates the nonce for a hello with the previous one too."""

    def _repeated(self, known: Nonces) -> Nonces:
        return Nonces(self.mint(), known.current)


class RotatesWhenRestored(Head):
    """Rotates the nonce for every hello of a till that has not met this incarnation."""

    def _next_nonces(self, hello: Hello, known: Nonces | None) -> Nonces | None:
        strange = known is not None and hello.nonce != known.previous
        if known is not None and strange and hello.incarnation_seen < self.incarnation:
            return Nonces(self.mint(), known.current)
        return super()._next_nonces(hello, known)


_NET = frozenset({Fault.NET})
_POISON = frozenset({Fault.NET, Fault.POISON})
_RESTORE = frozenset({Fault.NET, Fault.RESTORE})
_CLONE = frozenset({Fault.NET, Fault.CLONE})
_OLD_IMAGE = frozenset({Fault.NET, Fault.OLD_IMAGE})

BUGS = (
    Bug("an acknowledgement is believed without its hash", _CLONE, till=BelievesNumbers),
    Bug("a head office ahead means nothing to send", _CLONE, till=NothingToSend),
    Bug("the common prefix is assumed", _CLONE, till=AssumesPrefix),
    Bug("old journals are dropped", _CLONE | _RESTORE, till=DropsOldJournals),
    Bug("nothing is offered again after a restore", _RESTORE, till=OffersNothingAgain),
    Bug("there is no witness", _OLD_IMAGE, till=NoWitness),
    Bug("records journalled again get new ids", _CLONE, till=NewIdsForOldRecords),
    Bug("the nonce of a late greeting is taken", _NET, till=HearsLateGreetings),
    Bug("a cursor is a position without a hash", _CLONE, PositionOnly, BelievesNumbers),
    Bug("records are applied once per journal", _CLONE, head=AppliesTwice),
    Bug("applying comes before journalling", _POISON, head=AppliesFirst),
    Bug("a batch is acknowledged before it is kept", _NET, head=AcksBeforeKeeping),
    Bug("poison is acknowledged and forgotten", _POISON, head=DropsPoison),
    Bug("the incarnation lies in the backup", _RESTORE, head=IncarnationInBackup),
    Bug("the previous nonce rotates", _NET, head=RotatesOnPrevious),
)
