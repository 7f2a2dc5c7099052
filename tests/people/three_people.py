"""Who works at the till: a keyboard, a finger, a scanner. Each has one way to do a thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from db.demo.catalogue import gtin13
from tests.support.display import Desktop

GIFT_CARD = "TWG-"
_WITH_A_KEY = range(1, 10)


@dataclass(frozen=True, slots=True)
class Goods:
    """A favourite of the demo chain: the place of its tile, from 1, and its name there."""

    place: int
    name: str

    @property
    def code(self) -> str:
        """Its barcode as a scanner sends it."""
        return gtin13(self.place)[1:]


class Person(Protocol):
    """What a sale needs of whoever makes it."""

    def add(self, goods: Goods, count: int = 1) -> None:
        """Ring up so many of an article."""

    def weigh(self, goods: Goods, weight: str) -> None:
        """Ring up a weighed article and tell its weight in kilograms."""

    def cash(self) -> None:
        """Take the exact amount in cash."""

    def card(self) -> None:
        """Take all that is left by card."""

    def given(self, amount: str) -> None:
        """Take an amount in cash and give change; in minor units."""

    def old_enough(self) -> None:
        """Say that the buyer's age was checked."""

    def part_in_cash(self, amount: str) -> None:
        """Open the payment and take a part in cash; in minor units."""

    def gift_card(self, number: str) -> None:
        """Open the payment and take what is on a gift card."""

    def open_return(self, receipt: str) -> None:
        """Open a receipt whose goods come back."""

    def take_back(self) -> None:
        """Take the first line of the open receipt back, unwanted, and go back to the basket."""

    def pay_out(self) -> None:
        """Pay out what is owed, as the till proposes."""

    def next(self) -> None:
        """Leave the page of the finished sale."""


class Keyboard:
    """Both hands on the keys, none on the glass."""

    def __init__(self, desktop: Desktop) -> None:
        self._hands, self._eyes = desktop.hands, desktop.eyes

    def add(self, goods: Goods, count: int = 1) -> None:
        if count > 1:
            self._hands.type(f"{count}*{goods.code}")
            self._hands.press("Return")
        elif goods.place in _WITH_A_KEY:
            self._hands.press(f"ctrl+{goods.place}")
        else:
            self._hands.type(goods.name)
            self._eyes.wait_for(f"{goods.name}, ")
            self._hands.press("Return")
        self._eyes.wait_for(f"{count} {goods.name}")

    def weigh(self, goods: Goods, weight: str) -> None:
        self._hands.press(f"ctrl+{goods.place}")
        self._eyes.wait_for(f"? {goods.name}")
        self._hands.type(f"{weight}*")
        self._hands.press("Return")
        self._eyes.wait_for(f"{weight} {goods.name}")

    def cash(self) -> None:
        self._hands.press("F9")

    def card(self) -> None:
        self._hands.press("F11")

    def given(self, amount: str) -> None:
        self._hands.type(amount)
        self._hands.press("F9")

    def old_enough(self) -> None:
        self._eyes.wait_for("Checked")
        self._hands.press("Return")

    def part_in_cash(self, amount: str) -> None:
        self._open_payment()
        self._hands.type(amount)
        self._hands.press("Return")
        self._eyes.wait_for("Take back")

    def gift_card(self, number: str) -> None:
        self._open_payment()
        self._hands.press("ctrl+g")
        self._eyes.wait_for("Take what is on it")
        self._hands.type(number)
        self._hands.press("Return")

    def open_return(self, receipt: str) -> None:
        self._hands.press("F6")
        self._eyes.wait_for("Receipts and lines")
        self._hands.type(receipt)
        self._hands.press("Return")

    def take_back(self) -> None:
        self._eyes.wait_for("Take back")
        self._hands.type("c")
        self._hands.press("Return")

    def pay_out(self) -> None:
        self._hands.press("F12")
        self._eyes.wait_for("To pay out")
        self._hands.press("Return")

    def next(self) -> None:
        self._hands.press("Escape")

    def _open_payment(self) -> None:
        self._hands.press("F12")
        self._eyes.wait_for("Left to pay")


