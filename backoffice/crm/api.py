"""Customers' accounts as JSON, for staff; the tills hear of every change."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends

from backoffice.crm.schemas import AccountOut, LimitIn, PaymentIn
from backoffice.crm.service import check_customer, tell_balances
from backoffice.platform import audit
from backoffice.platform.deps import Now, WriteTx
from backoffice.platform.errors import NotFound
from backoffice.platform.security import EVERYBODY, allow
from backoffice.platform.sessions import ACTING, SignedIn
from backoffice.value import accounts
from backoffice.value.accounts import Account
from backoffice.value.service import Source

router = APIRouter(prefix="/api/customers", tags=["customers"])
Reading = Annotated[SignedIn, Depends(allow(*EVERYBODY))]
Acting = Annotated[SignedIn, Depends(allow(*ACTING))]


@router.get("/{party_id}/account")
def account(tx: WriteTx, who: Reading, party_id: UUID) -> AccountOut:
    """A customer's account."""
    found = accounts.account(tx, who.company_id, party_id)
    if found is None:
        raise NotFound("account.unknown", "This customer has no account.")
    return AccountOut.model_validate(found)


@router.put("/{party_id}/account")
def set_limit(tx: WriteTx, who: Acting, party_id: UUID, wanted: LimitIn, now: Now) -> AccountOut:
    """Open an account, or change its credit line."""
    check_customer(tx, who.company_id, party_id)
    source = Source(wanted.rid, now)
    found = accounts.set_limit(tx, who.company_id, party_id, wanted.limit, source)
    return _told(tx, who, found, f"limit: {wanted.limit}", now)


@router.post("/{party_id}/account/payments")
def pay_in(tx: WriteTx, who: Acting, party_id: UUID, wanted: PaymentIn, now: Now) -> AccountOut:
    """Book what a customer paid."""
    source = Source(wanted.rid, now)
    found = accounts.pay_in(tx, who.company_id, party_id, wanted.amount, source)
    return _told(tx, who, found, f"paid in: {wanted.amount}", now)


@router.post("/{party_id}/account/{act}")
def block(
    tx: WriteTx, who: Acting, party_id: UUID, act: Literal["block", "unblock"], now: Now
) -> AccountOut:
    """Let nothing more be charged, or let it be charged again."""
    found = accounts.block(tx, who.company_id, party_id, now, blocked=act == "block")
    return _told(tx, who, found, act, now)


def _told(tx: WriteTx, who: SignedIn, found: Account, what: str, now: Now) -> AccountOut:
    lookup = accounts.lookup_of_account(tx, who.company_id, found.party_id)
    tell_balances(tx, {lookup}, now)
    detail = f"{found.party_id}: {what}"
    audit.record(tx, who.company_id, at=now, actor=who.login, act="account", detail=detail)
    return AccountOut.model_validate(found)
