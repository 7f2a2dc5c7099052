from __future__ import annotations

from sqlalchemy import Connection, func, select

from backoffice.stock.queries import moves_of
from backoffice.stock.service import apply_sales
from db.head.stock import StockLevel
from tests.support.head_data import TillJournal, sold


def _levels(tx: Connection) -> dict[tuple[str, str, str], int]:
    rows = tx.execute(select(StockLevel))
    return {(row.site, row.state, row.sku): row.thousandths for row in rows}


def test_goods_leave_the_shelf_of_their_store(chain: Connection, till: TillJournal) -> None:
    sale = till.sell(chain, sold("P1", 2000), sold("P2", n=2))

    apply_sales(chain, [sale])

    assert _levels(chain) == {
        ("S1", "on_hand", "P1"): -2000,
        ("-", "sold", "P1"): 2000,
        ("S1", "on_hand", "P2"): -1000,
        ("-", "sold", "P2"): 1000,
    }
    moves = moves_of(chain, "S1", sale.rid)
    assert [(m.line, m.component, m.sku, m.thousandths, m.kind) for m in moves] == [
        (1, 0, "P1", 2000, "sale"),
        (2, 0, "P2", 1000, "sale"),
    ]


def test_a_return_puts_goods_back(chain: Connection, till: TillJournal) -> None:
    apply_sales(chain, [till.sell(chain, sold("P1", 3000))])
    apply_sales(chain, [till.sell(chain, sold("P1", -1000))])

    assert _levels(chain)["S1", "on_hand", "P1"] == -2000
    assert _levels(chain)["-", "sold", "P1"] == 2000


def test_balances_are_the_sum_of_the_movements(chain: Connection, till: TillJournal) -> None:
    apply_sales(chain, [till.sell(chain, sold("P1"), sold("P2", 500, n=2)) for _ in range(25)])
    apply_sales(chain, [till.sell(chain, sold("P1", 4000)) for _ in range(5)])

    assert _levels(chain)["S1", "on_hand", "P1"] == -(25 + 20) * 1000
    # What leaves one place arrives at another: over all places nothing is made or lost.
    assert chain.execute(select(func.sum(StockLevel.thousandths))).scalar_one() == 0


def test_a_sale_without_goods_moves_nothing(chain: Connection) -> None:
    apply_sales(chain, [])

    assert _levels(chain) == {}
