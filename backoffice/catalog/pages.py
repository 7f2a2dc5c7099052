"""Pages of articles."""

from __future__ import annotations

import json

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from backoffice.catalog import queries
from backoffice.catalog.queries import ProductFilter
from backoffice.platform.deps import Now, ReadTx
from backoffice.platform.errors import NotFound
from backoffice.platform.filters import FieldReader, canonical, position, query_string
from backoffice.platform.security import EVERYBODY, allow
from backoffice.web.layout import page

router = APIRouter(include_in_schema=False, dependencies=[Depends(allow(*EVERYBODY))])


@router.get("/products")
def products_page(request: Request, tx: ReadTx, now: Now) -> Response:
    """The list of articles; search, category and page live in the address."""
    fields = FieldReader(request.query_params)
    narrow = ProductFilter(fields.text("search"), fields.text("category", 32))
    at = position(fields.text("after", 400), fields.text("before", 400), parts=2)
    given = {"search": narrow.search, "category": narrow.category}
    values = {
        "filter": narrow,
        "query": query_string(given),
        "categories": queries.categories(tx),
        "found": queries.products(tx, narrow, at=at, now=now),
    }
    address = canonical("/products", given, fields)
    return page(request, "products.html", values, area="products", address=address)


@router.get("/products/{sku}")
def product_page(request: Request, tx: ReadTx, now: Now, sku: str) -> Response:
    """One article."""
    detail = None if "\0" in sku else queries.product(tx, sku, now)
    if detail is None:
        raise NotFound("product.unknown", "There is no article with this number.")
    components = json.loads(detail.components or "[]")
    values = {"detail": detail, "components": components}
    return page(request, "product.html", values, area="products")
