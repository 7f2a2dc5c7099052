"""Real processes: servers and databases killed under a selling till, a till killed in its load."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from backoffice.intake.applier import catch_up
from backoffice.stores.queries import till_totals
from backoffice.stores.service import issue_code
from db.embedded import EmbeddedPostgres
from db.engine import open_head
from db.errors import StoreUnavailable
from db.head.erp import LedgerLine
from db.head.journals import Applied, JournalEntry, JournalHead, Quarantined
from db.streams import publish_each
from db.transaction import begin
from retail.contract.codec import GENESIS, chain_hash, read_entry
from retail.contract.reference import PriceRow
from tests.support.head_folder import SETTINGS, small_office
from tests.support.processes import HeadProcess, Running, done, head_process, run, running
from tests.support.proxy import Exchange, Harm, Proxy, proxy
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def office_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A head office's data folder whose PostgreSQL runs."""
    folder = tmp_path_factory.mktemp("office")
    server = small_office(folder)
    yield folder
    server.stop()


@pytest.fixture
def engine(office_folder: Path) -> Iterator[Engine]:
    found = open_head(EmbeddedPostgres(office_folder).url)
    yield found
    found.dispose()


@pytest.fixture
def office(office_folder: Path) -> Iterator[HeadProcess]:
    with head_process("--data", office_folder) as found:
        yield found


def code(engine: Engine, till: int) -> str:
    with begin(engine) as tx:
        return issue_code(tx, "S1", till, lambda: datetime.now(UTC))


def enrolled(office: HeadProcess, engine: Engine, folder: Path, till: int) -> Path:
    issued = code(engine, till)
    done("pos_app", "enrol", "--data", folder, "--server", office.url, "--code", issued)
    return folder


def simulation(folder: Path, sales: int, seed: int, rate: int) -> list[str | Path]:
    # The back-off that two restarts build up may be longer than the usual time to drain.
    words = ["--sales", str(sales), "--seed", str(seed), "--rate", str(rate), "--drain", "60"]
    return ["pos_app", "simulate", "--data", folder, *words, "--json"]


def journalled(engine: Engine, till: int) -> int:
    query = select(func.max(JournalHead.head_seq)).where(JournalHead.till == till)
    try:
        with begin(engine) as tx:
            return int(tx.execute(query).scalar() or 0)
    except StoreUnavailable:
        return 0


def reaches(engine: Engine, seq: int) -> bool:
    """True as soon as till 1 has sent so many entries."""
    return wait_until(lambda: journalled(engine, 1) >= seq, seconds=60)


def check(engine: Engine, folder: Path, sold: dict[str, Any]) -> dict[str, Any]:
    """Both sides agree, and both books are in order; returns the totals."""
    assert sold["unsynced"] == 0
    own: dict[str, Any] = done("pos_app", "totals", "--data", folder, "--json").json()
    assert catch_up(engine, seconds=30)
    with begin(engine) as tx:
        theirs = {(row.store, row.till): asdict(row) for row in till_totals(tx)}
    assert own == theirs[own["store"], own["till"]]
    assert (own["sales"], own["gross_minor"]) == (sold["sales"], sold["gross_minor"])
    assert len(set(sold["receipts"])) == sold["sales"]
    assert done("pos_app", "verify", "--data", folder, "--json").json()["broken"] == ""
    check_head(engine, own["head_hash"])
    return own


