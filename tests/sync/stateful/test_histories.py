"""Seeded histories over the real till and the real head office, fault by fault and all at once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from db.embedded import EmbeddedPostgres
from tests.sync.matrix import TALLY
from tests.sync.stateful.checker import check
from tests.sync.stateful.wire import Harm
from tests.sync.stateful.world import Plan, World, world

STEPS = 1_000

LOSSES = (Harm.DROP_REQUEST, Harm.DROP_ANSWER)
COPIES = (Harm.DUPLICATE, Harm.OLD_REQUEST, Harm.STALE_ANSWER)
ORDER = (Harm.LATE_REQUEST, *COPIES)
DAMAGE = (Harm.CUT_REQUEST, Harm.CUT_ANSWER, Harm.DAMAGED_REQUEST, Harm.DAMAGED_ANSWER)
RESTORES = {"backup": 0.4, "restore": 0.4}

PLANS = (
    Plan("calm"),
    Plan("loss", LOSSES, 0.3),
    Plan("copies", COPIES, 0.3),
    Plan("order", ORDER, 0.3),
    Plan("damage", DAMAGE, 0.3),
    Plan("outages", LOSSES, 0.1, {"cable": 3.0, "restart": 0.4, "reopen": 2.0}),
    Plan("clocks", LOSSES, 0.1, {"clock": 3.0, "reopen": 1.0}),
    Plan("foreign records", LOSSES, 0.1, {"foreign": 2.0, "count": 3.0}),
    Plan("restores", LOSSES, 0.1, RESTORES),
    Plan(
        "everything",
        tuple(Harm),
        0.3,
        {"cable": 1.0, "restart": 0.2, "clock": 1.0, "foreign": 1.0, "count": 2.0, **RESTORES},
    ),
)


@pytest.mark.timeout(600)
@pytest.mark.expect_warnings
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_whatever_happens_nothing_is_lost_or_doubled(
    plan: Plan, tmp_path: Path, head_server: EmbeddedPostgres, small_template: str
) -> None:
    with world(plan, 1, tmp_path, head_server, small_template) as history:
        history.run(STEPS)
        history.heal()
        check(history)
        assert set(history.wire.struck) == set(plan.harms)
        leave_tally(history)


def leave_tally(history: World) -> None:
    """Tell the table of faults what struck, when it asks."""
    folder = os.environ.get(TALLY)
    if folder:
        counts = {str(harm): count for harm, count in history.wire.struck.items()}
        told = {**counts, **history.done, "steps": sum(history.done.values())}
        path = Path(folder) / f"{history.plan.name.replace(' ', '_')}.json"
        path.write_text(json.dumps(told), encoding="utf-8")
