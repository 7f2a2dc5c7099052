"""Stored value as JSON, for staff."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends

from backoffice.platform import audit
from backoffice.platform.deps import Now, ReadTx, WriteTx
from backoffice.platform.errors import NotFound
from backoffice.platform.security import EVERYBODY, allow
from backoffice.platform.sessions import ACTING, SignedIn
from backoffice.value import blocking, queries, service
from backoffice.value.queries import InstrumentDetail
from backoffice.value.schemas import CodeIn, InstrumentOut, LoadIn, ReasonIn, SettleIn, TotalsOut
from backoffice.value.service import Place, Posting, Settlement, Source, company_key
from retail.contract.sales import ValueMove
from retail.value import last_four, lookup_of

router = APIRouter(prefix="/api/value", tags=["value"])
Reading = Annotated[SignedIn, Depends(allow(*EVERYBODY))]
Acting = Annotated[SignedIn, Depends(allow(*ACTING))]


@router.get("/totals")
def totals(tx: ReadTx, who: Reading) -> list[TotalsOut]:
    """Sums by kind; they add up whatever tills did at the same time."""
    return [TotalsOut.model_validate(one) for one in queries.totals(tx, who.company_id)]


@router.get("/instruments/{instrument_id}")
def instrument(tx: ReadTx, who: Reading, instrument_id: UUID, now: Now) -> InstrumentOut:
    """One instrument."""
    return _known(queries.instrument(tx, who.company_id, instrument_id, now))


@router.post("/find")
def find(tx: WriteTx, who: Reading, wanted: CodeIn, now: Now) -> InstrumentOut:
    """The instrument of a code."""
    lookup = lookup_of(company_key(tx, who.company_id), wanted.kind, wanted.code)
    return _known(queries.find(tx, who.company_id, lookup, now))


@router.post("/{act}")
def bring(
    tx: WriteTx, who: Acting, act: Literal["issue", "load"], wanted: LoadIn, now: Now
) -> InstrumentOut:
    """Put value on an instrument; ``issue`` and ``load`` differ in reports only."""
    lookup = lookup_of(company_key(tx, who.company_id), wanted.kind, wanted.code)
    move = ValueMove(
        n=1,
        act=act,
        kind=wanted.kind.value,
        lookup=lookup.hex(),
        amount=wanted.amount,
        last_four=last_four(wanted.code),
    )
    posting = Posting(Place(who.company_id, ""), Source(wanted.rid, now), move)
    service.book(tx, who.company_id, [posting], now)
    found = _known(queries.find(tx, who.company_id, lookup, now))
    _note(tx, who, f"value.{act}", f"{found.instrument_id}: {wanted.amount}", now)
    return found


@router.post("/instruments/{instrument_id}/block")
def block(
    tx: WriteTx, who: Acting, instrument_id: UUID, wanted: ReasonIn, now: Now
) -> InstrumentOut:
    """Let nothing more be taken of a card that is lost or stolen; what is on it stays."""
    return _blocked(tx, who, instrument_id, wanted, now, blocked=True)


@router.post("/instruments/{instrument_id}/unblock")
def unblock(
    tx: WriteTx, who: Acting, instrument_id: UUID, wanted: ReasonIn, now: Now
) -> InstrumentOut:
    """Let what is on a blocked card be taken again."""
    return _blocked(tx, who, instrument_id, wanted, now, blocked=False)


# Behind the two above, whose addresses it would take.
@router.post("/instruments/{instrument_id}/{act}")
def settle(
    tx: WriteTx,
    who: Acting,
    instrument_id: UUID,
    act: Literal["expire", "settle"],
    wanted: SettleIn,
    now: Now,
) -> InstrumentOut:
    """Take what is left, or make good what was overspent."""
    settlement = Settlement(act, Source(wanted.rid, now), wanted.note, who.login)
    amount = service.settle(tx, who.company_id, instrument_id, settlement)
    _note(tx, who, f"value.{act}", f"{instrument_id}: {amount}; {wanted.note}", now)
    return _known(queries.instrument(tx, who.company_id, instrument_id, now))


def _blocked(
    tx: WriteTx, who: SignedIn, instrument_id: UUID, wanted: ReasonIn, now: Now, *, blocked: bool
) -> InstrumentOut:
    blocking.block(tx, who.company_id, instrument_id, blocked=blocked)
    act = "value.block" if blocked else "value.unblock"
    _note(tx, who, act, f"{instrument_id}; {wanted.note}", now)
    return _known(queries.instrument(tx, who.company_id, instrument_id, now))


def _note(tx: WriteTx, who: SignedIn, act: str, detail: str, now: Now) -> None:
    audit.record(tx, who.company_id, at=now, actor=who.login, act=act, detail=detail)


def _known(found: InstrumentDetail | None) -> InstrumentOut:
    if found is None:
        raise NotFound("value.unknown", "There is no such instrument.")
    return InstrumentOut.model_validate(found)
