"""The last receipt by e-mail: journalled here with the cable out as well, sent by head office."""

from __future__ import annotations

import secrets

import msgspec
from sqlalchemy import Connection, select

from db.store.sales import Sale
from pos_app.checkout.closing import newest_receipt
from pos_app.customers.queries import known
from pos_app.journal import append as journal
from pos_app.till.service import TillSession
from retail.contract.codec import Side, canonical, side_hash
from retail.contract.facts import MailedReceipt, ReceiptSent
from retail.customers import mail_address

_SALT_BYTES = 16


def known_address(tx: Connection) -> str:
    """The address of the last sale's customer as far as this till knows it; empty otherwise."""
    newest = newest_receipt(tx)
    party = tx.execute(select(Sale.party_id).where(Sale.rid == newest.rid)).scalar_one()
    customer = None if party is None else known(tx, party)
    return "" if customer is None else customer.personal.email


def mail_last(tx: Connection, session: TillSession, address: str) -> str:
    """Have the newest receipt sent to an address, as it was printed; returns its number.

    Address and receipt travel beside the journal and can be erased. It says nothing about offers:
    whoever wants a receipt has agreed to a receipt.

    Raises:
        RetailError: ``mail.address``, or ``print.nothing`` when there is no receipt yet.
    """
    to = mail_address(address)
    newest = newest_receipt(tx)
    content = MailedReceipt(to=to, document=msgspec.Raw(newest.document))
    side = Side(secrets.token_bytes(_SALT_BYTES), canonical(content))
    number = str(newest.number)
    fact = ReceiptSent(
        sale=newest.rid,
        number=number,
        staff=session.staff.staff_id,
        side=side_hash(side).hex(),
    )
    entry = journal.Draft(session.desk.new_id(), session.place(), fact, side=side)
    journal.append(tx, session.desk, journal.head(tx), entry)
    return number
