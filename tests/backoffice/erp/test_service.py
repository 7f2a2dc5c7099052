from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import Connection, delete, func, select

from backoffice.erp.queries import entry_of
from backoffice.erp.service import cost_minor, post_sales
from backoffice.platform.events import SaleAccepted
from db.head.erp import Account, LedgerLine
from retail.errors import RetailError
from tests.support.head_data import TillJournal, closed_sale, sold


def _posted(tx: Connection, sale: SaleAccepted) -> dict[tuple[str, str], int]:
    entry = entry_of(tx, sale.store_id, sale.rid)
    assert entry is not None
    assert entry.balanced
    return {(line.account, line.detail): line.minor for line in entry.lines}


def test_a_cash_sale_is_posted_with_tax_and_cost(chain: Connection, till: TillJournal) -> None:
    sale = till.sell(chain, sold("P1", 2000, price=605))

    post_sales(chain, [sale])

    assert _posted(chain, sale) == {
        ("1000", ""): 1210,
        ("2100", "A"): -210,
        ("4000", "A"): -1000,
        ("5000", ""): 500,
        ("1400", ""): -500,
    }


def test_what_promotions_took_off_is_no_revenue(chain: Connection, till: TillJournal) -> None:
    sale = till.sell(chain, sold("P1", 2000, price=605, off=242), kind="card")

    post_sales(chain, [sale])

    assert _posted(chain, sale) == {
        ("1100", ""): 968,
        ("2100", "A"): -168,
        ("4000", "A"): -800,
        ("5000", ""): 500,
        ("1400", ""): -500,
    }


def test_a_return_turns_all_signs(chain: Connection, till: TillJournal) -> None:
    sale = till.sell(chain, sold("P1", -1000, price=605), kind="card")

    post_sales(chain, [sale])

    assert _posted(chain, sale)["1100", ""] == -605
    entry = entry_of(chain, "S1", sale.rid)
    assert entry is not None
    assert (entry.kind, entry.text) == ("return", "Return S1-1-AA-00000001")


def test_every_entry_of_a_batch_balances(chain: Connection, till: TillJournal) -> None:
    sales = [till.sell(chain, sold("P2", 1000 * n)) for n in range(1, 31)]

    post_sales(chain, sales)

    sums = select(func.sum(LedgerLine.minor)).group_by(LedgerLine.rid)
    assert chain.execute(sums).scalars().all() == [0] * 30


def test_cost_is_rounded_once_for_the_whole_sale() -> None:
    # 0.333 kg at 1.000004 and 0.333 kg at 0.500000: 0.333 + 0.1665 = 0.4995 → 50 minor units.
    fact = closed_sale("N", (sold("A", 333, price=0), sold("B", 333, price=0, n=2)))

    assert cost_minor(fact, {"A": 1_000_004, "B": 500_000}) == 50


def test_goods_without_a_cost_are_named(chain: Connection, till: TillJournal) -> None:
    with pytest.raises(RetailError, match="Article NONE") as caught:
        post_sales(chain, [till.sell(chain, sold("NONE"))])

    assert caught.value.code == "erp.product"


def test_a_missing_account_is_named(chain: Connection, till: TillJournal) -> None:
    chain.execute(delete(Account).where(Account.role == "inventory"))

    with pytest.raises(RetailError, match="inventory") as caught:
        post_sales(chain, [till.sell(chain, sold("P1"))])

    assert caught.value.code == "erp.account"


def test_an_unknown_means_of_payment_is_named(chain: Connection, till: TillJournal) -> None:
    with pytest.raises(RetailError, match="shells") as caught:
        post_sales(chain, [till.sell(chain, sold("P1"), kind="shells")])

    assert caught.value.code == "erp.tender"


def test_figures_that_contradict_one_another_are_refused(
    chain: Connection, till: TillJournal
) -> None:
    sale = till.sell(chain, sold("P1"))
    wrong = msgspec.structs.replace(sale.fact, total=sale.fact.total + 1)
    contradicting = SaleAccepted(
        store_id=sale.store_id,
        jid=sale.jid,
        seq=sale.seq,
        rid=sale.rid,
        at=sale.at,
        business_date=sale.business_date,
        shift_id=None,
        installation_id=sale.installation_id,
        fact=wrong,
    )

    with pytest.raises(RetailError) as caught:
        post_sales(chain, [contradicting])

    assert caught.value.code == "ledger.unbalanced"
