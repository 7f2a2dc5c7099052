"""Promotions as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from backoffice.platform.deps import ReadTx
from backoffice.platform.errors import NotFound
from backoffice.platform.filters import position
from backoffice.platform.security import EVERYBODY, allow
from backoffice.promotions import queries
from backoffice.promotions.queries import PromotionFilter
from backoffice.promotions.schemas import PromotionDetailOut, PromotionPage

router = APIRouter(prefix="/api", tags=["promotions"], dependencies=[Depends(allow(*EVERYBODY))])

_NO_ZERO = r"^[^\x00]*$"
_Word = Annotated[str, Query(max_length=80, pattern=_NO_ZERO)]
_Place = Annotated[str, Query(max_length=400)]


@router.get("/promotions")
def promotions(
    tx: ReadTx,
    *,
    search: _Word = "",
    status: _Word = "",
    kind: Annotated[str, Query(alias="type", max_length=80, pattern=_NO_ZERO)] = "",
    after: _Place = "",
    before: _Place = "",
) -> PromotionPage:
    """A page of promotions by name."""
    at = position(after, before, parts=2)
    found = queries.promotions(tx, PromotionFilter(search, status, kind), at=at)
    return PromotionPage.model_validate(found)


@router.get("/promotions/{promotion}")
def promotion(
    tx: ReadTx, promotion: Annotated[str, Path(max_length=32, pattern=_NO_ZERO)]
) -> PromotionDetailOut:
    """One promotion."""
    detail = queries.promotion(tx, promotion)
    if detail is None:
        raise NotFound("promotion.unknown", "There is no promotion with this code.")
    return PromotionDetailOut.model_validate(detail)
