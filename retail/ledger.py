"""Double entry of a sale: which accounts it debits and credits, always balanced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from retail.errors import RetailError
from retail.tax import TaxSum
from retail.tender.settlement import Tender, TenderKind


class Account(StrEnum):
    """Roles of accounts; the chart of accounts maps them to numbers."""

    CASH = "cash"
    CARD_CLEARING = "card_clearing"
    SALES = "sales"
    TAX_PAYABLE = "tax_payable"
    CASH_ROUNDING = "cash_rounding"
    INVENTORY = "inventory"
    COST_OF_GOODS = "cost_of_goods"
    STORED_VALUE = "stored_value"
    RECEIVABLE = "receivable"


_TENDER_ACCOUNT = {
    TenderKind.CASH: Account.CASH,
    TenderKind.CARD: Account.CARD_CLEARING,
    TenderKind.GIFT_CARD: Account.STORED_VALUE,
    TenderKind.STORE_CREDIT: Account.STORED_VALUE,
    TenderKind.VOUCHER: Account.STORED_VALUE,
    TenderKind.POINTS: Account.STORED_VALUE,
    TenderKind.HOUSE_ACCOUNT: Account.RECEIVABLE,
}


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of a ledger entry: a debit when positive, a credit when negative, minor units.

    Attributes:
        detail: the tax code for sales and tax, empty otherwise.
    """

    account: Account
    amount_minor: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SaleAmounts:
    """The figures of a finished sale that the ledger needs, in minor units.

    Attributes:
        untaxed_minor: sum of the lines that no tax code applies to.
        cost_minor: cost of the goods that left the stock.
        stored_minor: what of the untaxed lines was put on cards and accounts: owed, not earned.
    """

    total_minor: int
    tenders: Sequence[Tender]
    tax: Sequence[TaxSum]
    untaxed_minor: int
    rounding_minor: int
    cost_minor: int
    stored_minor: int = 0


def entries_of_sale(sale: SaleAmounts) -> tuple[Posting, ...]:
    """The balanced postings of a sale, zero lines left out; a return has the signs turned.

    Raises:
        RetailError: ``ledger.unbalanced`` when the figures contradict one another.
    """
    postings = [
        *(Posting(_TENDER_ACCOUNT[t.kind], t.amount_minor) for t in sale.tenders),
        *(Posting(Account.TAX_PAYABLE, -row.tax_minor, row.code) for row in sale.tax),
        *_revenue(sale),
        Posting(Account.STORED_VALUE, -sale.stored_minor),
        Posting(Account.CASH_ROUNDING, -sale.rounding_minor),
        Posting(Account.COST_OF_GOODS, sale.cost_minor),
        Posting(Account.INVENTORY, -sale.cost_minor),
    ]
    difference = sum(posting.amount_minor for posting in postings)
    if difference:
        raise RetailError(
            "ledger.unbalanced", "The sale's figures differ by %(minor)s.", minor=difference
        )
    return tuple(posting for posting in postings if posting.amount_minor)


def _revenue(sale: SaleAmounts) -> list[Posting]:
    """Net sales: per code where each line has one code, in one sum where codes overlap."""
    net = sale.total_minor - sum(row.tax_minor for row in sale.tax)
    by_code = sum(row.net_minor for row in sale.tax) + sale.untaxed_minor
    if by_code != net:
        return [Posting(Account.SALES, sale.stored_minor - net)]
    return [
        *(Posting(Account.SALES, -row.net_minor, row.code) for row in sale.tax),
        Posting(Account.SALES, sale.stored_minor - sale.untaxed_minor),
    ]
