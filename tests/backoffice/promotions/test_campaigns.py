"""Uses of limited coupons: what promotions say is the limit, sales count down."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from backoffice.promotions import service
from backoffice.promotions.campaigns import keep_campaigns
from backoffice.promotions.service import Actor, Draft
from backoffice.value import queries
from backoffice.value.service import Place, Posting, Source, book, company_key
from retail.contract.sales import ValueMove
from retail.value import ValueKind, lookup_of
from tests.support.head_data import COMPANY, NOW, key
from tests.support.offers import percent

ACTOR = Actor(COMPANY, "admin", NOW)


def publish(tx: Connection, promotion: str, coupon: dict[str, Any] | None) -> None:
    params = percent(1000, **({"coupon": coupon} if coupon else {}))
    version = service.write(tx, Draft(promotion, promotion, params), ACTOR)
    service.approve(tx, promotion, version, ACTOR)
    service.publish(tx, promotion, version, ACTOR)


def lookup(tx: Connection, code: str) -> bytes:
    return lookup_of(company_key(tx, COMPANY), ValueKind.CAMPAIGN, code)


def left(tx: Connection, code: str) -> int | None:
    found = queries.find(tx, COMPANY, lookup(tx, code), NOW)
    return found.balance if found else None


def test_a_published_limit_is_counted_down_and_changed_by_the_next_version(
    chain: Connection,
) -> None:
    publish(chain, "ONE", {"code": "Few", "uses_left": 10})
    publish(chain, "FREE", {"code": "ANY"})
    publish(chain, "PLAIN", None)
    # However the code is typed, it is one campaign; without a limit there is none.
    assert (left(chain, "FEW"), left(chain, "ANY")) == (10, None)
    move = ValueMove(
        n=1, act="redeem", kind="campaign", lookup=lookup(chain, "few").hex(), amount=3
    )
    book(chain, COMPANY, [Posting(Place(COMPANY, "S1"), Source(key(), NOW), move)], NOW)
    keep_campaigns(chain, COMPANY, NOW)
    assert left(chain, "FEW") == 7
    publish(chain, "ONE", {"code": "Few", "uses_left": 4})
    assert left(chain, "FEW") == 1
    # Of two promotions with the same code the larger number counts.
    publish(chain, "TWO", {"code": "Few", "uses_left": 20})
    assert left(chain, "FEW") == 17
    service.pause(chain, "TWO", ACTOR)
    keep_campaigns(chain, COMPANY, NOW)
    assert left(chain, "FEW") == 1
