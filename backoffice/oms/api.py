"""Finished sales as JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from backoffice.oms import queries
from backoffice.oms.queries import SaleFilter
from backoffice.oms.schemas import SaleDetailOut, SalePage
from backoffice.platform.deps import ReadTx
from backoffice.platform.errors import NotFound
from backoffice.platform.filters import position
from backoffice.platform.security import EVERYBODY, allow

router = APIRouter(prefix="/api", tags=["sales"], dependencies=[Depends(allow(*EVERYBODY))])

_NO_ZERO = r"^[^\x00]*$"
_LARGEST = (1 << 63) - 1


class SaleQuery(BaseModel):
    """Filters and page of a list of sales; amounts in minor units."""

    store: str = Field("", max_length=8, pattern=_NO_ZERO)
    till: int | None = Field(None, ge=0, le=_LARGEST)
    since: date | None = None
    until: date | None = None
    staff: UUID | None = None
    number: str = Field("", max_length=32, pattern=_NO_ZERO)
    least_minor: int | None = Field(None, ge=-_LARGEST, le=_LARGEST)
    most_minor: int | None = Field(None, ge=-_LARGEST, le=_LARGEST)
    kind: Literal["", "sale", "return"] = ""
    after: str = Field("", max_length=400)
    before: str = Field("", max_length=400)


@router.get("/sales")
def sales(tx: ReadTx, query: Annotated[SaleQuery, Query()]) -> SalePage:
    """A page of sales, the newest first."""
    narrow = SaleFilter(**query.model_dump(exclude={"after", "before"}))
    at = position(query.after, query.before, parts=2)
    return SalePage.model_validate(queries.sales(tx, narrow, at=at))


@router.get("/sales/{store}/{rid}")
def sale(
    tx: ReadTx, store: Annotated[str, Path(max_length=8, pattern=_NO_ZERO)], rid: UUID
) -> SaleDetailOut:
    """One receipt."""
    detail = queries.sale(tx, store, rid)
    if detail is None:
        raise NotFound("sale.unknown", "There is no such receipt.")
    return SaleDetailOut.model_validate(detail)
