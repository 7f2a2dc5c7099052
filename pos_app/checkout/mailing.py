"""The last receipt by e-mail: journalled here with the cable out as well, sent by head office."""

from __future__ import annotations

from sqlalchemy import Connection, select

from db.store.sales import Sale
from pos_app.checkout import receipt_ways
from pos_app.checkout.closing import newest_receipt
from pos_app.customers.queries import known
from pos_app.till.service import TillSession
from retail.contract.documents import decode_document
from retail.customers import mail_address


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
    receipt_ways.send(tx, session, newest.rid, decode_document(bytes(newest.document)), to)
    receipt_ways.note_sent(tx, newest.job_id)
    return str(newest.number)
