"""Stores, tills and totals as JSON."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from backoffice.platform.deps import Now, ReadTx
from backoffice.platform.security import EVERYBODY, allow
from backoffice.stores import queries
from backoffice.stores.schemas import StoreOut, TillOut, TotalsOut
from backoffice.stores.tills import fleet

router = APIRouter(prefix="/api", tags=["stores"], dependencies=[Depends(allow(*EVERYBODY))])


@router.get("/stores")
def stores(tx: ReadTx) -> list[StoreOut]:
    """All stores, by id."""
    return [StoreOut.model_validate(record) for record in queries.stores(tx)]


@router.get("/tills")
def tills(tx: ReadTx, now: Now) -> list[TillOut]:
    """All tills, by store and number."""
    return [TillOut.model_validate(record) for record in fleet(tx, now)]


@router.get("/totals")
def totals(tx: ReadTx) -> list[TotalsOut]:
    """Totals per till as booked so far; compare them with the till's own."""
    return [TotalsOut.model_validate(record) for record in queries.till_totals(tx)]
