"""Manifest, chunks, compaction and content, as a till by hand sees them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import httpx2
import msgspec
import pytest
import zstandard
from sqlalchemy import delete, func, select, update

from backoffice.intake.down import chunks, compaction
from backoffice.intake.down.builder import build_chunks
from backoffice.intake.down.compaction import compact
from backoffice.intake.down.content import content_at
from db.head.stores import Installation
from db.head.streams import InstallationStream, StreamChange, StreamChunk, StreamHead
from db.streams import CATALOGUE, new_generation, publish, store_stream, till_stream, withdraw
from db.transaction import begin
from retail.contract.envelope import StreamRow, StreamVector
from retail.contract.manifest import Manifest, StreamContent, StreamState
from retail.contract.reference import CategoryRow
from tests.backoffice.conftest import Office
from tests.backoffice.intake.conftest import Code
from tests.support.head_data import NOW
from tests.support.waiting import wait_until
from tests.support.wire_till import WireTill, problem_of

ROWS = 10


@pytest.fixture(autouse=True)
def _clean(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Small chunks; each test begins with empty streams and no till's position."""
    monkeypatch.setattr(chunks, "CHUNK_ROWS", ROWS)
    monkeypatch.setattr(compaction, "CHUNK_ROWS", ROWS)
    yield
    with begin(office.engine) as tx:
        for table in (StreamChunk, StreamChange, StreamHead, InstallationStream):
            tx.execute(delete(table))


def category(number: int, name: str = "C") -> CategoryRow:
    return CategoryRow(category=f"c{number}", name=name, icon="", tint="", rank=1)


def send(office: Office, *numbers: int, name: str = "C", stream: str = CATALOGUE) -> None:
    with begin(office.engine) as tx:
        publish(tx, stream, [category(n, name) for n in numbers])


def ask(wire: WireTill, path: str, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return wire.send("GET", path, headers=named)


def manifest(wire: WireTill) -> Manifest:
    answer = ask(wire, "/v1/manifest")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Manifest)


def state(wire: WireTill, stream: str = CATALOGUE) -> StreamState:
    return manifest(wire).streams[stream]


def packed(office: Office, wire: WireTill, count: int) -> StreamState:
    """The catalogue once it has so many chunks."""
    assert wait_until(lambda: build_chunks(office.engine) or len(state(wire).chunks) == count)
    assert wait_until(lambda: len(state(wire).chunks) == count)
    return state(wire)


def rows_in(answer: httpx2.Response) -> list[StreamRow]:
    plain = zstandard.ZstdDecompressor().decompress(answer.content)
    return [msgspec.json.decode(line, type=StreamRow) for line in plain.splitlines()]


def all_rows(wire: WireTill, found: StreamState) -> list[StreamRow]:
    return [row for one in found.chunks for row in rows_in(ask(wire, f"/v1/chunks/{one.sha256}"))]


def stands_at(office: Office, wire: WireTill, seq: int, days: int = 0) -> None:
    """The till has said how far it is, so many days ago."""
    wire.hello(streams=(StreamVector(stream=CATALOGUE, generation=1, seq=seq),))
    with begin(office.engine) as tx:
        tx.execute(update(InstallationStream).values(told_at=NOW - timedelta(days=days)))


def merge(office: Office, least: int = 1) -> int:
    with begin(office.engine) as tx:
        return compact(tx, CATALOGUE, NOW, least=least)


def test_a_manifest_is_of_one_tills_streams(office: Office, wire: WireTill) -> None:
    for stream in (CATALOGUE, store_stream("S1"), store_stream("S2"), "price/ZZ", "customers/x"):
        send(office, 1, stream=stream)
    send(office, 1, stream=till_stream("S1", 1))
    send(office, 1, stream=till_stream("S1", 2))
    assert set(manifest(wire).streams) == {CATALOGUE, store_stream("S1"), till_stream("S1", 1)}


