"""Columns of promotions and of what they took off sales; amounts in minor units.

``params`` of a version is what tills and the engine read. Times of validity are the store's wall
clock as ISO text, empty for no bound.
"""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column


class PromotionVersionColumns:
    """A version of a promotion. Triggers refuse every change of it once it is live.

    ``texts`` is a JSON object of receipt texts by language.
    """

    promotion: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    texts: Mapped[str]
    params: Mapped[str]
    valid_from: Mapped[str] = mapped_column(String(26))
    valid_to: Mapped[str] = mapped_column(String(26))
    content_hash: Mapped[str] = mapped_column(String(64))


class PromoSnapshotColumns:
    """A set of versions that baskets are priced with.

    ``versions`` is a JSON list of ``[promotion, version, content hash]``; ``snapshot`` is the
    SHA-256 over the sorted content hashes.
    """

    snapshot: Mapped[str] = mapped_column(String(64), primary_key=True)
    versions: Mapped[str]


class PromoPlanColumns:
    """From when a set is in force: the one with the latest ``valid_from`` that has come."""

    valid_from: Mapped[str] = mapped_column(String(26), primary_key=True)
    snapshot: Mapped[str] = mapped_column(String(64))


class SaleLineDiscountColumns:
    """What a promotion took off a sold line; ``units`` it consumed, ``funding`` who pays."""

    version: Mapped[int]
    minor: Mapped[int]
    units: Mapped[int]
    funding: Mapped[str] = mapped_column(String(12))
