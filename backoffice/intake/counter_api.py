"""What tills ask while a customer waits, ``/v1``: baskets and receipts of other tills."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from backoffice.intake.auth import Caller, authenticate
from backoffice.intake.requests import Signed, decoded, in_bounds, json_answer
from backoffice.oms import baskets, receipts, return_claims
from backoffice.oms.baskets import Claimant
from backoffice.oms.return_claims import Asker
from backoffice.platform.deps import Now, WriteTx
from backoffice.value.service import company_of
from retail.contract.baskets import ClaimBasketAnswer, ClaimBasketRequest
from retail.contract.receipts import (
    ClaimReturnRequest,
    FindReceiptsAnswer,
    FindReceiptsRequest,
    OpenReceiptRequest,
)

router = APIRouter(prefix="/v1", tags=["sync"])


@router.post("/baskets/claim")
def claim_basket(request: Signed, tx: WriteTx, now: Now) -> Response:
    """Give a basket that waits in the till's own store to the till that asks first."""
    caller = authenticate(tx, request, now)
    wanted = decoded(request.body, ClaimBasketRequest)
    by = Claimant(caller.store_id, caller.till, caller.installation_id)
    with in_bounds("bad_request"):
        found = baskets.claim(tx, by, wanted.hold, now)
    return json_answer(ClaimBasketAnswer(granted=found.granted, taken=found.taken, body=found.body))


@router.post("/receipts/find")
def find_receipts(request: Signed, tx: WriteTx, now: Now) -> Response:
    """Receipts of the till's own company by what is known of them."""
    caller = authenticate(tx, request, now)
    wanted = decoded(request.body, FindReceiptsRequest)
    with in_bounds("bad_request"):
        found = receipts.find(tx, _asker(tx, caller), wanted, now)
    return json_answer(FindReceiptsAnswer(found=found))


@router.post("/receipts/open")
def open_receipt(request: Signed, tx: WriteTx, now: Now) -> Response:
    """One receipt of the till's own company, with all that came back of it."""
    caller = authenticate(tx, request, now)
    wanted = decoded(request.body, OpenReceiptRequest)
    with in_bounds("bad_request"):
        asker = _asker(tx, caller)
        found = receipts.open_receipt(tx, asker, wanted.rid, wanted.number, now)
    return json_answer(found)


@router.post("/receipts/claim")
def claim_return(request: Signed, tx: WriteTx, now: Now) -> Response:
    """Hold goods of a receipt for the till whose open basket takes them back."""
    caller = authenticate(tx, request, now)
    wanted = decoded(request.body, ClaimReturnRequest)
    with in_bounds("bad_request"):
        return json_answer(return_claims.claim(tx, _asker(tx, caller), wanted, now))


def _asker(tx: Connection, caller: Caller) -> Asker:
    company_id = company_of(tx, caller.store_id)
    return Asker(company_id, caller.store_id, caller.till, caller.installation_id)
