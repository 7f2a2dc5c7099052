"""Customers come down to the tills of their home store, and are found there with the cable out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec import structs
from sqlalchemy import delete, select, text

from backoffice.crm.service import Profile, erase, save
from backoffice.intake.applier import catch_up
from db.head.crm import Customer
from db.head.streams import StreamChange
from db.store.value import ValueKey
from db.streams import customer_stream
from db.transaction import begin
from pos_app.customers.queries import find
from pos_app.customers.queries import known as known_here
from pos_app.customers.service import save as enter
from pos_app.sync.errors import Rejected
from retail.customers import Consent, Personal
from retail.errors import RetailError
from tests.support.sync_rig import Rig, Shop
from tests.sync.test_streams import same

NOW = datetime(2026, 3, 12, 17, tzinfo=UTC)
ANN = Personal(
    name="Anna Lindqvist", card="9000000012", email="anna@example.com", phone="+31 6 5550 0001"
)
ANNA = Profile(UUID(int=1), "S1", ANN, tier="gold")
ZOE = Profile(UUID(int=2), "S1", Personal(name="Zoë Àdam", card="9000000013"), tier="basic")
ELSEWHERE = Profile(UUID(int=3), "S2", Personal(name="Annabel Elsewhere", card="9000000014"))


def keep(rig: Rig, *profiles: Profile) -> None:
    with begin(rig.engine) as tx:
        for profile in profiles:
            save(tx, profile, NOW)


def names(shop: Shop, words: str) -> list[str]:
    return [found.name for found in shop.read(find, words)]


@pytest.fixture
def known(rig: Rig) -> Rig:
    keep(rig, ANNA, ZOE, ELSEWHERE)
    return rig


@pytest.mark.parametrize(
    "shown", ["9000-0000-12", "06 5550 0001", "ANNA@example.com", "anna lind", "Ann"]
)
def test_a_customer_is_found_by_whatever_is_shown_or_said(known: Rig, shown: str) -> None:
    with known.shop(work=False) as shop:
        known.link.cut()
        (found,) = shop.read(find, shown)
        assert (found.customer, found.name, found.tier) == (ANNA.party_id, ANN.name, "gold")


def test_names_are_found_whatever_their_accents(known: Rig) -> None:
    with known.shop(work=False) as shop:
        assert names(shop, "zoe a") == [ZOE.personal.name]
        assert names(shop, "9000000014") == names(shop, "Annabel") == names(shop, " ") == []


def test_nothing_but_the_name_could_be_read_from_a_stolen_disk(known: Rig) -> None:
    with known.shop(work=False) as shop:
        shop.sell()
        known.link.cut()
        data = b"".join(path.read_bytes() for path in known.folder.glob("till.sqlite*"))
        assert ANN.name.encode() in data
        for secret in (ANN.card, ANN.email, ANN.phone, ANN.phone.replace(" ", "")):
            assert secret.encode() not in data
    with begin(known.engine) as tx:
        bodies = tx.execute(select(StreamChange.body)).scalars().all()
        assert not any(ANN.email in body or ANN.card in body for body in bodies)


def test_who_moves_or_is_forgotten_leaves_the_tills(known: Rig) -> None:
    with known.shop(work=False) as shop:
        keep(known, replace(ANNA, personal=structs.replace(ANN, name="Anna Berg")))
        shop.till.sync.run_once()
        assert names(shop, "anna") == ["Anna Berg"]
        keep(known, replace(ANNA, home_store="S2"))
        with begin(known.engine) as tx:
            erase(tx, ZOE.party_id)
            erase(tx, UUID(int=99))
        shop.till.sync.run_once()
        assert names(shop, "anna") == names(shop, "zoe") == []
        same(known, shop)


def test_a_till_may_not_read_the_customers_of_another_store(known: Rig) -> None:
    with known.shop(work=False) as shop, pytest.raises(Rejected) as refused:
        shop.till.sync._connected().tail(customer_stream("S2"), 0)
    assert refused.value.status == 403


def test_before_the_key_has_come_people_are_found_by_name(known: Rig) -> None:
    with known.shop(work=False) as shop:
        shop.till.tasks.run(lambda tx: tx.execute(delete(ValueKey))).result()
        assert names(shop, "anna") == [ANN.name]
        assert names(shop, ANN.card) == []


def test_a_customer_of_no_store_is_not_kept(rig: Rig) -> None:
    with begin(rig.engine) as tx, pytest.raises(RetailError) as refused:
        save(tx, replace(ANNA, home_store="S9"), NOW)
    assert refused.value.code == "store.unknown"
    with begin(rig.engine) as tx:
        assert tx.execute(text("SELECT count(*) FROM customer")).scalar() == 0


@pytest.mark.expect_warnings
def test_a_customer_entered_with_the_cable_out_is_known_to_all_when_it_is_back(known: Rig) -> None:
    wanted = Personal(name="  Bo   Berg ", phone="+31 6 5550 0099", tax_number="NL001", city="Ede")
    with known.shop() as shop:
        known.link.cut()
        entered = shop.till.tasks.run(
            enter, shop.session, None, wanted, {Consent.EMAIL_RECEIPT, Consent.PROFILE}
        ).result()
        for said in ("bo berg", "06 5550 0099"):
            assert [found.customer for found in shop.read(find, said)] == [entered.customer]
        found = shop.read(known_here, entered.customer)
        assert (found.personal.name, found.consents) == ("Bo Berg", ("email_receipt", "profile"))
        known.link.heal()
        shop.seen.synced()
        assert catch_up(known.engine, seconds=20)
        shop.till.sync.run_once()
        same(known, shop)
        # Head office tells of them now: the till keeps the name, as of anybody else.
        assert shop.read(known_here, entered.customer).personal == Personal(name="Bo Berg")
    with known.beside(2).shop(work=False) as other:
        assert names(other, "+31655500099") == ["Bo Berg"]
    with begin(known.engine) as tx:
        row = tx.execute(select(Customer).where(Customer.party_id == entered.customer)).one()
        assert (row.home_store, row.tax_number, row.city) == ("S1", "NL001", "Ede")
        assert row.consents == "email_receipt,profile"
