"""Goods come back at another till than the one that sold them: real tills, a real head office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs
from sqlalchemy import func, select

from backoffice.oms import receipts
from backoffice.oms.return_claims import CLAIMED_FOR, Asker, claim, forget_expired
from db.head.cases import ExceptionCase
from db.head.journals import JournalHead
from db.head.oms import ReturnClaim
from db.head.stores import Store
from db.transaction import begin
from pos_app.checkout import (
    closing,
    invoicing,
    receipt_search,
    refunding,
    return_claims,
    returning,
    service,
)
from pos_app.checkout.closing import ClosedSale
from pos_app.checkout.receipt_search import Receipt
from pos_app.checkout.returning import Back
from pos_app.screens.returns.office import OWN_SECONDS
from pos_app.staff.approvals import Why
from retail.contract.receipts import (
    ClaimReturnAnswer,
    ClaimReturnRequest,
    FindReceiptsRequest,
    FoundReceipt,
    OpenReceiptRequest,
)
from retail.contract.sales import TaxExemption
from retail.customers import Personal
from retail.errors import RetailError
from retail.tender.settlement import Offer, TenderKind
from tests.support.proxy import Fault, Harm, Proxy, proxy
from tests.support.small_chain import gtin
from tests.support.sync_rig import SECONDS, Rig, Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.expect_warnings
UNWANTED = Why("unwanted")
BUYER = Personal(
    name="Ann Berg", tax_number="NL001234567B01", street="Quay 1", city="Utrecht",
)  # fmt: skip
CASH, CARD = TenderKind.CASH, TenderKind.CARD


@dataclass
class Two:
    """Two tills; the rig's link is the first one's, ``wire`` the second one's."""

    rig: Rig
    wire: Proxy
    first: Shop
    second: Shop

    def run(self, shop: Shop, use_case: Callable[..., Any], *args: Any) -> Any:
        return shop.till.tasks.run(use_case, shop.session, *args).result()

    def sell(self, shop: Shop, code: str, kind: TenderKind = CASH) -> ClosedSale:
        """Sell, and wait until head office has booked it."""
        priced = self.run(shop, service.enter, code).priced
        offers = (Offer(kind, priced.total_minor, "AUTH 4471" if kind is CARD else ""),)
        sold: ClosedSale = self.run(shop, closing.close_sale, priced.basket.basket_id, offers)
        self.booked(sold.rid)
        return sold

    def booked(self, rid: UUID) -> None:
        assert wait_until(lambda: rid in self.rig.booked(), seconds=SECONDS)

    def open(self, shop: Shop, **wanted: Any) -> Receipt | None:
        told = shop.till.counter.open_receipt(OpenReceiptRequest(**wanted)).result()
        found: Receipt | None = self.run(shop, receipt_search.take_in, told)
        return found

    def receipt(self, shop: Shop, sold: ClosedSale) -> Receipt:
        found = self.open(shop, rid=sold.rid)
        assert found is not None
        return found

    def claim(self, shop: Shop, sold: ClosedSale, *lines: tuple[int, int]) -> ClaimReturnAnswer:
        return self.ask(
            shop, self.run(shop, return_claims.note, ClaimReturnRequest(sale=sold.rid, lines=lines))
        )

    def ask(self, shop: Shop, noted: ClaimReturnRequest) -> ClaimReturnAnswer:
        answer = shop.till.counter.claim_return(noted).result()
        if answer.granted:
            self.run(shop, return_claims.granted, noted)
        return answer

    def settle(self, shop: Shop) -> tuple[ClaimReturnRequest, ...] | None:
        due: tuple[ClaimReturnRequest, ...] | None = self.run(shop, return_claims.settle)
        return due

    def take_back(self, shop: Shop, sold: ClosedSale, thousandths: int) -> None:
        """Claim, and take back into the open basket."""
        receipt = self.receipt(shop, sold)
        answer = self.claim(shop, sold, (1, thousandths))
        if not answer.granted:
            raise return_claims.refusal(receipt, answer)
        self.run(shop, returning.take_back, receipt, 1, Back(thousandths, UNWANTED))

    def pay_out(self, shop: Shop) -> ClosedSale:
        basket = self.run(shop, service.current).priced.basket.basket_id
        planned = self.run(shop, refunding.proposal, basket)
        sold: ClosedSale = self.run(shop, closing.close_sale, basket, planned.offers)
        return sold

    def asker(self, shop: Shop) -> Asker:
        """A till as head office knows it."""
        with begin(self.rig.engine) as tx:
            row = tx.execute(
                select(JournalHead.installation_id, Store.company_id)
                .join(Store, Store.store_id == JournalHead.store_id)
                .where(JournalHead.till == shop.session.till)
            ).one()
        return Asker(row.company_id, "S1", shop.session.till, row.installation_id)

    def cases(self) -> list[str]:
        self.rig.booked()
        with begin(self.rig.engine) as tx:
            return list(tx.execute(select(ExceptionCase.kind)).scalars())

    def claims(self) -> int:
        with begin(self.rig.engine) as tx:
            return tx.execute(select(func.count()).select_from(ReturnClaim)).scalar_one()