def check_head(engine: Engine, newest: str) -> None:
    """Every chain here holds, every entry is applied once, the ledger is balanced."""
    with begin(engine) as tx:
        heads = tx.execute(select(JournalHead)).all()
        for head in heads:
            chain, seq = GENESIS, 0
            entries = (
                select(JournalEntry).where(JournalEntry.jid == head.jid).order_by(JournalEntry.seq)
            )
            for seq, row in enumerate(tx.execute(entries), 1):
                chain = chain_hash(chain, bytes(row.entry))
                assert (row.seq, bytes(row.hash)) == (seq, chain)
                assert read_entry(bytes(row.entry)).rid == row.rid
            assert (head.head_seq, bytes(head.head_hash)) == (seq, chain)
            applied = select(func.count()).select_from(Applied).where(Applied.jid == head.jid)
            assert tx.execute(applied).scalar_one() == seq
        assert newest in {bytes(head.head_hash).hex() for head in heads}
        assert tx.execute(select(Quarantined.rid)).all() == []
        sums = select(LedgerLine.rid).group_by(LedgerLine.rid)
        assert tx.execute(sums.having(func.sum(LedgerLine.minor) != 0)).all() == []


def test_a_server_killed_twice_under_two_hundred_sales(
    office: HeadProcess, engine: Engine, tmp_path: Path
) -> None:
    """Complaint 2: a time-out doubles an order."""
    till = enrolled(office, engine, tmp_path / "till", 1)
    with running(*simulation(till, 200, 11, 50)) as selling:
        for reached in (30, 90):
            assert reaches(engine, reached)
            office.kill()
            assert selling.running
            office.start()
        sold = selling.wait().json()
    assert sold["sales"] == 200
    own = check(engine, till, sold)
    assert office.totals()["S1", 1] == own


def test_a_database_that_dies_under_two_tills(
    office: HeadProcess, engine: Engine, office_folder: Path, tmp_path: Path
) -> None:
    tills = {n: enrolled(office, engine, tmp_path / f"till-{n}", n) for n in (1, 2)}
    server = EmbeddedPostgres(office_folder, SETTINGS)
    with (
        running(*simulation(tills[1], 80, 21, 30)) as first,
        running(*simulation(tills[2], 80, 22, 30)) as second,
    ):
        assert wait_until(lambda: journalled(engine, 1) >= 20 <= journalled(engine, 2), seconds=60)
        server._run("pg_ctl", "stop", "-D", str(server.cluster), "-m", "immediate", "-w")
        assert first.running
        assert second.running
        server.start()
        sold = {1: first.wait().json(), 2: second.wait().json()}
    for n, folder in tills.items():
        assert sold[n]["sales"] == 80
        check(engine, folder, sold[n])


def test_a_till_killed_in_its_first_load_goes_on_with_it(
    office: HeadProcess, engine: Engine, tmp_path: Path
) -> None:
    with begin(engine) as tx:
        prices = [PriceRow(zone="NL", sku=f"Q{n}", minor=n) for n in range(3_500)]
        publish_each(tx, prices)
    till = tmp_path / "till"
    with proxy(office.url) as link:
        killed_at_third_part(code(engine, 1), link, till)
        refused = run("pos_app", "simulate", "--data", till, "--sales", "1", "--drain", "0")
        assert refused.code == 1
        assert "let it sync first" in refused.err
        asked = len(link.paths("price/NL/tail"))
        assert done("pos_app", "sync", "--once", "--data", till)
        after = [exchange.path for exchange in link.paths("price/NL/tail")[asked:]]
        assert "after=0" not in after[0]
        sold = done(*simulation(till, 3, 1, 0)).json()
    assert sold["sales"] == 3
    check(engine, till, sold)


def killed_at_third_part(issued: str, link: Proxy, till: Path) -> None:
    """Enrol, and die while the third part of the catalogue is on its way."""
    reached, dead = threading.Event(), threading.Event()

    def rule(exchange: Exchange) -> Harm | None:
        if "price/NL/tail" in exchange.path and "after=0" not in exchange.path:
            if not reached.is_set() and "after=1" in exchange.path:
                return None
            reached.set()
            dead.wait(30)
        return None

    link.rule = rule
    words = ["pos_app", "enrol", "--data", str(till), "--server", link.url, "--code", issued]
    process = Running(words)
    try:
        assert reached.wait(30), process.errors
    finally:
        process.kill()
        dead.set()
    link.heal()
