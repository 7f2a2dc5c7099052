"""Enrol a till: trade a code for an identity and open a journal."""

from __future__ import annotations

from datetime import UTC

from sqlalchemy import Connection, insert, update

from db.store.tills import Device
from pos_app.journal.again import journal_again_unacknowledged
from pos_app.journal.append import Draft, Place, append
from pos_app.journal.desk import Desk
from pos_app.journal.numbers import new_jid, open_journal
from pos_app.sync.client import HeadOffice, checked_server
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
    answer = _let_in(desk, server, code, app_version)
    store.write(_keep, desk, checked_server(server), answer).result()
    return answer


def enrol_again(
    store: StoreAccess, desk: Desk, *, server: str, code: str, app_version: str
) -> EnrolAnswer:
    """Give an enrolled folder a new identity: the way out for a copy of another till's disk.

    What head office has not acknowledged is journalled once more in a new journal, with receipt
    numbers of its own and the same record ids; nothing is lost, and nothing is booked twice.

    Raises:
        RetailError: ``enrol.none`` before the first enrolment, ``enrol.store`` for a code of
            another store, and as :func:`enrol`; nothing was changed then.
    """
    known = store.read(identity).result()
    if known is None:
        raise RetailError("enrol.none", "This data folder is not enrolled yet; leave --again out.")
    answer = _let_in(desk, server, code, app_version)
    if answer.store != known.store_id:
        raise RetailError(
            "enrol.store",
            "The code is for store %(theirs)s, but this till stands in store %(own)s; get one "
            "for this store. Nothing was changed.",
            theirs=answer.store,
            own=known.store_id,
        )
    store.write(_keep_again, desk, checked_server(server), answer).result()
    return answer


def _let_in(desk: Desk, server: str, code: str, app_version: str) -> EnrolAnswer:
    office = HeadOffice(server)
    request = EnrolRequest(
        code=normal_crockford(code),
        installation=desk.new_id(),
        app_version=app_version,
        oldest_protocol=OLDEST_PROTOCOL,
        protocol=PROTOCOL,
    )
    try:
        return office.enrol(request)
    except Rejected as problem:
        raise RetailError("enrol.refused", "%(why)s", why=problem) from problem
    except NoAnswer as problem:
        raise RetailError(
            "enrol.server", "%(why)s Check the address %(server)s.", why=problem, server=server
        ) from problem
    finally:
        office.close()


def _keep(tx: Connection, desk: Desk, server: str, answer: EnrolAnswer) -> None:
    tx.execute(insert(Device).values(id=1, **_identity(desk, server, answer)))
    jid = new_jid(tx, desk, answer.used_series)
    end = open_journal(tx, jid, desk.now())
    fact = JournalOpened(
        installation=answer.installation, till=answer.till, series=end.series, reason="enrolled"
    )
    # The store's zone is not known before the first checkpoint.
    place = Place(answer.store, "UTC", desk.now().astimezone(UTC).date(), None)
    append(tx, desk, end, Draft(desk.new_id(), place, fact))


def _keep_again(tx: Connection, desk: Desk, server: str, answer: EnrolAnswer) -> None:
    tx.execute(update(Device).values(**_identity(desk, server, answer)))
    journal_again_unacknowledged(tx, desk, "enrolled_again", answer.used_series)


def _identity(desk: Desk, server: str, answer: EnrolAnswer) -> dict[str, object]:
    return {
        "installation": answer.installation,
        "store_id": answer.store,
        "till": answer.till,
        "server": server,
        "hq_id": answer.hq_id,
        "incarnation": answer.incarnation,
        "secret": answer.secret,
        "ticket": answer.ticket,
        "nonce": answer.nonce,
        "enrolled_at": desk.now(),
        "next_secret": None,
        "next_ticket": None,
        "forget_customers_at": None,
    }
