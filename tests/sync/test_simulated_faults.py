"""Faults that anybody may plan: the till's own wire misbehaves, every sale arrives once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pos_app.__main__ import main
from pos_app.sync.fault_plan import Fault, FaultKind, FaultPlan, read_plan
from pos_app.sync.faults import FaultyWire
from pos_app.sync.status import Reach, SyncState
from retail.errors import RetailError
from tests.support.sync_rig import Rig
from tests.support.waiting import wait_until

EXAMPLE = Path(__file__).parents[2] / "docs" / "faults.json"
EVERY_KIND = FaultPlan(
    seed=3,
    faults=(
        Fault(kind=FaultKind.OFFLINE, from_seconds=0.5, for_seconds=2.0),
        Fault(kind=FaultKind.LATE, share=0.05, seconds=0.05),
        Fault(kind=FaultKind.DELAY, share=0.05, seconds=0.01),
        Fault(kind=FaultKind.STATUS, share=0.05, status=503),
        *(
            Fault(kind=kind, share=0.05)
            for kind in FaultKind
            if kind not in {FaultKind.OFFLINE, FaultKind.LATE, FaultKind.DELAY, FaultKind.STATUS}
        ),
    ),
)


@pytest.mark.expect_warnings
def test_every_kind_of_fault_at_once_loses_and_doubles_nothing(rig: Rig) -> None:
    with rig.shop(work=False):
        pass
    wire = FaultyWire(EVERY_KIND)
    with rig.shop(wire=wire) as shop:
        sold = shop.sell(40)
        assert wait_until(lambda: all(wire.struck.values()), seconds=30), wire.struck
        shop.pushed()
        rig.check(shop)
    assert set(wire.struck) == set(FaultKind)
    assert len({sale.receipt_number for sale in sold}) == 40


@pytest.mark.expect_warnings
def test_without_a_network_by_plan_the_pill_says_so(rig: Rig) -> None:
    with rig.shop(work=False):
        pass
    fault = Fault(kind=FaultKind.OFFLINE, from_seconds=0, for_seconds=600)
    with rig.shop(wire=FaultyWire(FaultPlan(faults=(fault,)))) as shop:
        shop.sell()
        found = shop.seen.by_now(lambda status: status.state is SyncState.OFFLINE)
        assert found.reach is Reach.NO_INTERNET


@pytest.mark.expect_warnings
def test_the_command_tells_what_happened(
    rig: Rig, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with rig.shop(work=False):
        pass
    plan = tmp_path / "plan.json"
    faults = [{"kind": "request_lost", "share": 0.2}, {"kind": "answer_lost", "share": 0.2}]
    plan.write_text(json.dumps({"faults": faults}), encoding="utf-8")
    words = ["simulate", "--data", str(rig.folder), "--sales", "12", "--faults", str(plan)]
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("12 sales, ")
    assert lines[1].endswith(" of them harmed:")
    assert [line.split(":")[0].strip() for line in lines[2:4]] == ["request_lost", "answer_lost"]
    assert lines[4].endswith(" entries acknowledged, 0 not synced.")
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["sales"], told["unsynced"], set(told["faults"])) == (
        12,
        0,
        {"request_lost", "answer_lost"},
    )
    assert told["requests"] >= sum(told["faults"].values())


def test_the_example_holds_every_kind() -> None:
    assert {fault.kind for fault in read_plan(EXAMPLE).faults} == set(FaultKind)


def one(**fields: Any) -> dict[str, Any]:
    return {"faults": [fields]}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (one(kind="lost", share=0.1), "faults[0].kind"),
        (one(kind="doubled", share="much"), "faults[0].share"),
        (one(kind="doubled", share=1.5), "faults[0].share"),
        (one(kind="doubled"), "faults[0] of kind doubled lacks the field `share`"),
        (one(kind="delay", share=0.1), "lacks the field `seconds`"),
        (one(kind="doubled", share=0.1, seconds=2), "has no use for the field `seconds`"),
        (one(kind="offline", share=0.1), "has no use for the field `share`"),
        (one(kind="status", share=0.1, status=200), "faults[0].status"),
        (one(kind="doubled", share=0.1, colour="red"), "`colour`"),
        ({"faults": [{"kind": "doubled", "share": 0.7}] * 2}, "`share` add up to 1.4"),
        ({"seed": "x", "faults": []}, "seed"),
        ({}, "`faults`"),
        ([], "Expected `object`"),
    ],
)
def test_a_plan_that_cannot_be_used_is_refused_by_the_name_of_its_field(
    tmp_path: Path, content: object, named: str
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(RetailError, match=r"Nothing was sold\.") as refused:
        read_plan(file)
    assert refused.value.code == "faults.file"
    assert named in str(refused.value)


def test_a_plan_that_is_no_json_or_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"
    words = ["simulate", "--data", str(tmp_path / "till"), "--sales", "1", "--faults", str(file)]
    assert main(words) == 1
    file.write_text("{", encoding="utf-8")
    assert main(words) == 1
    told = capsys.readouterr().err.splitlines()
    assert "No such file" in told[0]
    assert "cannot be used" in told[1]
    assert not (tmp_path / "till").exists()
