"""Customers at the till: entered, found, attached to a basket."""

from __future__ import annotations

from uuid import UUID

import pytest

from pos_app.checkout import attaching, service
from pos_app.checkout.by_hand import override_price
from pos_app.customers.queries import FoundCustomer, find, known
from pos_app.customers.service import save
from pos_app.staff.approvals import Why
from retail.contract.codec import read_entry
from retail.contract.facts import CustomerSaved, decode
from retail.customers import Consent, Personal
from retail.errors import RetailError
from tests.support.offers import in_force, percent, version
from tests.support.till import SHELF, Books, receive

PIECE = SHELF.code(SHELF.piece)
ANN = Personal(name="Ann Berg", phone="06 5550 0001", email="ann@example.com")
GOLD = FoundCustomer(UUID(int=5), "Gold Member", "gold", ("S1",))


def test_a_customer_is_entered_found_and_changed_without_a_network(selling: Books) -> None:
    entered = selling.run(save, selling.session, None, ANN, {Consent.EMAIL_RECEIPT})
    assert [one.customer for one in selling.run(find, "ann b")] == [entered.customer]
    changed = Personal(name="Ann Berg-Smith", phone=ANN.phone)
    again = selling.run(save, selling.session, entered.customer, changed)
    assert again.customer == entered.customer
    found = selling.run(known, entered.customer)
    assert found is not None
    assert (found.personal, found.consents) == (changed, ())
    assert [one.name for one in selling.run(find, "ann")] == ["Ann Berg-Smith"]
    assert selling.verify().broken == ""


def test_who_it_is_stands_beside_the_journal_and_not_in_it(selling: Books) -> None:
    selling.run(save, selling.session, None, ANN)
    data = bytes(selling.value("SELECT entry FROM journal_entry ORDER BY seq DESC LIMIT 1"))
    entry = read_entry(data)
    fact = decode(entry.type, entry.sv, entry.body)
    assert isinstance(fact, CustomerSaved)
    assert len(fact.side) == 64
    for word in (b"Ann", b"5550", b"example"):
        assert word not in data


@pytest.mark.parametrize(
    ("personal", "code"),
    [
        (Personal(name="  "), "customer.name"),
        (Personal(name="x" * 121), "customer.long"),
        (Personal(name="Ann", phone="12"), "customer.phone"),
        (Personal(name="Ann", email="ann"), "customer.email"),
    ],
)
def test_what_cannot_be_is_refused_and_keeps_nothing(
    selling: Books, personal: Personal, code: str
) -> None:
    before = selling.dump()
    with pytest.raises(RetailError) as caught:
        selling.run(save, selling.session, None, personal)
    assert caught.value.code == code
    assert selling.dump() == before


@pytest.fixture
def with_members(selling: Books) -> Books:
    """An offer of 10 % for gold members."""
    offer = version("M", percent(1000, customer={"tiers": ["gold"]}))
    selling.run(receive, "promotions", in_force([offer]), selling.desk.now())
    return selling


def test_member_prices_come_with_the_customer_and_tell_what_they_save(with_members: Books) -> None:
    """Complaint 13: prices are not computed anew when the customer changes."""
    full = with_members.enter(f"4*{PIECE}").priced.total_minor
    view = with_members.run(attaching.attach, with_members.session, GOLD)
    assert view.saved_more == full - view.priced.total_minor > 0
    back = with_members.run(attaching.detach, with_members.session)
    assert (back.priced.total_minor, back.saved_more) == (full, -view.saved_more)
    assert with_members.run(service.undo, with_members.session).priced == view.priced
    assert with_members.fact(with_members.pay().rid).party == GOLD.customer
    assert with_members.verify().broken == ""


def test_a_price_set_by_hand_survives_a_change_of_customer(with_members: Books) -> None:
    """Complaint 13: prices are not computed anew when the customer changes."""
    with_members.enter(PIECE)
    minor = SHELF.piece.minor["NL"] - 1
    with_members.run(override_price, with_members.session, 1, minor, Why("match"))
    for act in (lambda tx, s: attaching.attach(tx, s, GOLD), attaching.detach):
        assert with_members.run(act, with_members.session).priced.total_minor == minor
