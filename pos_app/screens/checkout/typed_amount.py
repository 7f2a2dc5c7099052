"""An amount while it is typed at the payment."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.runtime.i18n import parse_amount
from retail.errors import RetailError
from retail.money import exponent_of

_LONGEST = 12
_READABLE = frozenset("0123456789.,")


@dataclass(frozen=True, slots=True)
class TypedAmount:
    """Digits and a separator; empty while the proposed amount holds."""

    text: str = ""

    @classmethod
    def of_line(cls, text: str) -> TypedAmount:
        """What stood on the input line; nothing when that is no amount."""
        return cls(text if _READABLE.issuperset(text) else "")

    def pressed(self, key: str, currency: str) -> TypedAmount:
        """After a digit, ``00``, a decimal separator, ``back`` or ``clear``."""
        if key == "back":
            return TypedAmount(self.text[:-1])
        if key == "clear":
            return TypedAmount()
        longer = self.text + key
        return TypedAmount(longer) if len(longer) <= _LONGEST and _fits(longer, currency) else self

    def minor(self, currency: str) -> int:
        """Minor units.

        Raises:
            RetailError: ``money.amount``.
        """
        return parse_amount(self.text, currency)


def _fits(text: str, currency: str) -> bool:
    try:
        parse_amount(text, currency)
    except RetailError:
        return text in {".", ","} and exponent_of(currency) > 0
    return True
