"""Enrol a till: trade a code for an identity and open its first journal."""

from __future__ import annotations

from datetime import UTC

from sqlalchemy import Connection, insert

from db.store.tills import Device
from pos_app.journal.append import Draft, Place, append
from pos_app.journal.desk import Desk
from pos_app.journal.numbers import open_journal
from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import NoAnswer, Rejected
from pos_app.sync.ports import StoreAccess
from pos_app.till.queries import identity
from retail.contract.envelope import EnrolAnswer, EnrolRequest
from retail.contract.facts import JournalOpened
from retail.contract.version import OLDEST_PROTOCOL, PROTOCOL
from retail.errors import RetailError
from retail.identity import normal_crockford


def enrol(
    store: StoreAccess, desk: Desk, *, server: str, code: str, app_version: str
) -> EnrolAnswer:
    """Get an identity from the head office and keep it.

    Raises:
        RetailError: ``enrol.done`` when this folder is enrolled already, ``enrol.refused`` or
            ``enrol.server`` with the head office's sentence; nothing was changed then.
    """
    known = store.read(identity).result()
    if known is not None:
        raise RetailError(
            "enrol.done",
            "This data folder is enrolled already, as till %(till)s of store %(store)s; "
            "nothing was changed.",
            till=known.till,
            store=known.store_id,
        )
    office = HeadOffice(server)
    request = EnrolRequest(
        code=normal_crockford(code),
        installation=desk.new_id(),
        app_version=app_version,
        oldest_protocol=OLDEST_PROTOCOL,
        protocol=PROTOCOL,
    )
    try:
        answer = office.enrol(request)
    except Rejected as problem:
        raise RetailError("enrol.refused", "%(why)s", why=problem) from problem
    except NoAnswer as problem:
        raise RetailError(
            "enrol.server", "%(why)s Check the address %(server)s.", why=problem, server=server
        ) from problem
    finally:
        office.close()
    store.write(_keep, desk, office.server, answer).result()
    return answer


def _keep(tx: Connection, desk: Desk, server: str, answer: EnrolAnswer) -> None:
    tx.execute(
        insert(Device).values(
            id=1,
            installation=answer.installation,
            store_id=answer.store,
            till=answer.till,
            server=server,
            hq_id=answer.hq_id,
            incarnation=answer.incarnation,
            secret=answer.secret,
            ticket=answer.ticket,
            nonce=answer.nonce,
            enrolled_at=desk.now(),
        )
    )
    jid = desk.new_id()
    end = open_journal(tx, jid, desk.now())
    fact = JournalOpened(
        installation=answer.installation, till=answer.till, series=end.series, reason="enrolled"
    )
    # The store's zone is not known before the first checkpoint.
    place = Place(answer.store, "UTC", desk.now().astimezone(UTC).date(), None)
    append(tx, desk, end, Draft(desk.new_id(), place, fact))
