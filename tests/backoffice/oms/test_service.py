from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import Connection, func, select

from backoffice.oms.service import record_sales
from backoffice.platform.events import SaleAccepted
from db.head.oms import Sale, SaleLine, SaleTax, SaleTender
from db.head.promotions import SaleLineDiscount
from retail.errors import RetailError
from tests.support.head_data import TillJournal, sold


def test_a_sale_is_kept_with_its_lines_taxes_and_tenders(
    chain: Connection, till: TillJournal
) -> None:
    sale = till.sell(chain, sold("P1", price=605), sold("P2", 2000, n=2), kind="card")

    record_sales(chain, [sale])

    head = chain.execute(select(Sale)).one()
    assert (head.number, head.total_minor, head.tax_minor) == ("S1-1-AA-00000001", 847, 147)
    assert (head.jid, head.till, head.business_date) == (till.jid, 1, sale.business_date)
    lines = chain.execute(select(SaleLine).order_by(SaleLine.n)).all()
    assert [(row.sku, row.quantity, row.net_minor) for row in lines] == [
        ("P1", 1000, 605),
        ("P2", 2000, 242),
    ]
    tax = chain.execute(select(SaleTax)).one()
    assert (tax.code, tax.ppm, tax.net_minor, tax.tax_minor) == ("A", 210_000, 700, 147)
    tender = chain.execute(select(SaleTender)).one()
    assert (tender.kind, tender.amount_minor, tender.n) == ("card", 847, 1)


def test_a_batch_is_kept_whole(chain: Connection, till: TillJournal) -> None:
    record_sales(chain, [till.sell(chain, sold("P2")) for _ in range(40)])

    assert chain.execute(select(func.count()).select_from(Sale)).scalar_one() == 40
    assert chain.execute(select(func.sum(SaleLine.net_minor))).scalar_one() == 40 * 121


def test_nothing_to_keep_is_no_error(chain: Connection) -> None:
    record_sales(chain, [])

    assert chain.execute(select(func.count()).select_from(Sale)).scalar_one() == 0


def test_a_sale_is_kept_with_what_promotions_took_off(chain: Connection, till: TillJournal) -> None:
    lines = (sold("P1", price=605), sold("P2", 3000, n=2, off=121))

    record_sales(chain, [till.sell(chain, *lines)])

    head = chain.execute(select(Sale)).one()
    assert (head.total_minor, head.savings_minor, head.snapshot) == (847, 121, "5e7")
    assert (head.engine_version, head.minimised, head.bound, head.proved) == (
        1, 8_470_000, 8_470_000, True,
    )  # fmt: skip
    (off,) = chain.execute(select(SaleLineDiscount)).all()
    assert (off.n, off.promotion, off.version, off.minor, off.units, off.funding) == (
        2, "TEN", 1, 121, 3, "store",
    )  # fmt: skip


def test_a_sale_without_promotions_says_so(chain: Connection, till: TillJournal) -> None:
    record_sales(chain, [till.sell(chain)])

    head = chain.execute(select(Sale)).one()
    assert (head.snapshot, head.engine_version, head.proved) == ("", 0, True)
    assert chain.execute(select(SaleLineDiscount)).all() == []


def test_a_discount_of_nobody_is_refused(chain: Connection, till: TillJournal) -> None:
    sale = till.sell(chain, sold("P2", off=121))
    fact = msgspec.structs.replace(sale.fact, promotions=None)
    names = SaleAccepted.__dataclass_fields__
    changed = SaleAccepted(**{name: getattr(sale, name) for name in names} | {"fact": fact})

    with pytest.raises(RetailError) as caught:
        record_sales(chain, [changed])

    assert caught.value.code == "fact.promotion"
