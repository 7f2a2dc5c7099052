"""Customers with points and an account at the till of the screens' tests."""

from __future__ import annotations

import json

from sqlalchemy import insert

from db.base import to_us
from db.store.settings import StoreSetting
from db.store.value import ValueKey
from pos_app.checkout import attaching
from pos_app.customers.queries import FoundCustomer
from retail.contract.reference import CustomerRow
from retail.contract.scopes import customer_stream
from retail.store_settings import LOYALTY_POINTS
from tests.screens.till_store import Hands
from tests.support.members import ANN, KEY, RULES
from tests.support.till import receive

WHO = FoundCustomer(ANN, "Ann Berg", "gold", ("NL01",))


def give_points(hands: Hands) -> None:
    """Rules of points and the company's key are at the till."""
    rules = insert(StoreSetting).values(
        store_id="NL01", name=LOYALTY_POINTS, value=json.dumps(RULES)
    )
    key = insert(ValueKey).prefix_with("OR REPLACE").values(id=1, key=KEY)
    run = hands.till.tasks.run
    run(lambda tx: tx.execute(rules)).result()
    run(lambda tx: tx.execute(key)).result()


def know(hands: Hands, *, points: int | None = None, account: int | None = None) -> None:
    """Head office has told of Ann."""
    desk = hands.till.desk
    row = CustomerRow(
        customer=ANN, segment="NL01", name=WHO.name, tier=WHO.tier, points=points,
        account=account, as_of_us=to_us(desk.now()),
    )  # fmt: skip
    hands.till.tasks.run(receive, customer_stream("NL01"), (row,), desk.now()).result()


def attach(hands: Hands) -> None:
    """Ann shows her card."""
    basket = hands.window.selling.basket
    view = hands.till.tasks.run(attaching.attach, basket.session, WHO).result()
    basket.take_over(view)
    hands.settle()
