"""Customers' points and accounts at head office, and what tills hear of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Connection, select

from backoffice.cases import queries as cases
from backoffice.cases.queries import CaseFilter
from backoffice.crm.service import Profile, save, tell_balances
from backoffice.value import accounts, holds, queries, service
from backoffice.value.holds import Wish
from backoffice.value.service import Place, Posting, Source, company_key
from db.head.streams import StreamChange
from db.head.value import ValueInstrument
from db.streams import customer_stream
from db.transaction import begin
from retail.contract.reference import CustomerRow
from retail.contract.sales import ValueMove
from retail.customers import Personal
from retail.errors import RetailError
from retail.value import ValueKind, lookup_of
from tests.backoffice.conftest import Office
from tests.support.head_data import COMPANY, NOW, key

ANN = UUID(int=0xA11)
TILL = Place(COMPANY, "S1", 1, UUID(int=1))


def source() -> Source:
    return Source(key(), NOW)


def moved(tx: Connection, act: str, amount: int, kind: str = "points", **more: Any) -> ValueMove:
    lookup = lookup_of(company_key(tx, COMPANY), ValueKind(kind), ANN)
    return ValueMove(n=1, act=act, kind=kind, lookup=lookup.hex(), amount=amount, party=ANN, **more)


def book(tx: Connection, *moves: ValueMove) -> None:
    for move in moves:
        service.book(tx, COMPANY, [Posting(TILL, source(), move)], NOW)


def told(tx: Connection) -> list[CustomerRow]:
    bodies = tx.execute(
        select(StreamChange.body)
        .where(StreamChange.stream == customer_stream("S1"))
        .order_by(StreamChange.seq)
    ).scalars()
    return [msgspec.json.decode(body, type=CustomerRow) for body in bodies]


def balance(tx: Connection, kind: ValueKind = ValueKind.POINTS) -> int:
    lookup = lookup_of(company_key(tx, COMPANY), kind, ANN)
    found = queries.find(tx, COMPANY, lookup, NOW)
    assert found is not None
    return found.balance


def test_what_was_earned_goes_back_and_what_was_spent_comes_back(chain: Connection) -> None:
    book(chain, moved(chain, "earn", 500), moved(chain, "redeem", 300, minor=150))
    book(chain, moved(chain, "refund", 300, minor=150), moved(chain, "reverse", 200))
    assert balance(chain) == 300
    # Money for less than a point gives none back, and is booked all the same.
    book(chain, moved(chain, "refund", 0, minor=1))
    assert balance(chain) == 300
    with pytest.raises(RetailError, match="makes no sense"):
        book(chain, moved(chain, "refund", 0))


def test_points_that_were_spent_before_their_goods_came_back_are_a_case(chain: Connection) -> None:
    book(chain, moved(chain, "earn", 500), moved(chain, "redeem", 400, minor=200))
    book(chain, moved(chain, "reverse", 500))
    (case,) = cases.cases(chain, CaseFilter(state="open"), at=None).rows
    assert case.sentence.startswith("Of a customer's points 400 are gone")
    assert len(case.records) == 2
    book(chain, moved(chain, "earn", 400))
    assert cases.cases(chain, CaseFilter(state="open"), at=None).rows == ()


def test_whose_points_they_are_is_kept_when_the_hash_proves_it(chain: Connection) -> None:
    strange = ValueMove(n=1, act="earn", kind="points", lookup="ab" * 32, amount=1, party=ANN)
    nobody = msgspec.structs.replace(moved(chain, "earn", 1), party=None)
    book(chain, strange, nobody)
    owners = select(ValueInstrument.party_id).where(ValueInstrument.party_id.is_not(None))
    assert chain.execute(owners).scalars().all() == []
    book(chain, moved(chain, "earn", 1))
    assert chain.execute(owners).scalars().all() == [ANN]


def test_tills_hear_of_a_customer_once_for_all_that_a_batch_booked(chain_engine: Any) -> None:
    with begin(chain_engine) as tx:
        save(tx, Profile(ANN, "S1", Personal(name="Ann Berg")), NOW)
        moves = [moved(tx, "earn", 10) for _ in range(5)]
        book(tx, *moves)
        tell_balances(tx, {move.lookup for move in moves}, NOW)
        tell_balances(tx, set(), NOW)
    with begin(chain_engine) as tx:
        first, second = told(tx)
        assert (first.points, first.account, first.as_of_us) == (None, None, 0)
        assert (second.points, second.account) == (50, None)
        assert second.as_of_us > 0


def test_an_account_is_opened_charged_paid_and_blocked(chain: Connection) -> None:
    with pytest.raises(RetailError, match="has no account"):
        accounts.pay_in(chain, COMPANY, ANN, 5, source())
    with pytest.raises(RetailError, match="below zero"):
        accounts.set_limit(chain, COMPANY, ANN, -1, source())
    opening = source()
    for _ in range(2):
        opened = accounts.set_limit(chain, COMPANY, ANN, 20_000, opening)
    assert (opened.limit, opened.left, opened.owed) == (20_000, 20_000, 0)
    book(chain, moved(chain, "redeem", 15_000, "house_account"))
    assert accounts.account(chain, COMPANY, ANN) == accounts.Account(ANN, 20_000, 5_000, "active")
    assert accounts.pay_in(chain, COMPANY, ANN, 4_000, source()).owed == 11_000
    lowered = accounts.set_limit(chain, COMPANY, ANN, 10_000, source())
    assert (lowered.left, lowered.owed) == (-1_000, 11_000)
    (case,) = cases.cases(chain, CaseFilter(state="open"), at=None).rows
    assert case.sentence.startswith("A customer's account is 1000 beyond its credit line")
    accounts.set_limit(chain, COMPANY, ANN, 30_000, source())
    assert cases.cases(chain, CaseFilter(state="open"), at=None).rows == ()
    assert accounts.block(chain, COMPANY, ANN, NOW, blocked=True).state == "blocked"
    lookup = lookup_of(company_key(chain, COMPANY), ValueKind.HOUSE_ACCOUNT, ANN)
    wish = Wish(key(), ValueKind.HOUSE_ACCOUNT, lookup, 100)
    assert holds.reserve(chain, TILL, wish, NOW).amount == 0
    accounts.block(chain, COMPANY, ANN, NOW, blocked=False)
    assert holds.reserve(chain, TILL, wish, NOW).amount == 100


def test_staff_open_an_account_and_tills_hear_of_it(office: Office) -> None:
    office.sign_in("admin")
    headers = {"x-csrf-token": office.csrf}
    path = f"/api/customers/{ANN}/account"
    assert office.client.get(path).status_code == 404
    wanted = {"limit": 20_000, "rid": str(key())}
    unknown = office.client.put(path, json=wanted, headers=headers)
    assert unknown.json()["code"] == "customer.unknown"
    with begin(office.engine) as tx:
        save(tx, Profile(ANN, "S1", Personal(name="Ann Berg")), NOW)
    for _ in range(2):
        opened = office.client.put(path, json=wanted, headers=headers)
        assert (opened.status_code, opened.json()["left"]) == (200, 20_000), opened.text
    said = {"amount": 500, "rid": str(key())}
    paid = office.client.post(f"{path}/payments", json=said, headers=headers)
    assert paid.json()["owed"] == -500
    blocked = office.client.post(f"{path}/block", headers=headers)
    assert blocked.json()["state"] == "blocked"
    with begin(office.engine) as tx:
        assert [row.account for row in told(tx)] == [None, 20_000, 20_000, 20_500, 0]
    assert office.client.post(f"{path}/unblock", headers=headers).json()["state"] == "active"
    assert office.client.get(path).json()["left"] == 20_500
    office.sign_in("viewer")
    headers["x-csrf-token"] = office.csrf
    assert office.client.put(path, json=wanted, headers=headers).status_code == 403
