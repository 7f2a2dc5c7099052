"""The demo company: stores, tills, staff, customers, chart of accounts."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from argon2.low_level import Type, hash_secret
from sqlalchemy import Connection, insert

from db.bulk import copy_rows
from db.demo.ledger import ACCOUNTS
from db.demo.words import FIRST_NAMES, LAST_NAMES
from db.head.crm import Customer
from db.head.erp import Account
from db.head.stores import Company, StaffMember, Store, StoreSetting, Terminal
from db.streams import publish, store_stream
from retail.contract.reference import SettingRow, StaffRow, StoreRow
from retail.folding import fold
from retail.identity import uuid7
from retail.store_settings import LOYALTY_POINTS

COMPANY = "HARBOUR"
DEMO_PIN = "1234"
SEED = 20_260_101
CUSTOMERS = 2_000
POINTS = '{"earn_per": 100, "earn_points": 1, "redeem_points": 100, "redeem_value": 100}'
"""A point for each euro, and a euro for a hundred."""

STORES = (
    StoreRow(
        store="S1",
        name="Harbour Street",
        street="Harbour Street 12",
        city="1011 Amsterdam",
        vat_id="NL001234567B01",
        phone="+31 20 555 0101",
        currency="EUR",
        zone="Europe/Amsterdam",
        cut_over_minutes=240,
        cash_increment=1,
        tax_zone="NL",
        price_zone="NL",
        tax_included=True,
        tax_rounding="per_rate",
        language="en",
    ),
    StoreRow(
        store="S2",
        name="Station Square",
        street="Station Square 3",
        city="3511 Utrecht",
        vat_id="NL001234567B01",
        phone="+31 30 555 0102",
        currency="EUR",
        zone="Europe/Amsterdam",
        cut_over_minutes=240,
        cash_increment=1,
        tax_zone="NL",
        price_zone="NL",
        tax_included=True,
        tax_rounding="per_rate",
        language="en",
    ),
    StoreRow(
        store="S3",
        name="Grand Place",
        street="Rue du Marché 8",
        city="1000 Brussels",
        vat_id="BE0123456749",
        phone="+32 2 555 0103",
        currency="EUR",
        zone="Europe/Brussels",
        cut_over_minutes=240,
        cash_increment=5,
        tax_zone="BE",
        price_zone="BE",
        tax_included=True,
        tax_rounding="per_rate",
        language="en",
    ),
)
_STAFF = {
    "S1": (
        ("Maria Keller", "manager"),
        ("Jonas Berg", "cashier"),
        ("Ahmed Saleh", "cashier"),
        ("Lena Visser", "cashier"),
    ),
    "S2": (
        ("Sofie de Wit", "manager"),
        ("Daan Bakker", "cashier"),
        ("Noor Haddad", "cashier"),
        ("Piotr Nowak", "cashier"),
    ),
    "S3": (
        ("Claire Dubois", "manager"),
        ("Louis Martin", "cashier"),
        ("Emma Peeters", "cashier"),
        ("Youssef Amrani", "cashier"),
    ),
}


def key(day: date, number: int) -> UUID:
    """A deterministic UUIDv7 of a day and a running number."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    ms = int(start.timestamp()) * 1000 + number % 86_400_000
    return uuid7(ms, random.Random(f"{SEED}/{day}/{number}").getrandbits(74))


def load(tx: Connection, today: date) -> None:
    """Company, stores, tills, staff, customers and accounts, published to the stores' streams."""
    tx.execute(insert(Company).values(company_id=COMPANY, name="Harbour Market", currency="EUR"))
    tx.execute(
        insert(Account),
        [
            {"code": code, "role": role.value, "name": name, "kind": kind}
            for code, role, name, kind in ACCOUNTS
        ],
    )
    for store in STORES:
        _store(tx, store)
    _customers(tx, today)


def staff_of(store_id: str) -> tuple[StaffRow, ...]:
    """The staff of a store; everybody's PIN is ``DEMO_PIN``."""
    first = date(2026, 1, 1)
    offset = 1_000 * int(store_id[1:])
    return tuple(
        StaffRow(
            staff=key(first, offset + n),
            name=name,
            initials="".join(word[0] for word in name.split())[:2].upper(),
            role=role,
            pin_hash=_pin_hash(f"{store_id}{n}"),
        )
        for n, (name, role) in enumerate(_STAFF[store_id])
    )


def _pin_hash(salt: str) -> str:
    return hash_secret(
        DEMO_PIN.encode(),
        salt.encode().ljust(16, b"."),
        time_cost=2,
        memory_cost=19_456,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    ).decode()


def _store(tx: Connection, store: StoreRow) -> None:
    staff = staff_of(store.store)
    columns = {name: getattr(store, name) for name in store.__struct_fields__ if name != "store"}
    tx.execute(insert(Store).values(company_id=COMPANY, store_id=store.store, **columns))
    tx.execute(
        insert(Terminal),
        [
            {"store_id": store.store, "till": n, "name": f"Till {n}", "installation_id": None}
            for n in (1, 2)
        ],
    )
    tx.execute(
        insert(StaffMember),
        [
            {
                "store_id": store.store,
                "staff_id": s.staff,
                "name": s.name,
                "initials": s.initials,
                "role": s.role,
                "pin_hash": s.pin_hash,
                "active": True,
            }
            for s in staff
        ],
    )
    points = SettingRow(store=store.store, name=LOYALTY_POINTS, value=POINTS)
    tx.execute(
        insert(StoreSetting).values(store_id=store.store, name=points.name, value=points.value)
    )
    publish(tx, store_stream(store.store), (store, *staff, points))


def _customers(tx: Connection, today: date) -> None:
    rng = random.Random(f"{SEED}/customers")
    rows = []
    for n in range(CUSTOMERS):
        name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
        joined = today - timedelta(days=rng.randrange(30, 1_500))
        mail = f"{fold(name).replace(' ', '.')}.{n}@example.com"
        rows.append(
            (
                key(joined, n),
                f"9{n:09d}",
                name,
                fold(name),
                mail,
                f"+31 6 5550 {n:04d}",
                rng.choices(("basic", "silver", "gold"), (70, 22, 8))[0],
                rng.choice(("S1", "S2", "S3")),
                datetime(joined.year, joined.month, joined.day, 12, tzinfo=UTC),
            )
        )
    columns = (
        "party_id",
        "card",
        "name",
        "folded",
        "email",
        "phone",
        "tier",
        "home_store",
        "created_at",
    )
    copy_rows(tx, Customer, columns, rows)
