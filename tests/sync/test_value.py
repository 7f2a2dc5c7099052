"""Stored value between tills and head office: asked online, by lease or limit offline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs
from sqlalchemy import select

from backoffice.cases import queries as cases
from backoffice.cases.queries import CaseFilter
from backoffice.intake.applier import catch_up
from backoffice.intake.verify import verify as verify_head
from backoffice.stores.service import put_setting
from backoffice.value import queries as head_queries
from backoffice.value import service as head_value
from backoffice.value.service import Place, Posting, Source, company_key
from db.head.value import ValueLease as HeadLease
from db.store.value import ValueLease
from db.transaction import begin, read_snapshot
from pos_app.checkout import closing
from pos_app.checkout import service as checkout
from pos_app.checkout.closing import ClosedSale
from pos_app.journal.verify import verify
from pos_app.runtime.tasks import Lane, LaneAccess
from pos_app.sync import results
from pos_app.sync.client import HeadOffice
from pos_app.sync.identity import load_enrolment
from pos_app.sync.value_office import SyncedValueOffice
from pos_app.value import leases, service
from pos_app.value.queries import limits_of
from pos_app.value.service import Allowed, Asked, Desk
from retail.contract.sales import ValueMove
from retail.errors import RetailError
from retail.tender.settlement import Offer, TenderKind
from retail.value import DEFAULT_LIMITS, ValueKind, Voucher, last_four, lookup_of, voucher_code
from tests.support.head_data import COMPANY, key
from tests.support.small_chain import gtin
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.expect_warnings
CARD = "GIFT-0001"
CAMPAIGN = "FIRST-500"


def lookup(rig: Rig, kind: ValueKind, code: str) -> bytes:
    with begin(rig.engine) as tx:
        return lookup_of(company_key(tx, COMPANY), kind, code)


def issue(rig: Rig, kind: ValueKind, code: str, amount: int) -> None:
    found = lookup(rig, kind, code)
    move = ValueMove(n=1, act="issue", kind=kind.value, lookup=found.hex(), amount=amount)
    move = structs.replace(move, last_four=last_four(code))
    now = datetime.now(UTC)
    with begin(rig.engine) as tx:
        posting = Posting(Place(COMPANY, "S1"), Source(key(now), now), move)
        head_value.book(tx, COMPANY, [posting], now)


def balance(rig: Rig, kind: ValueKind = ValueKind.GIFT_CARD, code: str = CARD) -> tuple[int, int]:
    assert catch_up(rig.engine, seconds=20)
    found = lookup(rig, kind, code)
    with begin(rig.engine) as tx:
        read_snapshot(tx)
        assert verify_head(tx).broken == ""
        one = head_queries.find(tx, COMPANY, found, datetime.now(UTC))
    assert one is not None
    return one.balance, one.available


@dataclass
class Cashier:
    """Somebody at a till who takes cards."""

    shop: Shop
    desk: Desk

    def ask(self, amount: int, kind: ValueKind = ValueKind.GIFT_CARD, code: str = CARD) -> Allowed:
        return service.ask(self.desk, Asked(kind, code, amount))

    def refused(self, amount: int, kind: ValueKind, code: str) -> str:
        with pytest.raises(RetailError) as told:
            self.ask(amount, kind, code)
        return told.value.code

    def sell(self, allowed: Allowed) -> ClosedSale:
        """One article, paid with what was allowed and cash."""
        run, session = self.shop.till.tasks.run, self.shop.session
        view = run(checkout.enter, session, gtin(1)).result()
        offers: tuple[Offer, ...] = ()
        if allowed.kind is not ValueKind.CAMPAIGN:
            offers = (Offer(TenderKind(allowed.kind.value), allowed.amount),)
        rest = view.priced.total_minor - sum(offer.amount_minor for offer in offers)
        if rest:
            offers = (*offers, Offer(TenderKind.CASH, rest))
        basket_id = view.priced.basket.basket_id
        return run(closing.close_sale, session, basket_id, offers, allowed.moves).result()

    def know(self, code: str = CARD) -> None:
        """Ask for the balance, and take nothing."""
        assert service.give_back(self.desk, self.ask(1, ValueKind.GIFT_CARD, code))

    def synced(self) -> None:
        self.shop.pushed()


@contextmanager
def cashier(rig: Rig) -> Iterator[Cashier]:
    with rig.shop() as shop:
        shop.seen.synced()
        own = shop.read(load_enrolment)
        client = HeadOffice(own.server, own.installation, (own.secret,))
        store = LaneAccess(shop.till.tasks, Lane.INTERACTIVE)
        try:
            yield Cashier(shop, Desk(store, SyncedValueOffice(client), shop.session))
        finally:
            client.close()
        assert shop.read(verify).broken == ""


def test_a_card_is_held_captured_at_once_and_booked_once(rig: Rig) -> None:
    issue(rig, ValueKind.GIFT_CARD, CARD, 1_000)
    with cashier(rig) as one:
        allowed = one.ask(605)
        assert (allowed.amount, allowed.authority.value) == (605, "online")
        assert CARD not in repr(allowed) + repr(Asked(ValueKind.GIFT_CARD, CARD, 1))
        assert balance(rig) == (1_000, 395)
        sale = one.sell(allowed)
        moves = tuple(structs.replace(m, n=n) for n, m in enumerate(allowed.moves, 1))
        assert service.capture(one.desk, sale.rid, moves)
        one.synced()
        assert balance(rig) == (395, 395)
        assert one.ask(9_000).amount == 395
        with begin(rig.engine) as tx:
            (sums,) = head_queries.totals(tx, COMPANY)
        assert (sums.brought, sums.taken) == (1_000, 605)


def test_an_unknown_card_takes_nothing(rig: Rig) -> None:
    with cashier(rig) as one:
        assert one.refused(5, ValueKind.GIFT_CARD, "GIFT-9999") == "value.refused"
        rig.link.cut()
        assert one.refused(5, ValueKind.GIFT_CARD, "GIFT-9999") == "value.refused"
        rig.link.heal()


def test_two_offline_tills_spend_one_card_and_one_case_holds_both(rig: Rig) -> None:
    """Complaint 21: points and gift cards are spent twice."""
    issue(rig, ValueKind.GIFT_CARD, CARD, 605)
    with cashier(rig.beside(1)) as one, cashier(rig.beside(2)) as two:
        for each in (one, two):
            each.know()
        rig.link.cut()
        sales = []
        for each in (one, two):
            allowed = each.ask(605)
            assert (allowed.amount, allowed.authority.value) == (605, "floor")
            sales.append(each.sell(allowed))
            # What this till knows to be spent is not spent here again.
            assert each.refused(1, ValueKind.GIFT_CARD, CARD) == "value.refused"
        rig.link.heal()
        for each in (one, two):
            each.synced()
        assert balance(rig) == (-605, -605)
        with begin(rig.engine) as tx:
            (case,) = cases.cases(tx, CaseFilter(), at=None).rows
            (sums,) = head_queries.totals(tx, COMPANY)
        assert (case.kind, case.amount_minor) == ("overspend", 605)
        assert {record.rid for record in case.records} == {sale.rid for sale in sales}
        assert sums.brought == sums.taken + sums.covered - sums.open_cases
        for each, sale in zip((one, two), sales, strict=True):
            told = (sale.rid, "exception", "overspend", case.case_id)
            assert wait_until(partial(is_told, each, told), seconds=20)


def told_of(one: Cashier) -> list[tuple[UUID, str, str, UUID | None]]:
    found = one.shop.read(results.results)
    return [(told.rid, told.state, told.code, told.case_id) for told in found]


def is_told(one: Cashier, told: tuple[UUID, str, str, UUID | None]) -> bool:
    return told_of(one) == [told]


def all_returned(one: Cashier) -> bool:
    return {state for state, _ in lent(one)} <= {"returned"}


def lent(one: Cashier) -> list[tuple[str, int]]:
    query = select(ValueLease.state, ValueLease.granted).order_by(ValueLease.lease_id)
    found: list[tuple[str, int]] = one.shop.read(
        lambda tx: [(row.state, row.granted) for row in tx.execute(query)]
    )
    return found


def keep(rig: Rig, one: Cashier, wanted: int) -> None:
    own = lookup(rig, ValueKind.CAMPAIGN, CAMPAIGN)
    one.shop.till.tasks.run(leases.keep_quota, ValueKind.CAMPAIGN, own, wanted).result()


def test_a_campaign_is_given_away_from_leases_only_and_never_too_often(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(rig, ValueKind.CAMPAIGN, CAMPAIGN, 5)
    with cashier(rig.beside(1)) as one, cashier(rig.beside(2)) as two:
        keep(rig, one, 3)
        assert wait_until(lambda: lent(one) == [("open", 3)], seconds=20)
        keep(rig, two, 3)
        assert wait_until(lambda: lent(two)[:1] == [("open", 2)], seconds=20)
        assert balance(rig, ValueKind.CAMPAIGN, CAMPAIGN) == (5, 0)
        rig.link.cut()
        for each, most in ((one, 3), (two, 2)):
            for _ in range(most - 1):
                each.sell(each.ask(1, ValueKind.CAMPAIGN, CAMPAIGN))
            last = each.ask(5, ValueKind.CAMPAIGN, CAMPAIGN)
            assert (last.amount, last.authority.value) == (1, "lease")
        two.sell(last)
        assert two.refused(1, ValueKind.CAMPAIGN, CAMPAIGN) == "value.refused"
        for each in (one, two):
            keep(rig, each, 0)
        # Over: what is left goes back, what was used is booked, in whichever order.
        monkeypatch.setattr(leases, "RENEW_BEFORE", timedelta(days=2))
        rig.link.heal()
        for each in (one, two):
            each.synced()
            assert wait_until(partial(all_returned, each), seconds=20)
        assert balance(rig, ValueKind.CAMPAIGN, CAMPAIGN) == (1, 1)


def test_a_lost_answer_lends_once(rig: Rig) -> None:
    issue(rig, ValueKind.CAMPAIGN, CAMPAIGN, 100)
    with rig.shop(work=False) as shop:
        own = shop.read(load_enrolment)
        office = SyncedValueOffice(HeadOffice(own.server, own.installation, (own.secret,)))
        run, desk = shop.till.tasks.run, shop.till.desk
        found = lookup(rig, ValueKind.CAMPAIGN, CAMPAIGN)
        run(leases.keep_quota, ValueKind.CAMPAIGN, found, 10).result()
        for _ in range(2):
            (due,) = run(leases.prepare, desk).result()
            office.quota(due.kind, due.request)
        run(leases.keep_answer, due, office.quota(due.kind, due.request)).result()
        assert run(leases.prepare, desk).result() == []
        with begin(rig.engine) as tx:
            granted = tx.execute(select(HeadLease.granted)).scalars().all()
        assert granted == [10]
        office._client.close()


def test_a_voucher_proves_itself_offline_once(rig: Rig) -> None:
    with begin(rig.engine) as tx:
        secret = company_key(tx, COMPANY)
    today = int(datetime.now(UTC).timestamp()) // 86_400
    good, late = (
        voucher_code(secret, Voucher(batch=1, serial=n, amount=500, last_day=day))
        for n, day in enumerate((today + 1, today - 1))
    )
    with cashier(rig) as one:
        rig.link.cut()
        allowed = one.ask(500, ValueKind.VOUCHER, good)
        assert (allowed.amount, allowed.authority.value) == (500, "floor")
        for code in (late, good[:-1] + ("0" if good[-1] != "0" else "1"), "HELLO"):
            assert one.refused(500, ValueKind.VOUCHER, code) == "value.refused"
        assert one.refused(501, ValueKind.VOUCHER, good) == "value.refused"
        one.sell(allowed)
        assert one.refused(500, ValueKind.VOUCHER, good) == "value.refused"
        rig.link.heal()


def test_amounts_that_do_not_match_book_nothing(rig: Rig) -> None:
    issue(rig, ValueKind.GIFT_CARD, CARD, 1_000)
    with cashier(rig) as one:
        allowed = one.ask(605)
        for moves in ((), (structs.replace(allowed.moves[0], amount=604),), stored(605)):
            wrong: Any = Allowed(allowed.kind, allowed.amount, allowed.authority, moves)
            with pytest.raises(RetailError, match="nothing was booked"):
                one.sell(wrong)
            one.shop.till.tasks.run(checkout.clear, one.shop.session).result()
        assert one.shop.sales() == set()


def stored(amount: int) -> tuple[ValueMove, ...]:
    return (ValueMove(n=1, act="load", kind="gift_card", lookup="ab", amount=amount),)


def test_head_office_sets_what_a_till_may_take_alone(rig: Rig) -> None:
    issue(rig, ValueKind.GIFT_CARD, CARD, 50_000)
    with cashier(rig) as one:
        one.know()
        rig.link.cut()
        assert one.ask(9_000).amount == 5_000
        rig.link.heal()
        with begin(rig.engine) as tx:
            put_setting(tx, "S1", "offline.gift_card.floor", "700")
            put_setting(tx, "S2", "offline.gift_card.floor", "1")
        one.shop.till.sync.retry_now()
        assert wait_until(lambda: one.shop.read(limits_of, "S1") != DEFAULT_LIMITS, seconds=20)
        rig.link.cut()
        assert one.ask(9_000).amount == 700
        rig.link.heal()
        with begin(rig.engine) as tx:
            put_setting(tx, "S1", "offline.gift_card.floor", None)
        one.shop.till.sync.retry_now()
        assert wait_until(lambda: one.shop.read(limits_of, "S1") == DEFAULT_LIMITS, seconds=20)
