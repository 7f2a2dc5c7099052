"""What became of a till's records, sent down in its own stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select, tuple_

from backoffice.cases.service import CaseRef
from db.head.journals import JournalEntry, JournalHead
from db.streams import publish, till_stream
from retail.contract.reference import ResultRow


@dataclass(frozen=True, slots=True)
class Result:
    """How a record fared; only what is out of the ordinary is told, and its end.

    Attributes:
        state: ``quarantined``, ``parked``, ``waiting``, ``review``, ``exception`` (booked, and a
            case is open) or ``applied`` (booked after all).
    """

    store_id: str
    rid: UUID
    state: str
    code: str = ""
    sentence: str = ""
    case_id: UUID | None = None


def of_case(case: CaseRef) -> list[Result]:
    """The results of the records of a case."""
    return [
        Result(store_id, rid, "exception", case.kind.value, case.sentence, case.case_id)
        for store_id, rid in case.records
    ]


def tell(tx: Connection, results: Sequence[Result]) -> None:
    """Publish results to the tills whose journals hold the records; the last word counts."""
    if not results:
        return
    last = {(one.store_id, one.rid): one for one in results}
    rows = tx.execute(
        select(JournalEntry.store_id, JournalEntry.rid, JournalHead.till)
        .join(
            JournalHead,
            (JournalHead.store_id == JournalEntry.store_id) & (JournalHead.jid == JournalEntry.jid),
        )
        .where(tuple_(JournalEntry.store_id, JournalEntry.rid).in_(list(last)))
        .distinct()
        .order_by(JournalEntry.store_id, JournalHead.till, JournalEntry.rid)
    )
    for row in rows:
        one = last[row.store_id, row.rid]
        told = ResultRow(
            rid=one.rid,
            state=one.state,
            code=one.code,
            detail=one.sentence,
            case_id=one.case_id,
        )
        publish(tx, till_stream(row.store_id, row.till), (told,))
