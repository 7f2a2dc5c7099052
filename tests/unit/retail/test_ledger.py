from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from retail.basket.model import Basket
from retail.ledger import Account, Posting, SaleAmounts, entries_of_sale
from retail.pricing import price
from retail.tax import TaxRules, TaxSum
from retail.tender.settlement import Tender, TenderKind, settle
from tests.unit.retail.strategies import (
    OFFERS,
    Refusal,
    baskets,
    complete_offers,
    rules,
    terms,
    untaxed,
)

ONE_MILK = SaleAmounts(
    total_minor=1210,
    tenders=(Tender(TenderKind.CASH, 1210, 2000, 790),),
    tax=(TaxSum("A", 210_000, 1000, 210, 1210),),
    untaxed_minor=0,
    rounding_minor=0,
    cost_minor=600,
)


def test_a_cash_sale() -> None:
    assert entries_of_sale(ONE_MILK) == (
        Posting(Account.CASH, 1210),
        Posting(Account.TAX_PAYABLE, -210, "A"),
        Posting(Account.SALES, -1000, "A"),
        Posting(Account.COST_OF_GOODS, 600),
        Posting(Account.INVENTORY, -600),
    )


def test_what_is_put_on_a_card_is_owed_until_it_pays_for_goods() -> None:
    bought = replace(
        ONE_MILK,
        total_minor=6210,
        tenders=(Tender(TenderKind.CASH, 6210, 6210, 0),),
        untaxed_minor=5000,
        stored_minor=5000,
        cost_minor=0,
    )
    assert entries_of_sale(bought) == (
        Posting(Account.CASH, 6210),
        Posting(Account.TAX_PAYABLE, -210, "A"),
        Posting(Account.SALES, -1000, "A"),
        Posting(Account.STORED_VALUE, -5000),
    )
    paid = replace(ONE_MILK, tenders=(Tender(TenderKind.GIFT_CARD, 1210, 1210, 0, "1234"),))
    assert entries_of_sale(paid)[0] == Posting(Account.STORED_VALUE, 1210)
    overlapping = replace(bought, tax=(*bought.tax, TaxSum("B", 0, 1000, 0, 1000)))
    assert Posting(Account.SALES, -1000) in entries_of_sale(overlapping)


def test_rounding_and_untaxed_lines_have_their_own_postings() -> None:
    sale = replace(
        ONE_MILK,
        total_minor=1332,
        tenders=(
            Tender(TenderKind.CARD, 1000, 1000, 0, "A1"),
            Tender(TenderKind.CASH, 330, 330, 0),
        ),
        untaxed_minor=122,
        rounding_minor=-2,
        cost_minor=0,
    )
    assert entries_of_sale(sale) == (
        Posting(Account.CARD_CLEARING, 1000),
        Posting(Account.CASH, 330),
        Posting(Account.TAX_PAYABLE, -210, "A"),
        Posting(Account.SALES, -1000, "A"),
        Posting(Account.SALES, -122),
        Posting(Account.CASH_ROUNDING, 2),
    )


def test_codes_that_overlap_on_a_line_are_sold_in_one_sum() -> None:
    sale = replace(
        ONE_MILK,
        total_minor=1270,
        tenders=(Tender(TenderKind.CASH, 1270, 1270, 0),),
        tax=(
            TaxSum("A", 210_000, 1000, 210, 1210),
            TaxSum("B", 60_000, 1000, 60, 1060),
        ),
        cost_minor=0,
    )
    assert Posting(Account.SALES, -1000) in entries_of_sale(sale)


def test_a_return_has_the_signs_turned() -> None:
    back = SaleAmounts(
        total_minor=-1210,
        tenders=(Tender(TenderKind.CASH, -1210, -1210, 0),),
        tax=(TaxSum("A", 210_000, -1000, -210, -1210),),
        untaxed_minor=0,
        rounding_minor=0,
        cost_minor=-600,
    )
    turned = tuple(replace(p, amount_minor=-p.amount_minor) for p in entries_of_sale(back))
    assert turned == entries_of_sale(ONE_MILK)


def test_figures_that_contradict_one_another_are_refused(refused: Refusal) -> None:
    with refused("ledger.unbalanced"):
        entries_of_sale(replace(ONE_MILK, total_minor=1211))


@given(
    baskets(),
    rules(),
    st.integers(0, 100),
    st.integers(0, 5_000),
    st.sampled_from((1, 5, 100)),
    st.integers(0, 10**6),
)
def test_every_sale_is_balanced(
    basket: Basket, how: TaxRules, cash_share: int, extra: int, coin: int, cost: int
) -> None:
    priced = price(basket, how)
    offers = complete_offers(priced.total_minor, cash_share, extra + coin)
    paid = settle(priced.total_minor, offers, coin)
    assume(paid.complete)
    sale = SaleAmounts(
        total_minor=priced.total_minor,
        tenders=paid.tenders,
        tax=priced.tax,
        untaxed_minor=untaxed(priced),
        rounding_minor=paid.rounding_minor,
        cost_minor=cost,
    )
    postings = entries_of_sale(sale)
    assert sum(posting.amount_minor for posting in postings) == 0
    assert all(posting.amount_minor for posting in postings)
    sums = dict.fromkeys(Account, 0)
    for posting in postings:
        sums[posting.account] += posting.amount_minor
    assert sums[Account.TAX_PAYABLE] == -priced.tax_minor
    assert sums[Account.SALES] == priced.tax_minor - priced.total_minor
    assert sums[Account.CASH_ROUNDING] == -paid.rounding_minor
    assert sums[Account.COST_OF_GOODS] == cost == -sums[Account.INVENTORY]


@given(baskets(), rules(), st.booleans(), st.integers(0, 100))
def test_every_sale_with_promotions_is_balanced(
    basket: Basket, how: TaxRules, taxable: bool, cash_share: int
) -> None:
    priced = price(basket, replace(how, manufacturer_coupon_taxable=taxable), terms(*OFFERS))
    paid = settle(priced.total_minor, complete_offers(priced.total_minor, cash_share, 0), 1)
    assume(paid.complete)
    sale = SaleAmounts(
        total_minor=priced.total_minor,
        tenders=paid.tenders,
        tax=priced.tax,
        untaxed_minor=untaxed(priced),
        rounding_minor=paid.rounding_minor,
        cost_minor=700,
    )
    postings = entries_of_sale(sale)
    assert sum(posting.amount_minor for posting in postings) == 0
    sold = sum(p.amount_minor for p in postings if p.account is Account.SALES)
    assert sold == priced.tax_minor - priced.total_minor
