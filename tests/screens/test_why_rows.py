"""Which rows “Why this price?” has, without a till."""

from __future__ import annotations

from dataclasses import replace

from pos_app.checkout.explanations import Told, WhyThisPrice
from pos_app.screens.checkout.why_rows import Outlook, RowAction, RowKind, WhyRow, why_rows
from pos_app.screens.checkout.why_words import Group, again_sentence, group_of
from retail.promotions.explanation import Explanation, Kind, Message, Names
from retail.promotions.hints import Hint

LINE = frozenset({1})


def one(name: str, kind: Kind, message: str = Message.NO_MATCH, **facts: object) -> Explanation:
    return replace(Explanation(name, name, kind, message), **facts)  # type: ignore[arg-type]


def lost(number: int) -> Told:
    params = {"rivals": Names(("Another",))}
    return Told(one(f"L{number:03}", Kind.LOST, Message.LOST, params=params), LINE)


def short(name: str, *, qty: int = 0, amount: int = 0) -> Told:
    what = one(name, Kind.SHORT, Message.NO_GAIN, missing_qty=qty, missing_amount=amount)
    return Told(what, LINE)


def keys(told: tuple[Told, ...], outlook: Outlook | None = None) -> list[str]:
    return [row.key for row in why_rows(WhyThisPrice("EUR", told), outlook or Outlook())]


def test_every_kind_has_its_group() -> None:
    groups = {kind: group_of(Told(one("A", kind), LINE)) for kind in Kind}
    assert groups == {
        Kind.APPLIED: Group.APPLIED,
        Kind.SHORT: Group.REACH,
        Kind.LOST: Group.LOST,
        Kind.EXCLUSIVE: Group.LOST,
        Kind.INACTIVE: Group.CONDITIONS,
        Kind.LIMIT: Group.LIMIT,
        Kind.EXCLUDED: Group.EXCLUDED,
        Kind.NO_GAIN: Group.NO_GAIN,
        Kind.REWARDS: Group.REWARDS,
        Kind.NO_MATCH: Group.ELSEWHERE,
    }


def test_what_is_about_nothing_in_the_basket_waits_at_the_end() -> None:
    assert group_of(Told(one("A", Kind.INACTIVE))) is Group.ELSEWHERE
    empty = one("A", Kind.REWARDS, Message.REWARDS_NOTHING)
    assert group_of(Told(empty, LINE)) is Group.ELSEWHERE


def test_what_needs_least_is_first_in_reach() -> None:
    again = Told(
        one("DONE", Kind.APPLIED, Message.APPLIED_ONCE, params={"units": 3, "saved": 1}),
        LINE,
        savings={1: 100},
        again=Hint("DONE", missing_qty=2),
    )
    told = (again, short("FAR", amount=900), short("NEAR", qty=1), short("CLOSE", amount=100))
    found = [key for key in keys(told) if key.startswith("reach:")]
    assert found == ["reach:NEAR", "reach:DONE", "reach:CLOSE", "reach:FAR"]


def test_what_somebody_can_do_something_about_is_first_among_conditions() -> None:
    reasons = ("store", "expired", "tender", "coupon_missing", "no_customer")
    told = tuple(Told(one(reason, Kind.INACTIVE, reason=reason), LINE) for reason in reasons)
    found = [key.partition(":")[2] for key in keys(told)[1:]]
    assert found == ["coupon_missing", "tender", "no_customer", "expired", "store"]


def test_of_a_large_group_the_first_are_shown_and_the_rest_on_demand() -> None:
    told = tuple(lost(number) for number in range(20))
    folded = why_rows(WhyThisPrice("EUR", told), Outlook())
    assert [row.key for row in folded[:2]] == ["lost", "lost:L000"]
    assert folded[0].title == "Beaten by other offers · 20"
    more = folded[-1]
    assert (len(folded), more.kind, more.title) == (10, RowKind.MORE, "12 more")
    assert (more.action, more.subject, more.open) == (RowAction.FOLD, Group.LOST, False)
    unfolded = why_rows(WhyThisPrice("EUR", told), Outlook(unfolded=frozenset({more.subject})))
    assert unfolded[:9] == folded[:9]
    assert unfolded[9] == replace(more, open=True)
    assert [row.key for row in unfolded[10:]] == [f"lost:L{n:03}" for n in range(8, 20)]


def test_one_row_more_is_shown_rather_than_counted() -> None:
    assert keys(tuple(lost(number) for number in range(9)))[-1] == "lost:L008"


def test_nobody_reads_more_than_some_hundred_rows() -> None:
    told = tuple(Told(one(f"N{number:04}", Kind.NO_MATCH)) for number in range(1000))
    head = why_rows(WhyThisPrice("EUR", told), Outlook())[-1]
    assert (head.title, head.open) == ("Not about this basket · 1000", False)
    shown = why_rows(WhyThisPrice("EUR", told), Outlook(unfolded=frozenset({head.subject})))
    assert sum(row.kind is RowKind.OFFER for row in shown) == 200
    assert shown[-1].title == "and 800 more"


def test_a_promotion_that_could_not_be_applied_stays_where_it_is() -> None:
    told = (lost(1),)
    story = WhyThisPrice("EUR", told)
    before, after = why_rows(story, Outlook()), why_rows(story, Outlook(losses={"L001": None}))
    assert [row.key for row in before] == [row.key for row in after]
    assert after[1].detail == "It would make nothing cheaper here."
    assert after[1].action is RowAction.NONE


def test_keys_of_rows_differ() -> None:
    told = (
        *(lost(number) for number in range(12)),
        *(short(f"S{number}", qty=number) for number in range(1, 12)),
        Told(one("N", Kind.NO_MATCH)),
    )
    everything = Outlook(unfolded=frozenset(Group))
    found = keys(told, everything)
    assert len(found) == len(set(found))


def test_hints_for_once_more() -> None:
    assert again_sentence(Hint("A", missing_qty=2), "EUR") == "Add 2 more: it holds once more."
    sentence = again_sentence(Hint("A", missing_amount=250), "EUR")
    assert sentence == "Spend €2.50 more: it holds once more."


def test_a_row_is_spoken_with_what_it_says() -> None:
    row = WhyRow("k", RowKind.OFFER, "3 for 2", detail="Applied once.", amount="−€1.00")
    assert row.spoken == "3 for 2, −€1.00, Applied once."
