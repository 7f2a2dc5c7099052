"""The life of a promotion: written, approved, published, paused, ended; and what sales used.

Whoever changes what is live waits for whoever else does, and tills are told in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from backoffice.platform import audit
from backoffice.platform.events import SaleAccepted
from backoffice.promotions.campaigns import keep_campaigns
from db.head.promotions import Promotion, PromotionVersion, PromoUsage
from db.promotion_sets import lock, publish_plan
from db.promotions import NewVersion, add_version, make_live
from retail.errors import RetailError


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and when."""

    company_id: str
    login: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """A promotion as somebody wants it; ``params`` in the form of the pricing vectors.

    Attributes:
        texts: what receipts call it, by language.
        owner: a store, empty for head office.
    """

    promotion: str
    name: str
    params: Mapping[str, object]
    texts: dict[str, str] = field(default_factory=dict)
    owner: str = ""


def write(tx: Connection, draft: Draft, actor: Actor) -> int:
    """Keep a new version as a draft; returns its number. What is live stays as it is.

    Raises:
        RetailError: ``promotion.*``, naming the field that does not fit; ``promotion.ended``.
    """
    lock(tx)
    newest = tx.execute(
        select(func.max(PromotionVersion.version)).where(
            PromotionVersion.promotion == draft.promotion
        )
    ).scalar_one()
    if newest is not None:
        _not_ended(_promotion(tx, draft.promotion))
    version = (newest or 0) + 1
    add_version(
        tx,
        NewVersion(
            promotion=draft.promotion,
            version=version,
            name=draft.name,
            params=draft.params,
            texts=draft.texts,
            owner=draft.owner,
        ),
        by=actor.login,
        at=actor.at,
    )
    _note(tx, actor, "promotion.written", f"{draft.promotion} version {version}")
    return version


def approve(tx: Connection, promotion: str, version: int, actor: Actor) -> None:
    """Let a version be published.

    Raises:
        RetailError: ``promotion.unknown``, ``promotion.ended`` or ``promotion.live``.
    """
    lock(tx)
    head = _promotion(tx, promotion)
    _not_ended(head)
    own = _version(tx, promotion, version)
    if own.live_at is not None:
        raise _is_live()
    tx.execute(
        update(PromotionVersion)
        .where(PromotionVersion.promotion == promotion, PromotionVersion.version == version)
        .values(approved_by=actor.login)
    )
    if head.status == "draft":
        _set_status(tx, promotion, "approved")
    _note(tx, actor, "promotion.approved", f"{promotion} version {version}")


def publish(tx: Connection, promotion: str, version: int, actor: Actor) -> None:
    """Make an approved version live and tell tills; it never changes again.

    It replaces the live version before it, from its own beginning on.

    Raises:
        RetailError: ``promotion.unknown``, ``promotion.ended``, ``promotion.paused``,
            ``promotion.live``, ``promotion.not_approved``, or ``promotion.older`` when a newer
            version is live.
    """
    lock(tx)
    head = _promotion(tx, promotion)
    _not_ended(head)
    if head.status == "paused":
        raise RetailError("promotion.paused", "The promotion is paused; resume it first.")
    own = _version(tx, promotion, version)
    if own.live_at is not None:
        raise _is_live()
    if not own.approved_by:
        raise RetailError(
            "promotion.not_approved", "This version is not approved yet; nothing was published."
        )
    newer = select(PromotionVersion.version).where(
        PromotionVersion.promotion == promotion,
        PromotionVersion.version > version,
        PromotionVersion.live_at.is_not(None),
    )
    if tx.execute(newer).first() is not None:
        raise RetailError(
            "promotion.older", "A newer version is live; write this one anew to go back to it."
        )
    make_live(tx, promotion, version, at=actor.at)
    publish_plan(tx, by=actor.login, at=actor.at)
    keep_campaigns(tx, actor.company_id, actor.at)
    _note(tx, actor, "promotion.published", f"{promotion} version {version}")


def pause(tx: Connection, promotion: str, actor: Actor) -> None:
    """Take a live promotion away from baskets that begin from now on.

    Raises:
        RetailError: ``promotion.unknown`` or ``promotion.status``.
    """
    _move(tx, promotion, ("live",), "paused", actor)


def resume(tx: Connection, promotion: str, actor: Actor) -> None:
    """Bring a paused promotion back.

    Raises:
        RetailError: ``promotion.unknown`` or ``promotion.status``.
    """
    _move(tx, promotion, ("paused",), "live", actor)


def end(tx: Connection, promotion: str, actor: Actor) -> None:
    """End a promotion for good.

    Raises:
        RetailError: ``promotion.unknown`` or ``promotion.status``.
    """
    _move(tx, promotion, ("draft", "approved", "live", "paused"), "ended", actor)


def record_usage(tx: Connection, sales: Sequence[SaleAccepted]) -> None:
    """Keep which promotions sales used, how often, and what they took off."""
    rows = [
        {
            "store_id": sale.store_id,
            "rid": sale.rid,
            "promotion": one.promotion,
            "version": one.version,
            "name": one.name,
            "applications": one.applications,
            "units": one.units,
            "minor": one.minor,
            "funding": one.funding,
            "party_id": sale.fact.party,
        }
        for sale in sales
        for one in sale.fact.choice.applied
    ]
    if rows:
        tx.execute(insert(PromoUsage), rows)


def _move(
    tx: Connection, promotion: str, allowed: tuple[str, ...], status: str, actor: Actor
) -> None:
    lock(tx)
    now = _promotion(tx, promotion).status
    if now not in allowed:
        raise RetailError(
            "promotion.status",
            "The promotion is %(now)s and cannot become %(status)s; nothing was changed.",
            now=now,
            status=status,
        )
    _set_status(tx, promotion, status)
    if "live" in {now, status}:
        publish_plan(tx, by=actor.login, at=actor.at)
    _note(tx, actor, f"promotion.{status}", promotion)


def _promotion(tx: Connection, promotion: str) -> Row[Any]:
    found = tx.execute(select(Promotion).where(Promotion.promotion == promotion)).one_or_none()
    if found is None:
        raise _unknown()
    return found


def _version(tx: Connection, promotion: str, version: int) -> Row[Any]:
    found = tx.execute(
        select(PromotionVersion).where(
            PromotionVersion.promotion == promotion, PromotionVersion.version == version
        )
    ).one_or_none()
    if found is None:
        raise _unknown()
    return found


def _unknown() -> RetailError:
    return RetailError("promotion.unknown", "There is no such promotion or version.")


def _is_live() -> RetailError:
    return RetailError("promotion.live", "This version is live already; nothing was changed.")


def _not_ended(promotion: Row[Any]) -> None:
    if promotion.status == "ended":
        raise RetailError(
            "promotion.ended", "The promotion has ended; write a new one under another code."
        )


def _set_status(tx: Connection, promotion: str, status: str) -> None:
    tx.execute(update(Promotion).where(Promotion.promotion == promotion).values(status=status))


def _note(tx: Connection, actor: Actor, act: str, detail: str) -> None:
    audit.record(tx, actor.company_id, at=actor.at, actor=actor.login, act=act, detail=detail)
