"""The fleet as JSON: recovery, backups, and who may sync."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from backoffice.fleet import access, moves, queries, recovery
from backoffice.fleet.schemas import AcceptedOut, BackupOut, MoveIn, RecoveryOut, ShutOutIn
from backoffice.platform import audit
from backoffice.platform.deps import Keeper, Now, ReadTx, WriteTx
from backoffice.platform.errors import NotFound, WebError
from backoffice.platform.roles import Role
from backoffice.platform.security import EVERYBODY, allow
from backoffice.platform.sessions import ACTING, SignedIn
from retail.errors import RetailError

router = APIRouter(prefix="/api", tags=["fleet"], dependencies=[Depends(allow(*EVERYBODY))])

_Store = Annotated[str, Path(max_length=8, pattern=r"^[^\x00]*$")]
_Till = Annotated[int, Path(ge=0, le=1_000_000)]
Admin = Annotated[SignedIn, Depends(allow(Role.ADMIN))]
Acting = Annotated[SignedIn, Depends(allow(*ACTING))]


def _by_admin(who: Admin, now: Now) -> access.Decider:
    return access.Decider(who.company_id, who.login, now)


def _by_acting(who: Acting, now: Now) -> access.Decider:
    return access.Decider(who.company_id, who.login, now)


ByAdmin = Annotated[access.Decider, Depends(_by_admin)]
ByActing = Annotated[access.Decider, Depends(_by_acting)]


@router.get("/recovery")
def recovery_status(tx: ReadTx) -> RecoveryOut:
    """How many journals were offered again since the newest restore."""
    return RecoveryOut.model_validate(queries.recovery_status(tx))


@router.post("/recovery/end")
def end_recovery(tx: WriteTx, by: ByAdmin) -> RecoveryOut:
    """Wait for no more journals."""
    recovery.end_recovery(tx, by.at)
    detail = "journals that are missing are waited for no longer"
    audit.record(tx, by.company_id, at=by.at, actor=by.login, act="recovery.ended", detail=detail)
    return RecoveryOut.model_validate(queries.recovery_status(tx))


@router.get("/backups/last")
def last_backup(tx: ReadTx) -> BackupOut | None:
    """The newest verified backup; null when there is none."""
    found = queries.last_backup(tx)
    return None if found is None else BackupOut.model_validate(found)


@router.post("/tills/{store}/{till}/shut-out", status_code=204)
def shut_out(
    tx: WriteTx, keeper: Keeper, store: _Store, till: _Till, wanted: ShutOutIn, by: ByAdmin
) -> None:
    """Shut a till out."""
    with _known():
        access.shut_out(tx, keeper, (store, till), by, drain_ok=wanted.drain_ok)


@router.post("/tills/{store}/{till}/take-out", status_code=204)
def take_out(tx: WriteTx, store: _Store, till: _Till, by: ByActing) -> None:
    """Let a till hand over what it holds and get nothing more."""
    with _known():
        access.take_out(tx, (store, till), by)


@router.post("/tills/{store}/{till}/let-in", status_code=204)
def let_in(tx: WriteTx, keeper: Keeper, store: _Store, till: _Till, by: ByAdmin) -> None:
    """Let a till that was taken or shut out work again."""
    with _known():
        access.let_in(tx, keeper, (store, till), by)


@router.post("/tills/{store}/{till}/move", status_code=204)
def move(tx: WriteTx, store: _Store, till: _Till, wanted: MoveIn, by: ByActing) -> None:
    """Have a till move to another store once it has drained."""
    try:
        moves.order_move(tx, (store, till), (wanted.store, wanted.till), by)
    except RetailError as problem:
        raise WebError(409, problem.code, str(problem)) from problem


@router.post("/tills/{store}/{till}/accept")
def accept(tx: WriteTx, store: _Store, till: _Till, by: ByActing) -> AcceptedOut:
    """Have entries booked that the till made after it was shut out."""
    return AcceptedOut(accepted=access.accept_reviewed(tx, (store, till), by))


@contextmanager
def _known() -> Iterator[None]:
    try:
        yield
    except RetailError as problem:
        raise NotFound(problem.code, str(problem)) from problem
