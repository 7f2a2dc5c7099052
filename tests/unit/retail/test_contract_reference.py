from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.contract.baskets import HeldBasketRow
from retail.contract.codec import canonical
from retail.contract.promotions import (
    PromotionPlanRow,
    PromotionRow,
    PromotionSnapshotRow,
    VersionRef,
)
from retail.contract.reference import (
    ENTITIES,
    BarcodeRow,
    CategoryRow,
    CustomerRow,
    PriceRow,
    ProductRow,
    ResultRow,
    Row,
    SettingRow,
    StaffRow,
    StockLevelRow,
    StockVectorRow,
    StoreRow,
    TaxRateRow,
    decode,
    entity_of,
    key_of,
)
from tests.unit.retail.strategies import Refusal

STORE = StoreRow(
    store="UTR1",
    name="Utrecht",
    street="Oudegracht 1",
    city="Utrecht",
    vat_id="NL001234567B01",
    phone="",
    currency="EUR",
    zone="Europe/Amsterdam",
    cut_over_minutes=240,
    cash_increment=5,
    tax_zone="NL",
    price_zone="NL",
    tax_included=True,
    tax_rounding="per_rate",
    language="en",
)
STAFF = StaffRow(staff=UUID(int=5), name="Ada", initials="AL", role="cashier", pin_hash="$argon2")
TEA = PromotionRow(
    promotion="TEA", version=2, name="Tea", params="{}", content_hash="c", texts={"de": "Tee"}
)
TEA_ONLY = PromotionSnapshotRow(snapshot="s", versions=(VersionRef("TEA", 2, "c"),))
ROWS: list[tuple[str, str, Row]] = [
    ("category", "food", CategoryRow(category="food", name="Food", icon="apple", tint="g", rank=1)),
    ("tax_rate", "NL/A/7", TaxRateRow(zone="NL", code="A", ppm=210_000, valid_from_us=7)),
    ("product", "MILK", ProductRow(sku="MILK", name="Milk", category="food", tax_code="B")),
    ("barcode", "04006381333931", BarcodeRow(gtin="04006381333931", sku="MILK", pack=6000)),
    ("price", "NL/MILK/1000/0", PriceRow(zone="NL", sku="MILK", minor=129)),
    ("promotion", "TEA/2", TEA),
    ("promo_snapshot", "s", TEA_ONLY),
    ("promo_plan", "", PromotionPlanRow(valid_from="", snapshot="s")),
    ("store", "UTR1", STORE),
    ("staff", "00000000000000000000000000000005", STAFF),
    ("stock_level", "UTR1/MILK", StockLevelRow(store="UTR1", sku="MILK", thousandths=-1)),
    ("stock_vector", "UTR1", StockVectorRow(store="UTR1", applied=((UUID(int=1), 7),))),
    (
        "customer",
        "00000000000000000000000000000007",
        CustomerRow(customer=UUID(int=7), segment="UTR1", name="Anna", card="ab"),
    ),
    (
        "setting",
        "UTR1/offline.points.floor",
        SettingRow(store="UTR1", name="offline.points.floor", value="5"),
    ),
    (
        "held_basket",
        "UTR1/00000000000000000000000000000008",
        HeldBasketRow(
            store="UTR1", hold=UUID(int=8), till=1, staff=UUID(int=5), pieces=2, total=258, at_us=7
        ),
    ),
    ("result", "00000000000000000000000000000006", ResultRow(rid=UUID(int=6), state="parked")),
]


@pytest.mark.parametrize(("entity", "key", "row"), ROWS, ids=[entity for entity, _, _ in ROWS])
def test_every_row_has_its_entity_and_key_and_reads_back_equal(
    entity: str, key: str, row: Row
) -> None:
    assert entity_of(row) == entity
    assert key_of(row) == key
    assert decode(entity, canonical(row)) == row


def test_every_entity_is_tried_here() -> None:
    assert {entity for entity, _, _ in ROWS} == set(ENTITIES)


@given(st.sampled_from(sorted(ENTITIES)).flatmap(lambda name: st.from_type(ENTITIES[name])))
def test_any_row_reads_back_equal(row: Row) -> None:
    assert decode(entity_of(row), canonical(row)) == row


@given(st.from_type(PriceRow), st.from_type(PriceRow))
def test_prices_of_two_packs_or_days_have_two_keys(one: PriceRow, other: PriceRow) -> None:
    if (one.pack, one.valid_from_us) != (other.pack, other.valid_from_us):
        assert key_of(one) != key_of(other)


def test_what_is_left_out_has_its_default() -> None:
    body = b'{"sku":"EGG","name":"Egg","category":"food","tax_code":"B"}'
    egg = decode("product", body)
    assert isinstance(egg, ProductRow)
    assert (egg.unit, egg.active, egg.min_age, egg.components) == ("piece", True, 0, ())
    assert (egg.tags, egg.no_discount, egg.no_points) == ((), False, False)


def test_an_article_without_tags_and_flags_is_written_as_before() -> None:
    egg = ProductRow(sku="EGG", name="Egg", category="food", tax_code="B")
    assert canonical(egg) == b'{"category":"food","name":"Egg","sku":"EGG","tax_code":"B"}'


def test_fields_of_a_newer_head_office_are_ignored() -> None:
    body = b'{"gtin":"04006381333931","sku":"MILK","colour":"white"}'
    assert decode("barcode", body) == BarcodeRow(gtin="04006381333931", sku="MILK")


def test_an_unknown_entity_is_refused(refused: Refusal) -> None:
    with refused("row.unknown"):
        decode("weather", b"{}")


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b'{"gtin":7,"sku":"M"}', b'{"gtin":"\xff"}', b'{"x":' + b"[" * 99_999],
)
def test_a_row_that_does_not_fit_is_refused(body: bytes, refused: Refusal) -> None:
    with refused("row.invalid"):
        decode("barcode", body)
