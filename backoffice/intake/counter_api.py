"""What tills ask while a customer waits, ``/v1``: baskets and receipts of other tills."""

from __future__ import annotations

from fastapi import APIRouter, Response

from backoffice.intake.auth import authenticate
from backoffice.intake.requests import Signed, decoded, in_bounds, json_answer
from backoffice.oms import baskets
from backoffice.oms.baskets import Claimant
from backoffice.platform.deps import Now, WriteTx
from retail.contract.baskets import ClaimBasketAnswer, ClaimBasketRequest

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
