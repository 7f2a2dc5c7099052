"""Bringing staged rows of the down-streams into the till's tables."""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, select, text
from sqlalchemy.dialects.sqlite import insert

from db.prepared import Prepared
from db.store.rows import KEPT, SHARED, TARGETS, hash_of, key_values, row_of
from retail.contract.reference import key_of

# Few rows each, and a key that JSON cannot carry as bytes: written one by one.
_ONE_BY_ONE = frozenset({"store", "staff", "result"})
_UUIDS = frozenset({"staff_id", "rid", "case_id"})


def hashes_in_tables(tx: Connection, stream: str, entity: str) -> dict[str, int]:
    """The hash of each row that the tables hold of a stream's entity, by key."""
    target = TARGETS[entity]
    kind, _, scope = stream.partition("/")
    if target.kind != kind or entity in SHARED:
        return {}
    query = select(target.table.__table__)
    if target.scope:
        query = query.where(getattr(target.table, target.scope) == scope)
    rows = (row_of(entity, dict(found)) for found in tx.execute(query).mappings())
    return {key_of(row): hash_of(row) for row in rows}


def hash_in_table(tx: Connection, entity: str, key: str) -> int | None:
    """The hash of one row as its table holds it; None when it is not there."""
    table = TARGETS[entity].table
    values = key_values(entity, key).items()
    query = select(table.__table__).where(*(getattr(table, name) == v for name, v in values))
    found = tx.execute(query).mappings().first()
    return None if found is None else hash_of(row_of(entity, dict(found)))


def activate(tx: Connection, stream: str, entity: str) -> None:
    """Put the staged rows of an entity into its table, and take out what was withdrawn."""
    if entity in _ONE_BY_ONE:
        _put_one_by_one(tx, stream, entity)
    else:
        _PUT[entity].one(tx, {"stream": stream, "entity": entity})
    gone = _WITHDRAWN.all(tx, {"stream": stream, "entity": entity})
    _DELETE[entity].many(tx, [_driver_key(entity, key) for (key,) in gone])


def forget_rest(tx: Connection, stream: str) -> None:
    """Take out all rows of a stream's scope that are not staged, whoever put them there."""
    kind, _, scope = stream.partition("/")
    for entity, target in TARGETS.items():
        if target.kind != kind or entity in KEPT | SHARED:
            continue
        within = f"{target.scope} = :scope" if target.scope else "true"
        tx.execute(
            text(
                f"DELETE FROM {target.table.__tablename__} WHERE {within}"  # noqa: S608 (names from the metadata)
                f" AND {target.key_sql} NOT IN (SELECT key FROM staged_row WHERE"
                " stream = :stream AND entity = :entity AND op <> 'del')"
            ),
            {"stream": stream, "entity": entity, **({"scope": scope} if target.scope else {})},
        )


_GOOD = "FROM staged_row WHERE stream = :stream AND entity = :entity AND op = {op} AND NOT bad"
_BODIES = Prepared(text("SELECT body " + _GOOD.format(op="'put'")))
_WITHDRAWN = Prepared(text("SELECT key " + _GOOD.format(op="'del'")))


def _upsert(entity: str) -> str:
    target = TARGETS[entity]
    name = target.table.__tablename__
    columns = target.columns
    picked = ", ".join(f"json_extract(body, '$.{column}')" for column in columns)
    changed = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in target.key)
    twice = "NOTHING" if entity in KEPT else f"UPDATE SET {changed}"
    # Of each key there is one such row, so the order does not matter.
    good = _GOOD.format(op="'put'")
    return (
        f"INSERT INTO {name} ({', '.join(columns)}) SELECT {picked} {good}"
        f" ON CONFLICT ({', '.join(target.key)}) DO {twice}"
    )


def _deletion(entity: str) -> Prepared:
    target = TARGETS[entity]
    columns = target.table.__table__.columns
    return Prepared(
        delete(target.table).where(*(columns[name] == bindparam(name) for name in target.key))
    )


_PUT = {name: Prepared(text(_upsert(name))) for name in TARGETS if name not in _ONE_BY_ONE}
_DELETE = {name: _deletion(name) for name in TARGETS}


def _driver_key(entity: str, key: str) -> dict[str, object]:
    values = key_values(entity, key).items()
    return {name: v.bytes if isinstance(v, UUID) else v for name, v in values}


def _put_one_by_one(tx: Connection, stream: str, entity: str) -> None:
    target = TARGETS[entity]
    for (body,) in _BODIES.all(tx, {"stream": stream, "entity": entity}):
        values = json.loads(body)
        for name in _UUIDS & values.keys():
            values[name] = UUID(values[name]) if values[name] else None
        changed = {c: v for c, v in values.items() if c not in target.key}
        tx.execute(
            insert(target.table)
            .values(**values)
            .on_conflict_do_update(index_elements=list(target.key), set_=changed)
        )