def test_nothing_new_is_told_without_a_body(office: Office, wire: WireTill) -> None:
    send(office, 1)
    first = ask(wire, "/v1/manifest")
    again = ask(wire, "/v1/manifest", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    send(office, 2)
    news = ask(wire, "/v1/manifest?wait=30", if_none_match=first.headers["etag"])
    assert news.status_code == 200
    checkpoints = {msgspec.json.decode(a.content, type=Manifest).checkpoint for a in (first, news)}
    assert len(checkpoints) == 2


def test_waiting_ends_by_itself(wire: WireTill) -> None:
    etag = ask(wire, "/v1/manifest").headers["etag"]
    assert ask(wire, "/v1/manifest?wait=0.05", if_none_match=etag).status_code == 304


@pytest.mark.parametrize("wait", ["-1", "61", "x"])
def test_nobody_waits_for_ever(wire: WireTill, wait: str) -> None:
    assert ask(wire, f"/v1/manifest?wait={wait}").status_code == 422


def test_nobody_reads_a_manifest_without_a_signature(office: Office) -> None:
    for path in ("/v1/manifest", f"/v1/chunks/{'0' * 64}", "/v1/streams/tax/content?at=0"):
        assert problem_of(office.client.get(path)) == (401, "signature")


def test_full_runs_become_chunks_and_the_rest_stays_the_tail(
    office: Office, wire: WireTill
) -> None:
    send(office, *range(2 * ROWS + 3))
    found = packed(office, wire, 2)
    assert [(c.lo, c.hi, c.rows) for c in found.chunks] == [(1, 10, 10), (11, 20, 10)]
    answer = ask(wire, f"/v1/chunks/{found.chunks[0].sha256}")
    assert sha256(answer.content).hexdigest() == found.chunks[0].sha256
    assert len(answer.content) == found.chunks[0].bytes
    assert [row.seq for row in rows_in(answer)] == list(range(1, 11))
    before = found.chunks
    send(office, *range(50, 61))
    assert packed(office, wire, 3).chunks[:2] == before


def test_a_chunk_goes_on_where_it_broke_off(office: Office, wire: WireTill) -> None:
    send(office, *range(ROWS))
    (chunk,) = packed(office, wire, 1).chunks
    path, etag = f"/v1/chunks/{chunk.sha256}", f'"{chunk.sha256}"'
    whole = ask(wire, path)
    assert (whole.status_code, whole.headers["etag"]) == (200, etag)
    assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
    rest = ask(wire, path, range="bytes=7-", if_range=etag)
    assert (rest.status_code, rest.content) == (206, whole.content[7:])
    assert rest.headers["content-range"] == f"bytes 7-{chunk.bytes - 1}/{chunk.bytes}"
    other = ask(wire, path, range="bytes=7-", if_range='"other"')
    assert (other.status_code, other.content) == (200, whole.content)
    assert problem_of(ask(wire, path, range=f"bytes={chunk.bytes}-")) == (416, "range")


def test_a_stores_chunk_is_its_own(office: Office, wire: WireTill, code: Code) -> None:
    send(office, *range(ROWS), stream=store_stream("S2"))
    assert wait_until(lambda: build_chunks(office.engine) or _chunk_of(office) != "")
    other = WireTill.enrolled(office.client, code("S2", 1))
    path = f"/v1/chunks/{_chunk_of(office)}"
    own = ask(other, path)
    assert own.headers["cache-control"].startswith("private,")
    assert problem_of(ask(wire, path)) == (404, "chunk")
    assert problem_of(ask(wire, f"/v1/chunks/{'0' * 64}")) == (404, "chunk")


def _chunk_of(office: Office) -> str:
    with begin(office.engine) as tx:
        return tx.execute(select(func.max(StreamChunk.sha256))).scalar() or ""


def test_merging_keeps_the_newest_of_each_key(office: Office, wire: WireTill) -> None:
    send(office, *range(ROWS))
    send(office, *range(ROWS), name="D")
    with begin(office.engine) as tx:
        withdraw(tx, CATALOGUE, "category", ["c0", "c1"])
    send(office, *range(2, ROWS), name="E")
    before = packed(office, wire, 3)
    with begin(office.engine) as tx:
        content = content_at(tx, CATALOGUE, 30)
    assert merge(office) == 22
    found = state(wire)
    assert (found.floor, found.head, found.chain) == (30, before.head, before.chain)
    assert [(c.lo, c.hi, c.rows, c.chain) for c in found.chunks] == [(1, 30, 8, before.chain)]
    names = {row.key: msgspec.json.decode(row.body)["name"] for row in all_rows(wire, found)}
    assert names == {f"c{n}": "E" for n in range(2, ROWS)}
    with begin(office.engine) as tx:
        assert content_at(tx, CATALOGUE, 30) == content
    assert merge(office) == 0


def test_merged_rows_are_packed_in_chunks_that_follow_on(office: Office, wire: WireTill) -> None:
    send(office, *range(35))
    send(office, *range(5), name="D")
    packed(office, wire, 4)
    assert merge(office) == 5
    found = state(wire)
    assert sum(one.rows for one in found.chunks) == len(all_rows(wire, found)) == 35
    assert [one.lo for one in found.chunks] == [1, *(one.hi + 1 for one in found.chunks[:-1])]
    assert found.chunks[-1].hi == found.floor == 40


def test_what_a_till_has_not_seen_is_not_merged(office: Office, wire: WireTill) -> None:
    for name in "CDE":
        send(office, *range(ROWS), name=name)
    packed(office, wire, 3)
    stands_at(office, wire, 19)
    assert merge(office) == 0
    stands_at(office, wire, 20)
    assert (merge(office), state(wire).floor) == (10, 20)
    stands_at(office, wire, 20, days=46)
    assert (merge(office), state(wire).floor) == (10, 30)


def test_a_till_that_was_shut_out_holds_nothing_back(office: Office, wire: WireTill) -> None:
    for name in "CD":
        send(office, *range(ROWS), name=name)
    packed(office, wire, 2)
    stands_at(office, wire, 1)
    with begin(office.engine) as tx:
        tx.execute(
            update(Installation)
            .where(Installation.installation_id == wire.answer.installation)
            .values(state="replaced")
        )
    assert merge(office) == ROWS


def test_little_is_not_merged(office: Office, wire: WireTill) -> None:
    send(office, *range(ROWS), *range(ROWS))
    packed(office, wire, 2)
    assert merge(office, least=ROWS + 1) == 0


def test_a_position_below_the_floor_has_to_start_again(office: Office, wire: WireTill) -> None:
    for name in "CD":
        send(office, *range(ROWS), name=name)
    send(office, 99)
    packed(office, wire, 2)
    merge(office)
    for after in (0, 19):
        answer = ask(wire, f"/v1/streams/{CATALOGUE}/tail?after={after}")
        assert problem_of(answer) == (410, "snapshot_required")
        assert problem_of(ask(wire, f"/v1/streams/{CATALOGUE}/content?at={after}"))[0] == 410
    chain = state(wire).chunks[-1].chain
    rest = ask(wire, f"/v1/streams/{CATALOGUE}/tail?after=20&chain={chain}")
    assert len(rest.json()["rows"]) == 1


def test_rows_of_another_past_are_told(office: Office, wire: WireTill) -> None:
    send(office, 1, 2)
    answer = ask(wire, f"/v1/streams/{CATALOGUE}/tail?after=1&chain={'ab' * 32}")
    assert problem_of(answer) == (409, "other_past")


def test_a_new_generation_is_another_checkpoint(office: Office, wire: WireTill) -> None:
    send(office, 1)
    before = manifest(wire)
    with begin(office.engine) as tx:
        new_generation(tx, CATALOGUE)
    after = manifest(wire)
    assert after.streams[CATALOGUE].generation == 2
    assert after.checkpoint != before.checkpoint


def test_content_is_of_a_position_and_the_same_whatever_the_way(
    office: Office, wire: WireTill
) -> None:
    def content(at: int) -> StreamContent:
        answer = ask(wire, f"/v1/streams/{CATALOGUE}/content?at={at}")
        return msgspec.json.decode(answer.content, type=StreamContent)

    send(office, 1, 2)
    with begin(office.engine) as tx:
        withdraw(tx, CATALOGUE, "category", ["c2"])
    send(office, 2)
    assert content(0).rows == 0
    assert content(3).rows == content(1).rows == 1
    assert content(4) == msgspec.structs.replace(content(2), at=4)
    assert content(4).digest != content(3).digest == content(1).digest
    assert problem_of(ask(wire, f"/v1/streams/{CATALOGUE}/content?at=5")) == (409, "ahead")
    assert problem_of(ask(wire, "/v1/streams/store/S2/content?at=0")) == (403, "stream")
