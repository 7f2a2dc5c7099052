"""The rows of “Why this price?”: what was applied, what is within reach, what was not and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from pos_app.checkout.explanations import Told, WhyThisPrice
from pos_app.checkout.promotions import SetAside
from pos_app.runtime.i18n import MINUS, _, money, ngettext
from pos_app.screens.checkout.why_words import (
    TITLES,
    Group,
    again_sentence,
    group_of,
    sentence_of,
)
from retail.promotions.explanation import Message, with_loss

_FIRST, _MOST = 8, 200
"""Rows of a group that are always shown, and those shown when the rest is asked for."""
_ALL_OFFERS = "*"
"""Stands for the whole set in what is set aside."""
# What the cashier can do something about goes first.
_REASONS = (
    "coupon_missing", "tender", "no_customer", "tier", "segment", "time", "day", "not_yet_valid",
    "expired", "store", "channel",
)  # fmt: skip
_ICONS = {
    Group.APPLIED: ("tag", "success"),
    Group.LEFT_OUT: ("pencil", "warn"),
    Group.REACH: ("lightbulb", "primary"),
    Group.LOST: ("layers", "text2"),
    Group.CONDITIONS: ("clock", "text2"),
    Group.LIMIT: ("circle-alert", "text2"),
    Group.EXCLUDED: ("circle-x", "text2"),
    Group.NO_GAIN: ("minus", "text2"),
    Group.REWARDS: ("star", "text2"),
    Group.SET_ASIDE: ("triangle-alert", "warn"),
    Group.ELSEWHERE: ("package", "text2"),
}


T = TypeVar("T")


class RowKind(StrEnum):
    """How a row is painted."""

    HEAD = "head"
    OFFER = "offer"
    MORE = "more"
    NOTE = "note"


class RowAction(StrEnum):
    """What Enter, or a tap on its button, does with a row."""

    NONE = ""
    FOLD = "fold"
    LOSS = "loss"
    LEAVE_OUT = "leave_out"
    LET_IN = "let_in"


@dataclass(frozen=True, slots=True)
class WhyRow:
    """A row of the panel.

    Attributes:
        key: which row it is, whatever it says.
        subject: the promotion, or the group whose rest is shown or not.
        tone: colour token of the icon; for a note the name of a soft colour pair.
        amount: at the end, empty for none.
        open: whether what can be folded is shown.
        busy: its answer is being worked out.
    """

    key: str
    kind: RowKind
    title: str
    subject: str = ""
    icon: str = ""
    tone: str = "text2"
    detail: str = ""
    amount: str = ""
    action: RowAction = RowAction.NONE
    open: bool = True
    busy: bool = False

    @property
    def spoken(self) -> str:
        """The row as one sentence for screen readers."""
        parts = (self.title, self.amount, self.detail)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What somebody wants to see.

    Attributes:
        line: only what is about the articles of this line; None for the whole basket.
        unfolded: groups of which all is shown.
        losses: what was found out on demand, by promotion id.
        waiting: promotions whose answer is being worked out.
        failed: why an answer could not be worked out.
    """

    line: int | None = None
    unfolded: frozenset[str] = frozenset()
    losses: Mapping[str, int | None] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    failed: Mapping[str, str] = field(default_factory=dict)


def why_rows(story: WhyThisPrice, outlook: Outlook) -> tuple[WhyRow, ...]:
    """All rows in order; none when there is nothing to say."""
    told = [one for one in story.told if outlook.line is None or outlook.line in one.lines]
    groups: dict[Group, list[Told]] = {}
    for one in told:
        groups.setdefault(group_of(one), []).append(one)
    rows: list[WhyRow] = []
    for group in Group:
        found = groups.get(group, [])
        if group is Group.SET_ASIDE:
            rows += _set_aside(story.set_aside if outlook.line is None else ())
        elif group is Group.REACH:
            rows += _within_reach(found, told, story, outlook)
        elif found and group is Group.APPLIED:
            rows += _applied(found, story, outlook.line)
        elif found:
            rows += _not_applied(group, found, story, outlook)
    return (*_notes(story, rows), *rows) if rows else ()


def _notes(story: WhyThisPrice, rows: Sequence[WhyRow]) -> Iterable[WhyRow]:
    if story.better_by:
        text = _(
            "The best price found; a better one by at most %(amount)s could not be ruled out."
        ) % {"amount": money(story.better_by, story.currency)}
        yield WhyRow("note:proof", RowKind.NOTE, text, icon="info", tone="info")
    if all(row.key.startswith(Group.ELSEWHERE) for row in rows):
        text = _("No offer is about the articles in this basket.")
        yield WhyRow("note:none", RowKind.NOTE, text, icon="info", tone="plain")


def _not_applied(
    group: Group, found: Sequence[Told], story: WhyThisPrice, outlook: Outlook
) -> list[WhyRow]:
    if group is Group.CONDITIONS:
        found = sorted(found, key=_urgency)

    def offer(one: Told) -> WhyRow:
        return _offer(group, one, story, outlook)

    if group is not Group.ELSEWHERE:
        return [_head(group, len(found)), *_listed(group, found, offer, outlook)]
    if outlook.line is not None:
        return []
    shown = group in outlook.unfolded
    head = replace(_head(group, len(found)), subject=group, action=RowAction.FOLD, open=shown)
    return [head, *(_most(group, found, offer) if shown else ())]