@pytest.fixture
def two(rig: Rig) -> Iterator[Two]:
    with ExitStack() as stack:
        wire = stack.enter_context(proxy(rig.head.url))
        first = stack.enter_context(rig.shop())
        second = stack.enter_context(replace(rig.beside(2), link=wire).shop())
        yield Two(rig, wire, first, second)


def test_what_one_till_sold_comes_back_in_part_at_another_and_the_rest_at_home(two: Two) -> None:
    sold = two.sell(two.first, f"3*{gtin(1)}", CARD)
    receipt = two.receipt(two.second, sold)
    assert receipt.elsewhere.place == "Store S1"
    assert (receipt.fact.number, returning.left_of(receipt)) == (sold.receipt_number, {1: 3000})
    two.take_back(two.second, sold, 2000)
    refund = two.pay_out(two.second)
    assert refund.tenders == (("card", -1210),)
    two.booked(refund.rid)
    assert two.claims() == 0
    home = two.receipt(two.first, sold)
    assert (home.elsewhere.place, returning.left_of(home)) == ("", {1: 1000})
    two.take_back(two.first, sold, 1000)
    last = two.pay_out(two.first)
    assert refund.total_minor + last.total_minor == -sold.total_minor
    assert last.tenders == (("card", -605),)
    two.booked(last.rid)
    for shop in (two.first, two.second):
        assert returning.left_of(two.receipt(shop, sold)) == {1: 0}
    with pytest.raises(RetailError, match=f"came back with {last.receipt_number} already; 0 can"):
        two.take_back(two.second, sold, 1000)
    assert two.cases() == []


def test_a_receipt_of_another_store_is_opened_by_its_number_and_says_no_more_than_needed(
    two: Two,
) -> None:
    sold = two.sell(two.first, gtin(2))
    with replace(
        two.rig.beside(1), folder=two.rig.folder.with_name("s2"), store="S2"
    ).shop() as other:
        found = two.open(other, number=sold.receipt_number.lower())
        assert found is not None
        assert (found.rid, found.elsewhere.place) == (sold.rid, "Store S1")
        assert (found.fact.party, found.fact.note, found.fact.value) == (None, "", ())
        two.take_back(other, sold, 1000)
        refund = two.pay_out(other)
        two.booked(refund.rid)
        assert refund.tenders == (("cash", -121),)
    assert two.open(two.second, number="S9-1-AA-00000001") is None
    assert returning.left_of(two.receipt(two.first, sold)) == {1: 0}


def test_a_told_receipt_names_no_certificate_coupon_or_serial(two: Two) -> None:
    fact = two.receipt(two.first, two.sell(two.first, gtin(1))).fact
    private = structs.replace(
        fact,
        exempt=TaxExemption("NL-CERT-7", "diplomat", fact.staff),
        coupons=("SAVE5",),
        lines=tuple(structs.replace(line, serial="SN-1") for line in fact.lines),
    )
    told = receipts._needed(private)
    assert told.exempt == TaxExemption("", "diplomat", fact.staff)
    assert (told.coupons, [line.serial for line in told.lines]) == ((), [""])


def test_the_second_of_two_tills_is_told_who_takes_the_goods_back(two: Two) -> None:
    """Complaint 20: more is refunded than was bought."""
    sold = two.sell(two.first, f"2*{gtin(1)}")
    two.take_back(two.second, sold, 2000)
    receipt = two.receipt(two.first, sold)
    assert [(x.n, x.thousandths, x.till) for x in receipt.elsewhere.claimed] == [(1, 2000, 2)]
    assert returning.left_of(receipt) == {1: 0}
    with pytest.raises(RetailError, match="taken back at till 2 of Store S1; 0 can come back here"):
        two.take_back(two.first, sold, 1000)
    assert two.claim(two.second, sold, (1, 1000)).granted
    assert two.claim(two.first, sold, (1, 1000)).granted
    refused = two.claim(two.second, sold, (1, 2000))
    assert (refused.granted, refused.left, refused.till) == (False, 1000, 1)


