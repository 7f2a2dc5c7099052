"""5,000 demo articles in 24 categories with valid GTIN-13s, packs, prices and tax rates.

The last of them are clothes in sizes and colours, each a variant of its family.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from msgspec.structs import asdict
from sqlalchemy import Connection, insert

from db.bulk import copy_rows
from db.demo.assortment import ASSORTMENTS, FAVOURITES, Assortment
from db.demo.chain import SEED
from db.demo.words import BRANDS, KINDS, SIZES, VOLUMES
from db.head.catalog import Barcode, Category, Product
from db.head.pricing import Price, TaxRate
from db.streams import publish_each
from retail.barcode.gtin import check_digit
from retail.contract.reference import BarcodeRow, CategoryRow, PriceRow, ProductRow, TaxRateRow
from retail.folding import fold
from retail.money import divide_half_away

ARTICLES = 5_000
PACK = 6_000
# GS1 sets the prefix 952 aside for examples.
_PREFIX = "952"
_MICRO = 10_000
"""1/1,000,000 of the major unit in a cent."""
TAX = (
    TaxRateRow(zone="NL", code="R", ppm=90_000),
    TaxRateRow(zone="NL", code="M", ppm=90_000),
    TaxRateRow(zone="NL", code="S", ppm=210_000),
    TaxRateRow(zone="BE", code="R", ppm=60_000),
    TaxRateRow(zone="BE", code="M", ppm=120_000),
    TaxRateRow(zone="BE", code="S", ppm=210_000),
)


@dataclass(frozen=True, slots=True)
class Article:
    """A demo article with its price per zone and its unit cost."""

    row: ProductRow
    gtin: str
    minor: dict[str, int]
    cost_micro: int
    pack_gtin: str = ""


def load(tx: Connection) -> tuple[Article, ...]:
    """Write the catalogue and publish it as one stream."""
    articles = tuple(_articles())
    categories = tuple(
        CategoryRow(category=a.category, name=a.name, icon=a.icon, tint=a.tint, rank=rank)
        for rank, a in enumerate(ASSORTMENTS, 1)
    )
    barcodes = tuple(_barcodes(articles))
    prices = tuple(_prices(articles))
    products = tuple(article.row for article in articles)
    tx.execute(insert(Category), [_values(row) for row in categories])
    tx.execute(insert(TaxRate), [_values(row) for row in TAX])
    copy_rows(tx, Product, _PRODUCT_COLUMNS, [_product(a) for a in articles])
    copy_rows(tx, Barcode, ("gtin", "sku", "pack"), [(b.gtin, b.sku, b.pack) for b in barcodes])
    columns = ("zone", "sku", "pack", "valid_from_us", "minor")
    copy_rows(
        tx, Price, columns, [(p.zone, p.sku, p.pack, p.valid_from_us, p.minor) for p in prices]
    )
    publish_each(tx, (*TAX, *categories, *products, *barcodes, *prices))
    return articles


_PRODUCT_COLUMNS = (
    "sku",
    "name",
    "folded",
    "category",
    "tax_code",
    "unit",
    "min_age",
    "icon",
    "tile_rank",
    "active",
    "components",
    "tags",
    "no_discount",
    "no_points",
    "family",
    "variant",
    "stores",
    "cost_micro",
)
_TAGS = (("organic", "organic"), ("own-brand", "harbour"), ("family-size", "family"))
_BOUND_PRICES = ("formula", "newspaper")
"""Goods that the law forbids to discount."""


def _product(article: Article) -> tuple[object, ...]:
    row = article.row
    return (
        row.sku,
        row.name,
        fold(row.name),
        row.category,
        row.tax_code,
        row.unit,
        row.min_age,
        row.icon,
        row.tile_rank,
        row.active,
        "",
        json.dumps(row.tags) if row.tags else "",
        row.no_discount,
        row.no_points,
        row.family,
        json.dumps(row.variant) if row.variant else "",
        row.stores,
        article.cost_micro,
    )


def _values(row: CategoryRow | TaxRateRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


def gtin13(number: int) -> str:
    """The 14-digit key of a demo GTIN-13 of that item number."""
    payload = f"{_PREFIX}{number:09d}"
    return f"0{payload}{check_digit(payload)}"


def _articles() -> Iterator[Article]:
    rng = random.Random(f"{SEED}/catalogue")
    by_key = {a.category: a for a in ASSORTMENTS}
    for rank, text in enumerate(FAVOURITES, 1):
        name, category, icon, minor, unit = text.split("|")
        kind = by_key[category]
        row = _row(rank, name, kind, unit=unit)
        yield _article(replace_look(row, icon, rank), int(minor), rng, rank)
    seen: set[str] = set()
    clothes = tuple(_clothes())
    first_of_clothes = ARTICLES + 1 - len(clothes)
    cards = dict(enumerate(_CARDS, first_of_clothes - len(_CARDS)))
    for n in range(len(FAVOURITES) + 1, first_of_clothes):
        if n in cards:
            yield _gift_card(n, *cards[n])
            continue
        kind = ASSORTMENTS[n % len(ASSORTMENTS)]
        name = _name(rng, kind, seen)
        unit = "kg" if kind.measure == "kg" else "piece"
        yield _article(_row(n, name, kind, unit=unit), _price(rng, kind), rng, n)
    for n, (family, name, words, listed) in enumerate(clothes, first_of_clothes):
        row = _row(n, f"{name}, {', '.join(words)}", by_key["household"], unit="piece")
        values = asdict(row) | {"icon": "shirt", "family": family, "variant": words}
        yield _article(ProductRow(**values), listed, rng, n)


_CARDS = (("Harbour gift card", 0), ("Harbour gift card 25", 2500))
"""Gift cards with the amount in minor units; 0 is any amount."""


def _gift_card(n: int, name: str, minor: int) -> Article:
    row = ProductRow(
        sku=f"P{n:05d}",
        name=name,
        category="paper",
        tax_code="S",
        icon="gift",
        stores="gift_card",
    )
    plastic = 30 * _MICRO
    return Article(row, gtin13(n), {"NL": minor, "BE": minor}, plastic)


_MODELS = (
    ("TEE", "Cotton tee", 1490, ("S", "M", "L", "XL"), ("navy", "red", "white")),
    ("HOODIE", "Harbour hoodie", 3990, ("S", "M", "L", "XL"), ("black", "grey", "navy")),
    ("SNEAKER", "Canvas sneaker", 4590, ("38", "40", "42", "44"), ("black", "white")),
)
_NOT_MADE = {("TEE", "XL", "red"), ("HOODIE", "S", "black"), ("SNEAKER", "38", "white")}


def _clothes() -> Iterator[tuple[str, str, tuple[str, str], int]]:
    """Family, name, size with colour, and price; the largest size costs more."""
    for family, name, minor, sizes, colours in _MODELS:
        for size in sizes:
            for colour in colours:
                if (family, size, colour) not in _NOT_MADE:
                    yield family, name, (size, colour), minor + (200 if size == "XL" else 0)


def replace_look(row: ProductRow, icon: str, rank: int) -> ProductRow:
    """The article as a favourite tile."""
    return ProductRow(**asdict(row) | {"icon": icon, "tile_rank": rank})


def _row(n: int, name: str, kind: Assortment, *, unit: str) -> ProductRow:
    words = name.casefold().split()
    return ProductRow(
        sku=f"P{n:05d}",
        name=name,
        category=kind.category,
        tax_code=kind.tax,
        unit=unit,
        min_age=kind.min_age,
        tags=tuple(tag for tag, word in _TAGS if word in words),
        no_discount=any(word in words for word in _BOUND_PRICES),
        no_points=kind.category == "spirits",
    )


def _article(row: ProductRow, minor: int, rng: random.Random, n: int) -> Article:
    abroad = divide_half_away(minor * 104, 100 * 5) * 5
    cost = minor * rng.randrange(48, 70) * _MICRO // 100
    article = Article(row, gtin13(n), {"NL": minor, "BE": max(abroad, 5)}, cost)
    sold_in_packs = row.unit == "piece" and row.category in {"drinks", "beer", "dairy", "pets"}
    if sold_in_packs and n // len(ASSORTMENTS) % 4 == 0:
        return replace(article, pack_gtin=gtin13(500_000 + n))
    return article


def _name(rng: random.Random, kind: Assortment, seen: set[str]) -> str:
    while True:
        name = f"{rng.choice(BRANDS)} {rng.choice(kind.nouns).lower()} {rng.choice(KINDS)}"
        size = {"weight": SIZES, "volume": VOLUMES}.get(kind.measure)
        if size:
            name += f" {rng.choice(size)}"
        elif kind.measure == "count":
            name += f" ×{rng.choice((1, 2, 3, 4, 6, 8, 10, 12))}"
        if name not in seen:
            seen.add(name)
            return name


def _price(rng: random.Random, kind: Assortment) -> int:
    return rng.randrange(kind.low, kind.high) // 10 * 10 + rng.choice((5, 9))


def _barcodes(articles: tuple[Article, ...]) -> Iterator[BarcodeRow]:
    for article in articles:
        yield BarcodeRow(gtin=article.gtin, sku=article.row.sku)
        if article.pack_gtin:
            yield BarcodeRow(gtin=article.pack_gtin, sku=article.row.sku, pack=PACK)


def _prices(articles: tuple[Article, ...]) -> Iterator[PriceRow]:
    for article in articles:
        for zone, minor in article.minor.items():
            yield PriceRow(zone=zone, sku=article.row.sku, minor=minor)
            if article.pack_gtin:
                # Six for the price of five and a half.
                pack = divide_half_away(minor * 11, 2)
                yield PriceRow(zone=zone, sku=article.row.sku, minor=pack, pack=PACK)
