"""Points between tills and head office: earned, spent and taken back, equal on both sides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Connection

from backoffice.cases import queries as cases
from backoffice.cases.queries import CaseFilter
from backoffice.crm.service import Profile, save, tell_balances
from backoffice.intake.applier import catch_up
from backoffice.stores.service import put_setting
from backoffice.value import accounts
from backoffice.value import queries as head_queries
from backoffice.value.queries import InstrumentDetail
from backoffice.value.service import Source, company_key
from db.transaction import begin
from pos_app.checkout import (
    attaching,
    closing,
    member_tenders,
    receipt_search,
    refunding,
    returning,
)
from pos_app.checkout import service as checkout
from pos_app.checkout.closing import ClosedSale
from pos_app.checkout.points_rules import rules_in_force
from pos_app.checkout.returning import Back
from pos_app.customers.queries import find
from pos_app.journal.verify import verify
from pos_app.runtime.tasks import Lane, LaneAccess
from pos_app.staff.approvals import Why
from pos_app.sync.client import HeadOffice
from pos_app.sync.identity import load_enrolment
from pos_app.sync.value_office import SyncedValueOffice
from pos_app.value import service
from pos_app.value.queries import standing
from pos_app.value.service import Allowed, Desk
from retail.contract.receipts import OpenReceiptRequest
from retail.customers import Personal
from retail.errors import RetailError
from retail.store_settings import LOYALTY_POINTS
from retail.tender.settlement import Offer, TenderKind
from retail.value import ValueKind, lookup_of
from tests.support.head_data import COMPANY, key
from tests.support.small_chain import gtin
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.expect_warnings
ANN = Profile(UUID(int=0xA11), "S1", Personal(name="Ann Berg"), tier="gold")
RULES = {"earn_per": 10, "earn_points": 1, "redeem_points": 10, "redeem_value": 10}


@pytest.fixture
def giving(rig: Rig) -> Rig:
    """A store that gives a point for each 0.10 and takes ten for 0.10."""
    with begin(rig.engine) as tx:
        put_setting(tx, "S1", LOYALTY_POINTS, json.dumps(RULES))
        save(tx, ANN, datetime.now(UTC))
    return rig


@dataclass
class Cashier:
    """Somebody at a till with Ann in front of them."""

    rig: Rig
    shop: Shop
    desk: Desk

    def sell(self, *, points: int = 0, on_account: int = 0, pieces: int = 1) -> ClosedSale:
        """Articles for Ann, paid in cash but for so many minor units in points or on account."""
        run, session = self.shop.till.tasks.run, self.shop.session
        self.attach()
        view = run(checkout.enter, session, f"{pieces}*{gtin(1)}").result()
        allowed = self.points(points) if points else None
        allowed = self.account(on_account) if on_account else allowed
        offers = [Offer(TenderKind(allowed.kind.value), allowed.minor)] if allowed else []
        rest = view.priced.total_minor - sum(offer.amount_minor for offer in offers)
        offers.append(Offer(TenderKind.CASH, rest))
        moves = allowed.moves if allowed else ()
        basket = view.priced.basket.basket_id
        return run(closing.close_sale, session, basket, tuple(offers), moves).result()

    def attach(self) -> None:
        """Ann shows her card."""
        (found,) = self.shop.read(find, "Ann")
        self.shop.till.tasks.run(attaching.attach, self.shop.session, found).result()

    def points(self, minor: int) -> Allowed:
        """Ask for points worth so much at most."""
        offer = self.shop.read(member_tenders.offer, self.shop.session, TenderKind.POINTS, minor)
        return service.ask(self.desk, offer.asked)

    def account(self, minor: int) -> Allowed:
        """Ask to charge so much at most."""
        kind = TenderKind.HOUSE_ACCOUNT
        offer = self.shop.read(member_tenders.offer, self.shop.session, kind, minor)
        return service.ask(self.desk, offer.asked)

    def refused(self, kind: TenderKind) -> str:
        """Why nothing can be taken."""
        offer = self.shop.read(member_tenders.offer, self.shop.session, kind, 1_000)
        with pytest.raises(RetailError) as told:
            service.ask(self.desk, offer.asked)
        return told.value.code

    def take_back(self, sold: ClosedSale, pieces: int = 1) -> ClosedSale:
        """Goods come back and are paid out as proposed."""
        run, session = self.shop.till.tasks.run, self.shop.session
        receipt = self.shop.read(receipt_search.receipt, sold.rid)
        back = Back(1000 * pieces, Why("unwanted"))
        view = run(returning.take_back, session, receipt, 1, back).result()
        basket = view.priced.basket.basket_id
        planned = run(refunding.proposal, session, basket).result()
        return run(closing.close_sale, session, basket, planned.offers).result()

    def hear_of(self, sold: ClosedSale) -> None:
        """Head office tells of another till's receipt."""
        told = self.shop.till.counter.open_receipt(OpenReceiptRequest(rid=sold.rid)).result()
        self.shop.till.tasks.run(receipt_search.take_in, self.shop.session, told).result()

    def here(self, kind: ValueKind = ValueKind.POINTS) -> int | None:
        """What this till knows that Ann has."""
        found = self.shop.read(standing, kind, ANN.party_id)
        return None if found is None else found.balance

    def settled(self, kind: ValueKind = ValueKind.POINTS) -> int:
        """What Ann has at head office once all is booked and told."""
        self.shop.pushed()
        at_head = booked(self.rig, kind).balance
        self.shop.till.sync.retry_now()
        assert wait_until(lambda: self.here(kind) == at_head, seconds=20)
        return at_head

    def settled_account(self) -> int:
        """What is left of Ann's account on both sides."""
        return self.settled(ValueKind.HOUSE_ACCOUNT)


