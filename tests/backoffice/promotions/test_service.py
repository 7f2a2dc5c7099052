from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select

from backoffice.promotions import service
from backoffice.promotions.service import Actor, Draft
from db.head.audit import AuditEvent
from db.head.promotions import (
    PromoPlan,
    PromoSnapshot,
    Promotion,
    PromotionVersion,
    PromoUsage,
)
from db.head.streams import StreamChange
from db.transaction import begin
from retail.contract.promotions import PromotionRow
from retail.contract.reference import decode
from retail.errors import RetailError
from tests.support.head_data import COMPANY, NOW, TillJournal, sold
from tests.support.offers import percent

OFFICE, ADMIN = Actor(COMPANY, "office", NOW), Actor(COMPANY, "admin", NOW + timedelta(hours=1))


def _draft(code: str = "TEN", bp: int = 1000, **params: Any) -> Draft:
    return Draft(code, f"Offer {code}", percent(bp, **params), {"de": "Angebot"})


def _published(tx: Connection, code: str = "TEN", bp: int = 1000, **params: Any) -> int:
    version = service.write(tx, _draft(code, bp, **params), OFFICE)
    service.approve(tx, code, version, ADMIN)
    service.publish(tx, code, version, ADMIN)
    return version


def _status(tx: Connection, code: str = "TEN") -> str:
    return str(tx.execute(select(Promotion.status).where(Promotion.promotion == code)).scalar_one())


def _in_force(tx: Connection) -> dict[str, list[str]]:
    """The versions of every planned set by when it begins."""
    rows = tx.execute(
        select(PromoPlan.valid_from, PromoSnapshot.versions).join(
            PromoSnapshot, PromoSnapshot.snapshot == PromoPlan.snapshot
        )
    )
    return {
        begins: [f"{code}/{number}" for code, number, _ in json.loads(versions)]
        for begins, versions in rows
    }


def _refused(code: str, act: Any, *words: Any) -> None:
    with pytest.raises(RetailError) as caught:
        act(*words)
    assert caught.value.code == code


def test_from_a_draft_to_tills(chain: Connection) -> None:
    assert service.write(chain, _draft(), OFFICE) == 1
    assert _status(chain) == "draft"
    service.approve(chain, "TEN", 1, ADMIN)
    assert _status(chain) == "approved"
    assert _in_force(chain) == {}
    service.publish(chain, "TEN", 1, ADMIN)
    assert _status(chain) == "live"
    assert _in_force(chain) == {"": ["TEN/1"]}
    version = chain.execute(select(PromotionVersion)).one()
    assert (version.created_by, version.approved_by, version.live_at) == (
        "office", "admin", ADMIN.at,
    )  # fmt: skip
    acts = chain.execute(select(AuditEvent.act, AuditEvent.actor, AuditEvent.detail)).all()
    assert {tuple(act) for act in acts} >= {
        ("promotion.written", "office", "TEN version 1"),
        ("promotion.approved", "admin", "TEN version 1"),
        ("promotion.published", "admin", "TEN version 1"),
    }


def test_tills_get_the_version_as_it_was_written(chain_engine: Engine) -> None:
    with begin(chain_engine) as tx:
        _published(tx)
    with begin(chain_engine) as tx:
        row = tx.execute(select(StreamChange).where(StreamChange.entity == "promotion")).one()
        kept = tx.execute(select(PromotionVersion)).one()
    sent = decode("promotion", row.body.encode())
    assert isinstance(sent, PromotionRow)
    assert (sent.params, sent.content_hash, sent.name) == (
        kept.params, kept.content_hash, "Offer TEN",
    )  # fmt: skip
    assert (sent.texts, sent.status) == ({"de": "Angebot"}, "live")


def test_an_edit_is_a_new_version_and_changes_nothing_until_it_is_published(
    chain: Connection,
) -> None:
    _published(chain)
    assert service.write(chain, _draft(bp=2000), OFFICE) == 2
    service.approve(chain, "TEN", 2, ADMIN)
    assert (_status(chain), _in_force(chain)) == ("live", {"": ["TEN/1"]})
    service.publish(chain, "TEN", 2, ADMIN)
    assert _in_force(chain) == {"": ["TEN/2"]}


