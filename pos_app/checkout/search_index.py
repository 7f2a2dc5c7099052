"""The index behind the search: kept up with small changes, made anew in slices after large ones.

A till sells by code and by tile before its index is whole; meanwhile the search reads the names.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, text, update

from db.crash_points import crash_point
from db.prepared import Prepared
from db.store.catalog import SearchProgress

SLICE = 500
"""Articles per transaction: a sale that comes meanwhile waits for one slice at most."""

AT_ONCE = 2_000
"""Changed articles that the flip indexes itself; all of the index takes longer by then."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the index is, in articles; it is whole when both are equal."""

    done: int
    total: int

    @property
    def whole(self) -> bool:
        """True when the index can be asked."""
        return self.done >= self.total

    @property
    def left_of(self) -> int:
        """The total while anything is left, else 0."""
        return 0 if self.whole else self.total


def progress(tx: Connection) -> Progress:
    """How far the index is."""
    row = tx.execute(select(SearchProgress)).first()
    return Progress(row.done_rowid, row.end_rowid) if row else Progress(0, 0)


def begin_anew(tx: Connection) -> None:
    """All articles are to be read again; a handful at once, more of them slice by slice."""
    tx.execute(_ANEW)
    if progress(tx).total <= SLICE:
        index_slice(tx)


def index_slice(tx: Connection) -> Progress:
    """Read the next articles into the index; begins where the last slice ended."""
    at = progress(tx)
    if at.whole:
        return at
    following = tx.execute(_NEXT, {"lo": at.done, "most": SLICE - 1}).scalar()
    last = following is None or following >= at.total
    span = {"lo": at.done, "hi": _END if last else following}
    for statement in (_CLEAR, _FILL):
        tx.execute(statement, span)
    reached = at.total if last else int(following or 0)
    tx.execute(update(SearchProgress).values(done_rowid=reached))
    crash_point("search.slice")
    return Progress(reached, at.total)


_END = 2**62
_ANEW = text(
    "UPDATE search_progress SET done_rowid = 0,"
    " end_rowid = (SELECT coalesce(max(rowid), 0) FROM product)"
)
_NEXT = text("SELECT rowid FROM product WHERE rowid > :lo ORDER BY rowid LIMIT 1 OFFSET :most")
_CLEAR = text("DELETE FROM product_search WHERE rowid > :lo AND rowid <= :hi")
_FILL = text(
    "INSERT INTO product_search (rowid, words) SELECT rowid, folded || ' ' || lower(sku)"
    " FROM product WHERE active AND rowid > :lo AND rowid <= :hi ORDER BY rowid"
)


def forget_withdrawn(tx: Connection, stream: str) -> None:
    """Before staged deletions take articles out of their table."""
    _WITHDRAWN.one(tx, {"stream": stream})


def follow(tx: Connection, stream: str, *, replaces: bool) -> None:
    """After staged articles came into force: index them, at once if they are few."""
    values = {"stream": stream}
    changed, *_ = _COUNT.first(tx, values) or (0,)
    if changed > AT_ONCE:
        begin_anew(tx)
        return
    if replaces:
        tx.execute(_GONE)
    if changed:
        _CLEAR_INACTIVE.one(tx, values)
        _FILL_CHANGED.one(tx, values)


_STAGED = "FROM staged_row WHERE stream = :stream AND entity = 'product'"
_CHANGED = f"sku IN (SELECT key {_STAGED} AND op = 'put')"
_COUNT = Prepared(text(f"SELECT count(*) {_STAGED} AND op = 'put'"))
_WITHDRAWN = Prepared(
    text(
        "DELETE FROM product_search WHERE rowid IN"  # noqa: S608 (constants)
        f" (SELECT rowid FROM product WHERE sku IN (SELECT key {_STAGED} AND op = 'del'))"
    )
)
_GONE = text("DELETE FROM product_search WHERE rowid NOT IN (SELECT rowid FROM product)")
_CLEAR_INACTIVE = Prepared(
    text(
        "DELETE FROM product_search WHERE rowid IN"  # noqa: S608 (constants)
        f" (SELECT rowid FROM product WHERE NOT active AND {_CHANGED})"
    )
)
# Replaced row by row in their order, all of them become one segment of the index; deleted and
# then inserted, they become two, and merging those is most of the work.
_FILL_CHANGED = Prepared(
    text(
        "INSERT OR REPLACE INTO product_search (rowid, words)"  # noqa: S608 (constants)
        " SELECT rowid, folded || ' ' || lower(sku) FROM product"
        f" WHERE active AND {_CHANGED} ORDER BY rowid"
    )
)
