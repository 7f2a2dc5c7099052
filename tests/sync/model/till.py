"""The till: journals what it prints, and sends it until the head office proves to have it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.sync.model.wire import (
    GENESIS,
    START,
    Answer,
    AskHashes,
    CloneSuspected,
    Entry,
    Greeting,
    Hashes,
    Hello,
    Mint,
    Position,
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
class ReceiptNumber:
    """Each journal has a series of its own, so that a new journal repeats no number."""

    jid: int
    number: int


@dataclass(slots=True)
class Journal:
    """A journal, open or closed.

    Attributes:
        acked: how many entries the head office proved to hold.
        moved_after: the last entry that is still sent from a closed journal; what follows was
            journalled again in a later one. None while the journal is open.
        printed: how many receipts bear a number of this journal.
    """

    jid: int
    entries: list[Entry] = field(default_factory=list)
    acked: int = 0
    moved_after: int | None = None
    printed: int = 0

    @property
    def end(self) -> int:
        """The last entry that is sent from here."""
        return len(self.entries) if self.moved_after is None else self.moved_after

    def append(self, record: Record) -> None:
        """Journal a record."""
        self.entries += entries_after(end_of(self.entries).hash, [record])

    def at(self, seq: int) -> Position:
        """The position of an entry."""
        return Position(seq, self.entries[seq - 1].hash if seq else GENESIS)

    def confirms(self, theirs: Position) -> bool:
        """Whether the entry is held here too, with the same past."""
        return theirs.seq <= len(self.entries) and self.at(theirs.seq) == theirs

    def copy(self) -> Journal:
        """A journal that grows on its own."""
        return replace(self, entries=self.entries[:])


@dataclass(slots=True)
class Disk:
    """All that an image of a till's disk holds; the last journal is the open one."""

    installation: int
    journals: list[Journal]
    nonce: int = 0
    incarnation: int = 1
    doubted: set[int] = field(default_factory=set)

    def copy(self) -> Disk:
        """An image."""
        journals = [journal.copy() for journal in self.journals]
        return replace(self, journals=journals, doubted=set(self.doubted))

    def rids(self) -> set[int]:
        """Ids of the records held here."""
        return {entry.record.rid for journal in self.journals for entry in journal.entries}


@dataclass(frozen=True, slots=True)
class Witness:
    """The last entry ever journalled here, noted outside of the disk's image."""

    jid: int
    seq: int


