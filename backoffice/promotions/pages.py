"""Pages of promotions."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from backoffice.platform.deps import ReadTx
from backoffice.platform.errors import NotFound
from backoffice.platform.filters import FieldReader, canonical, position, query_string
from backoffice.platform.security import EVERYBODY, allow
from backoffice.promotions import queries
from backoffice.promotions.queries import PromotionFilter
from backoffice.web.layout import page

router = APIRouter(include_in_schema=False, dependencies=[Depends(allow(*EVERYBODY))])


@router.get("/promotions")
def promotions_page(request: Request, tx: ReadTx) -> Response:
    """The list of promotions; search, status and page live in the address."""
    fields = FieldReader(request.query_params)
    narrow = PromotionFilter(fields.text("search"), fields.text("status", 12))
    at = position(fields.text("after", 400), fields.text("before", 400), parts=2)
    given = {"search": narrow.search, "status": narrow.status}
    values = {
        "filter": narrow,
        "query": query_string(given),
        "statuses": queries.STATUSES,
        "found": queries.promotions(tx, narrow, at=at),
    }
    address = canonical("/promotions", given, fields)
    return page(request, "promotions.html", values, area="promotions", address=address)


@router.get("/promotions/{promotion}")
def promotion_page(request: Request, tx: ReadTx, promotion: str) -> Response:
    """One promotion."""
    detail = None if "\0" in promotion else queries.promotion(tx, promotion)
    if detail is None:
        raise NotFound("promotion.unknown", "There is no promotion with this code.")
    return page(request, "promotion.html", {"detail": detail}, area="promotions")