def booked(rig: Rig, kind: ValueKind = ValueKind.POINTS) -> InstrumentDetail:
    assert catch_up(rig.engine, seconds=20)
    with begin(rig.engine) as tx:
        lookup = lookup_of(company_key(tx, COMPANY), kind, ANN.party_id)
        found = head_queries.find(tx, COMPANY, lookup, datetime.now(UTC))
    assert found is not None
    return found


@contextmanager
def cashier(rig: Rig) -> Iterator[Cashier]:
    with rig.shop() as shop:
        shop.seen.synced()
        assert wait_until(
            lambda: shop.read(rules_in_force, shop.session.store) is not None, seconds=20
        )
        own = shop.read(load_enrolment)
        client = HeadOffice(own.server, own.installation, (own.secret,))
        store = LaneAccess(shop.till.tasks, Lane.INTERACTIVE)
        try:
            yield Cashier(rig, shop, Desk(store, SyncedValueOffice(client), shop.session))
        finally:
            client.close()
        assert shop.read(verify).broken == ""


def test_points_are_earned_spent_and_taken_back_alike_on_both_sides(giving: Rig) -> None:
    with cashier(giving) as one:
        sold = one.sell(pieces=4)
        price = sold.total_minor // 4
        earned = sold.total_minor // 10
        assert one.settled() == earned
        one.attach()
        allowed = one.points(55)
        # Whole blocks only, and what is not spent is free again.
        assert (allowed.amount, allowed.minor, allowed.authority.value) == (50, 50, "online")
        assert service.give_back(one.desk, allowed)
        assert booked(giving).available == earned
        spent = one.sell(points=100)
        paid_in_money = spent.total_minor - 100
        assert one.settled() == earned - 100 + paid_in_money // 10
        one.take_back(spent)
        # The points that paid come back as points, those that were earned go.
        assert one.settled() == earned
        for pieces in (1, 2, 1):
            one.take_back(sold, pieces)
        assert one.settled() == 0
        assert price
        acts = [entry.act for entry in booked(giving).entries]
        assert acts.count("earn") == 2
        assert acts.count("refund") == 1