def test_a_version_of_later_is_told_now_and_holds_later(chain: Connection) -> None:
    _published(chain, "FIVE", 500)
    _published(chain)
    _published(chain, bp=3000, valid={"from": "2026-12-01T06:00"})
    assert _in_force(chain) == {
        "": ["FIVE/1", "TEN/1"],
        "2026-12-01T06:00:00": ["FIVE/1", "TEN/2"],
    }
    service.pause(chain, "FIVE", ADMIN)
    assert _in_force(chain) == {"": ["TEN/1"], "2026-12-01T06:00:00": ["TEN/2"]}


def test_what_is_paused_comes_back_and_what_has_ended_does_not(chain: Connection) -> None:
    _published(chain)
    service.pause(chain, "TEN", ADMIN)
    assert (_status(chain), _in_force(chain)) == ("paused", {"": []})
    service.resume(chain, "TEN", ADMIN)
    assert (_status(chain), _in_force(chain)) == ("live", {"": ["TEN/1"]})
    service.end(chain, "TEN", ADMIN)
    assert (_status(chain), _in_force(chain)) == ("ended", {"": []})
    for act in (service.pause, service.resume, service.end):
        _refused("promotion.status", act, chain, "TEN", ADMIN)
    _refused("promotion.ended", service.write, chain, _draft(), OFFICE)
    _refused("promotion.ended", service.approve, chain, "TEN", 1, ADMIN)
    _refused("promotion.ended", service.publish, chain, "TEN", 1, ADMIN)


def test_only_what_is_approved_is_published(chain: Connection) -> None:
    service.write(chain, _draft(), OFFICE)
    _refused("promotion.not_approved", service.publish, chain, "TEN", 1, ADMIN)
    assert (_status(chain), _in_force(chain)) == ("draft", {})


def test_nobody_goes_back_to_an_older_version_or_publishes_what_is_paused(
    chain: Connection,
) -> None:
    for bp in (1000, 2000):
        service.approve(chain, "TEN", service.write(chain, _draft(bp=bp), OFFICE), ADMIN)
    service.publish(chain, "TEN", 2, ADMIN)
    _refused("promotion.older", service.publish, chain, "TEN", 1, ADMIN)
    _refused("promotion.live", service.approve, chain, "TEN", 2, ADMIN)
    service.pause(chain, "TEN", ADMIN)
    _refused("promotion.paused", service.publish, chain, "TEN", 2, ADMIN)


def test_publishing_again_changes_nothing(chain_engine: Engine) -> None:
    with begin(chain_engine) as tx:
        _published(tx)
    with begin(chain_engine) as tx:
        _refused("promotion.live", service.publish, tx, "TEN", 1, ADMIN)
        assert _in_force(tx) == {"": ["TEN/1"]}


@pytest.mark.parametrize("act", [service.pause, service.resume, service.end])
def test_an_unknown_promotion_is_named(chain: Connection, act: Any) -> None:
    _refused("promotion.unknown", act, chain, "NONE", ADMIN)


def test_an_unknown_version_is_named(chain: Connection) -> None:
    _refused("promotion.unknown", service.publish, chain, "NONE", 1, ADMIN)
    service.write(chain, _draft(), OFFICE)
    _refused("promotion.unknown", service.publish, chain, "TEN", 2, ADMIN)
    _refused("promotion.unknown", service.approve, chain, "TEN", 2, ADMIN)


def test_a_draft_may_end(chain: Connection) -> None:
    service.write(chain, _draft(), OFFICE)
    service.end(chain, "TEN", OFFICE)
    assert (_status(chain), _in_force(chain)) == ("ended", {})


def test_what_two_publish_at_once_is_both_in_force(chain_engine: Engine) -> None:
    codes = [f"P{n}" for n in range(8)]
    with begin(chain_engine) as tx:
        for code in codes:
            service.approve(tx, code, service.write(tx, _draft(code), OFFICE), ADMIN)

    def publish(code: str) -> None:
        with begin(chain_engine) as tx:
            service.publish(tx, code, 1, ADMIN)

    threads = [threading.Thread(target=publish, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with begin(chain_engine) as tx:
        assert _in_force(tx) == {"": [f"{code}/1" for code in codes]}


def test_what_sales_used_is_kept(chain: Connection, till: TillJournal) -> None:
    sales = [till.sell(chain, sold("P2", 3000, off=121)), till.sell(chain)]

    service.record_usage(chain, sales)

    (used,) = chain.execute(select(PromoUsage)).all()
    assert (used.rid, used.promotion, used.version, used.name) == (
        sales[0].rid, "TEN", 1, "Ten off",
    )  # fmt: skip
    assert (used.applications, used.units, used.minor, used.funding) == (2, 3, 121, "store")
    service.record_usage(chain, [])
