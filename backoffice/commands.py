"""What the command line does on a database, beside a running server or alone."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from backoffice.backups import begin_recovery_here
from backoffice.config import Config
from backoffice.crm.demo import give_for_show
from backoffice.crm.service import publish_all
from backoffice.database import opened
from backoffice.fleet.queries import RecoveryStatus, recovery_status
from backoffice.fleet.recovery import end_recovery
from backoffice.intake.applier import catch_up, retry_set_aside
from backoffice.intake.apply import Retried
from backoffice.intake.verify import Verified, verify
from backoffice.platform import audit
from backoffice.platform.clock import system_clock
from backoffice.platform.roles import Role
from backoffice.promotions.campaigns import keep_campaigns
from backoffice.stock.service import publish_stock
from backoffice.stores.queries import companies, till_totals
from backoffice.stores.service import issue_code
from backoffice.users.service import NewUser, add_user, is_login
from db import demo
from db.transaction import begin as transaction
from db.transaction import read_snapshot
from retail.errors import RetailError

DEMO_LOGIN = "owner"
DEMO_PASSWORD = "tillwright-demo"  # noqa: S105 (told to everybody who loads the demo data)
_CATCH_UP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class TotalsAnswer:
    """The totals as JSON values; ``complete`` when everything journalled is booked."""

    rows: list[dict[str, Any]]
    complete: bool


def load_demo(engine: Engine) -> None:
    """Load the demo data and its user; what is there already is left alone."""
    now = system_clock()
    with transaction(engine) as tx:
        if demo.load(tx, today=now.date()):
            company = _company(tx)
            give_for_show(tx, company, now)
            keep_campaigns(tx, company, now)
            publish_stock(tx)
            publish_all(tx, company)
        if not is_login(tx, DEMO_LOGIN):
            user = NewUser(DEMO_LOGIN, "Demo Owner", Role.ADMIN, DEMO_PASSWORD)
            add_user(tx, _company(tx), user, now)


def enrol_code(engine: Engine, store: str, till: int) -> str:
    """A one-time enrolment code for a till.

    Raises:
        RetailError: ``enrol.till``.
    """
    now = system_clock()
    with transaction(engine) as tx:
        code = issue_code(tx, store, till, lambda: now)
        audit.record(
            tx,
            _company(tx),
            at=now,
            actor="system",
            act="enrol.code_issued",
            detail=f"store {store}, till {till}",
        )
    return code


def totals(engine: Engine) -> TotalsAnswer:
    """Totals per till, once everything that is journalled has been booked."""
    complete = catch_up(engine, seconds=_CATCH_UP_SECONDS)
    with transaction(engine) as tx:
        rows = [asdict(row) for row in till_totals(tx)]
    return TotalsAnswer(rows, complete)


def retry(engine: Engine) -> Retried:
    """Try once more what could not be booked, after everything else is."""
    catch_up(engine, seconds=_CATCH_UP_SECONDS)
    return retry_set_aside(engine, new_release=False)


def verified(engine: Engine) -> Verified:
    """Check all chains and books in one snapshot, once everything journalled is booked."""
    catch_up(engine, seconds=_CATCH_UP_SECONDS)
    with transaction(engine) as tx:
        read_snapshot(tx)
        return verify(tx)


def recovery(config: Config, *, begin: bool, end: bool) -> RecoveryStatus:
    """How far a recovery is, after beginning or ending one if that is wanted.

    Raises:
        RetailError: as :func:`backoffice.backups.begin_recovery_here`.
    """
    if begin:
        begin_recovery_here(config, system_clock)
    with opened(config, today=lambda: system_clock().date()) as engine, transaction(engine) as tx:
        if end:
            end_recovery(tx, system_clock())
        return recovery_status(tx)


def recovery_line(found: RecoveryStatus) -> str:
    """The status of a recovery as a sentence."""
    if found.began_at is None:
        return "This head office was never restored."
    line = f"{found.back} of {found.journals} journals re-offered"
    if found.oldest_missing_at is not None:
        line += f", oldest missing {found.oldest_missing_at:%Y-%m-%d %H:%M} UTC"
    return f"{line}; {'under way' if found.under_way else 'ended'}."


def new_user(engine: Engine, login: str, name: str, *, role: Role, password: str) -> str:
    """Add a user; returns the password, which is made up when none is given.

    Raises:
        RetailError: as :func:`backoffice.users.service.add_user`.
    """
    chosen = password or secrets.token_urlsafe(12)
    with transaction(engine) as tx:
        add_user(tx, _company(tx), NewUser(login, name, role, chosen), system_clock())
    return chosen


def _company(tx: Connection) -> str:
    found = companies(tx)
    if not found:
        raise RetailError(
            "company.none", "There is no company yet; load the demo data or add one first."
        )
    return found[0]
