from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.exc import DBAPIError

from backoffice.cases import queries as cases
from backoffice.cases.queries import CaseFilter
from backoffice.intake.applier import catch_up
from backoffice.intake.verify import verify
from backoffice.value import holds, queries, service
from backoffice.value.holds import Returned, Wish
from backoffice.value.queries import ValueTotals
from backoffice.value.service import Place, Posting, Settlement, Source
from db.head.audit import AuditEvent
from db.head.value import ValueEntry
from db.transaction import begin
from retail.contract.sales import PaidTender, SaleClosed, ValueMove
from retail.errors import RetailError
from retail.value import ValueKind, lookup_of
from tests.backoffice.conftest import Office
from tests.support.head_books import caller, check_balanced, count, journalled
from tests.support.head_data import COMPANY, NOW, closed_sale, key, sold
from tests.support.wire_till import WireJournal

CARD = ValueKind.GIFT_CARD
LOOKUP = lookup_of(b"k", CARD, "GIFT-1")
TILL = Place(COMPANY, "S1", 1, UUID(int=1))
OTHER = Place(COMPANY, "S2", 2, UUID(int=2))


def moved(act: str, amount: int, lookup: bytes = LOOKUP, **more: Any) -> ValueMove:
    return ValueMove(
        n=1, act=act, kind="gift_card", lookup=lookup.hex(), amount=amount, last_four="IFT1", **more
    )


def book(tx: Connection, *moves: ValueMove, place: Place = TILL, rid: UUID | None = None) -> Any:
    source = Source(rid or key(), NOW)
    return service.book(tx, COMPANY, [Posting(place, source, move) for move in moves], NOW)


def balance(tx: Connection, lookup: bytes = LOOKUP) -> tuple[int, int]:
    found = queries.find(tx, COMPANY, lookup, NOW)
    assert found is not None
    return found.balance, found.available


def open_cases(tx: Connection) -> list[int]:
    return [one.amount_minor for one in cases.cases(tx, CaseFilter(state="open"), at=None).rows]


def wish(amount: int, rid: UUID | None = None, lookup: bytes = LOOKUP) -> Wish:
    return Wish(rid or key(), CARD, lookup, amount)


def settled(act: str) -> Settlement:
    return Settlement(act, Source(key(), NOW), "Decided.", "admin")


def test_a_source_is_booked_once(chain: Connection) -> None:
    rid = key()
    book(chain, moved("issue", 5_000), rid=rid)
    book(chain, moved("issue", 5_000), rid=rid)
    assert balance(chain) == (5_000, 5_000)


def test_what_is_reserved_is_free_again_after_a_while(chain: Connection) -> None:
    book(chain, moved("issue", 5_000))
    first, rid = wish(3_000), key()
    assert holds.reserve(chain, TILL, first, NOW).amount == 3_000
    assert holds.reserve(chain, TILL, first, NOW).amount == 3_000
    held = holds.reserve(chain, OTHER, wish(3_000, rid), NOW)
    assert (held.amount, held.balance, held.available) == (2_000, 5_000, 0)
    assert holds.reserve(chain, OTHER, wish(1), NOW).amount == 0
    holds.release(chain, OTHER, rid)
    holds.release(chain, OTHER, key())
    assert balance(chain) == (5_000, 2_000)
    later = NOW + timedelta(minutes=16)
    assert holds.reserve(chain, OTHER, wish(5_000), later).amount == 5_000


def test_a_late_capture_books_all_the_same(chain: Connection) -> None:
    book(chain, moved("issue", 5_000))
    held = wish(5_000)
    holds.reserve(chain, TILL, held, NOW)
    later = NOW + timedelta(hours=1)
    holds.reserve(chain, OTHER, wish(4_000), later)
    assert book(chain, moved("redeem", 5_000, reservation=held.rid)) == []
    assert balance(chain)[0] == 0
    (case,) = book(chain, moved("redeem", 4_000), place=OTHER)
    assert case.sentence.startswith("The gift card ending in IFT1 was spent 4000 beyond")


