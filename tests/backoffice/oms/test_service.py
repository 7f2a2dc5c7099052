from __future__ import annotations

from sqlalchemy import Connection, func, select

from backoffice.oms.service import record_sales
from db.head.oms import Sale, SaleLine, SaleTax, SaleTender
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
