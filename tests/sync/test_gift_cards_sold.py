"""A gift card that is sold with the cable out is good at head office once its sale is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from backoffice.intake.applier import catch_up
from backoffice.intake.verify import verify as verify_head
from backoffice.value import blocking
from backoffice.value import queries as head_queries
from backoffice.value.service import company_key
from db.head.erp import Account, LedgerLine
from db.head.journals import Quarantined
from db.head.value import ValueInstrument
from db.store.print_queue import PrintJob
from db.transaction import begin, read_snapshot
from pos_app.checkout import closing, refunding, returning, stored_value
from pos_app.checkout import service as checkout
from pos_app.checkout.closing import ClosedSale
from pos_app.checkout.receipt_search import by_code, take_in
from pos_app.checkout.returning import Back
from pos_app.journal.verify import verify
from pos_app.runtime.tasks import Lane, LaneAccess
from pos_app.staff.approvals import Why
from pos_app.sync.client import HeadOffice
from pos_app.sync.identity import load_enrolment
from pos_app.sync.value_office import SyncedValueOffice
from pos_app.value import service
from pos_app.value.service import Allowed, Asked, Balance, Desk
from retail.contract.documents import decode_document
from retail.contract.receipts import OpenReceiptRequest
from retail.errors import RetailError
from retail.ledger import Account as Role
from retail.receipt import Barcode
from retail.tender.settlement import Offer, TenderKind
from retail.value import ValueKind, lookup_of
from tests.support.head_data import COMPANY
from tests.support.small_chain import gtin, sell_gift_cards
from tests.support.sync_rig import Rig, Shop
from tests.support.waiting import wait_until

pytestmark = pytest.mark.expect_warnings
CARD = "QX7Z-0042"
GIFT = ValueKind.GIFT_CARD


@dataclass
class Counter:
    """Somebody who sells cards and takes them."""

    shop: Shop
    desk: Desk

    def load(self, amount: int, code: str = CARD) -> ClosedSale:
        """Sell a card, or top it up, for cash."""
        view = self._run(stored_value.ring_up, "GIFT", code, amount)
        offers = (Offer(TenderKind.CASH, view.priced.total_minor),)
        return self._closed(view.priced.basket.basket_id, offers)

    def tell(self, sold: ClosedSale) -> bool:
        """What the screens do at once behind a sale."""
        return service.capture(self.desk, sold.rid, sold.value)

    def spend(self, allowed: Allowed) -> ClosedSale:
        """An article, paid with the card and cash."""
        view = self._run(checkout.enter, gtin(1))
        rest = view.priced.total_minor - allowed.amount
        offers = [Offer(TenderKind.GIFT_CARD, allowed.amount)]
        if rest:
            offers.append(Offer(TenderKind.CASH, rest))
        return self._closed(view.priced.basket.basket_id, tuple(offers), allowed.moves)

    def credit(self, code: str) -> str:
        """Take an article back without a receipt; the code of the slip."""
        head = self.shop.session
        staff = replace(head.staff, role="manager")
        manager = replace(head, staff=staff)
        run = self.shop.till.tasks.run
        back = Back(1_000, Why("unwanted"))
        view = run(returning.take_back_blind, manager, code, back).result()
        offers = (Offer(TenderKind.STORE_CREDIT, view.priced.total_minor),)
        run(closing.close_sale, manager, view.priced.basket.basket_id, offers).result()
        kept = self.shop.read(_slip)
        (found,) = [b.data for b in decode_document(kept).blocks if isinstance(b, Barcode)]
        return found.removeprefix("TWS-")

    def ask(self, amount: int) -> Allowed:
        return service.ask(self.desk, Asked(GIFT, CARD, amount))

    def refused(self, amount: int) -> str:
        with pytest.raises(RetailError) as told:
            self.ask(amount)
        return told.value.code

    def balance(self) -> Balance:
        return service.balance(self.desk, GIFT, CARD)

    def synced(self) -> None:
        self.shop.pushed()

    def _closed(self, *args: object) -> ClosedSale:
        found = self._run(closing.close_sale, *args)
        assert isinstance(found, ClosedSale)
        return found

    def _run(self, use_case: Callable[..., Any], *args: object) -> Any:
        return self.shop.till.tasks.run(use_case, self.shop.session, *args).result()


def _slip(tx: Connection) -> bytes:
    kept = tx.execute(select(PrintJob.document).where(PrintJob.kind == "credit")).scalar_one()
    return bytes(kept)


@contextmanager
def counter(rig: Rig) -> Iterator[Counter]:
    with rig.shop() as shop:
        shop.seen.synced()
        assert wait_until(lambda: shop.price("GIFT") == 0, seconds=20)
        own = shop.read(load_enrolment)
        client = HeadOffice(own.server, own.installation, (own.secret,))
        store = LaneAccess(shop.till.tasks, Lane.INTERACTIVE)
        try:
            yield Counter(shop, Desk(store, SyncedValueOffice(client), shop.session))
        finally:
            client.close()
        assert shop.read(verify).broken == ""


@pytest.fixture
def selling(rig: Rig) -> Rig:
    """A chain that sells gift cards."""
    with begin(rig.engine) as tx:
        sell_gift_cards(tx)
    return rig


def booked(rig: Rig) -> tuple[int, int]:
    """Balance and available of the card at head office, all books in order."""
    assert catch_up(rig.engine, seconds=20)
    with begin(rig.engine) as tx:
        lookup = lookup_of(company_key(tx, COMPANY), GIFT, CARD)
    with begin(rig.engine) as tx:
        read_snapshot(tx)
        assert verify_head(tx).broken == ""
        assert tx.execute(select(Quarantined.rid)).all() == []
        one = head_queries.find(tx, COMPANY, lookup, datetime.now(UTC))
    return (0, 0) if one is None else (one.balance, one.available)


def owed(tx: Connection) -> int:
    """What the ledger says that is owed to holders of cards."""
    code = select(Account.code).where(Account.role == Role.STORED_VALUE.value)
    query = select(LedgerLine.minor).where(LedgerLine.account.in_(code))
    return -sum(tx.execute(query).scalars())


def test_a_card_sold_offline_is_good_when_its_sale_arrives_and_is_booked_once(
    selling: Rig,
) -> None:
    with counter(selling) as one:
        selling.link.cut()
        sold = one.load(4_000)
        assert not one.tell(sold)
        assert one.ask(9_000).amount == 4_000
        assert one.balance().known
        selling.link.heal()
        one.shop.till.sync.retry_now()
        one.synced()
        assert booked(selling) == (4_000, 4_000)
        assert one.tell(sold)
        assert booked(selling) == (4_000, 4_000)
        with begin(selling.engine) as tx:
            (row,) = tx.execute(select(ValueInstrument)).all()
            assert (row.kind, row.last_four) == ("gift_card", "0042")
            assert owed(tx) == 4_000


def test_what_was_just_sold_is_held_online_though_no_record_of_it_has_arrived(
    selling: Rig,
) -> None:
    """The card is shown again before the sync has pushed, and the first word of it was lost."""
    with counter(selling) as one:
        one.shop.till.sync.stop()
        one.load(4_000)
        allowed = one.ask(250)
        assert (allowed.amount, allowed.authority.value) == (250, "online")
        one.spend(allowed)
        assert one.balance().minor == 4_000 - 250


def test_a_loaded_card_does_not_come_back_for_money_at_another_till(selling: Rig) -> None:
    with counter(selling) as one, counter(selling.beside(2)) as two:
        sold = one.load(2_000)
        one.synced()
        assert catch_up(selling.engine, seconds=20)
        told = two.shop.till.counter.open_receipt(OpenReceiptRequest(rid=sold.rid)).result()
        receipt = two.shop.till.tasks.run(take_in, two.shop.session, told).result()
        assert receipt is not None
        back = Back(1_000, Why("unwanted"))
        for act, args in ((returning.take_back, (1, back)), (returning.take_back_all, (back,))):
            with pytest.raises(RetailError) as refused:
                two.shop.till.tasks.run(act, two.shop.session, receipt, *args).result()
            assert refused.value.code == "return.stored"


def test_topping_up_twice_and_spending_between_adds_up_everywhere(selling: Rig) -> None:
    with counter(selling) as one, counter(selling.beside(2)) as two:
        assert one.tell(one.load(2_000))
        one.synced()
        found = two.balance()
        assert (found.known, found.minor, found.online) == (True, 2_000, True)
        spent = two.spend(two.ask(300))
        two.tell(spent)
        two.synced()
        sold = one.load(500)
        assert [move.act for move in sold.value] == ["load"]
        one.synced()
        assert booked(selling) == (2_200, 2_200)
        selling.link.cut()
        assert one.balance().online is False
        selling.link.heal()


def test_what_a_card_paid_goes_back_onto_it_at_head_office_too(selling: Rig) -> None:
    """The posting of a refund was refused by the ledger's own check once."""
    with counter(selling) as one:
        assert one.tell(one.load(2_000))
        sale = one.spend(one.ask(100))
        receipt = one.shop.read(by_code, sale.receipt_number)
        run, session = one.shop.till.tasks.run, one.shop.session
        back = Back(1_000, Why("unwanted"))
        view = run(returning.take_back, session, receipt, 1, back).result()
        basket = view.priced.basket.basket_id
        planned = run(refunding.proposal, session, basket).result()
        run(closing.close_sale, session, basket, planned.offers).result()
        one.synced()
        assert booked(selling) == (2_000, 2_000)


