"""Words and numbers for people: gettext catalogues, money and quantities from integers.

English is the source. Money is written from minor units with the digits of ISO 4217, never
through floating point.
"""

from __future__ import annotations

import gettext
from datetime import datetime
from zoneinfo import ZoneInfo

from hardware.errors import HardwareError
from resources.words import (
    MIRRORED,
    SOURCE,
    STRETCHED,
    catalogue,
    languages,
    short,
    style_of,
)
from retail.errors import RetailError
from retail.input_line import read_amount
from retail.money import exponent_of
from retail.words import N_

__all__ = [
    "MINUS", "N_", "_", "clock_time", "day_and_time", "isolated", "language", "money",
    "money_short", "name_of", "ngettext", "number", "parse_amount", "quantity", "right_to_left",
    "sentence", "use",
]  # fmt: skip

MINUS = "\N{MINUS SIGN}"
_NBSP = "\N{NO-BREAK SPACE}"

# Signs that are read without doubt in the country of the currency; others show the code.
_SIGNS = {
    "EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CNY": "¥", "PLN": "zł", "CZK": "Kč",
    "SEK": "kr", "NOK": "kr", "DKK": "kr", "HUF": "Ft", "INR": "₹", "TRY": "₺", "UAH": "₴",
    "ILS": "₪", "VND": "₫", "KRW": "₩", "THB": "฿", "BRL": "R$", "RON": "lei", "BGN": "лв",
}  # fmt: skip


_NAMES = {"en": "English", "de": "Deutsch", "pl": "Polski", "zh": "中文"}
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", MIRRORED})
_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


class _Language:
    code = "en"
    words: gettext.NullTranslations = gettext.NullTranslations()
    style = style_of(SOURCE)


def use(language: str) -> str:
    """Speak a language from now on; the code really in use (English when there is no catalogue).

    Args:
        language: such as ``de`` or ``pl``.
    """
    code = short(language)
    known = code in languages() or code in {STRETCHED, MIRRORED}
    _Language.code = code if known else SOURCE
    _Language.words = catalogue(_Language.code)
    _Language.style = style_of(_Language.code)
    return _Language.code


def language() -> str:
    """The code of the language in use."""
    return _Language.code


def name_of(code: str) -> str:
    """What a language calls itself; its code when nobody knows."""
    return _NAMES.get(code, code)


def right_to_left() -> bool:
    """Whether the language in use is read from the right."""
    return _Language.code in _RIGHT_TO_LEFT


def isolated(figure: str) -> str:
    """A figure keeps its order among words that run the other way."""
    return f"{_ISOLATE}{figure}{_END}" if right_to_left() else figure


def _(message: str) -> str:
    """The message in the language in use."""
    return _Language.words.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form for ``number`` in the language in use; ``%(n)d`` in it becomes the number."""
    return _Language.words.ngettext(singular, plural, number) % {"n": number}


def sentence(error: BaseException) -> str:
    """What an error says to a person."""
    if isinstance(error, (RetailError, HardwareError)):
        return _(error.message_id) % error.params
    return _(str(error)) if str(error) else type(error).__name__


def _grouped(digits: str, group: str) -> str:
    head = len(digits) % 3
    parts = [digits[:head]] if head else []
    parts += [digits[i : i + 3] for i in range(head, len(digits), 3)]
    return group.join(parts)


def number(minor: int, currency: str) -> str:
    """The amount without its currency: ``1,234.50``, minus as U+2212."""
    return isolated(_number(minor, currency))


def _number(minor: int, currency: str) -> str:
    digits = exponent_of(currency)
    text = str(abs(minor)).rjust(digits + 1, "0")
    whole, rest = (text[:-digits], text[-digits:]) if digits else (text, "")
    style = _Language.style
    sign = MINUS if minor < 0 else ""
    return sign + _grouped(whole, style.group) + (style.point + rest if rest else "")


def _with_sign(text: str, currency: str) -> str:
    sign = _SIGNS.get(currency, currency)
    minus, plain = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    if _Language.style.trailing:
        return f"{minus}{plain}{_NBSP}{sign}"
    space = _NBSP if sign.isalpha() else ""
    return f"{minus}{sign}{space}{plain}"


def money(minor: int, currency: str) -> str:
    """``€27.28`` in English, ``27,28 €`` in German; from integer minor units."""
    return isolated(_with_sign(_number(minor, currency), currency))


def money_short(minor: int, currency: str) -> str:
    """Like :func:`money` without the fraction when it is zero: ``€20`` for a note."""
    unit = 10 ** exponent_of(currency)
    if minor % unit:
        return money(minor, currency)
    whole = _grouped(str(minor // unit), _Language.style.group)
    return isolated(_with_sign(whole, currency))


def quantity(thousandths: int) -> str:
    """``3`` for 3000, ``0.842`` for 842, ``2.500`` for 2500."""
    whole, rest = divmod(abs(thousandths), 1000)
    text = str(whole) + (f"{_Language.style.point}{rest:03d}" if rest else "")
    return isolated((MINUS if thousandths < 0 else "") + text)


def parse_amount(text: str, currency: str) -> int:
    """As :func:`retail.input_line.read_amount`, which every amount at the till is read by."""
    return read_amount(text, currency)


def clock_time(instant: datetime, zone: str) -> str:
    """Hours and minutes of an instant in the store's time zone: ``14:32``."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def day_and_time(instant: datetime, zone: str) -> str:
    """Date and time of an instant in the store's time zone: ``2026-11-22 14:32``."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
