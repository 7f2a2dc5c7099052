"""What a scanned or typed code does to the open basket, and codes that are for something else."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection

from pos_app.checkout import queries
from pos_app.till.queries import store_setting
from pos_app.till.service import TillSession
from retail.barcode.gtin import Gtin, OtherCode, parse_gtin
from retail.barcode.kinds import read_code
from retail.barcode.number_rules import CodeRules, quantity_of_price, rules_from
from retail.barcode.presets import preset
from retail.barcode.scanned import (
    Ambiguous,
    Article,
    Gs1Article,
    LocalNumber,
    MeasuredArticle,
    ScannedCode,
    UnknownCode,
)
from retail.basket.lines import ANY_PIECE, Piece
from retail.catalog import ItemSnapshot
from retail.errors import RetailError
from retail.store_settings import CODE_RULES

_log = logging.getLogger("tillwright.checkout")
_COUNTRY_LETTERS = 2


@dataclass(frozen=True, slots=True)
class ScannedItem:
    """An article as its code tells it.

    Attributes:
        quantity: thousandths that the code tells; 0 for none.
        piece: the serial number, lot, date or price of the piece in hand.
    """

    item: ItemSnapshot
    quantity: int = 0
    piece: Piece = ANY_PIECE


Scanned = ScannedItem | ScannedCode | None
"""An article, a code that is for something else than an article, or None for an unknown one."""


def look_up(tx: Connection, session: TillSession, code: str) -> Scanned:
    """Tell what a code is, and find its article.

    Raises:
        RetailError: for a misread code as :func:`retail.barcode.kinds.read_code` says;
            ``item.expired`` for a piece whose date has passed, ``item.stopped`` for an article
            that must not be sold, ``code.unit_price``, ``code.ambiguous``.
    """
    today = session.place().business_date
    found = read_code(code, code_rules(tx, session), today)
    match found:
        case Article() | LocalNumber():
            return _plain(tx, session, found.code)
        case MeasuredArticle():
            return _measured(tx, session, found)
        case Gs1Article():
            return _with_data(tx, session, found, today)
        case UnknownCode():
            return _plain(tx, session, OtherCode(found.text))
        case Ambiguous():
            return _either(tx, session, found)
        case _:
            return found


def code_rules(tx: Connection, session: TillSession) -> CodeRules:
    """What codes mean in the session's store."""
    store = session.store
    return _table(store_setting(tx, store.store_id, CODE_RULES), store.tax_zone, store.currency)


@lru_cache(maxsize=16)
def _table(setting: str, tax_zone: str, currency: str) -> CodeRules:
    """The store's own table, else that of its country, which the tax zone begins with."""
    if setting:
        try:
            return rules_from(setting)
        except RetailError as problem:
            _log.warning("the store's table of codes cannot be read: %s", problem)
    return preset(tax_zone[:_COUNTRY_LETTERS], currency)


def check_sellable(item: ItemSnapshot) -> None:
    """Refuse what must not be sold now.

    Raises:
        RetailError: ``item.stopped``.
    """
    if item.stopped:
        raise RetailError(
            "item.stopped",
            "%(name)s must not be sold: it is %(why)s. Put it aside; nothing was added.",
            name=item.name,
            why=item.stopped,
        )


def _item(tx: Connection, session: TillSession, code: Gtin | OtherCode) -> ItemSnapshot | None:
    item = queries.find(tx, session.store, code, session.desk.now_us())
    if item is not None:
        check_sellable(item)
    return item


def _unpriced(tx: Connection, session: TillSession, code: Gtin | OtherCode) -> ItemSnapshot | None:
    """The article, also where it has no price yet: then one must be entered."""
    item = _item(tx, session, code)
    if item is None:
        item = queries.find_unpriced(tx, code)
        if item is not None:
            check_sellable(item)
    return item


def _plain(tx: Connection, session: TillSession, code: Gtin | OtherCode) -> ScannedItem | None:
    item = _unpriced(tx, session, code)
    return None if item is None else ScannedItem(item)


def _measured(tx: Connection, session: TillSession, found: MeasuredArticle) -> ScannedItem | None:
    """By its number without price or weight, else by its reference, else as a whole."""
    reading = found.reading
    for code in (reading.base, OtherCode(reading.item), found.code):
        if code == OtherCode(""):
            continue
        item = _item(tx, session, code)
        if item is None:
            continue
        if reading.price:
            return _labelled(item, reading.price)
        return ScannedItem(item, reading.weight or reading.count or 0)
    return None


def _labelled(item: ItemSnapshot, price: int) -> ScannedItem:
    """The price on the label is what is paid; what it buys follows from it."""
    if not item.weighed:
        return ScannedItem(item, piece=Piece(label_minor=price))
    quantity = quantity_of_price(price, item.unit_price_minor)
    return ScannedItem(item, quantity, Piece(label_minor=price))


def _with_data(
    tx: Connection, session: TillSession, found: Gs1Article, today: date
) -> ScannedItem | None:
    data = found.data
    item = _unpriced(tx, session, parse_gtin(data.gtin)) if data.gtin else None
    if item is None:
        return None
    if data.expiry is not None and data.expiry < today:
        raise RetailError(
            "item.expired",
            "%(name)s expired on %(day)s. Put it aside; nothing was added.",
            name=item.name,
            day=data.expiry.isoformat(),
        )
    expires = data.expiry.isoformat() if data.expiry else ""
    label = data.price if data.currency == session.store.currency else None
    piece = Piece(data.serial, data.lot, expires, label)
    if label is not None and item.weighed and not data.weight:
        return ScannedItem(item, quantity_of_price(label, item.unit_price_minor), piece)
    measured = data.weight if item.weighed else data.count
    return ScannedItem(item, measured or 0, piece)


def _either(tx: Connection, session: TillSession, found: Ambiguous) -> ScannedItem | None:
    """Eight digits that may be two numbers: the one that the catalogue knows."""
    known = [item for code in (found.upc_e, found.ean_8) if (item := _plain(tx, session, code))]
    if len(known) > 1:
        raise RetailError(
            "code.ambiguous",
            "The eight digits are two articles; search for the name of the one in hand.",
        )
    return known[0] if known else None
