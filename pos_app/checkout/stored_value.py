"""Gift cards that are sold and topped up: a line that puts its amount on a card.

The code itself goes into the keyed hash that the card is found by, and is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from pos_app.checkout import queries
from pos_app.checkout.open_basket import Change, CheckoutView, basket_of, keep
from pos_app.checkout.scanning import check_sellable, code_rules
from pos_app.till.service import TillSession
from pos_app.value.queries import company_key, told_balance, was_loaded
from retail.barcode.gtin import parse
from retail.barcode.kinds import read_code
from retail.barcode.scanned import GiftCard, StoreCredit
from retail.basket import lines as baskets
from retail.basket.model import Loads
from retail.contract.sales import ValueMove
from retail.errors import RetailError
from retail.pricing import PricedBasket
from retail.storing import check_payment
from retail.tender.settlement import Tender
from retail.value import ValueKind, check_code, last_four, lookup_of


def card_number(tx: Connection, session: TillSession, code: str) -> str:
    """The number of a card: of a scanned code without what the store's table strips."""
    try:
        found = read_code(code, code_rules(tx, session), session.place().business_date)
    except RetailError:
        return code.strip()
    return found.number if isinstance(found, GiftCard | StoreCredit) else code.strip()


def ring_up(
    tx: Connection, session: TillSession, sku: str, code: str, minor: int = 0
) -> CheckoutView:
    """Add an article that stores value, for the card of a code.

    Args:
        code: of the card, scanned or typed; a fresh one, or one that is topped up.
        minor: the amount, for an article whose price leaves it open.

    Raises:
        RetailError: ``item.gone``, ``item.stopped``; ``value.no_key`` before the first sync;
            ``value.short`` for a code that could be guessed, ``value.article`` for the code of
            an article; ``basket.amount``, ``basket.loaded``.
    """
    item = queries.find_sku(tx, session.store, sku, session.desk.now_us())
    if item is None or not item.stores:
        raise RetailError("item.gone", "%(sku)s is no longer sold; nothing was added.", sku=sku)
    check_sellable(item)
    number = check_code(card_number(tx, session, code))
    if _is_an_article(tx, session, code):
        raise RetailError(
            "value.article",
            "This is an article's barcode, not a card's; scan the code on the card itself. "
            "Nothing was added.",
        )
    kind = ValueKind(item.stores)
    lookup = lookup_of(company_key(tx), kind, number)
    loads = Loads(kind.value, lookup.hex(), last_four(number))
    basket = basket_of(tx, session)
    after = baskets.load(basket, item, loads, item.unit_price_minor or minor, code=sku)
    return keep(tx, session, Change(basket, after))


def stored_minor(priced: PricedBasket) -> int:
    """What of a basket is put on cards, in minor units."""
    return sum(line.net_minor for line in priced.lines if line.line.loads is not None)


def moves_of_lines(
    tx: Connection, priced: PricedBasket, tenders: Sequence[Tender]
) -> tuple[ValueMove, ...]:
    """What the lines of a basket put on cards, unnumbered.

    Raises:
        RetailError: ``value.by_gift_card``; ``sale.value`` for a line that would be paid for and
            load nothing.
    """
    for line in (one.line for one in priced.lines):
        if line.item and line.item.stores and line.loads is None and line.returned is None:
            raise RetailError(
                "sale.value",
                "No card was scanned for %(name)s; nothing was booked. Remove it and scan again.",
                name=line.item.name,
            )
    check_payment(priced.total_minor, stored_minor(priced), tenders)
    return tuple(
        ValueMove(
            n=0,
            act="load" if was_loaded(tx, bytes.fromhex(line.line.loads.lookup)) else "issue",
            kind=line.line.loads.kind,
            lookup=line.line.loads.lookup,
            amount=line.net_minor,
            last_four=line.line.loads.last_four,
            line=n,
        )
        for n, line in enumerate(priced.lines, 1)
        if line.line.loads is not None
    )


def balances(tx: Connection, moves: Sequence[ValueMove]) -> Mapping[str, int]:
    """What is on the cards after a sale, by lookup, where head office ever told of them.

    It counts what the sale does, whose rows are written already.
    """
    found = {}
    for move in moves:
        if move.stored:
            minor = told_balance(tx, bytes.fromhex(move.lookup))
            if minor is not None:
                found[move.lookup] = minor
    return found


def _is_an_article(tx: Connection, session: TillSession, code: str) -> bool:
    """Whether the catalogue knows a code: the package has a barcode beside the card's own."""
    try:
        parsed = parse(code)
    except RetailError:
        return False
    return queries.find(tx, session.store, parsed, session.desk.now_us()) is not None