def test_two_tills_that_claim_at_once_have_one_winner(two: Two) -> None:
    sold = two.sell(two.first, gtin(1))
    wanted = ClaimReturnRequest(sale=sold.rid, lines=((1, 1000),))
    asked = [shop.till.counter.claim_return(wanted) for shop in (two.first, two.second)]
    assert sorted(future.result().granted for future in asked) == [False, True]


def test_a_claim_whose_answer_was_lost_is_granted_again(two: Two) -> None:
    sold = two.sell(two.first, gtin(1))
    two.wire.once(Harm(Fault.DROP_ANSWER), path="/v1/receipts/claim")
    with pytest.raises(RetailError, match="try again when head office answers"):
        two.claim(two.second, sold, (1, 1000))
    assert two.claims() == 1
    assert two.claim(two.second, sold, (1, 1000)).granted
    assert two.claims() == 1
    assert two.claim(two.second, sold).granted
    assert two.claims() == 0


def test_a_basket_that_is_given_up_frees_its_goods(two: Two) -> None:
    sold = two.sell(two.first, gtin(1))
    two.take_back(two.second, sold, 1000)
    assert two.settle(two.second) == ()
    two.run(two.second, service.clear)
    due = two.settle(two.second)
    assert due == (ClaimReturnRequest(sale=sold.rid),)
    assert two.ask(two.second, due[0]).granted
    assert two.settle(two.second) is None
    two.take_back(two.first, sold, 1000)


def test_an_undone_removal_claims_the_goods_anew(two: Two) -> None:
    sold = two.sell(two.first, gtin(1))
    two.take_back(two.second, sold, 1000)
    before = two.run(two.second, service.current).priced.basket
    two.run(two.second, service.clear)
    (release,) = two.settle(two.second) or ()
    assert two.ask(two.second, release).granted
    assert two.claims() == 0
    two.run(two.second, service.undo)
    assert two.run(two.second, service.current).priced.basket.lines == before.lines
    (due,) = two.settle(two.second) or ()
    assert two.ask(two.second, due).granted
    assert not two.claim(two.first, sold, (1, 1000)).granted


def test_a_second_claim_keeps_what_was_paid_out_and_is_not_booked_yet(two: Two) -> None:
    sold = two.sell(two.first, f"3*{gtin(1)}")
    two.take_back(two.second, sold, 1000)
    held = two.second.till.counter.claim_return
    two.wire.cut()
    ticket = two.pay_out(two.second)
    request = two.run(
        two.second, return_claims.note, ClaimReturnRequest(sale=sold.rid, lines=((1, 1000),))
    )
    assert [(one.rid, one.n, one.thousandths) for one in request.came] == [(ticket.rid, 1, 1000)]
    asker = two.asker(two.second)
    with begin(two.rig.engine) as tx:
        assert claim(tx, asker, request, datetime.now(UTC)).granted
    assert not two.claim(two.first, sold, (1, 2000)).granted
    two.wire.heal()
    two.second.pushed()
    two.booked(ticket.rid)
    assert two.claims() == 1
    assert held(request).result().granted
    refused = two.claim(two.first, sold, (1, 2000))
    assert (refused.granted, refused.left, refused.till) == (False, 1000, 2)


def test_what_is_paid_out_needs_no_release_and_a_forgotten_claim_ends_by_itself(two: Two) -> None:
    sold, other = two.sell(two.first, gtin(1)), two.sell(two.first, gtin(2))
    two.take_back(two.second, sold, 1000)
    two.booked(two.pay_out(two.second).rid)
    assert two.settle(two.second) == ()
    assert two.claim(two.second, other, (1, 1000)).granted
    with begin(two.rig.engine) as tx:
        forget_expired(tx, datetime.now(UTC) + CLAIMED_FOR - timedelta(minutes=1))
    assert not two.claim(two.first, other, (1, 1000)).granted
    with begin(two.rig.engine) as tx:
        forget_expired(tx, datetime.now(UTC) + CLAIMED_FOR)
    assert two.claim(two.first, other, (1, 1000)).granted


def test_with_the_cable_out_own_receipts_come_back_and_a_second_return_is_a_case(two: Two) -> None:
    sold = two.sell(two.first, gtin(1))
    two.rig.link.cut()
    with pytest.raises(RetailError, match="try again when head office answers"):
        two.receipt(two.first, sold)
    own = two.first.read(receipt_search.receipt, sold.rid)
    two.run(two.first, returning.take_back, own, 1, Back(1000, UNWANTED))
    two.take_back(two.second, sold, 1000)
    two.booked(two.pay_out(two.second).rid)
    assert two.cases() == []
    two.pay_out(two.first)
    two.rig.link.heal()
    two.first.pushed()
    assert two.cases() == ["returned_twice"]


