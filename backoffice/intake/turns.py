"""A push on its way through the journalling of a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backoffice.intake.auth import Caller
from backoffice.intake.batches import Batch, Link
from backoffice.intake.errors import Refused
from retail.contract.codec import GENESIS


@dataclass(frozen=True, slots=True)
class Push:
    """A batch, its entries as :func:`batches.links_of` read them, and who sent it."""

    caller: Caller
    batch: Batch
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The journal's end here after the push."""

    head: int
    head_hash: bytes


Outcome = Accepted | Refused


@dataclass(slots=True)
class Turn:
    """A push on its way: the journal's end before it, what is new in it, how it came out."""

    push: Push
    head_seq: int = -1
    head_hash: bytes = GENESIS
    owner: UUID | None = None
    fresh: Sequence[Link] = ()
    outcome: Outcome | None = None

    @property
    def jid(self) -> UUID:
        """The journal."""
        return self.push.batch.jid

    def refuse(self, status: int, code: str, message: str) -> None:
        """Come out with a problem."""
        self.outcome = Refused(status, code, message)

    def busy(self) -> None:
        """Come out with a 423."""
        self.refuse(423, "busy", "Another push of this journal is under way.")

    def part_ways(self, code: str, message: str) -> None:
        """Come out with a 409 that tells where the journal ends here."""
        self.outcome = Refused(409, code, message, head=self.head_seq, head_hash=self.head_hash)
