from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, insert, update

from backoffice.app import create_app
from backoffice.config import Config
from backoffice.fleet.service import JournalEnd, VerifiedBackup, note_backup
from backoffice.platform.exposition import Counter, Histogram, gauge, text
from backoffice.stores.service import issue_code
from db.head.recovery import Recovery
from db.head.stores import Installation
from db.head.streams import StreamHead
from db.transaction import begin
from retail.contract.codec import GENESIS
from tests.backoffice.conftest import SetClock
from tests.support.head_data import NOW, TillJournal
from tests.support.wire_till import WireJournal, WireTill

HERE = ("127.0.0.1", 50_000)
TOKEN = "a token of the test"


@contextmanager
def application(url: str, token: str = "", asker: tuple[str, int] = HERE) -> Iterator[TestClient]:
    """The application as it answers somebody at an address."""
    config = Config(url=url, metrics_token=token)
    with TestClient(create_app(config, SetClock()), client=asker) as client:
        client.get("/healthz")
        yield client


def figures(client: TestClient) -> dict[str, float]:
    """The samples of ``/metrics`` by name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_what_a_till_sent_is_counted(chain_url: str, chain_engine: Engine) -> None:
    with application(chain_url) as client:
        with begin(chain_engine) as tx:
            code = issue_code(tx, "S1", 1, lambda: NOW)
        wire = WireTill.enrolled(client, code)
        journal = WireJournal().sell_many(3)
        assert wire.push(journal).status_code == 200
        assert wire.push(journal, base_hash="ff" * 32).status_code == 400
        with begin(chain_engine) as tx:
            tx.execute(update(Installation).values(queued=14, clock_skew_ms=-1500))
            head = {"stream": "tax", "generation": 1, "head": 3, "floor": 0, "chain": GENESIS}
            tx.execute(insert(StreamHead).values(**head))
        found = figures(client)

    assert found['tillwright_pushes_total{answer="accepted"}'] == 1
    assert found['tillwright_pushes_total{answer="bad_chain"}'] == 1
    assert found["tillwright_push_group_size_count"] == 2
    assert found['tillwright_push_group_size_bucket{le="+Inf"}'] == 2
    assert found["tillwright_journal_entries"] == journal.head
    assert found['tillwright_till_unacked_entries{store="S1",till="1"}'] == 14
    assert found['tillwright_till_clock_skew_seconds{store="S1",till="1"}'] == -1.5
    assert found['tillwright_till_last_hello_seconds{store="S1",till="1"}'] == 0
    assert found['tillwright_stream_head{stream="tax"}'] == 3
    assert found["tillwright_long_polls"] == 0


def test_without_a_token_only_this_machine_may_ask(chain_url: str) -> None:
    with application(chain_url) as client:
        assert client.get("/metrics").status_code == 200
        through_a_proxy = client.get("/metrics", headers={"x-forwarded-for": "203.0.113.7"})
        assert through_a_proxy.status_code == 403
    with application(chain_url, asker=("203.0.113.7", 50_000)) as client:
        denied = client.get("/metrics")
        assert denied.status_code == 403
        assert "tillwright_" not in denied.text


def test_with_a_token_only_who_bears_it_may_ask(chain_url: str) -> None:
    with application(chain_url, TOKEN) as client:
        assert client.get("/metrics").status_code == 403
        wrong = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}x"})
        assert wrong.status_code == 403
    with application(chain_url, TOKEN, ("203.0.113.7", 50_000)) as client:
        right = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert right.status_code == 200


def test_a_token_is_not_shown_with_its_configuration() -> None:
    assert TOKEN not in repr(Config(url="postgresql://h/d", metrics_token=TOKEN))


def test_the_text_format() -> None:
    families = [
        gauge("a", 'what "it" is\nand \\ why', [({"x": 'say "hi"\n\\'}, 1), ({"x": "y"}, 2.5)]),
        gauge("none", "nothing of it is shown", []),
    ]
    assert text(families) == (
        '# HELP a what "it" is\\nand \\\\ why\n'
        "# TYPE a gauge\n"
        'a{x="say \\"hi\\"\\n\\\\"} 1\n'
        'a{x="y"} 2.5\n'
    )


def test_a_histogram_cumulates_and_its_bounds_are_inclusive() -> None:
    sizes = Histogram("size", "sizes", (1, 2, 4))
    for size in (1, 2, 2, 3, 9):
        sizes.observe(size)
    lines = [line for line in text([sizes.family()]).splitlines() if not line.startswith("#")]
    assert lines == [
        'size_bucket{le="1"} 1',
        'size_bucket{le="2"} 3',
        'size_bucket{le="4"} 4',
        'size_bucket{le="+Inf"} 5',
        "size_sum 17",
        "size_count 5",
    ]


@pytest.mark.threads
def test_threads_lose_no_count() -> None:
    counter = Counter("n", "counts", "kind")

    def count() -> None:
        for _ in range(2_000):
            counter.add("x")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert re.findall(r"n\{.*\} (\d+)", text([counter.family()])) == ["8000"]


def test_backups_and_recovery_are_measured(chain_url: str, chain_engine: Engine) -> None:
    with application(chain_url) as client:
        bare = figures(client)
        assert "tillwright_backup_age_seconds" not in bare
        assert bare["tillwright_recovery"] == 0
        with begin(chain_engine) as tx:
            journal = TillJournal()
            journal.enrol(tx)
            for _ in range(3):
                journal.sell(tx)
            ends = [JournalEnd(journal.store, journal.jid, 2)]
            taken = NOW - timedelta(hours=5)
            note_backup(tx, VerifiedBackup(Path("b"), "aa", 1, taken, ends), NOW)
            tx.execute(insert(Recovery).values(incarnation=2, began_at=NOW, ended_at=None))
        found = figures(client)
    assert found["tillwright_backup_age_seconds"] == 5 * 3600
    assert found["tillwright_backup_entries"] == 2
    assert found["tillwright_entries_not_backed_up"] == 1
    assert found["tillwright_recovery"] == 1
    assert found['tillwright_recovery_journals{state="awaited"}'] == 0