def _listed(
    group: Group, found: Sequence[T], row_of: Callable[[T], WhyRow], outlook: Outlook
) -> list[WhyRow]:
    """The first rows of a group, and behind their number the others."""
    rest = found[_FIRST:]
    if len(rest) <= 1:
        return [row_of(one) for one in found]
    shown = group in outlook.unfolded
    text = ngettext("%(n)d more", "%(n)d more", len(rest))
    more = WhyRow(
        f"{group}:more", RowKind.MORE, text, subject=group, action=RowAction.FOLD, open=shown
    )
    first = [row_of(one) for one in found[:_FIRST]]
    return [*first, more, *(_most(group, rest, row_of) if shown else ())]


def _most(group: Group, found: Sequence[T], row_of: Callable[[T], WhyRow]) -> Iterable[WhyRow]:
    """As many rows as somebody may want to read."""
    yield from (row_of(one) for one in found[:_MOST])
    if len(found) > _MOST:
        text = ngettext("and %(n)d more", "and %(n)d more", len(found) - _MOST)
        yield WhyRow(f"{group}:rest", RowKind.NOTE, text, icon="ellipsis", tone="plain")


def _head(group: Group, count: int, amount: str = "") -> WhyRow:
    return WhyRow(f"{group}", RowKind.HEAD, f"{_(TITLES[group])} · {count}", amount=amount)


def _applied(found: Sequence[Told], story: WhyThisPrice, line: int | None) -> list[WhyRow]:
    def saved(one: Told) -> int:
        return one.explanation.discount if line is None else one.savings.get(line, 0)

    def amount(minor: int) -> str:
        return MINUS + money(minor, story.currency) if minor else ""

    icon, tone = _ICONS[Group.APPLIED]
    rows = [_head(Group.APPLIED, len(found), amount(sum(saved(one) for one in found)))]
    for one in sorted(found, key=lambda one: (-saved(one), one.explanation.promo_id)):
        told, detail = one.explanation, sentence_of(one.explanation, story.currency, story.names)
        if saved(one) != told.discount:
            own = money(saved(one), story.currency)
            detail += " " + _("On this line: %(amount)s.") % {"amount": own}
        rows.append(
            WhyRow(
                key=f"{Group.APPLIED}:{told.promo_id}",
                kind=RowKind.OFFER,
                title=told.name,
                subject=told.promo_id,
                icon=icon,
                tone=tone,
                detail=detail,
                amount=amount(saved(one)),
                action=RowAction.LEAVE_OUT,
            )
        )
    return rows


def _within_reach(
    short: Sequence[Told], told: Sequence[Told], story: WhyThisPrice, outlook: Outlook
) -> list[WhyRow]:
    """What somebody could still add, what needs least first."""
    hints: list[tuple[int, int, str, Told]] = []
    for one in short:
        what = one.explanation
        hints.append((what.missing_amount, what.missing_qty, what.promo_id, one))
    for one in told:
        if one.again is not None:
            again = one.again
            hints.append((again.missing_amount, again.missing_qty, again.promo_id, one))
    if not hints:
        return []
    found = [one for *_order, one in sorted(hints, key=lambda hint: hint[:3])]
    rows = _listed(Group.REACH, found, lambda one: _hint(one, story), outlook)
    return [_head(Group.REACH, len(found)), *rows]


def _hint(told: Told, story: WhyThisPrice) -> WhyRow:
    one, again = told.explanation, told.again
    icon, tone = _ICONS[Group.REACH]
    return WhyRow(
        key=f"{Group.REACH}:{one.promo_id}",
        kind=RowKind.OFFER,
        title=one.name,
        subject=one.promo_id,
        icon=icon,
        tone=tone,
        detail=again_sentence(again, story.currency)
        if again is not None
        else sentence_of(one, story.currency, story.names),
    )


def _offer(group: Group, told: Told, story: WhyThisPrice, outlook: Outlook) -> WhyRow:
    one = told.explanation
    known = one.promo_id in outlook.losses
    failed = outlook.failed.get(one.promo_id, "")
    if known:
        one = with_loss(one, outlook.losses[one.promo_id])
    icon, tone = _ICONS[group]
    action = RowAction.LOSS if group is Group.LOST and not known else RowAction.NONE
    if one.message_id == Message.LEFT_OUT:
        action = RowAction.LET_IN
    return WhyRow(
        key=f"{group}:{one.promo_id}",
        kind=RowKind.OFFER,
        title=one.name,
        subject=one.promo_id,
        icon=icon,
        tone=tone,
        detail=failed or sentence_of(one, story.currency, story.names),
        action=action,
        busy=one.promo_id in outlook.waiting,
    )


def _urgency(told: Told) -> tuple[int, str]:
    reason = told.explanation.reason
    place = _REASONS.index(reason) if reason in _REASONS else len(_REASONS)
    return place, told.explanation.promo_id


def _set_aside(found: Sequence[SetAside]) -> list[WhyRow]:
    if not found:
        return []
    icon, tone = _ICONS[Group.SET_ASIDE]
    left_out = _("It is left out here; the others work. Tell the store's manager.")
    rows = [
        WhyRow(
            key=f"{Group.SET_ASIDE}:{one.promotion}",
            kind=RowKind.OFFER,
            title=_("All offers") if one.promotion == _ALL_OFFERS else one.name,
            subject=one.promotion,
            icon=icon,
            tone=tone,
            detail=f"{left_out} {one.reason}".strip(),
        )
        for one in found
    ]
    return [_head(Group.SET_ASIDE, len(rows)), *rows]
