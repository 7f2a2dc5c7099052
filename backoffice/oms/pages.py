"""Pages of finished sales."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from backoffice.oms import invoices, queries
from backoffice.oms.queries import SaleFilter
from backoffice.platform.deps import Now, ReadTx
from backoffice.platform.errors import NotFound
from backoffice.platform.filters import FieldReader, Page, canonical, position, query_string
from backoffice.platform.security import EVERYBODY, allow
from backoffice.stores.queries import StoreRecord, stores, trading_day
from backoffice.web.layout import go_to, page

router = APIRouter(include_in_schema=False, dependencies=[Depends(allow(*EVERYBODY))])

LABELS = {
    "store": "Store",
    "till": "Till",
    "since": "From",
    "until": "To",
    "staff": "Cashier",
    "number": "Receipt number",
    "least": "Total from",
    "most": "Total to",
    "kind": "Kind",
}
"""Fields of the filter with the words that people read beside them."""
_NUMBER = re.compile(r"[A-Za-z0-9]{1,8}-[0-9]{1,3}(-.*)?")


@router.get("/sales")
def sales_page(request: Request, tx: ReadTx, now: Now) -> Response:
    """The list of sales; every filter and the page live in the address."""
    places = stores(tx)
    fields = FieldReader(request.query_params)
    given = {name: fields.text(name) for name in LABELS}
    narrow = _filter(fields, places)
    values = {
        "fields": given,
        "errors": fields.errors,
        "labels": LABELS,
        "query": query_string(given),
        "narrowed": any(given.values()),
        "stores": places,
        "cashiers": queries.cashiers(tx),
        "ranges": _ranges(trading_day(places, now), given),
        "found": _found(tx, fields, narrow),
    }
    status = 422 if fields.errors else 200
    address = canonical("/sales", given, fields)
    return page(request, "sales.html", values, area="sales", status=status, address=address)


@router.get("/invoices")
def invoices_page(request: Request, tx: ReadTx) -> Response:
    """The list of invoices and credit notes."""
    fields = FieldReader(request.query_params)
    given = {"number": fields.text("number", 32), "store": fields.text("store", 8)}
    at = position(fields.text("after", 400), fields.text("before", 400), parts=2)
    values = {
        "fields": given,
        "query": query_string(given),
        "stores": stores(tx),
        "found": invoices.invoices(tx, **given, at=at),
    }
    address = canonical("/invoices", given, fields)
    return page(request, "invoices.html", values, area="sales", address=address)


@router.get("/sales/{store}/{rid}")
def sale_page(request: Request, tx: ReadTx, store: str, rid: str) -> Response:
    """One receipt with everything that was booked for it."""
    key = _key(rid)
    detail = queries.sale(tx, store, key) if key and "\0" not in store else None
    if detail is None:
        raise NotFound("sale.unknown", "There is no receipt at this address.")
    names = {one.promotion: one.name for one in detail.promotions}
    values = {"detail": detail, "sale": detail.sale, "names": names}
    return page(request, "sale.html", values, area="sales")


@router.get("/search")
def search(q: str = "") -> Response:
    """From the search field on top: a receipt number leads to sales, all else to articles."""
    text = q.strip()[:80]
    if _NUMBER.fullmatch(text):
        return go_to(f"/sales?{urlencode({'number': text})}")
    return go_to(f"/products?{urlencode({'search': text})}")


def _found(tx: Connection, fields: FieldReader, narrow: SaleFilter) -> Page[queries.SaleRecord]:
    if fields.errors:
        return Page((), "", "")
    at = position(fields.text("after", 400), fields.text("before", 400), parts=2)
    return queries.sales(tx, narrow, at=at)


def _filter(fields: FieldReader, places: tuple[StoreRecord, ...]) -> SaleFilter:
    currency = places[0].currency if places else "EUR"
    staff = fields.text("staff")
    found = SaleFilter(
        store=fields.text("store", 8),
        till=fields.whole("till"),
        since=fields.day("since"),
        until=fields.day("until"),
        staff=_key(staff),
        number=fields.text("number", 32),
        least_minor=fields.amount("least", currency),
        most_minor=fields.amount("most", currency),
        kind=fields.text("kind", 8),
    )
    if staff and found.staff is None:
        fields.errors["staff"] = "Choose somebody from the list."
    if found.since and found.until and found.since > found.until:
        fields.errors["until"] = "The last day lies before the first."
    return found


def _ranges(today: date, given: dict[str, str]) -> list[dict[str, object]]:
    """Links to the ranges that people ask for most."""
    spans = (("Today", 0, 0), ("Yesterday", 1, 1), ("7 days", 6, 0), ("30 days", 29, 0))
    found: list[dict[str, object]] = []
    for title, first, last in spans:
        bounds = {
            "since": (today - timedelta(days=first)).isoformat(),
            "until": (today - timedelta(days=last)).isoformat(),
        }
        chosen = all(given[name] == value for name, value in bounds.items())
        query = query_string(given | bounds)
        found.append({"title": title, "query": query, "chosen": chosen})
    return found


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
