"""Articles as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from backoffice.catalog import queries
from backoffice.catalog.queries import ProductFilter
from backoffice.catalog.schemas import ProductDetailOut, ProductPage
from backoffice.platform.deps import Now, ReadTx
from backoffice.platform.errors import NotFound
from backoffice.platform.filters import position
from backoffice.platform.security import EVERYBODY, allow

router = APIRouter(prefix="/api", tags=["products"], dependencies=[Depends(allow(*EVERYBODY))])

_NO_ZERO = r"^[^\x00]*$"
_Word = Annotated[str, Query(max_length=80, pattern=_NO_ZERO)]
_Place = Annotated[str, Query(max_length=400)]


@router.get("/products")
def products(
    tx: ReadTx,
    now: Now,
    *,
    search: _Word = "",
    category: _Word = "",
    after: _Place = "",
    before: _Place = "",
) -> ProductPage:
    """A page of articles by name."""
    at = position(after, before, parts=2)
    found = queries.products(tx, ProductFilter(search, category), at=at, now=now)
    return ProductPage.model_validate(found)


@router.get("/products/{sku}")
def product(
    tx: ReadTx, now: Now, sku: Annotated[str, Path(max_length=32, pattern=_NO_ZERO)]
) -> ProductDetailOut:
    """One article."""
    detail = queries.product(tx, sku, now)
    if detail is None:
        raise NotFound("product.unknown", "There is no article with this number.")
    return ProductDetailOut.model_validate(detail)
