"""The body of a sale on the wire, without what follows from the rest of it.

The journal keeps a sale's body whole: whoever reads it needs no arithmetic. Between a till and a
head office most of it follows from the rest, so :func:`slim` leaves that out and :func:`whole`
puts it back. A body goes slim only when that gives its very bytes again; the chain, which is
computed over the bytes, shows at the other side that it did.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from retail.contract.codec import canonical
from retail.errors import RetailError

_PIECE = 1_000
_PPM = 1_000_000
_RATE = 2
"""Length of a row of the tax table that tells its code and rate only."""
_FINE = 10_000
"""Parts of a minor unit that the least sum is counted in."""
_NO_SALE = (
    *(KeyError, TypeError, AttributeError, ValueError, IndexError),
    *(RecursionError, msgspec.MsgspecError),
)
_decode = msgspec.json.Decoder().decode


def slim(body: bytes, at_us: int) -> bytes | None:
    """A sale's body without what follows; None when :func:`whole` would not give it again.

    Args:
        at_us: the entry's wall clock, which instants in the body are near to.
    """
    try:
        sale = _decode(body)
        sums = _sums_of(sale | {"tax": [row[:_RATE] for row in sale["tax"]]})
        for number, line in enumerate(sale["lines"], 1):
            _slim_line(line, number, sale)
        for tender in sale["tenders"]:
            _drop(tender, _tender_rest(tender, sale))
        sale["tax"] = [
            row[:_RATE] if row == expected else row
            for row, expected in zip(sale["tax"], sums.pop("tax"), strict=True)
        ]
        _slim_choice(sale, at_us)
        _drop(sale, sums)
        short = canonical(sale)
        return short if whole(short, at_us) == body else None
    except (*_NO_SALE, RetailError):
        return None


def whole(body: bytes, at_us: int) -> bytes:
    """The canonical body that :func:`slim` made ``body`` of.

    Raises:
        RetailError: ``wire.slim`` for anything else.
    """
    try:
        sale = _decode(body)
        for number, line in enumerate(sale["lines"], 1):
            _whole_line(line, number, sale)
        for name, value in _sums_of(sale).items():
            if name == "tax":
                sale["tax"] = value
            else:
                sale.setdefault(name, value)
        for tender in sale["tenders"]:
            tender.update(_tender_rest(tender, sale) | tender)
        _whole_choice(sale, at_us)
        return canonical(sale)
    except _NO_SALE as problem:
        raise RetailError(
            "wire.slim", "A sale of the batch lacks what the rest of it follows from."
        ) from problem


def _slim_line(line: dict[str, Any], number: int, sale: dict[str, Any]) -> None:
    rest = _rest_of(line, number)
    tax = _tax_of(line["tax"], line["net"], sale)
    _drop(line, rest)
    if tax and tax == line["tax"]:
        (line["tax"],) = tax


def _whole_line(line: dict[str, Any], number: int, sale: dict[str, Any]) -> None:
    line.update(_rest_of(line, number) | line)
    if isinstance(line["tax"], str):
        line["tax"] = _tax_of([line["tax"]], line["net"], sale)


def _rest_of(line: dict[str, Any], number: int) -> dict[str, Any]:
    """What a line's own values and its place in the sale say of the rest of it."""
    qty = _number(line.get("qty", _PIECE))
    gross = (2 * _number(line["price"]) * qty + _PIECE) // (2 * _PIECE)
    off = _off(line)
    net = _number(line.get("gross", gross)) - _number(line.get("discount", off))
    rest = {"n": number, "qty": _PIECE, "gross": gross, "net": net, "parts": [[line["sku"], qty]]}
    return rest | {"discount": off} if off else rest


def _tax_of(codes: Iterable[str], net: int, sale: dict[str, Any]) -> dict[str, int]:
    """The tax of a line on which a single rate lies; of more rates, nothing that follows."""
    rates = {row[0]: _number(row[1]) for row in sale["tax"]}
    found = [code for code in codes if code in rates]
    if len(found) != 1:
        return {}
    (code,) = found
    whole = _PPM + rates[code] if sale.get("tax_included", True) else _PPM
    return {code: (2 * _number(net) * rates[code] + whole) // (2 * whole)}


def _sums_of(sale: dict[str, Any]) -> dict[str, Any]:
    """What whole lines add up to; of rows of the tax table that are whole already, those."""
    included = sale.get("tax_included", True)
    lines = sale["lines"]
    taxes = sum(_number(tax) for line in lines for tax in line["tax"].values())
    total = sum(_number(line["net"]) for line in lines) + (0 if included else taxes)
    rows = []
    for row in sale["tax"]:
        taxed = [line for line in lines if row[0] in line["tax"]]
        tax = sum(line["tax"][row[0]] for line in taxed)
        net = sum(line["net"] for line in taxed) - (tax if included else 0)
        rows.append(row if len(row) > _RATE else [*row, net, tax])
    sums = {"total": total, "tax": rows}
    savings = sum(_number(line.get("discount", 0)) for line in lines)
    return sums | {"savings": savings} if savings else sums


def _tender_rest(tender: dict[str, Any], sale: dict[str, Any]) -> dict[str, int]:
    """A single tender paid what was owed; what was given is that and the change."""
    owed = _number(sale["total"]) + _number(sale.get("rounding", 0))
    alone = len(sale["tenders"]) == 1
    rest = {"amount": owed} if alone else {}
    amount = tender.get("amount", owed) if alone else tender["amount"]
    return rest | {"given": _number(amount) + _number(tender.get("change", 0))}


def _off(line: dict[str, Any]) -> int:
    return sum(_number(minor) for _promotion, minor, _units in line.get("discounts", ()))


def _slim_choice(sale: dict[str, Any], at_us: int) -> None:
    """Instants as microseconds before the entry's; the least sum as what is off the total."""
    sale["started_us"] = at_us - _number(sale["started_us"])
    choice = sale.get("promotions")
    if choice is not None:
        _drop(choice, {"bound": choice["minimised"]})
        choice["minimised"] = _number(choice["minimised"]) - _FINE * _number(sale["total"])
        choice["priced_us"] = at_us - _number(choice["priced_us"])


def _whole_choice(sale: dict[str, Any], at_us: int) -> None:
    sale["started_us"] = at_us - _number(sale["started_us"])
    choice = sale.get("promotions")
    if choice is not None:
        choice["minimised"] = _number(choice["minimised"]) + _FINE * _number(sale["total"])
        choice.setdefault("bound", choice["minimised"])
        choice["priced_us"] = at_us - _number(choice["priced_us"])


def _drop(values: dict[str, Any], follows: dict[str, Any]) -> None:
    """Leave out what is as it follows."""
    for name, value in follows.items():
        if values.get(name) == value:
            del values[name]


def _number(value: object) -> int:
    if type(value) is not int:
        raise TypeError(value)
    return value
