"""Where the receipt of the open basket goes, chosen before it is paid and kept until then.

A receipt that is not printed is kept with its sale: it comes on paper later as the original it
then is, unless it went out by e-mail; what follows an original is a copy.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from db.prepared import Prepared
from db.store.print_queue import PrintJob, ReceiptWish
from db.store.sales import HeldBasket
from db.transaction import changed
from pos_app.checkout import records
from pos_app.customers.queries import known
from pos_app.journal import append as journal
from pos_app.journal.desk import Desk
from pos_app.till.queries import store_setting
from pos_app.till.service import TillSession
from retail.basket.model import Basket
from retail.contract.codec import Side, canonical, side_hash
from retail.contract.documents import encode_document
from retail.contract.facts import MailedReceipt, ReceiptSent
from retail.customers import Consent, mail_address
from retail.receipt import ReceiptDocument
from retail.receipt_ways import ReceiptWay, check_way, default_way
from retail.store_settings import RECEIPT_DEFAULT, RECEIPT_REQUIRED

_SALT_BYTES = 16
_WISH = Prepared(
    select(ReceiptWish.way, ReceiptWish.address).where(ReceiptWish.basket_id == bindparam("basket"))
)
_OVER = Prepared(delete(ReceiptWish).where(ReceiptWish.basket_id == bindparam("basket")))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a basket's receipt goes.

    Attributes:
        address: for e-mail.
        known: the customer's address as far as this till knows it.
        required: no receipt at all is no choice here.
    """

    way: ReceiptWay
    address: str = ""
    known: str = ""
    required: bool = False


def standing(tx: Connection, session: TillSession, basket: Basket) -> Standing:
    """What was chosen for a basket, else what its customer or the store prefers."""
    store_id = session.store.store_id
    required = store_setting(tx, store_id, RECEIPT_REQUIRED) == "1"
    customer = known(tx, basket.customer.party) if basket.customer else None
    address = customer.personal.email if customer else ""
    row = _WISH.first(tx, {"basket": basket.basket_id.bytes})
    if row is not None:
        return Standing(ReceiptWay(row[0]), row[1], address, required)
    wants_mail = bool(address and customer and Consent.EMAIL_RECEIPT in customer.consents)
    preset = store_setting(tx, store_id, RECEIPT_DEFAULT)
    way = default_way(preset, required=required, wants_mail=wants_mail)
    return Standing(way, address if way is ReceiptWay.MAIL else "", address, required)


def choose(
    tx: Connection, session: TillSession, basket: Basket, way: ReceiptWay, address: str = ""
) -> Standing:
    """Have the receipt of a basket go another way; kept until its sale is closed.

    Raises:
        RetailError: ``receipt.required``, or ``mail.address`` for what cannot be one.
    """
    found = standing(tx, session, basket)
    check_way(way, required=found.required)
    to = mail_address(address) if way is ReceiptWay.MAIL else ""
    values = {"way": way.value, "address": to}
    # Baskets that were given up leave no address behind.
    waiting = select(HeldBasket.basket_id)
    tx.execute(delete(ReceiptWish).where(ReceiptWish.basket_id.not_in(waiting)))
    tx.execute(
        insert(ReceiptWish)
        .values(basket_id=basket.basket_id, **values)
        .on_conflict_do_update(index_elements=["basket_id"], set_=values)
    )
    return Standing(way, to, found.known, found.required)


def hand_out(
    tx: Connection,
    session: TillSession,
    basket: Basket,
    document: ReceiptDocument,
    *,
    drawer: bool,
) -> ReceiptWay:
    """Let the receipt of a sale that is being closed go its way; returns which one that is."""
    found = standing(tx, session, basket)
    rid, desk = basket.basket_id, session.desk
    _OVER.one(tx, {"basket": rid.bytes})
    if found.way is ReceiptWay.PAPER:
        records.write_print_job(tx, desk, document, rid=rid, copy_no=0, drawer=drawer)
        return found.way
    way = found.way.value
    records.write_unprinted(tx, desk, document, rid=rid, drawer=drawer, way=way)
    if found.way is ReceiptWay.MAIL:
        send(tx, session, rid, document, found.address)
    return found.way


def send(
    tx: Connection,
    session: TillSession,
    rid: UUID,
    document: ReceiptDocument,
    to: str,
    sheet: str = "",
) -> None:
    """Journal that head office is to send a receipt; address and receipt travel beside.

    Args:
        sheet: ``a4`` for an invoice.
    """
    content = MailedReceipt(to=to, document=msgspec.Raw(encode_document(document)), sheet=sheet)
    side = Side(secrets.token_bytes(_SALT_BYTES), canonical(content))
    fact = ReceiptSent(
        sale=rid,
        number=document.title,
        staff=session.staff.staff_id,
        side=side_hash(side).hex(),
    )
    entry = journal.Draft(session.desk.new_id(), session.place(), fact, side=side)
    journal.append(tx, session.desk, journal.head(tx), entry)


def print_late(tx: Connection, desk: Desk, job_id: UUID) -> bool:
    """Print a receipt that nobody got yet, as the original; False for any other."""
    never = (PrintJob.job_id == job_id, PrintJob.way == ReceiptWay.NONE.value)
    late = {"way": ReceiptWay.PAPER.value, "state": "queued", "drawer": False, "attempts": 0}
    found = tx.execute(update(PrintJob).where(*never).values(created_at=desk.now(), **late))
    if not found.rowcount:
        return False
    changed(tx, records.PRINT_CHANGE)
    return True


def note_sent(tx: Connection, job_id: UUID) -> None:
    """A receipt that nobody got went out by e-mail: on paper it is a copy from now on."""
    never = (PrintJob.job_id == job_id, PrintJob.way == ReceiptWay.NONE.value)
    tx.execute(update(PrintJob).where(*never).values(way=ReceiptWay.MAIL.value))
