from __future__ import annotations

from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from retail.stock import (
    OUTSIDE,
    CountDifference,
    Movement,
    MovementKind,
    SoldComponent,
    State,
    movements_of_count,
    movements_of_sale,
)

RID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
parts = st.lists(
    st.builds(
        SoldComponent,
        st.integers(1, 20),
        st.integers(0, 3),
        st.sampled_from(("MILK", "EGG", "BREAD")),
        st.integers(-9_000, 9_000),
    ),
    unique_by=lambda part: (part.line, part.component),
)


def test_goods_sold_leave_the_shelf() -> None:
    assert movements_of_sale("UTR1", RID, [SoldComponent(1, 0, "EGG", 6000)]) == (
        Movement(
            store="UTR1",
            rid=RID,
            line=1,
            component=0,
            sku="EGG",
            thousandths=6000,
            from_site="UTR1",
            from_state=State.ON_HAND,
            to_site=OUTSIDE,
            to_state=State.SOLD,
            kind=MovementKind.SALE,
        ),
    )


def test_goods_returned_come_back_to_the_shelf() -> None:
    (back,) = movements_of_sale("UTR1", RID, [SoldComponent(2, 1, "EGG", -1000)])
    assert (back.from_site, back.from_state) == (OUTSIDE, State.SOLD)
    assert (back.to_site, back.to_state) == ("UTR1", State.ON_HAND)
    assert (back.thousandths, back.kind) == (1000, MovementKind.RETURN)


def test_nothing_sold_moves_nothing() -> None:
    assert movements_of_sale("UTR1", RID, [SoldComponent(1, 0, "EGG", 0)]) == ()


@given(parts)
def test_the_shelf_loses_exactly_what_was_sold(sold: list[SoldComponent]) -> None:
    moved = movements_of_sale("UTR1", RID, sold)
    assert all(movement.thousandths > 0 for movement in moved)
    for sku in ("MILK", "EGG", "BREAD"):
        away = sum(
            m.thousandths * (1 if m.from_site == "UTR1" else -1) for m in moved if m.sku == sku
        )
        assert away == sum(part.thousandths for part in sold if part.sku == sku)


@given(parts)
def test_every_movement_has_its_own_source_key(sold: list[SoldComponent]) -> None:
    moved = movements_of_sale("UTR1", RID, sold)
    assert len({(m.store, m.rid, m.line, m.component) for m in moved}) == len(moved)


@example([3_000, -500, 0])
@given(st.lists(st.integers(-9_000, 9_000), max_size=6))
def test_a_count_brings_the_shelf_to_what_was_counted(found: list[int]) -> None:
    differences = [CountDifference(n, "EGG", one) for n, one in enumerate(found, 1)]
    moves = movements_of_count("UTR1", RID, differences)
    assert len(moves) == sum(one != 0 for one in found)
    shelf = 0
    for move in moves:
        assert (move.kind, move.component, move.thousandths > 0) == (MovementKind.COUNT, 0, True)
        away = (OUTSIDE, State.ADJUSTED)
        assert away in {(move.from_site, move.from_state), (move.to_site, move.to_state)}
        shelf += move.thousandths if move.to_site == "UTR1" else -move.thousandths
    assert shelf == sum(found)
