from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.contract.promotions import (
    NO_PROMOTIONS,
    PromotionPlanRow,
    PromotionRow,
    PromotionSnapshotRow,
    VersionRef,
    check,
    content_hash,
    snapshot_hash,
)
from retail.contract.reference import key_of
from tests.unit.retail.strategies import Refusal

PARAMS = '{"bp":1000,"id":"TEA","type":"percent"}'
HASH = content_hash("TEA", 2, name="Tea", params=PARAMS, texts={"de": "Tee", "en": "Tea"})
TEA = PromotionRow(
    promotion="TEA",
    version=2,
    name="Tea",
    params=PARAMS,
    content_hash=HASH,
    texts={"en": "Tea", "de": "Tee"},
)
SET = PromotionSnapshotRow(snapshot=snapshot_hash([HASH]), versions=(VersionRef("TEA", 2, HASH),))


def test_rows_are_known_by_version_set_and_beginning() -> None:
    assert key_of(TEA) == "TEA/2"
    assert key_of(SET) == SET.snapshot
    assert key_of(PromotionPlanRow(valid_from="2026-12-01T00:00:00", snapshot="x")) == (
        "2026-12-01T00:00:00"
    )


def test_hashes_that_fit_pass() -> None:
    check(TEA)
    check(SET)


@pytest.mark.parametrize(
    "change",
    [{"promotion": "TEE"}, {"version": 3}, {"name": "Teas"}, {"params": "{}"}, {"texts": {}},
     {"content_hash": ""}],
)  # fmt: skip
def test_a_version_with_another_content_is_refused(
    change: dict[str, object], refused: Refusal
) -> None:
    with refused("promotion.hash"):
        check(msgspec.structs.replace(TEA, **change))


def test_a_set_with_another_version_is_refused(refused: Refusal) -> None:
    with refused("promotion.hash"):
        check(msgspec.structs.replace(SET, versions=()))


@given(st.lists(st.text("0123456789abcdef", min_size=64, max_size=64)))
def test_the_order_of_a_set_has_no_meaning(hashes: list[str]) -> None:
    expected = sha256("\n".join(sorted(hashes)).encode()).hexdigest()
    assert snapshot_hash(hashes) == snapshot_hash(reversed(hashes)) == expected


def test_nothing_has_a_hash_of_its_own() -> None:
    assert sha256(b"").hexdigest() == NO_PROMOTIONS
