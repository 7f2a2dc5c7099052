from __future__ import annotations

from typing import get_args
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.contract.baskets import BasketHeld, BasketReleased
from retail.contract.codec import canonical
from retail.contract.facts import (
    BasketVoided,
    CardWithoutSale,
    CountedLine,
    CustomerSaved,
    DrawerOpened,
    Fact,
    InvoiceIssued,
    JournalOpened,
    JournalPosition,
    ReceiptSent,
    ShiftOpened,
    SignedOn,
    StockCounted,
    TrainingBegun,
    decode,
    type_of,
)
from retail.contract.sales import (
    NO_CHOICE,
    LineDiscount,
    PaidTender,
    PromotionChoice,
    SaleClosed,
    SalePromotion,
    SoldLine,
    SoldPart,
    TaxRow,
    ValueMove,
)
from retail.errors import RetailError
from tests.unit.retail.strategies import Refusal

STAFF = UUID(int=5)
SALE = SaleClosed(
    number="UTR1-2-7Q-00000041",
    till=2,
    currency="EUR",
    staff=STAFF,
    total=1250,
    lines=(
        SoldLine(
            n=1,
            sku="MILK",
            name="Milk",
            qty=2000,
            price=625,
            gross=1250,
            net=1250,
            parts=(SoldPart("MILK", 2000),),
            tax={"B": 71},
        ),
    ),
    tenders=(PaidTender(kind="cash", amount=1250, given=2000, change=750),),
    tax=(TaxRow("B", 60_000, 1179, 71),),
    started_us=1_790_000_000_000_000,
)
SALE_BODY = (
    b'{"currency":"EUR","lines":[{"gross":1250,"n":1,"name":"Milk","net":1250,'
    b'"parts":[["MILK",2000]],"price":625,"qty":2000,"sku":"MILK","tax":{"B":71}}],'
    b'"number":"UTR1-2-7Q-00000041","staff":"00000000-0000-0000-0000-000000000005",'
    b'"started_us":1790000000000000,"tax":[["B",60000,1179,71]],'
    b'"tenders":[{"amount":1250,"change":750,"given":2000,"kind":"cash"}],"till":2,"total":1250}'
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
sold_lines = st.builds(
    SoldLine,
    tax=st.dictionaries(texts, st.integers(-(2**40), 2**40), max_size=3),
    discount=st.integers(0, 2**40),
    gtin=texts,
    discounts=st.lists(st.from_type(LineDiscount), max_size=2).map(tuple),
)
sales = st.builds(
    SaleClosed,
    lines=st.lists(sold_lines, max_size=3).map(tuple),
    tax_included=st.booleans(),
    rounding=st.integers(-100, 100),
    party=st.none() | st.uuids(),
    side=texts,
    promotions=st.none() | st.from_type(PromotionChoice),
)
FACTS: list[tuple[str, Fact]] = [
    ("journal.opened", JournalOpened(installation=UUID(int=1), till=2, series="7Q", reason="new")),
    (
        "shift.opened",
        ShiftOpened(number=3, till=2, staff=STAFF, float_minor=15_000, currency="EUR"),
    ),
    ("staff.signed_on", SignedOn(staff=STAFF)),
    ("training.begun", TrainingBegun(staff=STAFF)),
    ("drawer.opened", DrawerOpened(staff=STAFF, reason="change", approved=UUID(int=7))),
    ("basket.voided", BasketVoided(basket=UUID(int=2), staff=STAFF, lines=(("MILK", 1000, 129),))),
    ("sale.closed", SALE),
    (
        "stock.counted",
        StockCounted(
            staff=STAFF,
            lines=(CountedLine("MILK", 5_000, 4_000),),
            base=(JournalPosition(UUID(int=1), 7),),
        ),
    ),
    (
        "customer.saved",
        CustomerSaved(customer=UUID(int=4), staff=STAFF, side="00" * 32, consents=("profile",)),
    ),
    (
        "card.without_sale",
        CardWithoutSale(
            attempt=UUID(int=5),
            basket=UUID(int=6),
            staff=STAFF,
            amount=1250,
            currency="EUR",
            outcome="reversed",
            last_four="4242",
        ),
    ),
    (
        "receipt.sent",
        ReceiptSent(sale=UUID(int=7), number="S1-1-AA-00000001", staff=STAFF, side="00" * 32),
    ),
    (
        "basket.held",
        BasketHeld(basket=UUID(int=8), staff=STAFF, pieces=1, total=129, body="{}", side="00" * 32),
    ),
    ("basket.released", BasketReleased(hold=UUID(int=9), staff=STAFF, how="recalled")),
    (
        "invoice.issued",
        InvoiceIssued(
            number="S1-1-AA-I000001",
            kind="invoice",
            sale=UUID(int=7),
            receipt="S1-1-AA-00000001",
            staff=STAFF,
            supplied="2026-11-20",
            currency="EUR",
            net=100,
            total=121,
            tax=(TaxRow("A", 210_000, 100, 21),),
            side="00" * 32,
        ),
    ),
]


def test_a_basket_given_up_without_a_reason_has_the_bytes_of_before() -> None:
    voided = BasketVoided(basket=UUID(int=2), staff=STAFF, lines=())
    assert b"reason" not in canonical(voided)
    assert b"approved" not in canonical(voided)
    told = BasketVoided(
        basket=UUID(int=2), staff=STAFF, lines=(), reason="left", approved=UUID(int=9)
    )
    assert decode("basket.voided", 1, canonical(told)) == told


@pytest.mark.parametrize(("name", "fact"), FACTS, ids=[name for name, _ in FACTS])
def test_every_fact_travels_under_its_name_and_reads_back_equal(name: str, fact: Fact) -> None:
    assert type_of(fact) == (name, 1)
    assert decode(name, 1, canonical(fact)) == fact


def test_every_fact_is_tried_here() -> None:
    assert {type(fact) for _, fact in FACTS} == set(get_args(Fact))


def test_stored_value_travels_in_its_sale_and_older_bodies_have_none() -> None:
    spent = ValueMove(n=1, act="redeem", kind="gift_card", lookup="ab", amount=500)
    sale = msgspec.structs.replace(SALE, value=(spent,))
    assert decode("sale.closed", 1, canonical(sale)) == sale
    older = decode("sale.closed", 1, SALE_BODY)
    assert isinstance(older, SaleClosed)
    assert older.value == ()


def test_the_body_of_a_sale_is_fixed() -> None:
    assert canonical(SALE) == SALE_BODY


OFF = SalePromotion(promotion="TEA", version=2, name="Tea", minor=250, units=2)
REDUCED = msgspec.structs.replace(
    SALE,
    total=1000,
    savings=250,
    lines=(
        msgspec.structs.replace(
            SALE.lines[0], discount=250, net=1000, discounts=(LineDiscount("TEA", 250, 2),)
        ),
    ),
    promotions=PromotionChoice(
        snapshot="5e", engine=1, priced_us=7, minimised=10_000_000, bound=9, applied=(OFF,)
    ),
)


def test_promotions_of_a_sale_read_back_equal() -> None:
    body = canonical(REDUCED)
    assert decode("sale.closed", 1, body) == REDUCED
    assert b'"discounts":[["TEA",250,2]]' in body
    assert b'"applied":[{"minor":250,"name":"Tea","promotion":"TEA","units":2,"version":2}]' in body


def test_a_discount_is_told_with_its_line_and_promotion() -> None:
    assert list(REDUCED.discounts()) == [(1, LineDiscount("TEA", 250, 2), OFF)]
    assert REDUCED.choice is REDUCED.promotions


def test_a_sale_without_promotions_was_chosen_from_none() -> None:
    assert SALE.choice is NO_CHOICE
    assert list(SALE.discounts()) == []


def test_a_discount_of_a_promotion_that_was_not_applied_is_refused(refused: Refusal) -> None:
    with refused("fact.promotion"):
        list(msgspec.structs.replace(REDUCED, promotions=None).discounts())


@given(sales)
def test_any_sale_reads_back_equal_and_is_written_the_same_again(sale: SaleClosed) -> None:
    body = canonical(sale)
    back = decode("sale.closed", 1, body)
    assert back == sale
    assert canonical(back) == body


def test_fields_of_a_newer_till_are_ignored() -> None:
    body = SALE_BODY[:-1] + b',"wrapping":{"paper":"red"}}'
    assert decode("sale.closed", 1, body) == SALE


@pytest.mark.parametrize(("name", "version"), [("sale.closed", 2), ("sale.opened", 1), ("", 0)])
def test_an_unknown_type_or_version_is_refused(name: str, version: int, refused: Refusal) -> None:
    with refused("fact.unknown"):
        decode(name, version, b"{}")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"staff":7}',
        b'{"staff":"nobody"}',
        b"\xff",
        b'{"staff":"00000000-0000-0000-0000-000000000005","x":' + b"[" * 100_000,
    ],
)
def test_a_body_that_does_not_fit_is_refused(body: bytes, refused: Refusal) -> None:
    with refused("fact.invalid"):
        decode("staff.signed_on", 1, body)


def test_text_that_is_not_utf_8_is_refused(refused: Refusal) -> None:
    with refused("fact.invalid"):
        decode("sale.closed", 1, SALE_BODY.replace(b"Milk", b"\xff\xfe"))


def test_amounts_are_integers(refused: Refusal) -> None:
    with refused("fact.invalid"):
        decode("sale.closed", 1, SALE_BODY.replace(b'"total":1250', b'"total":12.5'))


@given(st.binary(max_size=60))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    with pytest.raises(RetailError, match="cannot be read"):
        decode("sale.closed", 1, body)


def test_a_fact_does_not_change() -> None:
    with pytest.raises(AttributeError):
        SALE.total = 1  # type: ignore[misc]
    assert msgspec.structs.replace(SALE, total=1).total == 1
