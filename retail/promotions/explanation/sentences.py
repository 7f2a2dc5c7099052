"""The sentence of an explanation: the message in a language, with its values in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from retail.money import plain
from retail.promotions.explanation.messages import WEEKDAYS, Word
from retail.promotions.explanation.values import Amount, Days, Explanation, Names, Parts, Value

Words = Callable[[str], str]
"""A message id in the language of the screen."""
Figures = Callable[[int], str]
"""Minor units as an amount of money."""


def sentence(explanation: Explanation, currency: str = "EUR") -> str:
    """The English sentence, amounts with the digits of the currency.

    Raises:
        RetailError: ``money.currency`` for a code that ISO 4217 does not list.
    """
    return phrase(explanation, lambda minor: plain(minor, currency))


def phrase(explanation: Explanation, amount: Figures, translate: Words = str) -> str:
    """The sentence in a language.

    Args:
        amount: how minor units are written.
        translate: gettext of the language, English by default.
    """
    shown = {name: _shown(value, amount, translate) for name, value in explanation.params.items()}
    return translate(explanation.message_id) % shown


def _shown(value: Value, amount: Figures, translate: Words) -> str:
    match value:
        case Amount(minor):
            return amount(minor)
        case Days(days):
            return _days(days, [translate(word) for word in WEEKDAYS])
        case Names(names):
            return ", ".join(translate(Word.QUOTED) % {"name": name} for name in names)
        case Parts(parts):
            return ", ".join(
                f"{units} × {'/'.join(words) or translate(Word.ANY_ARTICLE)}"
                for units, words in parts
            )
        case datetime():
            return value.isoformat(" ", "minutes")
        case _:
            return str(value)


def _days(days: tuple[int, ...], words: list[str]) -> str:
    """``Mon–Fri, Sun``: three days in a row and more become a span."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    told: list[str] = []
    for run in runs:
        names = [words[day - 1] for day in run]
        told += [f"{names[0]}–{names[-1]}"] if len(names) > 2 else names
    return ", ".join(told)
