"""Promotions as rows at head office: what is read out of parameters, and what is in force when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.exc import IntegrityError

from db.head.promotions import (
    PromoLimit,
    PromoPlan,
    PromoSelector,
    PromoSnapshot,
    PromoTarget,
    Promotion,
    PromotionVersion,
)
from db.head.streams import StreamChange
from db.promotion_sets import LiveVersion, lock, plan, publish_plan
from db.promotions import NewVersion, add_version, make_live, row_of
from db.transaction import begin
from retail.contract.promotions import NO_PROMOTIONS, VersionRef, check, snapshot_hash
from retail.contract.reference import decode
from retail.errors import RetailError
from tests.support.offers import percent

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def tx(head_engine: Engine) -> Iterator[Connection]:
    with begin(head_engine) as connection:
        yield connection


def _add(
    tx: Connection, code: str, params: dict[str, Any], *, number: int = 1, live: bool = False
) -> None:
    new = NewVersion(code, number, f"Offer {code}", params, {"de": "Angebot"})
    add_version(tx, new, by="office", at=NOW)
    if live:
        make_live(tx, code, number, at=NOW)


RICH = {
    "type": "buy_get",
    "buy": {"skus": ["B", "A"], "tags": ["new"]},
    "buy_qty": 2,
    "get": {"categories": ["tea"]},
    "get_qty": 1,
    "bp": 5000,
    "exclude": {"categories": ["wine"]},
    "valid": {"from": "2026-11-01", "to": "2026-12-24T18:00:30"},
    "stores": ["S2", "S1"],
    "channels": ["pos"],
    "when": {"days": [1, 7], "from": "22:00", "to": "02:30"},
    "customer": {"tiers": ["gold"], "segments": ["staff"]},
    "customer_limit": 3,
    "tender": ["card"],
    "coupon": {"code": "SAVE", "uses_left": 5},
    "stock_left": 9,
    "max_applications": 4,
    "max_units": 12,
    "max_discount": 500,
    "exclusive_group": "g",
    "exclusive": True,
    "funding": "manufacturer",
    "alloc": "reward",
}


def test_everything_of_the_parameters_becomes_columns(tx: Connection) -> None:
    _add(tx, "RICH", RICH)
    head = tx.execute(select(Promotion)).one()
    assert (head.name, head.folded, head.status, head.owner) == (
        "Offer RICH", "offer rich", "draft", "",
    )  # fmt: skip
    assert (head.lane, head.type, head.priority, head.funding, head.alloc) == (
        "item", "buy_get", 100, "manufacturer", "reward",
    )  # fmt: skip
    assert (head.exclusive, head.exclusive_group) == (True, "g")
    version = tx.execute(select(PromotionVersion)).one()
    assert json.loads(version.params) == RICH | {"id": "RICH"}
    assert json.loads(version.texts) == {"de": "Angebot"}
    assert (version.valid_from, version.valid_to) == ("2026-11-01T00:00:00", "2026-12-24T18:00:30")
    assert (version.created_by, version.approved_by, version.live_at) == ("office", "", None)
    chosen = tx.execute(select(PromoSelector)).all()
    assert {(r.role, r.slot, r.kind, r.value) for r in chosen} == {
        ("buy", 0, "article", "A"), ("buy", 0, "article", "B"), ("buy", 0, "tag", "new"),
        ("get", 0, "category", "tea"), ("exclude", 0, "category", "wine"),
    }  # fmt: skip
    target = tx.execute(select(PromoTarget)).one()
    assert (target.stores, target.channels) == ('["S1", "S2"]', '["pos"]')
    assert (target.tiers, target.segments, target.tenders) == ('["gold"]', '["staff"]', '["card"]')
    assert (target.coupon, target.weekdays) == ("SAVE", 0b1000001)
    assert (target.time_from, target.time_to) == (22 * 60, 2 * 60 + 30)
    limit = tx.execute(select(PromoLimit)).one()
    assert tuple(limit[2:]) == (4, 12, 500, 3, 9)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (percent(1), [("scope", 0, "all", "")]),
        (percent(1, scope={"skus": []}), []),
        ({"type": "gift", "min_spend": 1, "gift": {"skus": ["G"]}},
         [("gift", 0, "article", "G"), ("scope", 0, "all", "")]),
        ({"type": "bundle", "price": 1,
          "slots": [{"scope": {"tags": ["x"]}, "qty": 1}, {"scope": {}, "qty": 2}]},
         [("slot", 0, "tag", "x"), ("slot", 1, "all", "")]),
    ],
)  # fmt: skip
def test_selectors_of_the_mechanics(
    tx: Connection, params: dict[str, Any], expected: list[Any]
) -> None:
    _add(tx, "P", params)
    rows = tx.execute(select(PromoSelector)).all()
    assert sorted((r.role, r.slot, r.kind, r.value) for r in rows) == expected


@pytest.mark.parametrize(
    ("params", "lane", "priority"),
    [
        (percent(1), "item", 100),
        ({"type": "basket_percent", "bp": 1, "priority": 7}, "basket", 7),
        ({"type": "basket_amount", "amount": 1}, "basket", 100),
        ({"type": "points_bonus", "points": 1}, "reward", 100),
    ],
)
def test_lane_and_turn(tx: Connection, params: dict[str, Any], lane: str, priority: int) -> None:
    _add(tx, "P", params)
    head = tx.execute(select(Promotion)).one()
    assert (head.lane, head.type, head.priority) == (lane, params["type"], priority)


def test_a_target_without_conditions_is_everywhere_and_always(tx: Connection) -> None:
    _add(tx, "P", percent(1))
    target = tx.execute(select(PromoTarget)).one()
    assert tuple(target[2:]) == ("", "", "", "", "", "", 127, 0, 24 * 60)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"promotion": ""}, "promotion.code"),
        ({"promotion": "x" * 33}, "promotion.code"),
        ({"promotion": "a/b"}, "promotion.code"),
        ({"name": ""}, "promotion.length"),
        ({"name": "x" * 81}, "promotion.length"),
        ({"params": {"type": "percent"}}, "promotion.missing"),
        ({"params": {"type": "hologram"}}, "promotion.unknown_type"),
        ({"params": percent(1, scope={"tags": ["x" * 65]})}, "promotion.length"),
        ({"params": percent(1, stock_left=1 << 63)}, "promotion.range"),
        ({"params": percent(1, coupon={"code": "x" * 65})}, "promotion.length"),
    ],
)
def test_what_no_row_holds_is_refused_and_named(
    tx: Connection, change: dict[str, Any], code: str
) -> None:
    values: dict[str, Any] = {
        "promotion": "P", "version": 1, "name": "P", "params": percent(1), "texts": {},
    }  # fmt: skip
    with pytest.raises(RetailError) as caught:
        add_version(tx, NewVersion(**(values | change)), by="office", at=NOW)
    assert caught.value.code == code
    assert tx.execute(select(Promotion)).all() == []


def test_a_new_version_leaves_what_is_shown_until_it_is_live(tx: Connection) -> None:
    _add(tx, "P", percent(1), live=True)
    new = NewVersion("P", 2, "Better", {"type": "basket_percent", "bp": 1}, {})
    add_version(tx, new, by="office", at=NOW)
    head = select(Promotion.name, Promotion.lane, Promotion.status)
    assert tuple(tx.execute(head).one()) == ("Offer P", "item", "live")
    make_live(tx, "P", 2, at=NOW)
    assert tuple(tx.execute(head).one()) == ("Better", "basket", "live")


CHANGES = [
    {"params": "{}"},
    {"content_hash": "x"},
    {"name": "x"},
    {"texts": "{}"},
    {"valid_from": "2026-01-01"},
    {"version": 9},
    {"live_at": None},
    {"approved_by": "somebody"},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_a_live_version_never_changes_at_head_office(
    head_engine: Engine, change: dict[str, Any]
) -> None:
    with begin(head_engine) as tx:
        _add(tx, "P", percent(1), live=True)
    with pytest.raises(IntegrityError, match="never changes"), begin(head_engine) as tx:
        tx.execute(update(PromotionVersion).values(**change))
    with begin(head_engine) as tx:
        for table in (PromoSelector, PromoTarget, PromoLimit):
            tx.execute(delete(table))
    with pytest.raises(IntegrityError, match="never changes"), begin(head_engine) as tx:
        tx.execute(delete(PromotionVersion))
    with begin(head_engine) as tx:
        assert tx.execute(select(PromotionVersion)).one().content_hash == (
            row_of(NewVersion("P", 1, "Offer P", percent(1), {"de": "Angebot"}))[0].content_hash
        )


def test_a_draft_may_be_changed_and_thrown_away(tx: Connection) -> None:
    _add(tx, "P", percent(1))
    tx.execute(update(PromotionVersion).values(approved_by="admin"))
    for table in (PromoSelector, PromoTarget, PromoLimit, PromotionVersion):
        tx.execute(delete(table))
    assert tx.execute(select(PromotionVersion)).all() == []


def _live(code: str, number: int, begin_at: str = "") -> LiveVersion:
    return LiveVersion(VersionRef(code, number, f"{code}{number}"), begin_at)


def _planned(*live: LiveVersion) -> list[tuple[str, list[str]]]:
    return [
        (one.valid_from, [f"{ref.promotion}{ref.version}" for ref in one.versions])
        for one in plan(live, NOW)
    ]


def test_nothing_live_is_one_empty_set() -> None:
    assert _planned() == [("", [])]
    assert plan((), NOW)[0].snapshot == NO_PROMOTIONS


def test_a_promotion_is_told_of_before_it_begins() -> None:
    assert _planned(_live("A", 1, "2027-01-01T00:00:00")) == [("", ["A1"])]


def test_a_newer_version_replaces_the_older_from_its_beginning_on() -> None:
    found = _planned(_live("A", 1), _live("A", 2, "2026-12-01T00:00:00"), _live("B", 1))
    assert found == [("", ["A1", "B1"]), ("2026-12-01T00:00:00", ["A2", "B1"])]


def test_a_newer_version_without_or_with_a_past_beginning_holds_at_once() -> None:
    assert _planned(_live("A", 1), _live("A", 2)) == [("", ["A2"])]
    assert _planned(_live("A", 1), _live("A", 2, "2026-11-19T23:59:59")) == [("", ["A2"])]
    # Somewhere it is still the day before.
    assert len(_planned(_live("A", 1), _live("A", 2, "2026-11-20T00:00:01"))) == 2


def test_what_a_newer_version_overtakes_is_never_in_force() -> None:
    found = _planned(
        _live("A", 1), _live("A", 2, "2026-12-24T00:00:00"), _live("A", 3, "2026-12-01T00:00:00")
    )
    assert found == [("", ["A1"]), ("2026-12-01T00:00:00", ["A3"])]


_versions = st.lists(
    st.tuples(
        st.sampled_from("ABC"), st.integers(1, 9),
        st.sampled_from(["", "2026-12-01", "2026-12-02", "2026-12-03", "2020-01-01"]),
    ),
    max_size=12,
    unique_by=lambda v: v[:2],
)  # fmt: skip


@given(_versions, st.randoms())
def test_a_plan_is_the_same_in_any_order_and_holds_each_promotion_once(
    versions: list[tuple[str, int, str]], rng: Any
) -> None:
    live = [_live(*one) for one in versions]
    found = plan(live, NOW)
    rng.shuffle(live)
    assert plan(live, NOW) == found
    begins = [one.valid_from for one in found]
    assert begins[0] == ""
    assert begins == sorted(set(begins))
    for one in found:
        codes = [ref.promotion for ref in one.versions]
        assert codes == sorted({v[0] for v in versions})
    newest = {code: max(v[1] for v in versions if v[0] == code) for code, *_ in versions}
    last = {ref.promotion: ref.version for ref in found[-1].versions}
    assert last == newest


def _sent(tx: Connection) -> list[tuple[str, str, str]]:
    rows = tx.execute(select(StreamChange).order_by(StreamChange.seq))
    return [(row.entity, row.key, row.op) for row in rows]


def _publish(engine: Engine, *changes: Any) -> tuple[Any, ...]:
    with begin(engine) as tx:
        lock(tx)
        for change in changes:
            change(tx)
        return publish_plan(tx, by="admin", at=NOW)


def test_tills_are_told_versions_sets_and_the_plan_and_nothing_twice(head_engine: Engine) -> None:
    (first,) = _publish(head_engine, lambda tx: _add(tx, "A", percent(1), live=True))
    _publish(head_engine)
    later = {"from": "2026-12-01T00:00"}
    second = _publish(
        head_engine, lambda tx: _add(tx, "A", percent(2, valid=later), number=2, live=True)
    )
    (third,) = _publish(
        head_engine, lambda tx: tx.execute(update(Promotion).values(status="ended"))
    )
    (again, _) = _publish(
        head_engine, lambda tx: tx.execute(update(Promotion).values(status="live"))
    )
    assert again.snapshot == first.snapshot
    assert third.snapshot == NO_PROMOTIONS
    with begin(head_engine) as tx:
        assert _sent(tx) == [
            ("promotion", "A/1", "put"),
            ("promo_snapshot", first.snapshot, "put"), ("promo_plan", "", "put"),
            ("promotion", "A/2", "put"),
            ("promo_snapshot", second[1].snapshot, "put"),
            ("promo_plan", "2026-12-01T00:00:00", "put"),
            ("promo_snapshot", NO_PROMOTIONS, "put"), ("promo_plan", "", "put"),
            ("promo_plan", "2026-12-01T00:00:00", "del"),
            ("promo_plan", "", "put"), ("promo_plan", "2026-12-01T00:00:00", "put"),
        ]  # fmt: skip
        assert {row.snapshot for row in tx.execute(select(PromoSnapshot))} == {
            first.snapshot, second[1].snapshot, NO_PROMOTIONS,
        }  # fmt: skip
        assert {row.valid_from: row.snapshot for row in tx.execute(select(PromoPlan))} == {
            "": first.snapshot, "2026-12-01T00:00:00": second[1].snapshot,
        }  # fmt: skip
        for row in tx.execute(select(StreamChange).where(StreamChange.op == "put")):
            found = decode(row.entity, row.body.encode())
            if row.entity != "promo_plan":
                check(found)  # type: ignore[arg-type]


def test_a_set_is_hashed_over_its_versions(head_engine: Engine) -> None:
    (found,) = _publish(
        head_engine,
        lambda tx: _add(tx, "A", percent(1), live=True),
        lambda tx: _add(tx, "B", percent(2), live=True),
    )
    assert found.snapshot == snapshot_hash(ref.content_hash for ref in found.versions)
    assert [ref.promotion for ref in found.versions] == ["A", "B"]
