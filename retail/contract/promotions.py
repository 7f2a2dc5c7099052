"""Promotions on their way down: versions that never change, and sets of them that hold together."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import msgspec

from retail.contract.codec import canonical
from retail.errors import RetailError


class PromotionRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of a promotion; what was sent never changes, an edit is a new version.

    Attributes:
        params: the rules as JSON text in the form of the pricing vectors; ``id`` is ``promotion``.
        texts: what receipts call it, by language; ``name`` stands in for a missing one.
        valid_from, valid_to: the store's wall clock as ISO text, empty for no bound; read out of
            ``params`` for people and lists.
        content_hash: see :func:`content_hash`.
    """

    promotion: str
    version: int
    name: str
    params: str
    content_hash: str
    texts: dict[str, str]
    status: str = "live"
    valid_from: str = ""
    valid_to: str = ""

    @property
    def key(self) -> str:
        """The row's key within its stream."""
        return f"{self.promotion}/{self.version}"


class VersionRef(msgspec.Struct, frozen=True, array_like=True):
    """A version that belongs to a set."""

    promotion: str
    version: int
    content_hash: str


class PromotionSnapshotRow(msgspec.Struct, frozen=True, kw_only=True):
    """A set of versions that hold together; it never changes and is never deleted.

    An open basket is priced with the set that it began with.

    Attributes:
        snapshot: see :func:`snapshot_hash`.
    """

    snapshot: str
    versions: tuple[VersionRef, ...]

    @property
    def key(self) -> str:
        """The row's key within its stream."""
        return self.snapshot


class PromotionPlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """From when a set is in force: the one with the latest ``valid_from`` that has come.

    Attributes:
        valid_from: the store's wall clock as ISO text, empty for at once.
    """

    valid_from: str
    snapshot: str

    @property
    def key(self) -> str:
        """The row's key within its stream."""
        return self.valid_from


def content_hash(
    promotion: str, version: int, *, name: str, params: str, texts: dict[str, str]
) -> str:
    """SHA-256 (hex) over everything of a version that a sale could depend on."""
    return sha256(canonical((promotion, version, name, params, texts))).hexdigest()


def snapshot_hash(content_hashes: Iterable[str]) -> str:
    """SHA-256 (hex) over the sorted content hashes: equal sets, equal hashes."""
    return sha256("\n".join(sorted(content_hashes)).encode()).hexdigest()


NO_PROMOTIONS = snapshot_hash(())
"""The hash of the empty set: a basket that began when there were no promotions keeps to it."""


def check(row: PromotionRow | PromotionSnapshotRow) -> None:
    """Compare a row's hash with its content.

    Raises:
        RetailError: ``promotion.hash``.
    """
    if isinstance(row, PromotionRow):
        given = row.content_hash
        meant = content_hash(
            row.promotion, row.version, name=row.name, params=row.params, texts=row.texts
        )
    else:
        given = row.snapshot
        meant = snapshot_hash(ref.content_hash for ref in row.versions)
    if given != meant:
        raise RetailError("promotion.hash", "The hash of the promotion is not its content's.")
