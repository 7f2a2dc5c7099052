"""Sell without a window: the same services, database, spool and sync as the screens use."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, func, select

from db.store.catalog import Barcode, Product
from db.store.journal import PushState
from pos_app.bootstrap.till import Till
from pos_app.checkout import closing, service
from pos_app.checkout.closing import ClosedSale
from pos_app.staff.service import staff_list
from pos_app.sync import push
from pos_app.sync.identity import load_enrolment
from pos_app.till.service import TillSession, open_shift, start_session
from retail import quantity as quantities
from retail.errors import RetailError
from retail.tender.denominations import quick_notes
from retail.tender.settlement import Offer, TenderKind, settle

FLOAT_MINOR = 15_000
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate.

    Attributes:
        rate: sales a second; 0 for as fast as can be.
        drain: seconds to go on syncing after the last sale.
    """

    sales: int
    seed: int
    rate: float = 0.0
    drain: float = 20.0


@dataclass(slots=True)
class Outcome:
    """What was sold, and what became of it.

    Attributes:
        acknowledged, unsynced: entries of the journal that head office has, and has not.
        requests, faults: with a fault plan: what the till sent, and how often each kind struck.
    """

    sales: int = 0
    gross_minor: int = 0
    receipts: list[str] = field(default_factory=list)
    unsynced: int = 0
    acknowledged: int = 0
    requests: int = 0
    faults: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Code:
    gtin: str
    unit: str
    min_age: int


def simulate(till: Till, plan: Plan) -> Outcome:
    """Make ``plan.sales`` sales; equal seeds on equal catalogues scan and pay the same.

    Raises:
        RetailError: ``journal.none`` for a till that is not enrolled; ``till.no_staff`` or
            ``till.no_catalogue`` before the first checkpoint.
    """
    till.tasks.read(load_enrolment).result()
    rng = random.Random(plan.seed)  # noqa: S311 (a repeatable shopper, not a secret)
    codes = till.tasks.read(_codes).result()
    if not codes:
        raise RetailError("till.no_catalogue", "This till has no catalogue yet; let it sync first.")
    session = _session(till)
    outcome = Outcome()
    began = time.monotonic()
    for number in range(plan.sales):
        if plan.rate:
            _pace(began + number / plan.rate)
        sale = _sell(till, session, rng, codes)
        outcome.sales += 1
        outcome.gross_minor += sale.total_minor
        outcome.receipts.append(sale.receipt_number)
    outcome.unsynced = _drain(till, plan.drain)
    outcome.acknowledged = till.tasks.read(_acknowledged).result()
    if till.wire is not None:
        outcome.requests = till.wire.requests
        outcome.faults = {kind.value: count for kind, count in till.wire.struck.items()}
    return outcome


def _acknowledged(tx: Connection) -> int:
    return int(tx.execute(select(func.coalesce(func.sum(PushState.acked_seq), 0))).scalar_one())


def _codes(tx: Connection) -> list[_Code]:
    rows = tx.execute(
        select(Barcode.gtin, Product.unit, Product.min_age)
        .join(Product, Product.sku == Barcode.sku)
        .where(Product.active)
        .order_by(Barcode.gtin)
    )
    return [_Code(*row) for row in rows]


def _session(till: Till) -> TillSession:
    staff = till.tasks.read(staff_list).result()
    if not staff:
        raise RetailError("till.no_staff", "Nobody may sign on at this till; let it sync first.")
    session = till.tasks.run(start_session, till.desk, staff[0]).result()
    if session.shift is None:
        session = till.tasks.run(open_shift, session, FLOAT_MINOR).result()
    return session


def _pace(due: float) -> None:
    wait = due - time.monotonic()
    if wait > 0:
        threading.Event().wait(wait)


def _sell(till: Till, session: TillSession, rng: random.Random, codes: list[_Code]) -> ClosedSale:
    run = till.tasks.run
    if run(service.current, session).result().priced.lines:
        # A basket that an earlier run left behind.
        run(service.clear, session).result()
    wanted = rng.choices(codes, k=rng.randrange(1, 9))
    entered: list[Future[Any]] = [run(service.enter, session, _line(rng, code)) for code in wanted]
    if any(code.min_age for code in wanted):
        entered.append(run(service.confirm_age, session, max(code.min_age for code in wanted)))
    view = [future.result() for future in entered][-1]
    if len(view.priced.lines) > 1 and rng.random() < 0.1:
        gone = rng.choice(view.priced.lines).line.line
        view = run(service.remove_line, session, gone).result()
    # No terminal is asked without a person in front of it.
    total = view.priced.total_minor
    offers = _offers(rng, total, session) if till.cards is None else _in_cash(total, session)
    basket_id = view.priced.basket.basket_id
    return run(closing.close_sale, session, basket_id, offers).result()


def _line(rng: random.Random, code: _Code) -> str:
    if code.unit != "piece":
        return f"{quantities.plain(rng.randrange(100, 2500))}*{code.gtin}"
    count = rng.choice((1, 1, 1, 2, 3))
    return code.gtin if count == 1 else f"{count}*{code.gtin}"


def _offers(rng: random.Random, total_minor: int, session: TillSession) -> tuple[Offer, ...]:
    """Card, exact cash, cash with change, or a card for a part and cash for the rest."""
    way = rng.choice(("card", "exact", "change", "split"))
    reference = f"SIM{rng.randrange(10**6):06d}"
    if way == "card" or total_minor == 0:
        return (Offer(TenderKind.CARD, total_minor, reference),) if total_minor else ()
    offers: tuple[Offer, ...] = ()
    if way == "split" and total_minor > 1:
        offers = (Offer(TenderKind.CARD, total_minor // 2, reference),)
    due = settle(total_minor, offers, session.store.cash_increment).cash_due_minor
    above = quick_notes(due, session.store.currency) or (due,)
    given = due if way == "exact" else rng.choice(above)
    return (*offers, Offer(TenderKind.CASH, given))


def _in_cash(total_minor: int, session: TillSession) -> tuple[Offer, ...]:
    due = settle(total_minor, (), session.store.cash_increment).cash_due_minor
    return (Offer(TenderKind.CASH, due),) if total_minor else ()


def _drain(till: Till, seconds: float) -> int:
    deadline = time.monotonic() + seconds
    while True:
        waiting = till.tasks.read(push.queue_state).result().entries
        if waiting == 0 or time.monotonic() >= deadline:
            return waiting
        threading.Event().wait(_POLL_SECONDS)
