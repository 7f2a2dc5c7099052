"""A locked, full, read-only or damaged store is named; nothing is lost and selling goes on."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from db.errors import StoreUnavailable, known_error
from pos_app.checkout import closing, service
from pos_app.checkout.closing import ClosedSale
from pos_app.checkout.open_basket import CheckoutView
from pos_app.journal.desk import real_desk
from pos_app.journal.verify import verify
from pos_app.runtime.paths import TillPaths
from pos_app.runtime.tasks import Tasks
from pos_app.staff.service import staff_list
from pos_app.till.service import TillSession, open_shift, start_session
from retail.tender.settlement import Offer, TenderKind
from tests.support import till
from tests.support.till import SHELF

PIECE = SHELF.code(SHELF.piece)
Trouble = Callable[[Connection], None]


class Counter:
    """Somebody who sells through the till's threads."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.tasks = Tasks(store)
        self.tasks.start()
        staff = self.tasks.read(staff_list).result(10)[0]
        session = self.tasks.run(start_session, real_desk(), staff).result(10)
        self.session: TillSession = self.tasks.run(open_shift, session, 0).result(10)

    def scan(self) -> CheckoutView:
        return self.tasks.run(service.enter, self.session, PIECE).result(20)

    def pay(self, view: CheckoutView) -> ClosedSale:
        offers = (Offer(TenderKind.CARD, view.priced.total_minor),)
        basket = view.priced.basket.basket_id
        return self.tasks.run(closing.close_sale, self.session, basket, offers).result(20)


@pytest.fixture
def counter(folder: Path) -> Iterator[Counter]:
    found = Counter(TillPaths(folder).store)
    yield found
    found.tasks.stop()


def _holds(counter: Counter, sales: int) -> None:
    found = counter.tasks.read(verify).result(10)
    assert (found.broken, found.sales) == ("", sales)


def test_a_store_locked_by_another_program_is_named_and_the_sale_waits(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.engine._BUSY_MS", 50)
    counter = Counter(TillPaths(folder).store)
    view = counter.scan()
    other = sqlite3.connect(counter.store, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable) as caught:
        counter.pay(view)
    assert caught.value.code == "locked"
    assert "Nothing was changed" in str(caught.value)
    other.execute("ROLLBACK")
    other.close()
    assert counter.pay(view).receipt_number.endswith("-00000001")
    _holds(counter, 1)
    counter.tasks.stop()


def test_a_full_store_is_named_and_the_basket_waits_for_room(counter: Counter) -> None:
    counter.pay(counter.scan())
    view = counter.scan()
    for room in range(40):
        counter.tasks.run(_limit, room).result(10)
        found = _try_to_pay(counter, view)
        if isinstance(found, ClosedSale):
            break
        assert found.code == "full"
        assert "free some space" in str(found)
        _holds(counter, 1)
    assert room > 0
    assert isinstance(found, ClosedSale)
    assert found.receipt_number.endswith("-00000002")
    _holds(counter, 2)


def _try_to_pay(counter: Counter, view: CheckoutView) -> ClosedSale | StoreUnavailable:
    try:
        return counter.pay(view)
    except StoreUnavailable as problem:
        return problem


def _limit(tx: Connection, room: int) -> None:
    """Only so many pages more than there are; free ones count too, so fill those first."""
    while tx.execute(text("PRAGMA freelist_count")).scalar_one():
        tx.execute(text("INSERT INTO setting VALUES (hex(randomblob(8)), zeroblob(3000))"))
    pages = tx.execute(text("PRAGMA page_count")).scalar_one()
    tx.execute(text(f"PRAGMA max_page_count = {pages + room}"))


_DISK = """
import json, resource, signal, sys
from pathlib import Path
from db.errors import StoreUnavailable
from tests.store.test_store_trouble import Counter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
counter = Counter(Path(sys.argv[1]))
counter.pay(counter.scan())
view = counter.scan()
end = Path(sys.argv[1] + "-wal").stat().st_size + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (end, resource.RLIM_INFINITY))
codes = []
for _ in range(3):
    try:
        counter.pay(view)
        codes.append("sold")
        break
    except StoreUnavailable as problem:
        codes.append(problem.code)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
codes.append(counter.pay(view).receipt_number[-1])
counter.tasks.stop()
print(json.dumps(codes))
"""


@pytest.mark.parametrize("room", [0, 4096, 12_000, 40_000])
def test_a_disk_that_takes_no_more_bytes_is_named_and_the_till_sells_on_with_room(
    folder: Path, room: int
) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    store = TillPaths(folder).store
    run = subprocess.run(
        [sys.executable, "-c", _DISK, str(store), str(room)],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == ["full", "full", "full", "2"]
    with till.books(folder) as books:
        assert books.verify().broken == ""
        assert books.value("SELECT count(*) FROM sale") == 2


def test_a_store_that_became_read_only_is_named_and_reading_goes_on(counter: Counter) -> None:
    view = counter.scan()
    counter.tasks.run(_query_only, 1).result(10)
    with pytest.raises(StoreUnavailable) as caught:
        counter.pay(view)
    assert caught.value.code == "read_only"
    assert "right to write" in str(caught.value)
    _holds(counter, 0)
    again = Tasks(counter.store)
    again.start()
    counter.tasks.stop()
    counter.tasks = again
    assert counter.pay(view).receipt_number.endswith("-00000001")
    _holds(counter, 1)


def _query_only(tx: Connection, on: int) -> None:
    tx.execute(text(f"PRAGMA query_only = {on}"))


def test_a_damaged_store_is_named(folder: Path) -> None:
    store = TillPaths(folder).store
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'staff_member'"
        ).fetchone()[0]
    connection.close()
    with store.open("rb+") as handle:
        handle.seek((page - 1) * 4096)
        handle.write(os.urandom(4096))
    tasks = Tasks(store)
    tasks.start()
    with pytest.raises(StoreUnavailable) as caught:
        tasks.read(staff_list).result(10)
    assert caught.value.code == "corrupt"
    assert "call support" in str(caught.value)
    tasks.stop()


def test_a_store_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        Tasks(tmp_path / "gone" / "till.sqlite").start()
    assert caught.value.code == "cannot_open"


@pytest.mark.parametrize(("code", "word"), [("SQLITE_IOERR", "full"), ("SQLITE_PERM", "read_only")])
def test_every_primary_code_of_the_environment_has_its_sentence(code: str, word: str) -> None:
    problem = sqlite3.OperationalError("disk I/O error")
    problem.sqlite_errorcode = getattr(sqlite3, code) | 0x300
    found = known_error(problem)
    assert found is not None
    assert found.code == word
