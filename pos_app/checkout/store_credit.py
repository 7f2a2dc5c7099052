"""Store credit that money goes out as: a new code, issued with the sale and printed behind it.

The code lies on the disk in the slip's print job alone, until it is printed; then the job forgets
it (:func:`pos_app.printing.queue.mark`). Otherwise only its keyed hash is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from pos_app.checkout import receipts, records
from pos_app.till.service import TillSession
from pos_app.value.queries import company_key
from retail.basket.model import Basket
from retail.contract.sales import SaleClosed, ValueMove
from retail.identity import crockford_code
from retail.tender.settlement import Tender, TenderKind
from retail.value import ValueKind, last_four, lookup_of

_GROUPS = 4
_BITS = 5 * 4 * _GROUPS
"""80 bits: nobody guesses one, even with a million of them about."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit that is about to be issued; ``code`` is on no disk yet."""

    code: str = field(repr=False)
    move: ValueMove


def owed(tx: Connection, tenders: Iterable[Tender]) -> tuple[Credit, ...]:
    """The credit that tenders below zero give out: one for all of them, or none.

    Raises:
        RetailError: ``value.no_key`` before the till has synced once.
    """
    minor = -sum(
        tender.amount_minor
        for tender in tenders
        if tender.kind is TenderKind.STORE_CREDIT and tender.amount_minor < 0
    )
    if not minor:
        return ()
    code = crockford_code(secrets.randbits(_BITS), _GROUPS)
    kind = ValueKind.STORE_CREDIT
    move = ValueMove(
        n=0,
        act="issue",
        kind=kind.value,
        lookup=lookup_of(company_key(tx), kind, code).hex(),
        amount=minor,
        last_four=last_four(code),
    )
    return (Credit(code, move),)


def print_slips(
    tx: Connection,
    session: TillSession,
    basket: Basket,
    sale: SaleClosed,
    credits_: Iterable[Credit],
) -> None:
    """Queue the slips behind the receipt, in the customer's language."""
    language = basket.customer.language if basket.customer else ""
    for credit in credits_:
        slip = receipts.Slip(credit.code, credit.move.amount, session.desk.now(), language)
        document = receipts.credit_slip(session.store, sale, slip)
        records.write_credit_job(tx, session.desk, document, rid=basket.basket_id)
