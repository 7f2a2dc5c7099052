"""Seeded histories over the real till and the real head office: what happens at both ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.embedded import EmbeddedPostgres
from tests.sync.stateful.histories import LOSSES, SEEDS, run_history
from tests.sync.stateful.wire import Harm
from tests.sync.stateful.world import Plan

RESTORES = {"backup": 0.4, "restore": 0.4}

PLANS = (
    Plan("outages", LOSSES, 0.1, {"cable": 3.0, "restart": 0.4, "reopen": 2.0}),
    Plan("clocks", LOSSES, 0.1, {"clock": 3.0, "reopen": 1.0}),
    Plan("foreign records", LOSSES, 0.1, {"foreign": 2.0, "count": 3.0}),
    Plan("restores", LOSSES, 0.1, RESTORES),
    Plan("old images", LOSSES, 0.1, {"image": 1.0, "old image": 0.6}),
    Plan(
        "everything",
        tuple(Harm),
        0.3,
        {"cable": 1.0, "restart": 0.2, "clock": 1.0, "foreign": 1.0, "count": 2.0, **RESTORES},
    ),
)


@pytest.mark.timeout(600)
@pytest.mark.expect_warnings
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_whatever_happens_nothing_is_lost_or_doubled(
    plan: Plan, seed: int, tmp_path: Path, head_server: EmbeddedPostgres, small_template: str
) -> None:
    run_history(plan, seed, tmp_path, head_server, small_template)
