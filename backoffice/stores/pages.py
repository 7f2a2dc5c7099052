"""Pages of stores, and codes that let tills in."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from backoffice.platform import audit
from backoffice.platform.deps import Now, ReadTx, WriteTx
from backoffice.platform.security import EVERYBODY, Who, allow
from backoffice.platform.sessions import ACTING
from backoffice.stores import queries
from backoffice.stores.service import CODE_LIFETIME, issue_code
from backoffice.web.layout import page

router = APIRouter(include_in_schema=False, dependencies=[Depends(allow(*EVERYBODY))])


@router.get("/stores")
def stores_page(request: Request, tx: ReadTx) -> Response:
    """All stores."""
    return page(request, "stores.html", {"stores": queries.stores(tx)}, area="stores")


@router.post("/tills/{store}/{till}/enrol-code", dependencies=[Depends(allow(*ACTING))])
def new_code(
    request: Request, tx: WriteTx, who: Who, now: Now, *, store: str, till: int
) -> Response:
    """Issue a one-time enrolment code and show it once."""
    code = issue_code(tx, store, till, lambda: now)
    audit.record(
        tx,
        who.company_id,
        at=now,
        actor=who.login,
        act="enrol.code_issued",
        detail=f"store {store}, till {till}",
    )
    values = {
        "code": code,
        "store": store,
        "till": till,
        "minutes": int(CODE_LIFETIME.total_seconds()) // 60,
        "server": str(request.base_url).rstrip("/"),
    }
    return page(request, "enrol_code.html", values, area="tills")
