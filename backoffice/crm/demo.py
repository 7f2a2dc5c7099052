"""Points and credit of the demo's customers, booked like anybody's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from backoffice.platform.keys import new_key
from backoffice.value import accounts
from backoffice.value.service import Place, Posting, Source, book, company_key
from db.head.crm import Customer
from db.head.stores import Store
from retail.contract.sales import ValueMove
from retail.value import ValueKind, lookup_of

_POINTS = 1_500
_CREDIT_MINOR = 50_000


def give_for_show(tx: Connection, company_id: str, now: datetime) -> None:
    """The first gold customer of each store gets points to spend and a credit line."""
    key = company_key(tx, company_id)
    rows = tx.execute(
        select(Customer.home_store, Customer.party_id)
        .join(Store, Store.store_id == Customer.home_store)
        .where(Store.company_id == company_id, Customer.tier == "gold")
        .order_by(Customer.home_store, Customer.card.desc())
    ).all()
    # The last of a store's rows stays: the lowest card.
    for store_id, party in {row.home_store: row.party_id for row in rows}.items():
        move = ValueMove(
            n=1,
            act="issue",
            kind=ValueKind.POINTS.value,
            lookup=lookup_of(key, ValueKind.POINTS, party).hex(),
            amount=_POINTS,
            party=party,
        )
        posting = Posting(Place(company_id, store_id), Source(new_key(), now), move)
        book(tx, company_id, [posting], now)
        accounts.set_limit(tx, company_id, party, _CREDIT_MINOR, Source(new_key(), now))
