from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.modeltest import ModelTester

from pos_app.screens.checkout.basket_model import BasketModel
from pos_app.screens.checkout.why_list import WhyModel
from pos_app.screens.checkout.why_rows import RowKind, WhyRow
from pos_app.screens.list_model import RECORD_ROLE
from pos_app.screens.records import BasketRow, TileView
from pos_app.screens.widgets.tile_grid import tile_model


def _row(line: int, quantity: str = "1") -> BasketRow:
    return BasketRow(line, quantity, f"Article {line}", "", "€1.00", spoken=f"{quantity} of {line}")


def _check(tester: ModelTester, model: QAbstractItemModel) -> None:
    tester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt leaves it untyped


def test_basket_model_passes_the_model_tester(qtmodeltester: ModelTester) -> None:
    model = BasketModel()
    model.replace([_row(1), _row(2)])
    _check(qtmodeltester, model)
    model.replace([_row(2, "3"), _row(4)])
    model.replace([])
    model.replace([_row(9)])


def test_tile_model_passes_the_model_tester(qtmodeltester: ModelTester) -> None:
    model = tile_model()
    model.replace([TileView("A", "Milk", "€1.00"), TileView("B", "Wine", "€9.00", badge="18+")])
    _check(qtmodeltester, model)
    assert model.index(1).data(RECORD_ROLE).sku == "B"


def test_why_model_passes_the_model_tester(qtmodeltester: ModelTester) -> None:
    model = WhyModel()
    head, note = WhyRow("a", RowKind.HEAD, "Applied · 1"), WhyRow("n", RowKind.NOTE, "A note")
    offer = WhyRow("a:1", RowKind.OFFER, "3 for 2", detail="Applied once.", amount="−€1.00")
    model.replace([head, offer])
    _check(qtmodeltester, model)
    model.replace([note, head, offer])
    model.replace([head])
    model.replace([])
    model.replace([head, offer])
    assert (
        model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "3 for 2, −€1.00, Applied once."
    )


_states = st.lists(
    st.lists(st.tuples(st.integers(1, 6), st.sampled_from("123")), unique_by=lambda pair: pair[0]),
    max_size=6,
)


@given(_states)
@settings(max_examples=60, deadline=None)
def test_signals_alone_tell_every_change_of_the_rows(states: list[list[tuple[int, str]]]) -> None:
    model = BasketModel()
    mirror: list[BasketRow] = []

    def insert(_parent: object, first: int, last: int) -> None:
        mirror[first:first] = model.records[first : last + 1]

    def remove(_parent: object, first: int, last: int) -> None:
        del mirror[first : last + 1]

    model.rowsInserted.connect(insert)
    model.rowsRemoved.connect(remove)
    model.dataChanged.connect(
        lambda top, _end, _roles: mirror.__setitem__(top.row(), model.records[top.row()])
    )
    for state in states:
        rows = [_row(line, quantity) for line, quantity in state]
        model.replace(rows)
        assert mirror == rows == list(model.records)


def test_a_row_says_its_whole_sentence_to_a_screen_reader() -> None:
    model = BasketModel()
    model.replace([_row(1, "3")])
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "3 of 1"
