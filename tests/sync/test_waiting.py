"""Tills that wait for news: many at once, at no cost to those that push."""

from __future__ import annotations

import select as ready
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx2
import pytest
from sqlalchemy import text

from db.streams import CATALOGUE, publish, store_stream
from db.transaction import begin
from pos_app.sync.client import HeadOffice
from pos_app.sync.errors import NoAnswer
from retail.contract.reference import CategoryRow
from tests.support.sync_rig import Rig
from tests.support.waiting import wait_until
from tests.support.wire_till import WireJournal, WireTill

TILLS = 200


@pytest.fixture
def wire(rig: Rig) -> Iterator[WireTill]:
    """An enrolled till on a socket."""
    with httpx2.Client(base_url=rig.head.url) as client:
        yield WireTill.enrolled(client, rig.code("S1", 2))


def change(rig: Rig, name: str, stream: str = CATALOGUE) -> None:
    with begin(rig.engine) as tx:
        publish(tx, stream, [CategoryRow(category="x", name=name, icon="", tint="", rank=1)])


@contextmanager
def waiting(
    rig: Rig, wire: WireTill, count: int, seconds: int = 60
) -> Iterator[list[socket.socket]]:
    """So many sockets, each with a request that waits."""
    etag = wire.send("GET", "/v1/manifest").headers["etag"]
    place, path = urlsplit(rig.head.url), f"/v1/manifest?wait={seconds}"
    with ExitStack() as stack:
        sockets = []
        for _ in range(count):
            head = {"host": place.netloc, "if-none-match": etag, **wire.signed("GET", path)}
            lines = [f"GET {path} HTTP/1.1", *(f"{k}: {v}" for k, v in head.items()), "", ""]
            one = socket.create_connection((place.hostname or "", place.port or 0), 30)
            stack.enter_context(one)
            one.sendall("\r\n".join(lines).encode())
            sockets.append(one)
        app = rig.head.app
        assert wait_until(
            lambda: len(app.state.news._waiting.get(CATALOGUE, ())) == count, seconds=60
        )
        yield sockets


def answered(sockets: list[socket.socket]) -> int:
    return len(ready.select(sockets, [], [], 0)[0])


def connections(rig: Rig) -> int:
    """Connections that do something, or hold a transaction, beside the one that asks."""
    busy = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state <> 'idle' AND pid <> pg_backend_pid()"
    )
    with begin(rig.engine) as tx:
        return int(tx.execute(busy).scalar_one())


def test_two_hundred_tills_wait_while_others_push(rig: Rig, wire: WireTill) -> None:
    with waiting(rig, wire, TILLS) as sockets:
        assert wait_until(lambda: connections(rig) == 0)
        pushing = WireTill.enrolled(wire.client, rig.code("S2", 1))
        journal = WireJournal("S2").sell_many(20)
        for seq in range(1, 21):
            assert pushing.push(journal, seq, seq).status_code == 200
        change(rig, "for others", store_stream("S2"))
        assert answered(sockets) == 0
        change(rig, "for all")
        assert wait_until(lambda: answered(sockets) == TILLS, seconds=60)
        heads = {one.recv(65_536).split(b"\r\n", 1)[0] for one in sockets}
        assert heads == {b"HTTP/1.1 200 OK"}
        assert rig.head.app.state.news._waiting == {}


def test_a_server_that_stops_lets_all_go(rig: Rig, wire: WireTill) -> None:
    with waiting(rig, wire, 20) as sockets:
        rig.head.stop()
        assert {one.recv(65_536).split(b"\r\n", 1)[0] for one in sockets} == {
            b"HTTP/1.1 304 Not Modified"
        }


def test_a_lost_listener_comes_back(rig: Rig, wire: WireTill) -> None:
    with waiting(rig, wire, 3) as sockets:
        with begin(rig.engine) as tx:
            tx.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE query = 'LISTEN tillwright_stream'"
                )
            )
        change(rig, "unheard")
        assert wait_until(lambda: answered(sockets) == 3, seconds=30)


def test_waiting_can_be_ended_from_another_thread(rig: Rig) -> None:
    with rig.shop(work=False) as shop:
        office = shop.till.sync._connection()
        received = office.manifest()
        assert received is not None
        ended: list[BaseException] = []

        def wait() -> None:
            try:
                office.manifest(received.etag, wait=50)
            except NoAnswer as problem:
                ended.append(problem)

        waiter = threading.Thread(target=wait)
        waiter.start()
        assert wait_until(lambda: rig.head.app.state.news._waiting)
        office.interrupt()
        waiter.join()
        office.close()
        assert len(ended) == 1


def test_nothing_is_sent_after_an_interruption(rig: Rig) -> None:
    office = HeadOffice(rig.head.url)
    office.interrupt()
    with pytest.raises(NoAnswer):
        office.manifest()
    office.close()


def test_a_sale_is_sent_while_the_till_waits(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pos_app.sync.engine.HELLO_SECONDS", 600.0)
    monkeypatch.setattr("pos_app.sync.engine.REPORT_SECONDS", 600.0)
    with rig.shop() as shop:
        shop.seen.synced()
        assert wait_until(lambda: rig.head.app.state.news._waiting)
        hellos = len(rig.link.paths("/v1/hello"))
        shop.sell(3)
        shop.pushed()
        assert len(rig.link.paths("/v1/hello")) == hellos
        change(rig, "Tea of the day")
        assert wait_until(
            lambda: (
                "Tea of the day"
                in shop.read(
                    lambda tx: tx.exec_driver_sql("SELECT name FROM category").scalars().all()
                )
            )
        )
    assert "till-news" not in {thread.name for thread in threading.enumerate()}
