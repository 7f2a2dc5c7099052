"""Stores, tills and totals as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from backoffice.platform import audit
from backoffice.platform.deps import Now, ReadTx, WriteTx
from backoffice.platform.roles import Role
from backoffice.platform.security import EVERYBODY, allow
from backoffice.platform.sessions import SignedIn
from backoffice.stores import queries, service
from backoffice.stores.schemas import SettingIn, StoreOut, TillOut, TotalsOut
from backoffice.stores.tills import fleet

router = APIRouter(prefix="/api", tags=["stores"], dependencies=[Depends(allow(*EVERYBODY))])
Admin = Annotated[SignedIn, Depends(allow(Role.ADMIN))]
StoreId = Annotated[str, Path(max_length=8, pattern=r"^[^\x00]*$")]


@router.get("/stores")
def stores(tx: ReadTx) -> list[StoreOut]:
    """All stores, by id."""
    return [StoreOut.model_validate(record) for record in queries.stores(tx)]


@router.get("/stores/{store_id}/settings")
def store_settings(tx: ReadTx, store_id: StoreId) -> dict[str, str]:
    """What is set of a store; everything else is as by default."""
    return queries.settings(tx, store_id)


@router.put("/stores/{store_id}/settings/{name}")
def put_setting(
    tx: WriteTx, who: Admin, now: Now, store_id: StoreId, name: str, wanted: SettingIn
) -> dict[str, str]:
    """Set something of a store, or bring the default back with null."""
    service.put_setting(tx, store_id, name, wanted.value)
    detail = f"store {store_id}: {name} = {wanted.value}"
    audit.record(tx, who.company_id, at=now, actor=who.login, act="store.setting", detail=detail)
    return queries.settings(tx, store_id)


@router.get("/tills")
def tills(tx: ReadTx, now: Now) -> list[TillOut]:
    """All tills, by store and number."""
    return [TillOut.model_validate(record) for record in fleet(tx, now)]


@router.get("/totals")
def totals(tx: ReadTx) -> list[TotalsOut]:
    """Totals per till as booked so far; compare them with the till's own."""
    return [TotalsOut.model_validate(record) for record in queries.till_totals(tx)]