class Finger:
    """One finger on the glass; the letters are on the glass too."""

    def __init__(self, desktop: Desktop) -> None:
        self._hands, self._eyes = desktop.hands, desktop.eyes

    def add(self, goods: Goods, count: int = 1) -> None:
        for number in range(1, count + 1):
            self._tap(f"{goods.name}, €")
            self._eyes.wait_for(f"{number} {goods.name}")

    def weigh(self, goods: Goods, weight: str) -> None:
        self._tap(f"{goods.name}, €")
        self._eyes.wait_for(f"? {goods.name}")
        self._tap("Quantity (")
        self._eyes.wait_for("Set quantity")
        self._tap_each(weight)
        self._tap("Set quantity")
        self._eyes.wait_for(f"{weight} {goods.name}")

    def cash(self) -> None:
        self._tap("Cash (F9)")

    def card(self) -> None:
        if self._eyes.find("Left to pay") is None:
            self._tap("Card (F11)")
        else:
            self._tap("Card")
            self._tap("Card €")

    def given(self, amount: str) -> None:
        self._open_payment()
        self._tap_each(amount)
        self._tap("Take €")

    def old_enough(self) -> None:
        self._tap("Checked")

    def part_in_cash(self, amount: str) -> None:
        self._open_payment()
        self._tap_each(amount)
        self._tap("Take €")
        self._eyes.wait_for("Take back")

    def gift_card(self, number: str) -> None:
        self._open_payment()
        self._tap("Gift card")
        self._eyes.wait_for("Take what is on it")
        self._tap("Keyboard for fingers")
        self._tap_each(number.lower())
        self._tap("Put the keyboard away")
        self._tap("Take what is on it")

    def open_return(self, receipt: str) -> None:
        self._tap("Returns")
        self._tap(f"Receipt {receipt}")

    def take_back(self) -> None:
        self._tap("Changed their mind")
        self._tap("Take back")

    def pay_out(self) -> None:
        self._tap("Pay out")
        self._eyes.wait_for("To pay out")
        self._tap("Refund €")

    def next(self) -> None:
        self._tap("Next sale")

    def _open_payment(self) -> None:
        if self._eyes.find("Left to pay") is None:
            self._tap("Pay")
        self._eyes.wait_for("Left to pay")

    def _tap(self, name: str) -> None:
        self._hands.touch(self._eyes.wait_for(name))

    def _tap_each(self, letters: str) -> None:
        for letter in letters:
            self._hands.touch(self._eyes.wait_for(letter, exactly=True))


class Scanner:
    """A scanner, goods, cards, receipts, and the printed sheet of commands."""

    def __init__(self, desktop: Desktop) -> None:
        self._hands, self._eyes = desktop.hands, desktop.eyes

    def add(self, goods: Goods, count: int = 1) -> None:
        for number in range(1, count + 1):
            self._hands.scan(goods.code)
            self._eyes.wait_for(f"{number} {goods.name}")

    def weigh(self, goods: Goods, weight: str) -> None:
        self._hands.scan(goods.code)
        self._eyes.wait_for(f"? {goods.name}")
        self._letters(f"{weight}*")
        self._command("enter")
        self._eyes.wait_for(f"{weight} {goods.name}")

    def cash(self) -> None:
        self._command("pay.cash")

    def card(self) -> None:
        self._command("pay.card")

    def given(self, amount: str) -> None:
        self._letters(amount)
        self._command("pay.cash")

    def old_enough(self) -> None:
        self._eyes.wait_for("Checked")
        self._command("enter")

    def part_in_cash(self, amount: str) -> None:
        self._open_payment()
        self._letters(amount)
        self._command("enter")
        self._eyes.wait_for("Take back")

    def gift_card(self, number: str) -> None:
        self._open_payment()
        self._hands.scan(GIFT_CARD + number)

    def open_return(self, receipt: str) -> None:
        self._hands.scan(receipt)

    def take_back(self) -> None:
        self._eyes.wait_for("Take back")
        self._letters("c")
        self._command("enter")

    def pay_out(self) -> None:
        self._command("pay.page")
        self._eyes.wait_for("To pay out")
        self._command("enter")

    def next(self) -> None:
        self._command("back")

    def _open_payment(self) -> None:
        self._command("pay.page")
        self._eyes.wait_for("Left to pay")

    def _letters(self, text: str) -> None:
        for letter in text:
            self._command(f"key.{letter}")

    def _command(self, name: str) -> None:
        self._hands.scan(f"TWK-{name}")
