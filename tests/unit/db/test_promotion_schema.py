"""The second revision keeps what is there, and live promotions refuse change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import IntegrityError

from db import migrate, revisions
from db.embedded import EmbeddedPostgres
from db.engine import open_head, open_store
from db.head.oms import Sale as HeadSale
from db.head.promotions import SaleLineDiscount
from db.partitions import ensure_default, ensure_months
from db.store.promotions import PromotionVersion
from db.store.sales import Sale
from db.transaction import begin
from retail.identity import uuid7
from tests.support.postgres import run_on

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
RID = uuid7(int(AT.timestamp()) * 1000, 1)
OLD_SALE = {
    "rid": RID,
    "till": 1,
    "number": "S1-1-AA-00000001",
    "business_date": date(2026, 11, 20),
    "at": AT,
    "jid": None,
    "shift_id": None,
    "staff_id": UUID(int=7),
    "party_id": None,
    "currency": "EUR",
    "total_minor": 121,
    "tax_minor": 21,
    "savings_minor": 0,
    "rounding_minor": 0,
}


def _upgrade(tx: Connection, side: revisions.Side, revision: str) -> None:
    command.upgrade(migrate.config(side, tx), revision)


@pytest.fixture
def store(tmp_path: Path) -> Engine:
    """A till of the first revision."""
    engine = open_store(tmp_path / "till.sqlite")
    with begin(engine) as tx:
        _upgrade(tx, "store", "0001")
    return engine


def test_a_tills_sales_and_articles_are_kept_with_their_defaults(store: Engine) -> None:
    with begin(store) as tx:
        tx.execute(insert(Sale).values(**OLD_SALE, price_version=3))
        tea = "'P1', 'Tea', 'tea', 'tea', 'A', 'piece', 0, '', 0, 1, ''"
        tx.execute(text(f"INSERT INTO product VALUES ({tea})"))  # noqa: S608 (a constant)
    with begin(store) as tx:
        _upgrade(tx, "store", "head")
    with begin(store) as tx:
        sale = tx.execute(select(Sale)).one()
        assert (sale.number, sale.price_version, sale.total_minor) == ("S1-1-AA-00000001", 3, 121)
        assert (sale.snapshot, sale.engine_version, sale.minimised, sale.bound, sale.proved) == (
            "", 0, 0, 0, True,
        )  # fmt: skip
        flags = text("SELECT tags, no_discount, no_points FROM product")
        assert tuple(tx.execute(flags).one()) == ("", 0, 0)
        migrate.check(tx, "store")
    with pytest.raises(IntegrityError, match="sale is append-only"), begin(store) as tx:
        tx.execute(text("UPDATE sale SET proved = 0"))


CHANGES = (
    "UPDATE promotion_version SET params = '{}'",
    "UPDATE promotion_version SET content_hash = 'x'",
    "UPDATE promotion_version SET version = 2",
    "UPDATE promotion_version SET texts = '{}'",
    "DELETE FROM promotion_version",
)
REPLACE = (
    "REPLACE INTO promotion_version (promotion, version, name, texts, params, valid_from, valid_to,"
    " content_hash) VALUES ('P', 1, 'x', '', '{}', '', '', 'x')"
)


def _hashes(engine: Engine) -> list[str]:
    with begin(engine) as tx:
        return list(tx.execute(select(PromotionVersion.content_hash)).scalars())


@pytest.fixture
def promoted(store: Engine) -> Engine:
    """A till of today with one promotion."""
    with begin(store) as tx:
        _upgrade(tx, "store", "head")
        tx.execute(
            insert(PromotionVersion).values(
                promotion="P", version=1, name="P", texts="", params='{"id":"P"}',
                valid_from="", valid_to="", content_hash="c",
            )
        )  # fmt: skip
    return store


@pytest.mark.parametrize("change", CHANGES)
def test_a_tills_promotion_never_changes(promoted: Engine, change: str) -> None:
    with pytest.raises(IntegrityError, match="never changes"), begin(promoted) as tx:
        tx.execute(text(change))
    assert _hashes(promoted) == ["c"]


def test_what_came_first_is_not_replaced(promoted: Engine) -> None:
    with begin(promoted) as tx:
        tx.execute(text(REPLACE))
    assert _hashes(promoted) == ["c"]


@pytest.fixture
def office(head_server: EmbeddedPostgres) -> Iterator[Engine]:
    """A head office of the first revision with the month of a sale."""
    run_on(head_server, "CREATE DATABASE first_revision")
    engine = open_head(head_server.url_of("first_revision"))
    with begin(engine) as tx:
        _upgrade(tx, "head", "0001")
    yield engine
    engine.dispose()
    run_on(head_server, "DROP DATABASE first_revision WITH (FORCE)")


def test_a_head_offices_sales_are_kept_with_their_defaults(office: Engine) -> None:
    with begin(office) as tx:
        tx.execute(insert(HeadSale).values(store_id="S1", **OLD_SALE))
    with begin(office) as tx:
        _upgrade(tx, "head", "head")
        ensure_default(tx)
        ensure_months(tx, AT.date(), AT.date())
    with begin(office) as tx:
        migrate.check(tx, "head")
        sale = tx.execute(select(HeadSale)).one()
        assert (sale.snapshot, sale.engine_version, sale.minimised, sale.bound, sale.proved) == (
            "", 0, 0, 0, True,
        )  # fmt: skip
        row = {"n": 1, "promotion": "P", "version": 1, "minor": 5, "units": 1, "funding": "store"}
        for rid in (RID, UUID(int=1)):
            tx.execute(insert(SaleLineDiscount).values(store_id="S1", rid=rid, **row))
        places = text("SELECT tableoid::regclass::text FROM sale_line_discount ORDER BY rid")
        assert tx.execute(places).scalars().all() == [
            "sale_line_discount_pdefault",
            "sale_line_discount_p202611",
        ]
