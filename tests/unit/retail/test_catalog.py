from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from retail.catalog import Component, ItemSnapshot, Unit
from tests.unit.retail.strategies import article


@pytest.mark.parametrize(
    ("unit", "weighed"),
    [(Unit.PIECE, False), (Unit.KILOGRAM, True), (Unit.METRE, True), (Unit.LITRE, True)],
)
def test_only_pieces_need_no_measuring(unit: Unit, weighed: bool) -> None:
    assert article(unit=unit).weighed is weighed


def test_a_plain_article_is_one_unit_for_everybody() -> None:
    item = ItemSnapshot("MILK", "Milk", "dairy", Unit.PIECE, 129, ("B",))
    assert (item.gtin, item.pack_thousandths, item.min_age, item.components) == ("", 1000, 0, ())


def test_a_snapshot_cannot_change_after_the_scan() -> None:
    item = article(components=(Component("EGG", 6000),))
    with pytest.raises(FrozenInstanceError):
        item.unit_price_minor = 1  # type: ignore[misc]