def test_receipts_of_the_store_are_found_by_what_people_know_of_them(two: Two) -> None:
    cash, card = two.sell(two.first, gtin(1)), two.sell(two.first, gtin(2), CARD)
    today = two.first.session.place().business_date

    def numbers(**wanted: Any) -> list[str]:
        asked = two.second.till.counter.find_receipts(FindReceiptsRequest(**wanted))
        found: tuple[FoundReceipt, ...] = asked.result().found
        return [one.number for one in found]

    assert numbers() == [card.receipt_number, cash.receipt_number]
    assert numbers(number="00000001") == [cash.receipt_number]
    assert numbers(number=cash.receipt_number) == [cash.receipt_number]
    assert numbers(reference="4471") == [card.receipt_number]
    assert numbers(sku="P1", day=today) == [cash.receipt_number]
    assert numbers(day=today - timedelta(days=1)) == []
    assert numbers(party=UUID(int=1)) == []
    (one,) = two.second.till.counter.find_receipts(FindReceiptsRequest(sku="P2")).result().found
    assert (one.store_name, one.till, one.total, one.articles) == (
        "Store S1",
        1,
        121,
        "Oat cookies",
    )


def test_a_return_that_was_begun_before_a_crash_is_paid_out_after_it(two: Two) -> None:
    sold = two.sell(two.first, gtin(1), CARD)
    two.take_back(two.second, sold, 1000)
    two.wire.cut()
    assert two.pay_out(two.second).tenders == (("card", -605),)
    two.wire.heal()


def test_goods_of_an_invoice_come_back_at_the_till_that_issued_it_alone(two: Two) -> None:
    sold = two.sell(two.first, gtin(1))
    number = two.run(two.first, invoicing.issue, sold.rid, BUYER)

    def told() -> bool:
        return bool(two.receipt(two.second, sold).elsewhere.invoice == number)

    assert wait_until(told, seconds=SECONDS)
    with pytest.raises(RetailError) as refused:
        two.take_back(two.second, sold, 1000)
    assert refused.value.code == "return.invoiced"
    assert (number, "Store S1", 1) == tuple(
        refused.value.params[name] for name in ("number", "store", "till")
    )
    two.claim(two.second, sold)
    two.take_back(two.first, sold, 1000)
    two.pay_out(two.first)
    assert len(two.first.till.tasks.run(invoicing.hand_out, sold.rid).result()) == 2


def test_no_invoice_is_issued_over_goods_that_another_till_took_back(two: Two) -> None:
    sold = two.sell(two.first, f"2*{gtin(1)}")
    two.take_back(two.second, sold, 1000)
    two.booked(two.pay_out(two.second).rid)
    two.receipt(two.first, sold)
    with pytest.raises(RetailError) as refused:
        two.run(two.first, invoicing.issue, sold.rid, BUYER)
    assert refused.value.code == "invoice.elsewhere"


HANGS = Harm(Fault.DELAY, seconds=30)


def test_who_goes_on_without_an_answer_waits_behind_no_one_who_needs_it(two: Two) -> None:
    """With a head office that hangs, own goods would come back after eight seconds and more."""
    counter = two.first.till.counter
    two.rig.link.rule = lambda asked: HANGS if "/v1/receipts/" in asked.path else None
    goods = ClaimReturnRequest(sale=UUID(int=1), lines=((1, 1000),))
    patient = [counter.claim_return(goods) for _ in range(2)]
    brief = [counter.claim_return(goods, OWN_SECONDS) for _ in range(3)]
    for one in brief:
        with pytest.raises(RetailError) as told:
            one.result(timeout=2 * OWN_SECONDS)
        assert told.value.code == "office.silent"
    assert not any(one.done() for one in patient)
    two.rig.link.cut()
    two.rig.link.heal()


def test_what_is_only_settled_holds_up_nobody(two: Two) -> None:
    sold = two.sell(two.first, gtin(1))
    counter = two.first.till.counter
    struck = two.rig.link.once(HANGS, path="/v1/receipts/claim")
    goods = ClaimReturnRequest(sale=sold.rid, lines=((1, 1000),))
    settled = [counter.settle_return(goods) for _ in range(3)]
    assert struck.wait(SECONDS)
    assert counter.claim_return(goods).result().granted
    assert counter.find_receipts(FindReceiptsRequest(number=sold.receipt_number)).result().found
    assert not any(one.done() for one in settled)
    two.rig.link.cut()
    two.rig.link.heal()