def test_points_go_back_with_goods_that_another_till_takes(giving: Rig) -> None:
    """Complaint 21: points are kept after a refund."""
    with cashier(giving.beside(1)) as one, cashier(giving.beside(2)) as two:
        sold = one.sell(pieces=4)
        earned = one.settled()
        spent = one.sell(points=100)
        one.settled()
        for receipt, pieces, left in ((spent, 1, earned), (sold, 3, earned // 4), (sold, 1, 0)):
            two.hear_of(receipt)
            two.take_back(receipt, pieces)
            assert two.settled() == left
        with begin(giving.engine) as tx:
            assert cases.cases(tx, CaseFilter(), at=None).rows == ()


def test_a_capture_and_its_journal_book_points_once(giving: Rig) -> None:
    with cashier(giving) as one:
        one.sell(pieces=4)
        before = one.settled()
        sold = one.sell(points=50)
        fact_moves = sold.value
        assert service.capture(one.desk, sold.rid, fact_moves)
        assert service.capture(one.desk, sold.rid, fact_moves)
        assert one.settled() == before - 50 + (sold.total_minor - 50) // 10


def test_what_was_spent_before_the_goods_came_back_is_a_case(giving: Rig) -> None:
    """Complaint 21: points are spent twice, as money and by giving their goods back."""
    with cashier(giving) as one:
        sold = one.sell(pieces=4)
        earned = one.settled()
        spent = one.sell(points=earned)
        one.take_back(sold, 4)
        again = (spent.total_minor - earned // 10 * 10) // 10
        left = one.settled()
        assert left == earned % 10 + again - earned < 0
        with begin(giving.engine) as tx:
            (case,) = cases.cases(tx, CaseFilter(), at=None).rows
        assert (case.kind, case.amount_minor) == ("overspend", -left)
        assert {record.rid for record in case.records} >= {spent.rid}


def test_two_offline_tills_spend_half_of_what_they_know_each(giving: Rig) -> None:
    """Complaint 21: points are spent twice."""
    with cashier(giving.beside(1)) as one, cashier(giving.beside(2)) as two:
        one.sell(pieces=8)
        known = one.settled()
        assert wait_until(lambda: two.here() == known, seconds=20)
        giving.link.cut()
        for each in (one, two):
            each.attach()
            allowed = each.points(10_000)
            assert allowed.authority.value == "floor"
            assert allowed.amount == known // 2 // 10 * 10
            each.sell(points=100)
            # What this till spent counts against its half at once.
            each.attach()
            assert each.points(10_000).amount == (known // 2 - 100) // 10 * 10
        giving.link.heal()
        ends = [each.settled() for each in (one, two)]
        assert ends[-1] == booked(giving).balance >= 0


def test_an_account_is_charged_given_back_and_blocked(giving: Rig) -> None:
    with cashier(giving) as one:
        with begin(giving.engine) as tx:
            opened = accounts.set_limit(tx, COMPANY, ANN.party_id, 1_000, now())
            tell(tx)
        assert opened.left == 1_000
        one.attach()
        # Asked for before the till has heard of the account: head office knows it.
        allowed = one.account(2_000)
        assert (allowed.minor, allowed.authority.value) == (1_000, "online")
        assert service.give_back(one.desk, allowed)
        sold = one.sell(on_account=600, pieces=2)
        assert one.settled_account() == 400
        giving.link.cut()
        one.attach()
        offline = one.account(2_000)
        assert (offline.minor, offline.authority.value) == (400, "floor")
        more = one.sell(on_account=400)
        one.attach()
        assert one.refused(TenderKind.HOUSE_ACCOUNT) == "value.refused"
        giving.link.heal()
        assert one.settled_account() == 0
        one.take_back(sold, 2)
        one.take_back(more)
        assert one.settled_account() == 1_000
        with begin(giving.engine) as tx:
            accounts.block(tx, COMPANY, ANN.party_id, datetime.now(UTC), blocked=True)
            tell(tx)
        one.attach()
        assert one.refused(TenderKind.HOUSE_ACCOUNT) == "value.refused"
        giving.link.cut()
        assert one.refused(TenderKind.HOUSE_ACCOUNT) == "value.refused"
        giving.link.heal()


def now() -> Source:
    return Source(key(), datetime.now(UTC))


def tell(tx: Connection) -> None:
    lookup = accounts.lookup_of_account(tx, COMPANY, ANN.party_id)
    tell_balances(tx, {lookup}, datetime.now(UTC))


def test_a_till_that_never_heard_of_an_account_charges_none_offline(giving: Rig) -> None:
    with cashier(giving) as one:
        giving.link.cut()
        one.attach()
        assert one.refused(TenderKind.HOUSE_ACCOUNT) == "value.refused"
        giving.link.heal()


def test_a_till_that_never_heard_of_points_spends_none_offline(giving: Rig) -> None:
    with cashier(giving) as one:
        giving.link.cut()
        one.attach()
        with pytest.raises(RetailError) as refused:
            one.points(1_000)
        assert refused.value.code == "value.refused"
        giving.link.heal()
