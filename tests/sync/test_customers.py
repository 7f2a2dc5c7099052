"""Customers come down to the tills of their home store, and are found there with the cable out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text

from backoffice.crm.service import Profile, erase, save
from db.head.streams import StreamChange
from db.store.value import ValueKey
from db.streams import customer_stream
from db.transaction import begin
from pos_app.customers.queries import find
from pos_app.sync.errors import Rejected
from retail.errors import RetailError
from tests.support.sync_rig import Rig, Shop
from tests.sync.test_streams import same

NOW = datetime(2026, 3, 12, 17, tzinfo=UTC)
ANNA = Profile(
    UUID(int=1), "Anna Lindqvist", "S1", "9000000012", "anna@example.com", "+31 6 5550 0001", "gold"
)
ZOE = Profile(UUID(int=2), "Zoë Àdam", "S1", card="9000000013", tier="basic")
ELSEWHERE = Profile(UUID(int=3), "Annabel Elsewhere", "S2", card="9000000014")


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
        assert (found.customer, found.name, found.tier) == (ANNA.party_id, ANNA.name, "gold")


def test_names_are_found_whatever_their_accents(known: Rig) -> None:
    with known.shop(work=False) as shop:
        assert names(shop, "zoe a") == [ZOE.name]
        assert names(shop, "9000000014") == names(shop, "Annabel") == names(shop, " ") == []


def test_nothing_but_the_name_could_be_read_from_a_stolen_disk(known: Rig) -> None:
    with known.shop(work=False) as shop:
        shop.sell()
        known.link.cut()
        data = b"".join(path.read_bytes() for path in known.folder.glob("till.sqlite*"))
        assert ANNA.name.encode() in data
        for secret in (ANNA.card, ANNA.email, ANNA.phone, ANNA.phone.replace(" ", "")):
            assert secret.encode() not in data
    with begin(known.engine) as tx:
        bodies = tx.execute(select(StreamChange.body)).scalars().all()
        assert not any(ANNA.email in body or ANNA.card in body for body in bodies)


def test_who_moves_or_is_forgotten_leaves_the_tills(known: Rig) -> None:
    with known.shop(work=False) as shop:
        keep(known, replace(ANNA, name="Anna Berg"))
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
        assert names(shop, "anna") == [ANNA.name]
        assert names(shop, ANNA.card) == []


def test_a_customer_of_no_store_is_not_kept(rig: Rig) -> None:
    with begin(rig.engine) as tx, pytest.raises(RetailError) as refused:
        save(tx, replace(ANNA, home_store="S9"), NOW)
    assert refused.value.code == "store.unknown"
    with begin(rig.engine) as tx:
        assert tx.execute(text("SELECT count(*) FROM customer")).scalar() == 0
