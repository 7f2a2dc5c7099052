"""The 200 baskets of the golden table of money, always the same.

``python -m tests.support.money_baskets`` writes ``tests/data/money/baskets.json`` anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

from tests.support.money_oracle import expected, in_coins, priced, worth

Json = dict[str, Any]
FILE = Path(__file__).parents[1] / "data" / "money" / "baskets.json"
COUNT = 200
DIGITS = {"EUR": 2, "CHF": 2, "SEK": 2, "CAD": 2, "USD": 2, "JPY": 0, "KWD": 3}
MODES = ("inclusive", "exclusive")
ROUNDINGS = ("per_line", "per_rate")
COINS = (1, 5, 10, 50, 100)
WAYS = ("cash", "card", "split", "refund")
_CODES = {2: ("EUR", "CHF", "SEK", "CAD"), 0: ("JPY",), 3: ("KWD",)}
_PRICES = {2: (19, 4_999), 0: (80, 9_800), 3: (55, 19_990)}
_RATES = (
    {"A": 210_000, "B": 60_000},
    {"A": 77_000, "B": 25_000},
    {"A": 50_000, "B": 99_750},
    {"A": 100_000, "B": 80_000},
)
# A basket of every combination of a way to pay and a number of digits; two are left out per cell.
_PAIRS = tuple(product(WAYS, (2, 0, 3)))


class _Dice:
    """Numbers that no version of Python changes (Knuth's MMIX generator)."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def within(self, least: int, most: int) -> int:
        """A whole number of the range, both ends included."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return least + (self._state >> 33) % (most - least + 1)

    def one_of(self, choices: tuple[str, ...]) -> str:
        """One of the choices."""
        return choices[self.within(0, len(choices) - 1)]


def baskets() -> list[Json]:
    """All baskets with what the oracle expects of them."""
    return [{**basket, "expected": expected(basket)} for basket in _inputs()]


def text() -> str:
    """The file as it has to be: one basket a line."""
    lines = ",\n".join(json.dumps(basket) for basket in baskets())
    return f'{{"schema": "tillwright-money/1", "count": {COUNT}, "cases": [\n{lines}\n]}}\n'


def _inputs() -> Iterator[Json]:
    cells = product(MODES, ROUNDINGS, COINS)
    for number, (mode, rounding, coin) in enumerate(cells):
        left_out = {2 * number % len(_PAIRS), (2 * number + 1) % len(_PAIRS)}
        for place, (way, digits) in enumerate(_PAIRS):
            if place not in left_out:
                dice = _Dice(1 + 100 * number + place)
                basket = _goods(dice, digits, (mode, rounding, coin))
                name = f"{mode[:2]}-{rounding[4:]}-{digits}d-{coin}c-{way}"
                yield {"id": name, "way": way, **basket, **_payment(dice, basket, way)}


def _goods(dice: _Dice, digits: int, cell: tuple[str, str, int]) -> Json:
    mode, rounding, coin = cell
    rates = _RATES[dice.within(0, len(_RATES) - 1)]
    two_codes = dice.within(0, 3) == 0
    tax: Json = {"mode": mode, "rounding": rounding, "rates": rates}
    if two_codes and dice.within(0, 1):
        tax["combine"] = True
    choices = ("A", "B", "AB", "") if two_codes else ("A", "A", "B")
    lines = [
        _line(dice, place, digits, tuple(dice.one_of(choices)))
        for place in range(1, 1 + dice.within(1, 6))
    ]
    promotions = [{"id": "P", "type": "percent", "bp": 250 * dice.within(1, 12)}]
    return {
        "currency": {"code": dice.one_of(_CODES[digits]), "exponent": digits},
        "promos": promotions if dice.within(0, 1) else [],
        "tax": tax,
        "context": {"datetime": "2026-03-12T11:00:00"},
        "lines": lines,
        "cash_rounding": {"increment": coin},
    }


def _line(dice: _Dice, place: int, digits: int, codes: tuple[str, ...]) -> Json:
    line: Json = {
        "id": f"L{place}",
        "gtin": f"{4_000_000_000_000 + place}",
        "unit_price": dice.within(*_PRICES[digits]),
        "taxes": list(codes),
    }
    if dice.within(0, 4) == 0:
        return line | {"weight_g": dice.within(35, 2_800)}
    return line | {"qty": dice.within(1, 7)}


def _payment(dice: _Dice, basket: Json, way: str) -> Json:
    tied = basket["cash_rounding"]["increment"] % 2 == 0 and dice.within(0, 1) == 1
    if way == "refund":
        return _refund(dice, basket, tied=tied)
    if way == "cash" and tied:
        basket["lines"].append(_deposit(basket, priced(basket)["total"]))
    offers = {"cash": _cash, "card": _card, "split": _split}[way]
    return {"offers": offers(dice, basket, priced(basket)["total"])}


def _deposit(basket: Json, total: int) -> Json:
    """A line, untaxed and not reduced, that brings the total to half a coin above a coin."""
    coin = basket["cash_rounding"]["increment"]
    price = (coin // 2 - total) % coin or coin
    return {
        "id": "L9",
        "gtin": "4000000000009",
        "unit_price": price,
        "taxes": [],
        "no_discount": True,
        "qty": 1,
    }


def _card(dice: _Dice, _basket: Json, due: int) -> list[Json]:
    return [{"kind": "card", "amount": due, "reference": f"A{dice.within(100_000, 999_999)}"}]


def _cash(dice: _Dice, basket: Json, due: int) -> list[Json]:
    """Exact coins, a note that is too large, the due to the last unit, or foreign notes."""
    coin = basket["cash_rounding"]["increment"]
    coins = in_coins(due, coin)
    unit: int = 10 ** basket["currency"]["exponent"]
    match dice.within(0, 3):
        case 0:
            given = coins
        case 1:
            given = coins + coin * dice.within(1, 400)
        case 2:
            given = max(due, coins)
        case _:
            return [_foreign(dice, basket, due + unit)]
    return [{"kind": "cash", "amount": given}]


def _foreign(dice: _Dice, basket: Json, cover: int) -> Json:
    """Whole notes of another currency that are worth more than ``cover``."""
    exponent = basket["currency"]["exponent"]
    currency = "USD" if dice.within(0, 1) else "JPY"
    rate = dice.within(300_000, 1_900_000) if currency == "USD" else dice.within(5_000, 9_999)
    note = 10 * 10 ** DIGITS[currency] if currency == "USD" else 1_000
    offer: Json = {"kind": "cash"}
    amount = note
    while True:
        offer["foreign"] = {"currency": currency, "amount": amount, "rate_ppm": rate}
        offer["amount"] = worth(offer, exponent, DIGITS)
        if offer["amount"] > cover:
            return offer
        amount += note * (1 + amount // (20 * note))


def _split(dice: _Dice, basket: Json, due: int) -> list[Json]:
    """A card or stored value for a part, at times two of them, cash or a card for the rest."""
    first = due * dice.within(20, 60) // 100
    kind = dice.one_of(("card", "gift_card", "voucher", "store_credit", "house_account"))
    offers: list[Json] = [{"kind": kind, "amount": first, "reference": "R1"}]
    due -= first
    if dice.within(0, 1):
        second = due * dice.within(20, 60) // 100
        offers.append({"kind": "gift_card", "amount": second, "reference": "R2"})
        due -= second
    last: Callable[[_Dice, Json, int], list[Json]] = _card if dice.within(0, 3) == 0 else _cash
    return [*(offer for offer in offers if offer["amount"]), *last(dice, basket, due)]


def _refund(dice: _Dice, basket: Json, *, tied: bool) -> Json:
    """Some units of some lines, of a sale that was paid in cash, by card, or with several."""
    back = {line["id"]: dice.within(0, line.get("qty", 1)) for line in basket["lines"]}
    back[basket["lines"][0]["id"]] = 1
    if tied:
        basket["lines"].append(_deposit(basket, priced(basket, back)["total"]))
        back["L9"] = 1
    total = priced(basket)["total"]
    by_card = 0 if tied else total * dice.within(0, 4) // 8
    gift = 0 if tied else (total - by_card) * dice.within(0, 2) // 5
    originals: list[Json] = [
        {"kind": "cash", "amount": total - by_card - gift},
        {"kind": "card", "amount": by_card, "reference": "C1"},
        {"kind": "gift_card", "amount": gift, "reference": "G1"},
    ]
    return {
        "returns": [{"lines": {line: units for line, units in back.items() if units}}],
        "originals": [original for original in originals if original["amount"]],
    }


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