def block(rig: Rig, *, blocked: bool) -> None:
    with begin(rig.engine) as tx:
        lookup = lookup_of(company_key(tx, COMPANY), GIFT, CARD)
        one = head_queries.find(tx, COMPANY, lookup, datetime.now(UTC))
        assert one is not None
        blocking.block(tx, COMPANY, one.instrument_id, blocked=blocked)


def test_a_blocked_card_pays_nothing_at_any_till_that_knows_and_keeps_what_it_holds(
    selling: Rig,
) -> None:
    with counter(selling) as one:
        assert one.tell(one.load(2_000))
        one.synced()
        assert booked(selling) == (2_000, 2_000)
        block(selling, blocked=True)
        assert one.refused(100) == "value.refused"
        assert one.balance().blocked
        selling.link.cut()
        assert one.refused(100) == "value.refused"
        selling.link.heal()
        assert booked(selling)[0] == 2_000
        block(selling, blocked=False)
        assert one.ask(100).amount == 100


def test_a_card_that_head_office_never_heard_of_is_told_so(selling: Rig) -> None:
    with counter(selling) as one:
        found = one.balance()
        assert (found.known, found.minor, found.online) == (False, 0, True)


def test_store_credit_that_was_issued_here_pays_at_the_other_till(selling: Rig) -> None:
    with counter(selling) as one, counter(selling.beside(2)) as two:
        selling.link.cut()
        code = one.credit(gtin(1))
        asked = Asked(ValueKind.STORE_CREDIT, code, 600)
        with pytest.raises(RetailError, match="Nothing can be taken"):
            service.ask(two.desk, asked)
        selling.link.heal()
        one.shop.till.sync.retry_now()
        one.synced()
        assert catch_up(selling.engine, seconds=20)
        assert service.ask(two.desk, asked).amount == 600
        with begin(selling.engine) as tx:
            assert owed(tx) == 605
            assert tx.execute(select(Quarantined.rid)).all() == []
