"""A till's store that gives points, and customers who collect them."""

from __future__ import annotations

import json
from uuid import UUID

from db.base import to_us
from pos_app.checkout import attaching, receipt_search, refunding, returning
from pos_app.checkout.closing import ClosedSale
from pos_app.checkout.returning import Back
from pos_app.customers.queries import FoundCustomer
from pos_app.staff.approvals import Why
from retail.contract.reference import CustomerRow, SettingRow
from retail.contract.scopes import customer_stream, store_stream
from retail.store_settings import LOYALTY_POINTS
from retail.value import ValueKind, lookup_of
from tests.support.till import Books, receive

KEY = b"k" * 32
RULES = {"earn_per": 100, "earn_points": 1, "redeem_points": 100, "redeem_value": 100}
ANN, BEN = UUID(int=0xA11), UUID(int=0xBE1)


def give_points(books: Books, **changed: int) -> None:
    """Rules of points and the company's key, as head office sends them."""
    row = SettingRow(store="S1", name=LOYALTY_POINTS, value=json.dumps(RULES | changed))
    books.run(receive, store_stream("S1"), (row,), books.desk.now())
    if not books.value("SELECT count(*) FROM value_key"):
        books.execute("INSERT INTO value_key VALUES (1, :key)", key=KEY)


def customer(
    books: Books, party: UUID = ANN, *, points: int | None = None, account: int | None = None
) -> FoundCustomer:
    """A customer of the store as head office tells of one."""
    row = CustomerRow(
        customer=party,
        segment="S1",
        name="Ann Berg" if party == ANN else "Ben Cole",
        tier="gold",
        points=points,
        account=account,
        as_of_us=to_us(books.desk.now()),
    )
    books.run(receive, customer_stream("S1"), (row,), books.desk.now())
    return FoundCustomer(party, row.name, row.tier, (row.segment,))


def attach(books: Books, who: FoundCustomer) -> None:
    """Attach a customer to the open basket."""
    books.run(attaching.attach, books.session, who)


def take_back(books: Books, sold: ClosedSale, n: int = 1, thousandths: int = 1000) -> None:
    """Put goods of a sale into the open basket."""
    receipt = books.run(receipt_search.receipt, sold.rid)
    if receipt is None:
        raise LookupError(sold)
    back = Back(thousandths, Why("unwanted"))
    books.run(returning.take_back, books.session, receipt, n, back)


def pay_out(books: Books) -> ClosedSale:
    """Give the money back as it is proposed."""
    basket = books.view().priced.basket.basket_id
    planned = books.run(refunding.proposal, books.session, basket)
    return books.pay(*planned.offers)


def lookup(party: UUID, kind: ValueKind = ValueKind.POINTS) -> str:
    """What a customer's points or account are found by."""
    return lookup_of(KEY, kind, party).hex()
