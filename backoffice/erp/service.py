"""Posting sales in the general ledger: double entry, goods and their cost included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from backoffice.platform.events import SaleAccepted
from db.head.catalog import Product
from db.head.erp import Account as AccountRow
from db.head.erp import LedgerEntry, LedgerLine
from retail.contract.sales import PaidTender, SaleClosed
from retail.errors import RetailError
from retail.ledger import Posting, SaleAmounts, entries_of_sale
from retail.money import divide_half_away, exponent_of
from retail.quantity import ONE
from retail.tax import TaxSum
from retail.tender.settlement import Tender, TenderKind

_MICRO = 1_000_000


def post_sales(tx: Connection, sales: Sequence[SaleAccepted]) -> None:
    """Write one balanced entry per sale.

    Raises:
        RetailError: ``erp.account`` when the chart lacks an account, ``erp.product`` for goods
            without a cost here, ``erp.tender`` for an unknown means of payment,
            ``ledger.unbalanced`` for figures that contradict one another.
    """
    if not sales:
        return
    accounts = _accounts(tx)
    costs = _costs(tx, sales)
    heads: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for sale in sales:
        heads.append(_head(sale))
        postings = entries_of_sale(_amounts(sale.fact, costs))
        lines += [
            {
                "store_id": sale.store_id,
                "rid": sale.rid,
                "n": n,
                "account": _account(accounts, posting),
                "detail": posting.detail,
                "minor": posting.amount_minor,
            }
            for n, posting in enumerate(postings, start=1)
        ]
    tx.execute(insert(LedgerEntry), heads)
    if lines:
        tx.execute(insert(LedgerLine), lines)


def cost_minor(fact: SaleClosed, costs: Mapping[str, int]) -> int:
    """Cost in minor units of all goods that left the stock, rounded once for the sale.

    Args:
        costs: unit cost by SKU in 1/1,000,000 of the major unit.
    """
    micro = sum(
        part.thousandths * _cost(costs, part.sku) for line in fact.lines for part in line.parts
    )
    return divide_half_away(micro * 10 ** exponent_of(fact.currency), ONE * _MICRO)


def _cost(costs: Mapping[str, int], sku: str) -> int:
    try:
        return costs[sku]
    except KeyError:
        raise RetailError(
            "erp.product", "Article %(sku)s is not known here; its cost is missing.", sku=sku
        ) from None


def _amounts(fact: SaleClosed, costs: Mapping[str, int]) -> SaleAmounts:
    return SaleAmounts(
        total_minor=fact.total,
        tenders=tuple(_tender(tender) for tender in fact.tenders),
        tax=tuple(
            TaxSum(row.code, row.ppm, row.net, row.tax, row.net + row.tax) for row in fact.tax
        ),
        untaxed_minor=sum(line.net for line in fact.lines if not line.tax),
        rounding_minor=fact.rounding,
        cost_minor=cost_minor(fact, costs),
        stored_minor=sum(move.amount for move in fact.value if move.stored),
    )


def _tender(tender: PaidTender) -> Tender:
    try:
        kind = TenderKind(tender.kind)
    except ValueError:
        raise RetailError(
            "erp.tender", "“%(kind)s” is no means of payment known here.", kind=tender.kind
        ) from None
    return Tender(kind, tender.amount, tender.given, tender.change, tender.ref)


def _head(sale: SaleAccepted) -> dict[str, Any]:
    kind = "return" if sale.fact.total < 0 else "sale"
    return {
        "store_id": sale.store_id,
        "rid": sale.rid,
        "kind": kind,
        "posted_on": sale.business_date,
        "at": sale.at,
        "currency": sale.fact.currency,
        "text": f"{kind.capitalize()} {sale.fact.number}",
    }


def _accounts(tx: Connection) -> dict[str, str]:
    rows = tx.execute(select(AccountRow.role, AccountRow.code).order_by(AccountRow.code.desc()))
    return {row.role: row.code for row in rows}


def _account(accounts: Mapping[str, str], posting: Posting) -> str:
    try:
        return accounts[posting.account]
    except KeyError:
        raise RetailError(
            "erp.account",
            "The chart of accounts has no account for %(role)s.",
            role=posting.account.value,
        ) from None


def _costs(tx: Connection, sales: Sequence[SaleAccepted]) -> dict[str, int]:
    skus = {p.sku for sale in sales for line in sale.fact.lines for p in line.parts}
    rows = tx.execute(select(Product.sku, Product.cost_micro).where(Product.sku.in_(sorted(skus))))
    return {row.sku: row.cost_micro for row in rows}