def test_an_unknown_instrument_may_be_spent_before_its_issue_arrives(chain: Connection) -> None:
    book(chain, moved("redeem", 2_000))
    assert open_cases(chain) == [2_000]
    book(chain, moved("load", 500))
    book(chain, moved("issue", 5_000))
    assert open_cases(chain) == []
    assert balance(chain) == (3_500, 3_500)


def test_quota_is_lent_used_and_given_back(chain: Connection) -> None:
    book(chain, moved("issue", 500))
    lease = wish(100)
    assert holds.lend(chain, TILL, lease, NOW).amount == 100
    assert holds.lend(chain, TILL, lease, NOW).amount == 100
    assert balance(chain) == (500, 400)
    book(chain, moved("redeem", 30, lease=lease.rid))
    assert balance(chain) == (470, 400)
    # Ten more are used and not booked yet: they stay held back.
    for _ in range(2):
        holds.take_back(chain, TILL, [Returned(lease.rid, 40)])
        assert balance(chain) == (470, 460)
    holds.take_back(chain, OTHER, [Returned(lease.rid, 0)])
    book(chain, moved("redeem", 10, lease=lease.rid))
    assert balance(chain) == (460, 460)
    # Nobody takes back a lease in the middle of a day: it may have been spent unseen.
    holds.lend(chain, OTHER, wish(460), NOW)
    assert holds.reserve(chain, TILL, wish(1), NOW + timedelta(days=3)).amount == 0


def test_what_was_overspent_is_made_good_and_what_is_left_expires(chain: Connection) -> None:
    book(chain, moved("redeem", 700))
    found = queries.find(chain, COMPANY, LOOKUP, NOW)
    assert found is not None
    own = found.instrument_id
    assert service.settle(chain, COMPANY, own, settled("expire")) == 0
    assert service.settle(chain, COMPANY, own, settled("settle")) == 700
    assert open_cases(chain) == []
    book(chain, moved("load", 300))
    assert service.settle(chain, COMPANY, own, settled("expire")) == -300
    assert balance(chain) == (0, 0)
    with pytest.raises(RetailError, match="no such instrument"):
        service.settle(chain, COMPANY, key(), settled("expire"))


def test_the_ledger_is_append_only(chain_engine: Engine) -> None:
    with begin(chain_engine) as tx:
        book(tx, moved("issue", 1))
    with pytest.raises(DBAPIError, match="append-only"), begin(chain_engine) as tx:
        tx.execute(delete(ValueEntry))


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "beads"},
        {"act": "steal"},
        {"amount": 0},
        {"lookup": "xyz"},
        {"lookup": ""},
        {"kind": "points"},
    ],
    ids=str,
)
def test_moves_that_make_no_sense(chain: Connection, bad: dict[str, Any]) -> None:
    book(chain, moved("issue", 5))
    good: dict[str, Any] = {
        "n": 2,
        "act": "load",
        "kind": "gift_card",
        "lookup": LOOKUP.hex(),
        "amount": 1,
    }
    with pytest.raises(RetailError) as told:
        book(chain, ValueMove(**(good | bad)))
    assert told.value.code == "value.move"
    with pytest.raises(RetailError):
        holds.reserve(chain, TILL, wish(0), NOW)
    assert holds.reserve(chain, TILL, wish(1, lookup=b"unknown"), NOW).amount == 0


def paid_by_card(number: str, amount: int, *moves: ValueMove) -> SaleClosed:
    sale = closed_sale(number, (sold("P1", price=amount),), kind="gift_card")
    fields = {name: getattr(sale, name) for name in sale.__struct_fields__}
    return SaleClosed(**(fields | {"value": moves}))


@pytest.mark.expect_warnings
def test_two_offline_tills_spend_one_card_and_both_sales_stand(chain_engine: Engine) -> None:
    with begin(chain_engine) as tx:
        book(tx, moved("issue", 1_210))
    rids = set()
    for number, store in enumerate(("S1", "S2")):
        journal = WireJournal(store=store)
        spent = moved("redeem", 1_210, authority="floor")
        entry = journal.add(paid_by_card(f"{store}-1-AA-0000000{number}", 1_210, spent))
        rids.add(entry.rid)
        till = caller()
        journalled(chain_engine, journal, type(till)(store, 1, till.installation_id))
    assert catch_up(chain_engine, seconds=10)
    with begin(chain_engine) as tx:
        assert balance(tx)[0] == -1_210
        (case,) = cases.cases(tx, CaseFilter(), at=None).rows
        (sums,) = queries.totals(tx, COMPANY)
        assert verify(tx).broken == ""
    assert (case.amount_minor, {record.rid for record in case.records}) == (1_210, rids)
    assert sums == ValueTotals("gift_card", 1_210, 2_420, 0, 1_210, 1_210)
    check_balanced(chain_engine)


