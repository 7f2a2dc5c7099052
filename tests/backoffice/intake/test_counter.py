"""Baskets and receipts of other tills as tills ask for them: signed, and within the company."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx2
import msgspec
import pytest
from msgspec import structs
from sqlalchemy import insert, update

from backoffice.intake.applier import catch_up
from db.base import to_us
from db.head.stores import Company, Store
from db.transaction import begin
from retail.contract.baskets import (
    BasketHeld,
    BasketReleased,
    ClaimBasketAnswer,
    ClaimBasketRequest,
    HeldLabel,
)
from retail.contract.codec import Side, canonical, side_hash
from retail.contract.receipts import (
    ClaimReturnAnswer,
    ClaimReturnRequest,
    FindReceiptsAnswer,
    FindReceiptsRequest,
    OpenReceiptAnswer,
    OpenReceiptRequest,
)
from tests.backoffice.conftest import Office
from tests.backoffice.intake.conftest import Code
from tests.support.head_data import COMPANY, NOW, STAFF, closed_sale, key, sold
from tests.support.wire_till import WireJournal, WireTill, problem_of

PATHS = ("baskets/claim", "receipts/find", "receipts/open", "receipts/claim")


def ask(till: WireTill, path: str, wanted: msgspec.Struct) -> httpx2.Response:
    return till.send("POST", f"/v1/{path}", msgspec.json.encode(wanted))


def answer(till: WireTill, path: str, wanted: msgspec.Struct, shape: type[Any]) -> Any:
    got = ask(till, path, wanted)
    assert got.status_code == 200, got.text
    return msgspec.json.decode(got.content, type=shape)


def pushed(office: Office, till: WireTill, journal: WireJournal) -> None:
    assert till.push(journal).status_code == 200
    assert catch_up(office.engine, seconds=10)


def held(journal: WireJournal, label: str = "") -> UUID:
    side = Side(b"s" * 16, canonical(HeldLabel(label))) if label else None
    fact = BasketHeld(
        basket=UUID(int=1), staff=STAFF, pieces=1, total=605, body='{"b":1}',
        side=side_hash(side).hex() if side else "",
    )  # fmt: skip
    return journal.add(fact, side=side).rid


def test_a_till_gets_a_basket_of_its_own_store_only(
    office: Office, wire: WireTill, code: Code
) -> None:
    journal = WireJournal()
    hold = held(journal, "Mrs Smith")
    pushed(office, wire, journal)
    far = WireTill.enrolled(office.client, code("S2"))
    wanted = ClaimBasketRequest(hold=hold)
    assert answer(far, "baskets/claim", wanted, ClaimBasketAnswer) == ClaimBasketAnswer(
        granted=False
    )
    beside = WireTill.enrolled(office.client, code("S1", 2))
    granted = ClaimBasketAnswer(granted=True, taken=2, body='{"b":1}')
    for _ in range(2):
        assert answer(beside, "baskets/claim", wanted, ClaimBasketAnswer) == granted
    refused = answer(wire, "baskets/claim", wanted, ClaimBasketAnswer)
    assert refused == ClaimBasketAnswer(granted=False, taken=2)


def test_a_hold_that_ended_is_nobodys(office: Office, wire: WireTill) -> None:
    journal = WireJournal()
    hold = held(journal)
    journal.add(BasketReleased(hold=hold, staff=STAFF, how="recalled"))
    journal.add(BasketReleased(hold=UUID(int=5), staff=STAFF, how="stale"))
    pushed(office, wire, journal)
    wanted = ClaimBasketRequest(hold=hold)
    assert not answer(wire, "baskets/claim", wanted, ClaimBasketAnswer).granted


def test_a_basket_that_arrived_is_taken_also_where_its_claim_was_lost(
    office: Office, wire: WireTill, code: Code
) -> None:
    journal, other = WireJournal(), WireJournal()
    hold = held(journal)
    pushed(office, wire, journal)
    beside = WireTill.enrolled(office.client, code("S1", 2))
    other.add(BasketReleased(hold=hold, staff=STAFF, how="claimed", into=UUID(int=9)))
    pushed(office, beside, other)
    refused = answer(wire, "baskets/claim", ClaimBasketRequest(hold=hold), ClaimBasketAnswer)
    assert refused == ClaimBasketAnswer(granted=False, taken=2)


def test_a_receipt_stays_in_its_company(office: Office, wire: WireTill, code: Code) -> None:
    journal = WireJournal()
    sale = journal.sell(sold("P1"))
    pushed(office, wire, journal)
    far = WireTill.enrolled(office.client, code("S2"))
    by_id = OpenReceiptRequest(rid=sale.rid)
    opened = answer(far, "receipts/open", by_id, OpenReceiptAnswer)
    assert (opened.rid, opened.store, opened.at_us) == (sale.rid, "S1", to_us(NOW))
    number = opened.fact.number
    found = FindReceiptsRequest(number=number)
    assert len(answer(far, "receipts/find", found, FindReceiptsAnswer).found) == 1
    ends = FindReceiptsRequest(number=number[-3:])
    assert answer(far, "receipts/find", ends, FindReceiptsAnswer).found == ()
    claim = ClaimReturnRequest(sale=sale.rid, lines=((1, 1000),))
    with begin(office.engine) as tx:
        tx.execute(insert(Company).values(company_id="B", name="B", currency="EUR"))
        tx.execute(update(Store).where(Store.store_id == "S2").values(company_id="B"))
    try:
        assert answer(far, "receipts/open", by_id, OpenReceiptAnswer) == OpenReceiptAnswer()
        assert answer(far, "receipts/find", found, FindReceiptsAnswer).found == ()
        refused = answer(far, "receipts/claim", claim, ClaimReturnAnswer)
        assert refused == ClaimReturnAnswer(granted=False)
    finally:
        with begin(office.engine) as tx:
            tx.execute(update(Store).where(Store.store_id == "S2").values(company_id=COMPANY))
    assert answer(far, "receipts/claim", claim, ClaimReturnAnswer).granted


def test_a_receipt_is_found_by_its_card_and_its_customer(
    office: Office, wire: WireTill, code: Code
) -> None:
    journal, anna = WireJournal(), key()
    by_card = closed_sale("S1-1-ZZ-00000001", (sold("P1"),), kind="card")
    (paid,) = by_card.tenders
    terminal = structs.replace(paid, ref="0" * 32, last_four="7733", auth="A00871")
    rid = journal.add(structs.replace(by_card, tenders=(terminal,), party=anna)).rid
    pushed(office, wire, journal)
    for shown in ("7733", "A00871"):
        wanted = FindReceiptsRequest(reference=shown)
        (one,) = answer(wire, "receipts/find", wanted, FindReceiptsAnswer).found
        assert one.rid == rid
    far = WireTill.enrolled(office.client, code("S2"))
    (one,) = answer(far, "receipts/find", FindReceiptsRequest(party=anna), FindReceiptsAnswer).found
    assert (one.rid, one.store, one.articles) == (rid, "S1", "Article P1")


@pytest.mark.parametrize("path", PATHS)
def test_nobody_asks_without_a_signature_or_sense(
    office: Office, wire: WireTill, path: str
) -> None:
    assert problem_of(office.client.post(f"/v1/{path}", content=b"{}")) == (401, "signature")
    assert problem_of(wire.send("POST", f"/v1/{path}", b"[]")) == (400, "bad_request")


def test_a_quantity_that_no_column_holds_is_refused(office: Office, wire: WireTill) -> None:
    journal = WireJournal()
    sale = journal.sell(sold("P1"))
    pushed(office, wire, journal)
    huge = ClaimReturnRequest(sale=sale.rid, lines=((2**70, -(2**70)),))
    got = ask(wire, "receipts/claim", huge)
    assert got.status_code == 200  # nothing of such a line is asked for
    huge = ClaimReturnRequest(sale=sale.rid, lines=((1, 2**70),))
    assert not answer(wire, "receipts/claim", huge, ClaimReturnAnswer).granted
