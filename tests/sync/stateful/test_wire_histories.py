"""Seeded histories over the real till and the real head office: what a network does."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.embedded import EmbeddedPostgres
from tests.sync.stateful.histories import LOSSES, SEEDS, run_history
from tests.sync.stateful.wire import Harm
from tests.sync.stateful.world import Plan

COPIES = (Harm.DUPLICATE, Harm.OLD_REQUEST, Harm.STALE_ANSWER)
ORDER = (Harm.LATE_REQUEST, *COPIES)
DAMAGE = (Harm.CUT_REQUEST, Harm.CUT_ANSWER, Harm.DAMAGED_REQUEST, Harm.DAMAGED_ANSWER)

PLANS = (
    Plan("calm"),
    Plan("loss", LOSSES, 0.3),
    Plan("copies", COPIES, 0.3),
    Plan("order", ORDER, 0.3),
    Plan("damage", DAMAGE, 0.3),
)


@pytest.mark.timeout(600)
@pytest.mark.expect_warnings
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_whatever_the_network_does_nothing_is_lost_or_doubled(
    plan: Plan, seed: int, tmp_path: Path, head_server: EmbeddedPostgres, small_template: str
) -> None:
    run_history(plan, seed, tmp_path, head_server, small_template)
