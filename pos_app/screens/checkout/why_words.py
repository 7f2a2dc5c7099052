"""The sentences of “Why this price?”: message ids and values in the language of the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QDate, QLocale, QTime

from pos_app.checkout.explanations import Told
from pos_app.runtime.i18n import N_, _, language, money, ngettext
from retail.promotions.explanation import Explanation, Kind, Message, Parts, Value, phrase
from retail.promotions.hints import Hint


class Group(StrEnum):
    """What promotions are told together, in the order of the panel."""

    APPLIED = "applied"
    LEFT_OUT = "left_out"
    REACH = "reach"
    LOST = "lost"
    CONDITIONS = "conditions"
    LIMIT = "limit"
    EXCLUDED = "excluded"
    NO_GAIN = "no_gain"
    REWARDS = "rewards"
    SET_ASIDE = "set_aside"
    ELSEWHERE = "elsewhere"


TITLES = {
    Group.APPLIED: N_("Applied"),
    Group.LEFT_OUT: N_("Taken out by hand"),
    Group.REACH: N_("Within reach"),
    Group.LOST: N_("Beaten by other offers"),
    Group.CONDITIONS: N_("Conditions not met"),
    Group.LIMIT: N_("Used up"),
    Group.EXCLUDED: N_("Not on these articles"),
    Group.NO_GAIN: N_("Would make nothing cheaper"),
    Group.REWARDS: N_("Points and tickets"),
    Group.SET_ASIDE: N_("Cannot be read at this till"),
    Group.ELSEWHERE: N_("Not about this basket"),
}
_GROUPS = {
    Kind.SHORT: Group.REACH,
    Kind.LOST: Group.LOST,
    Kind.EXCLUSIVE: Group.LOST,
    Kind.INACTIVE: Group.CONDITIONS,
    Kind.LIMIT: Group.LIMIT,
    Kind.EXCLUDED: Group.EXCLUDED,
    Kind.NO_GAIN: Group.NO_GAIN,
    Kind.REWARDS: Group.REWARDS,
}


def group_of(told: Told) -> Group:
    """Where a promotion is told."""
    one = told.explanation
    if one.kind is Kind.APPLIED:
        return Group.APPLIED
    if one.message_id == Message.LEFT_OUT:
        return Group.LEFT_OUT
    if not told.lines or one.message_id == Message.REWARDS_NOTHING:
        return Group.ELSEWHERE
    return _GROUPS.get(one.kind, Group.ELSEWHERE)


def sentence_of(explanation: Explanation, currency: str, names: Mapping[str, str]) -> str:
    """The sentence in the language of the screen.

    Args:
        names: what people call the articles and categories in it.
    """
    params = {key: _plain(key, value, names) for key, value in explanation.params.items()}
    return phrase(replace(explanation, params=params), lambda minor: money(minor, currency), _)


def again_sentence(hint: Hint, currency: str) -> str:
    """What an applied promotion lacks to hold once more."""
    if hint.missing_qty:
        return ngettext(
            "Add %(n)d more: it holds once more.",
            "Add %(n)d more: it holds once more.",
            hint.missing_qty,
        )
    missing = money(hint.missing_amount, currency)
    return _("Spend %(missing)s more: it holds once more.") % {"missing": missing}


def _plain(key: str, value: Value, names: Mapping[str, str]) -> Value:
    match value:
        case Parts(parts):
            return Parts(
                tuple((units, tuple(names.get(w, w) for w in words)) for units, words in parts)
            )
        case datetime():
            return _instant(value, whole_day=key == "start")
        case _:
            return value


def _instant(at: datetime, *, whole_day: bool) -> str:
    """The store's wall clock in words; midnight at the start of a day goes without saying."""
    locale = QLocale(language())
    day = locale.toString(QDate(at.year, at.month, at.day), "d MMMM yyyy")
    if whole_day and not (at.hour or at.minute):
        return day
    return f"{day}, {locale.toString(QTime(at.hour, at.minute), 'HH:mm')}"
