"""A receipt by e-mail: journalled here with the cable out as well, sent by head office."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select

from db.store.sales import Sale
from pos_app.checkout import receipt_ways
from pos_app.checkout.reprinting import printed
from pos_app.customers.queries import known
from pos_app.till.service import TillSession
from retail.contract.documents import decode_document
from retail.customers import mail_address


def known_address(tx: Connection, rid: UUID | None = None) -> str:
    """The address of a sale's customer as far as this till knows it; empty otherwise.

    Args:
        rid: the sale; None for the newest.

    Raises:
        RetailError: as :func:`printed`.
    """
    receipt = printed(tx, rid)
    party = tx.execute(select(Sale.party_id).where(Sale.rid == receipt.rid)).scalar_one()
    customer = None if party is None else known(tx, party)
    return "" if customer is None else customer.personal.email


def mail(tx: Connection, session: TillSession, address: str, rid: UUID | None = None) -> str:
    """Have a receipt sent to an address, as it was printed; returns its number.

    Address and receipt travel beside the journal and can be erased. It says nothing about offers:
    whoever wants a receipt has agreed to a receipt.

    Args:
        rid: the sale; None for the newest.

    Raises:
        RetailError: ``mail.address``, or as :func:`printed`.
    """
    to = mail_address(address)
    receipt = printed(tx, rid)
    receipt_ways.send(tx, session, receipt.rid, decode_document(bytes(receipt.document)), to)
    receipt_ways.note_sent(tx, receipt.job_id)
    return str(receipt.number)