class Till:
    """A till: a disk, a witness beside it, and the request whose answer it waits for."""

    def __init__(self, name: int, mint: Mint) -> None:
        self.name = name
        self.mint = mint
        self.accused = 0
        self.disk = Disk(mint(), [Journal(mint())])
        self.witness = Witness(self.open.jid, 0)
        self._awaited: int | None = None
        self._greeted = False

    @property
    def open(self) -> Journal:
        """The journal that grows."""
        return self.disk.journals[-1]

    @property
    def drained(self) -> bool:
        """Whether nothing waits and nothing is in doubt."""
        sent = all(journal.acked >= journal.end for journal in self.disk.journals)
        return self._greeted and sent and not self.disk.doubted

    def sell(self, record: Record) -> ReceiptNumber:
        """Journal a sale, then print its receipt."""
        self._append(record)
        self.open.printed += 1
        return ReceiptNumber(self.open.jid, self.open.printed)

    def twin(self, name: int) -> Till:
        """The till's disk and witness, copied into another machine that is used beside it."""
        twin = type(self)(name, self.mint)
        twin.witness = self.witness
        twin.start(self.disk)
        return twin

    def start(self, image: Disk) -> None:
        """Start from an image.

        When the witness knows more than the image, the image is an old one: numbers that it would
        print next may be on paper already, so it goes on in a new journal. What was proved to be
        at the head office stays in the old one; the network is not asked.
        """
        self.disk = image.copy()
        self._awaited, self._greeted = None, False
        if self._is_old_image():
            self._journal_again(self.open, self.open.acked)

    def request(self, size: int) -> Request:
        """What to send next: a hello first, then what is in doubt, then the oldest entries."""
        if not self._greeted:
            return self.hello()
        self._awaited = self.mint()
        if self.disk.doubted:
            return AskHashes(self._awaited, min(self.disk.doubted))
        for journal in self.disk.journals:
            if journal.acked < journal.end:
                base = journal.at(journal.acked)
                waiting = journal.entries[journal.acked : journal.end][:size]
                records = tuple(entry.record for entry in waiting)
                return Push(self._awaited, journal.jid, base, records)
        return self.hello()

    def hello(self) -> Hello:
        """Say who is there; any answer to an earlier request comes too late for this till."""
        self._awaited = self.mint()
        jids = tuple(journal.jid for journal in self.disk.journals)
        disk = self.disk
        return Hello(self._awaited, disk.installation, disk.nonce, disk.incarnation, jids)

    def hear(self, answer: Answer) -> None:
        """Learn from an answer, also from a late one where hashes prove what it says."""
        match answer:
            case Greeting():
                if self._awaits(answer.id):
                    self._greet(answer)
            case CloneSuspected():
                if self._awaits(answer.id):
                    self._part_from_twin()
            case PushAnswer():
                if self._of_this_incarnation(answer.incarnation):
                    self._believe(answer)
            case Hashes():
                if self._of_this_incarnation(answer.incarnation):
                    self._compare(answer)
            case Replayed():
                pass

    def _awaits(self, request: int) -> bool:
        """A nonce carries no proof: one from a request that was given up may be used up."""
        return request == self._awaited

    def _of_this_incarnation(self, theirs: int) -> bool:
        """An answer of another incarnation tells nothing about the journals of this one."""
        if theirs > self.disk.incarnation:
            self._greeted = False
        return theirs == self.disk.incarnation

    def _greet(self, greeting: Greeting) -> None:
        restored = greeting.incarnation > self.disk.incarnation
        self.disk.nonce, self.disk.incarnation = greeting.nonce, greeting.incarnation
        self._greeted = True
        if restored:
            self._offer_again(greeting)

    def _offer_again(self, greeting: Greeting) -> None:
        """A restored head office may have lost what it acknowledged, of closed journals too."""
        for journal in self.disk.journals:
            self._learn(journal, greeting.ends.get(journal.jid, START))

    def _part_from_twin(self) -> None:
        """Another copy of this till is at work: leave it the journal, and enrol anew."""
        self.accused += 1
        self._journal_again(self.open, self.open.acked)
        self.disk.installation, self.disk.nonce = self.mint(), 0
        self._greeted = False

    def _believe(self, answer: PushAnswer) -> None:
        for journal in self.disk.journals:
            if journal.jid == answer.jid:
                if answer.verdict is Verdict.FORK:
                    self.disk.doubted.add(journal.jid)
                else:
                    self._learn(journal, answer.end)

    def _learn(self, journal: Journal, theirs: Position) -> None:
        """Believe an end that the own chain confirms, up or down; doubt any other."""
        if journal.confirms(theirs):
            journal.acked = theirs.seq
        else:
            self.disk.doubted.add(journal.jid)

    def _compare(self, answer: Hashes) -> None:
        """Find out what both sides have; journal again what the head office cannot take."""
        for journal in self.disk.journals:
            if journal.jid == answer.jid:
                self.disk.doubted.discard(journal.jid)
                journal.acked = self._common(journal, answer.hashes)
                if journal.acked < len(answer.hashes):
                    self._journal_again(journal, journal.acked)
                return

    def _common(self, journal: Journal, theirs: tuple[bytes, ...]) -> int:
        """How many entries are the same on both sides: counted, never assumed."""
        common = 0
        for entry, digest in zip(journal.entries, theirs, strict=False):
            if entry.hash != digest:
                break
            common += 1
        return common

    def _journal_again(self, journal: Journal, common: int) -> None:
        """Go on in another journal with what follows ``common``; the records keep their ids.

        The journal stays here, closed: the head office may lose its copy in a restore.
        """
        moved = journal.entries[common : journal.end]
        if journal.moved_after is None:
            self._open_another()
        journal.moved_after = min(common, journal.end)
        for entry in moved:
            self._append(self._again(entry.record))

    def _open_another(self) -> None:
        self.disk.journals.append(Journal(self.mint()))
        self.witness = Witness(self.open.jid, 0)

    def _again(self, record: Record) -> Record:
        return record

    def _append(self, record: Record) -> None:
        self.open.append(record)
        self.witness = Witness(self.open.jid, len(self.open.entries))

    def _is_old_image(self) -> bool:
        lengths = {journal.jid: len(journal.entries) for journal in self.disk.journals}
        return lengths.get(self.witness.jid, -1) < self.witness.seq
