"""Promotions from head office to the till, and what was taken off back again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, select

from backoffice.promotions import service as promotions
from backoffice.promotions.service import Actor, Draft
from db.head.oms import Sale
from db.head.promotions import PromoUsage, SaleLineDiscount
from db.store.promotions import PromotionVersion
from db.store.streams import DeadRow
from db.transaction import begin
from pos_app.checkout import closing, service
from pos_app.checkout.open_basket import CheckoutView
from pos_app.checkout.promotions import set_aside
from retail.contract.codec import canonical
from retail.contract.promotions import (
    PromotionPlanRow,
    PromotionSnapshotRow,
    VersionRef,
    snapshot_hash,
)
from retail.contract.scopes import PROMOTIONS
from retail.tender.settlement import Offer, TenderKind
from tests.support.head_data import COMPANY
from tests.support.offers import percent, version
from tests.support.small_chain import gtin
from tests.support.sync_rig import Rig, Shop
from tests.sync.test_catalogue import enter, raw, send, wait

PRICE = 605


def _actor() -> Actor:
    return Actor(COMPANY, "admin", datetime.now(UTC))


def publish(rig: Rig, code: str, params: dict[str, Any], name: str = "") -> None:
    """Write, approve and publish a promotion at head office."""
    with begin(rig.engine) as tx:
        number = promotions.write(tx, Draft(code, name or code, params), _actor())
        promotions.approve(tx, code, number, _actor())
        promotions.publish(tx, code, number, _actor())


def forge(rig: Rig, entity: str, key: str, op: str, body: str) -> None:
    """Publish a row of promotions that head office would never publish."""
    raw(rig, entity, key, op, body, stream=PROMOTIONS)


def pay(shop: Shop) -> CheckoutView:
    """Finish the open basket exactly in cash; the basket as it was."""
    run, session = shop.till.tasks.run, shop.session
    view = run(service.current, session).result()
    offers = (Offer(TenderKind.CASH, view.priced.total_minor),)
    run(closing.close_sale, session, view.priced.basket.basket_id, offers).result()
    return view


def test_a_promotion_reaches_an_open_till_and_its_sales_come_back(rig: Rig) -> None:
    with rig.shop() as shop:
        publish(rig, "TEN", percent(1000, scope={"skus": ["P1"]}), "Ten off tea")
        wait(rig, shop)
        enter(shop, f"2*{gtin(1)}")
        enter(shop, gtin(2))
        view = pay(shop)
        assert view.priced.savings_minor == 121
        shop.pushed()
        rig.check(shop)
    with begin(rig.engine) as tx:
        sale = tx.execute(select(Sale)).one()
        assert (sale.savings_minor, sale.total_minor) == (121, 2 * PRICE)
        assert sale.snapshot == view.priced.solution.snapshot
        (used,) = tx.execute(select(PromoUsage)).all()
        assert (used.promotion, used.name, used.units, used.minor) == ("TEN", "Ten off tea", 2, 121)
        (off,) = tx.execute(select(SaleLineDiscount)).all()
        assert (off.n, off.promotion, off.minor) == (1, "TEN", 121)


def test_an_open_basket_keeps_its_promotions_while_others_come(rig: Rig) -> None:
    with rig.shop() as shop:
        publish(rig, "TEN", percent(1000))
        wait(rig, shop)
        assert enter(shop, gtin(1)).priced.savings_minor == 61
        publish(rig, "TEN", percent(5000))
        with begin(rig.engine) as tx:
            promotions.end(tx, "TEN", _actor())
        wait(rig, shop)
        assert enter(shop, gtin(1)).priced.savings_minor == 121
        pay(shop)
        assert enter(shop, gtin(1)).priced.savings_minor == 0


def test_an_enrolled_till_has_every_promotion_at_once(rig: Rig) -> None:
    publish(rig, "TEN", percent(1000))
    publish(rig, "SPEND", {"type": "basket_amount", "amount": 100, "min_spend": 500})
    with rig.shop() as shop:
        priced = enter(shop, gtin(1)).priced
        assert [one.promo_id for one in priced.solution.applied] == ["SPEND", "TEN"]


@pytest.mark.expect_warnings
def test_rows_that_do_not_fit_are_set_aside_and_the_rest_works(rig: Rig) -> None:
    good, forged = version("TEN", percent(1000)), version("FORGED", percent(1))
    forged = msgspec.structs.replace(forged, params=forged.params.replace("1", "9999"))
    hashes = [good.content_hash, forged.content_hash]
    refs = (VersionRef("TEN", 1, hashes[0]), VersionRef("FORGED", 1, hashes[1]))
    known = PromotionSnapshotRow(snapshot=snapshot_hash(hashes), versions=refs)
    with rig.shop() as shop:
        send(rig, good, known, PromotionPlanRow(valid_from="", snapshot=known.snapshot))
        forge(rig, "promotion", "FORGED/1", "put", canonical(forged).decode())
        forge(rig, "promotion", "TEN/1", "del", "")
        forge(rig, "promo_snapshot", known.snapshot, "del", "")
        forge(rig, "promo_snapshot", "x", "put", '{"snapshot":"x","versions":[]}')
        forge(rig, "promotion", "TEN/2", "put", '{"promotion":"TEN","version":"two"}')
        wait(rig, shop)
        view = enter(shop, gtin(1))
        assert view.priced.savings_minor == 61
        assert view.priced.solution.set_aside == ("FORGED",)
        assert view.notice is not None
        dead = shop.read(lambda tx: tx.execute(select(DeadRow).order_by(DeadRow.seq)).all())
        assert [(row.entity, row.error != "") for row in dead] == [
            ("promotion", True), ("promotion", True), ("promo_snapshot", True),
            ("promo_snapshot", True), ("promotion", True),
        ]  # fmt: skip
        assert [one.promotion for one in shop.read(set_aside)] == ["FORGED"]
        pay(shop)
        shop.pushed()
        rig.check(shop)


def test_what_came_first_stays(rig: Rig) -> None:
    late = version("LATE", percent(1000))
    snapshot = snapshot_hash([late.content_hash])
    only = PromotionSnapshotRow(
        snapshot=snapshot, versions=(VersionRef("LATE", 1, late.content_hash),)
    )
    with rig.shop() as shop:
        send(rig, late, only, PromotionPlanRow(valid_from="", snapshot=snapshot))
        wait(rig, shop)

        def versions(tx: Connection) -> list[str]:
            return list(tx.execute(select(PromotionVersion.promotion)).scalars())

        assert shop.read(versions) == ["LATE"]
        assert enter(shop, gtin(1)).priced.savings_minor == 61
        # Sent once more with another content, as no head office should: what came first stays.
        other = version("LATE", percent(9000))
        send(rig, other)
        wait(rig, shop)
        assert enter(shop, gtin(1)).priced.savings_minor == 121
