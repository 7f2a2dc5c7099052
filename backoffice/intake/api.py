"""The endpoints of the sync, ``/v1``. What each writes is committed before its answer."""

from __future__ import annotations

from asyncio import wrap_future
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Engine

from backoffice.fleet.service import head_office
from backoffice.intake import keys, service, value
from backoffice.intake.auth import authenticate
from backoffice.intake.errors import Refused
from backoffice.intake.group import PushGroups
from backoffice.intake.hashes import hashes_between
from backoffice.intake.requests import Signed, decoded, in_bounds, json_answer
from backoffice.platform.deps import Keeper, Now, WriteTx, engine_of
from db.transaction import begin
from retail.contract.envelope import (
    EnrolRequest,
    HelloRequest,
    PushAnswer,
    ReadmitAnswer,
    ReadmitRequest,
)
from retail.contract.value import (
    BalanceRequest,
    CaptureRequest,
    QuotaRequest,
    ReleaseRequest,
    ReserveRequest,
)
from retail.errors import RetailError

router = APIRouter(prefix="/v1", tags=["sync"])


def groups_of(request: Request) -> PushGroups:
    """Where the running application journals pushes."""
    groups: PushGroups = request.app.state.push_groups
    return groups


Groups = Annotated[PushGroups, Depends(groups_of)]


@router.post("/enrol", status_code=201)
def enrol(request: Signed, tx: WriteTx, keeper: Keeper, now: Now) -> Response:
    """Trade a one-time code for an identity."""
    wanted = decoded(request.body, EnrolRequest)
    try:
        with in_bounds("bad_request"):
            answer = service.enrol(tx, keeper, wanted, now)
    except RetailError as problem:
        raise Refused(403, problem.code, str(problem)) from problem
    return json_answer(answer, 201)


@router.post("/readmit")
def readmit(request: Signed, tx: WriteTx, keeper: Keeper, now: Now) -> Response:
    """A till that is newer than the backup that was restored shows its ticket."""
    shown = decoded(request.body, ReadmitRequest)
    hq_id, incarnation = head_office(tx)
    with in_bounds("bad_request"):
        keys.readmit(tx, keeper, hq_id, request, shown, now)
    return json_answer(ReadmitAnswer(incarnation=incarnation))


@router.post("/hello")
def hello(
    request: Signed,
    tx: WriteTx,
    keeper: Keeper,
    now: Now,
    engine: Annotated[Engine, Depends(engine_of)],
) -> Response:
    """A till reports its state and learns where its journals and streams stand."""
    caller = authenticate(tx, request, now, draining=True)
    told = decoded(request.body, HelloRequest)
    try:
        with in_bounds("bad_request"):
            return json_answer(service.hello(tx, keeper, caller, told, now))
    except Refused as refusal:
        if refusal.code == service.COPY_SUSPECTED:
            # The refusal rolls its own transaction back.
            with begin(engine) as apart:
                service.note_copy(apart, caller, now)
        raise


@router.post("/devices/rotate")
def rotate(request: Signed, tx: WriteTx, keeper: Keeper, now: Now) -> Response:
    """Give a till its next secret, which counts once it is used."""
    caller = authenticate(tx, request, now)
    return json_answer(service.rotate(tx, keeper, caller, now))


@router.post("/journals/{jid}/entries")
async def push_entries(jid: UUID, request: Signed, groups: Groups) -> Response:
    """Journal a batch together with whatever else waits; see :mod:`backoffice.intake.group`."""
    answer: PushAnswer = await wrap_future(groups.submit(jid, request))
    return json_answer(answer)


@router.get("/journals/{jid}/hashes")
def entry_hashes(
    jid: UUID,
    first: Annotated[int, Query(alias="from")],
    last: Annotated[int, Query(alias="to")],
    request: Signed,
    tx: WriteTx,
    now: Now,
) -> Response:
    """Hashes of a journal's entries, by which a till finds where two pasts part."""
    caller = authenticate(tx, request, now, draining=True)
    with in_bounds("bad_request"):
        return json_answer(hashes_between(tx, caller, jid, first, last))


@router.post("/auth/reserve")
def reserve(request: Signed, tx: WriteTx, now: Now) -> Response:
    """Hold stored value for a sale that is being paid."""
    caller = authenticate(tx, request, now)
    with in_bounds("bad_request"):
        return json_answer(value.reserve(tx, caller, decoded(request.body, ReserveRequest), now))


@router.post("/auth/balance")
def balance(request: Signed, tx: WriteTx, now: Now) -> Response:
    """Tell what is on an instrument."""
    caller = authenticate(tx, request, now)
    with in_bounds("bad_request"):
        return json_answer(value.balance(tx, caller, decoded(request.body, BalanceRequest), now))


@router.post("/auth/capture")
def capture(request: Signed, tx: WriteTx, now: Now) -> Response:
    """Book what a completed sale did to stored value."""
    caller = authenticate(tx, request, now)
    with in_bounds("bad_request"):
        return json_answer(value.capture(tx, caller, decoded(request.body, CaptureRequest), now))


@router.post("/auth/release")
def release(request: Signed, tx: WriteTx, now: Now) -> Response:
    """Give a reservation back."""
    caller = authenticate(tx, request, now)
    return json_answer(value.release(tx, caller, decoded(request.body, ReleaseRequest)))


@router.post("/quota/{kind}")
def quota(kind: str, request: Signed, tx: WriteTx, now: Now) -> Response:
    """Lend stored value for offline use, and take back what was not used."""
    caller = authenticate(tx, request, now)
    with in_bounds("bad_request"):
        return json_answer(value.quota(tx, caller, kind, decoded(request.body, QuotaRequest), now))
