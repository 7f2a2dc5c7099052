from __future__ import annotations

import msgspec
import pytest

from backoffice.intake.down.tail import MOST_ROWS
from db.streams import CATALOGUE, publish, store_stream, withdraw
from db.transaction import begin
from pos_app.sync.staging import Position, tail_slices
from retail.contract.codec import GENESIS
from retail.contract.envelope import StreamTail
from retail.contract.reference import CategoryRow
from tests.backoffice.conftest import Office
from tests.backoffice.intake.conftest import Code
from tests.support.wire_till import WireTill, problem_of


def category(number: int) -> CategoryRow:
    return CategoryRow(category=f"c{number}", name=f"Ünïcode {number}", icon="", tint="", rank=1)


def tail(wire: WireTill, stream: str, after: int) -> StreamTail:
    answer = wire.send("GET", f"/v1/streams/{stream}/tail?after={after}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=StreamTail)


def test_a_stream_is_read_in_parts_without_a_gap(office: Office, wire: WireTill) -> None:
    with begin(office.engine) as tx:
        publish(tx, CATALOGUE, [category(n) for n in range(MOST_ROWS + 50)])
        withdraw(tx, CATALOGUE, "category", ["c1"])
    seq, chain, seen = 0, GENESIS, 0
    while True:
        part = tail(wire, CATALOGUE, seq)
        if not part.rows:
            break
        assert len(part.rows) <= MOST_ROWS
        at = Position(1, seq, chain, 0)
        for cut in tail_slices(at, part):
            assert cut.cursor is not None
            chain, seen = cut.cursor[1], seen + len(cut.rows)
        seq = part.rows[-1].seq
    assert seq == seen == part.head
    assert part.chain == chain.hex()
    last = tail(wire, CATALOGUE, seq - 1).rows[0]
    assert (last.op, last.key, last.body) == ("del", "c1", "")


def test_an_empty_stream_has_its_beginning(office: Office, code: Code) -> None:
    wire = WireTill.enrolled(office.client, code("S2", 1))
    part = tail(wire, store_stream("S2"), 0)
    assert (part.head, part.rows, part.chain) == (0, (), GENESIS.hex())


@pytest.mark.parametrize("stream", ["store/S2", "store/", "nothing", "store/S1/x", "%00"])
def test_a_stream_of_others_is_out_of_reach(wire: WireTill, stream: str) -> None:
    answer = wire.send("GET", f"/v1/streams/{stream}/tail?after=0")
    assert problem_of(answer)[1] in {"stream", "signature"}
    assert answer.status_code in {401, 403}


def test_a_position_ahead_of_the_stream_is_told(wire: WireTill) -> None:
    for after in (10**6, 10**30):
        answer = wire.send("GET", f"/v1/streams/{CATALOGUE}/tail?after={after}")
        assert problem_of(answer) == (409, "ahead")


@pytest.mark.parametrize("after", ["", "x", "1.5"])
def test_a_position_that_is_none_is_refused(wire: WireTill, after: str) -> None:
    answer = wire.send("GET", f"/v1/streams/{CATALOGUE}/tail?after={after}")
    assert problem_of(answer) == (422, "request.invalid")


def test_nobody_reads_without_a_signature(office: Office) -> None:
    answer = office.client.get(f"/v1/streams/{CATALOGUE}/tail?after=0")
    assert problem_of(answer) == (401, "signature")