def test_a_card_that_is_sold_is_owed_and_not_earned(chain_engine: Engine) -> None:
    journal = WireJournal()
    sale = closed_sale("S1-1-AA-00000001", (sold("P1"),))
    fields = {name: getattr(sale, name) for name in sale.__struct_fields__}
    line = {n: getattr(sale.lines[0], n) for n in sale.lines[0].__struct_fields__}
    card = type(sale.lines[0])(
        **(line | {"n": 2, "sku": "CARD", "gross": 500, "net": 500, "parts": (), "tax": {}})
    )
    total = sale.total + 500
    fields |= {
        "lines": (*sale.lines, card),
        "total": total,
        "tenders": (PaidTender(kind="cash", amount=total, given=total),),
        "value": (moved("issue", 500),),
    }
    journal.add(SaleClosed(**fields))
    journalled(chain_engine, journal)
    assert catch_up(chain_engine, seconds=10)
    check_balanced(chain_engine)
    with begin(chain_engine) as tx:
        assert balance(tx) == (500, 500)
        owed = "SELECT minor FROM ledger_line WHERE account = '2200'"
        assert tx.exec_driver_sql(owed).scalars().all() == [-500]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
def test_value_is_conserved_whatever_tills_do_at_once(chain_engine: Engine, seed: int) -> None:
    """Four tills at the same time: everything brought is taken, left, or an open case."""
    lookups = [lookup_of(str(seed).encode(), CARD, str(n)) for n in range(3)]
    problems: list[BaseException] = []

    def till(number: int) -> None:
        rng = random.Random(seed * 10 + number)
        place = Place(COMPANY, f"S{1 + number % 2}", number, UUID(int=number + 1))
        acts: list[Callable[[Connection], Any]] = []
        for _ in range(8):
            acts += _acts(rng, place, rng.choice(lookups))
        try:
            for act in acts:
                with begin(chain_engine) as tx:
                    act(tx)
        except BaseException as problem:  # noqa: BLE001 (told to the test)
            problems.append(problem)

    threads = [threading.Thread(target=till, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with begin(chain_engine) as tx:
        assert verify(tx).broken == ""
        for sums in queries.totals(tx, COMPANY):
            assert sums.brought == sums.taken + sums.covered - sums.overspent
            assert sums.overspent == sums.open_cases


def _acts(rng: random.Random, place: Place, lookup: bytes) -> list[Callable[[Connection], Any]]:
    amount, rid, hold = rng.randrange(1, 400), key(), key()
    match rng.choice(("issue", "load", "offline", "online", "release", "lease")):
        case "issue" | "load" as act:
            return [lambda tx: book(tx, moved(act, amount, lookup), place=place, rid=rid)]
        case "offline":
            spent = moved("redeem", amount, lookup, authority="floor")
            # Captured and then applied: the second changes nothing.
            return 2 * [lambda tx: book(tx, spent, place=place, rid=rid)]
        case "online":
            spent = moved("redeem", amount, lookup, reservation=hold)
            return [
                lambda tx: holds.reserve(tx, place, wish(amount, hold, lookup), NOW),
                lambda tx: book(tx, spent, place=place, rid=rid),
            ]
        case "release":
            return [
                lambda tx: holds.reserve(tx, place, wish(amount, hold, lookup), NOW),
                lambda tx: holds.release(tx, place, hold),
            ]
        case _:
            used = rng.randrange(amount)
            spent = moved("redeem", used + 1, lookup, authority="lease", lease=hold)
            return [
                lambda tx: holds.lend(tx, place, wish(amount, hold, lookup), NOW),
                lambda tx: book(tx, spent, place=place, rid=rid),
                lambda tx: holds.take_back(tx, place, [Returned(hold, used + 1)]),
            ]


def test_what_stands_on_an_instrument_is_told_without_holding_it(chain: Connection) -> None:
    book(chain, moved("issue", 5_000))
    book(chain, moved("refund", 250))
    holds.reserve(chain, TILL, wish(1_000), NOW)
    kind, lookup = ValueKind(wish(1).kind), wish(1).lookup
    found = holds.standing(chain, TILL, kind, lookup, NOW)
    assert found is not None
    assert (found.balance, found.available, found.state) == (5_250, 4_250, "active")
    assert holds.standing(chain, TILL, ValueKind.VOUCHER, lookup, NOW) is None
    assert holds.standing(chain, TILL, kind, b"nobody", NOW) is None


def test_a_stolen_card_is_blocked_for_a_reason_and_keeps_what_it_holds(office: Office) -> None:
    office.sign_in("admin")
    headers = {"x-csrf-token": office.csrf}

    def post(path: str, **said: Any) -> Any:
        return office.client.post(f"/api/value/{path}", json=said, headers=headers)

    card = post("issue", kind="gift_card", code="6006-49", amount=2_500, rid=str(key())).json()
    path = f"instruments/{card['instrument_id']}"
    assert post(f"{path}/block").status_code == 422
    for _ in range(2):
        stolen = post(f"{path}/block", note="Reported stolen.").json()
        assert (stolen["state"], stolen["balance"]) == ("blocked", 2_500)
    found = post(f"{path}/unblock", note="Found again.").json()
    assert (found["state"], found["available"]) == ("active", 2_500)
    assert post(f"instruments/{key()}/block", note="Lost.").json()["code"] == "value.unknown"
    campaign = post("issue", kind="campaign", code="SPRING", amount=9, rid=str(key())).json()
    refused = post(f"instruments/{campaign['instrument_id']}/block", note="Lost.")
    assert refused.json()["code"] == "value.not_carried"
    office.sign_in("viewer")
    headers["x-csrf-token"] = office.csrf
    assert post(f"{path}/block", note="Not my task.").status_code == 403
    with begin(office.engine) as tx:
        noted = tx.execute(
            select(AuditEvent.actor, AuditEvent.act, AuditEvent.detail)
            .where(AuditEvent.act.in_(("value.block", "value.unblock")))
            .order_by(AuditEvent.at)
        ).all()
    assert [(one.act, one.actor) for one in noted] == [
        ("value.block", "admin"),
        ("value.block", "admin"),
        ("value.unblock", "admin"),
    ]
    assert noted[-1].detail.endswith("Found again.")


def test_staff_issue_find_and_settle_over_http(office: Office) -> None:
    office.sign_in("admin")
    headers = {"x-csrf-token": office.csrf}

    def post(path: str, **said: Any) -> Any:
        return office.client.post(f"/api/value/{path}", json=said, headers=headers)

    rid, code = str(key()), {"kind": "gift_card", "code": "6006-49"}
    for _ in range(2):
        issued = post("issue", **code, amount=2_500, rid=rid)
        assert (issued.status_code, issued.json()["balance"]) == (200, 2_500), issued.text
    assert post("load", **code, amount=500, rid=str(key())).json()["available"] == 3_000
    found = post("find", kind="gift_card", code="600649").json()
    assert found["last_four"] == "0649"
    assert {one["act"] for one in found["entries"]} == {"load", "issue"}
    path = f"instruments/{found['instrument_id']}"
    assert office.client.get(f"/api/value/{path}").json() == found
    assert post(f"{path}/expire", rid=str(key()), note="Too old.").json()["balance"] == 0
    assert office.client.get("/api/value/totals").json()[0]["taken"] == 3_000
    assert post("find", kind="points", code="600649").status_code == 404
    assert post("steal", **code, amount=1, rid=rid).status_code == 422
    office.sign_in("viewer")
    headers["x-csrf-token"] = office.csrf
    assert post("load", **code, amount=500, rid=str(key())).status_code == 403
    assert count(office.engine, ValueEntry) == 3
    with begin(office.engine) as tx:
        stored = tx.execute(select(ValueEntry.act)).scalars().all()
    assert "600649" not in str(stored)
