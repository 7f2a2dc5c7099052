"""Practice on a copy: numbers of its own, nothing sent, the drawer shut, the till as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from pos_app.bootstrap.till import Till
from pos_app.checkout import service
from pos_app.checkout.closing import close_sale
from pos_app.journal.verify import verify
from pos_app.runtime.devices import Devices
from pos_app.settings.catalogue import CATALOGUE
from pos_app.staff.service import staff_list
from pos_app.till.service import open_shift, start_session
from pos_app.training.service import note_training, practice
from retail.errors import RetailError
from retail.receipt import Cut, ReceiptDocument, Text, marked
from retail.tender.settlement import Offer, TenderKind
from tests.support.till import SHELF, Books, books
from tests.support.waiting import wait_until

CODE = SHELF.code(SHELF.piece)


def sold_in(folder: Path) -> str:
    """Somebody signs on in a till's folder and sells; the receipt's number."""
    with books(folder, seed=7) as found:
        found.begin_work()
        return found.sell(CODE).receipt_number


def test_practice_has_numbers_of_its_own(selling: Books) -> None:
    real = selling.sell(CODE).receipt_number
    with practice(selling.folder) as copy:
        tried = sold_in(copy)
        with books(copy) as found:
            assert found.verify().broken == ""
    assert tried.rsplit("-", 1)[0] != real.rsplit("-", 1)[0]
    assert tried.endswith("-00000001")


def test_the_real_till_does_not_change(selling: Books) -> None:
    selling.enter(CODE)
    before = selling.dump()
    with practice(selling.folder) as copy:
        sold_in(copy)
    assert selling.dump() == before
    assert len(selling.view().priced.lines) == 1, "the basket at hand waits"


def test_practice_begins_without_a_basket_and_knows_past_receipts(selling: Books) -> None:
    selling.sell(CODE)
    selling.enter(CODE)
    with practice(selling.folder) as copy, books(copy) as found:
        found.begin_work()
        assert found.view().priced.lines == ()
        assert found.value("SELECT count(*) FROM sale") == 1


def test_nothing_is_left_of_it(selling: Books) -> None:
    with practice(selling.folder) as copy:
        sold_in(copy)
    assert not copy.exists()


def test_a_copy_that_a_crash_left_is_replaced(selling: Books) -> None:
    left = selling.folder / "training"
    left.mkdir()
    (left / "till.sqlite").write_bytes(b"half a copy")
    with practice(selling.folder) as copy:
        assert sold_in(copy).endswith("-00000001")


def test_the_real_till_stays_locked_meanwhile(selling: Books) -> None:
    with (
        practice(selling.folder),
        pytest.raises(RetailError, match="running already"),
        Till(selling.folder),
    ):
        pass


def test_whoever_practises_is_journalled(selling: Books) -> None:
    selling.run(note_training, selling.session)
    assert selling.journalled()[-1][0] == "training.begun"
    assert selling.verify().broken == ""


def test_a_practising_till_sends_nothing_and_kicks_no_drawer(
    selling: Books, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.bin"
    settings = "INSERT INTO setting(key, value) VALUES ('printer.address', :value)"
    selling.execute(settings, value=f"file:{paper}")
    with practice(selling.folder) as copy, Till(copy, training=True) as till:
        till.work()
        member = till.tasks.read(staff_list).result()[0]
        session = till.tasks.run(start_session, till.desk, member).result()
        if session.shift is None:
            session = till.tasks.run(open_shift, session, 0).result()
        till.tasks.run(service.enter, session, CODE).result()
        view = till.tasks.run(service.current, session).result()
        offer = Offer(TenderKind.CASH, 10_000)
        basket = view.priced.basket.basket_id
        till.tasks.run(close_sale, session, basket, (offer,)).result()
        assert wait_until(lambda: paper.exists() and b"TRAINING" in paper.read_bytes())
        assert b"\x1bp" not in paper.read_bytes(), "a pulse for the drawer"
        saved = till.tasks.read(till.save_receipt).result()
        assert "TRAINING" in PdfReader(saved).pages[0].extract_text()
        assert till.sync.status.state == "offline"
        assert till.tasks.read(verify).result().broken == ""


def test_a_real_till_s_paper_bears_no_mark(tmp_path: Path) -> None:
    settings = {key: one.default for key, one in CATALOGUE.items()}
    document = ReceiptDocument("t", "en", (Text("one"), Cut()))
    plain = Devices(settings, lambda _event: None, fonts=tmp_path, ledger=tmp_path)
    practising = Devices(
        settings, lambda _event: None, fonts=tmp_path, ledger=tmp_path, training=True
    )
    assert plain.shown(document) == document
    assert practising.shown(document) == marked(document)
