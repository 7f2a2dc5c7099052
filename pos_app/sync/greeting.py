"""The hello: what a till tells, and what of the answer it keeps.

A head office that was restored to before this till's enrolment, or before its newest secret, is
shown the ticket first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, update

from db.base import to_us
from db.store.tills import Device
from pos_app.journal.desk import Desk
from pos_app.sync import moving, push, staging
from pos_app.sync.client import READ_SECONDS, UNAUTHORISED, HeadOffice
from pos_app.sync.clock import ClockEstimate
from pos_app.sync.errors import Rejected
from pos_app.sync.identity import (
    Enrolment,
    forget_customers,
    keep_next,
    load_enrolment,
    take_up_next,
)
from pos_app.sync.ports import StoreAccess
from pos_app.till.queries import open_shift
from retail.contract.envelope import HelloAnswer, HelloRequest, ReadmitAnswer, ReadmitRequest
from retail.contract.version import OLDEST_PROTOCOL, PROTOCOL

log = logging.getLogger("tillwright.sync")

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Greeting:
    """The answer to a hello.

    Attributes:
        restored: head office is of another incarnation than when it was last heard of.
        moved: the till stands in another store since this answer.
        renewed: a secret came with it that the next requests are to be signed with.
    """

    answer: HelloAnswer
    restored: bool
    renewed: bool
    moved: bool


def greet(
    client: HeadOffice, store: StoreAccess, desk: Desk, clock: ClockEstimate, app_version: str
) -> Greeting:
    """Say hello and keep what is to be remembered of the answer.

    Raises:
        NoAnswer, Rejected: nothing was changed, but that a till that was shut out for good notes
            that it must not keep customer data.
    """
    enrolment = store.read(load_enrolment).result()
    request = store.read(_request, enrolment, desk, app_version).result()
    sent_ms = desk.mono_ms()
    try:
        answer = _admitted(client, enrolment, app_version, lambda: client.hello(request))
    except Rejected as problem:
        if problem.problem.forget:
            store.write(forget_customers, desk.now()).result()
        raise
    clock.note(sent_ms=sent_ms, heard_ms=desk.mono_ms(), theirs_us=answer.clock_us)
    offset_ms = clock.offset_ms(wall_us=desk.now_us(), mono_ms=desk.mono_ms())
    if enrolment.next_secret is not None and client.signer == 0:
        store.write(take_up_next).result()
    offered = answer.next
    renewed = offered is not None and offered.secret not in {
        enrolment.secret,
        enrolment.next_secret,
    }

    def keep(tx: Connection) -> None:
        values = {"nonce": answer.nonce, "incarnation": answer.incarnation}
        tx.execute(update(Device).values(**values, clock_offset_ms=offset_ms))
        push.note_durable(tx, answer.journals)
        if renewed and offered is not None:
            keep_next(tx, offered)

    store.write(keep).result()
    moved = _move(store, desk, enrolment, answer)
    return Greeting(answer, answer.incarnation != enrolment.incarnation, renewed, moved)


def _move(store: StoreAccess, desk: Desk, enrolment: Enrolment, answer: HelloAnswer) -> bool:
    """Follow head office to another store, unless a shift is open or entries wait."""
    here = (enrolment.store_id, enrolment.till)
    if not answer.store or (answer.store, answer.till) == here:
        return False
    return store.write(moving.move, desk, answer.store, answer.till).result()


def secrets_of(enrolment: Enrolment) -> tuple[bytes, ...]:
    """The secrets to sign with, the newest first."""
    if enrolment.next_secret is None:
        return (enrolment.secret,)
    return (enrolment.next_secret, enrolment.secret)


def _admitted(
    client: HeadOffice, enrolment: Enrolment, app_version: str, ask: Callable[[], R]
) -> R:
    """Ask; when head office does not know this till, show it the newest ticket that it takes."""
    try:
        return ask()
    except Rejected as problem:
        if problem.status != UNAUTHORISED:
            raise
        unknown = problem
    shown = [(enrolment.ticket, enrolment.secret)]
    if enrolment.next_secret is not None:
        shown.insert(0, (enrolment.next_ticket or "", enrolment.next_secret))
    for number, (ticket, secret) in enumerate(shown):
        if ticket and _readmitted(client.signing_with(secret), ticket, app_version):
            log.warning("head office did not know this till any more; its ticket let it in again")
            client.signer = number
            return ask()
    raise unknown


def _readmitted(office: HeadOffice, ticket: str, app_version: str) -> bool:
    """Show the ticket that goes with a secret; False when head office does not take it."""
    try:
        request = ReadmitRequest(ticket=ticket, app_version=app_version)
        office.ask("/v1/readmit", request, ReadmitAnswer, READ_SECONDS)
    except Rejected as problem:
        if problem.status != UNAUTHORISED:
            raise
        return False
    finally:
        office.close()
    return True


def _request(tx: Connection, enrolment: Enrolment, desk: Desk, app_version: str) -> HelloRequest:
    queue = push.queue_state(tx)
    return HelloRequest(
        oldest_protocol=OLDEST_PROTOCOL,
        protocol=PROTOCOL,
        hq_id=enrolment.hq_id,
        incarnation_seen=enrolment.incarnation,
        nonce=enrolment.nonce,
        journals=push.heads(tx),
        streams=staging.vector(tx),
        clock_us=desk.now_us(),
        queued=queue.entries,
        oldest_queued_us=to_us(queue.oldest_at) if queue.oldest_at else 0,
        app_version=app_version,
        dead=staging.dead_rows(tx),
        store_schema=str(tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()),
        shift_open=open_shift(tx) is not None,
        store=enrolment.store_id,
        till=enrolment.till,
    )
