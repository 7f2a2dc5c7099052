"""What the tests of seeded histories run: each plan to its end, and all invariants after it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from db.embedded import EmbeddedPostgres
from tests.sync.matrix import TALLY
from tests.sync.stateful.checker import check
from tests.sync.stateful.wire import Harm
from tests.sync.stateful.world import Plan, World, world

STEPS = 1_000
SEEDS = (1, 2)
"""With eleven plans 22,000 steps."""

LOSSES = (Harm.DROP_REQUEST, Harm.DROP_ANSWER)


def run_history(
    plan: Plan, seed: int, folder: Path, server: EmbeddedPostgres, template: str
) -> None:
    """One history, until the network is sound again and everything is sent."""
    with world(plan, seed, folder, server, template) as history:
        history.run(STEPS)
        history.heal()
        check(history)
        assert set(history.wire.struck) == set(plan.harms)
        _leave_tally(history, seed)


def _leave_tally(history: World, seed: int) -> None:
    """Tell the table of faults what struck, when it asks."""
    folder = os.environ.get(TALLY)
    if folder:
        counts = {str(harm): count for harm, count in history.wire.struck.items()}
        told = {**counts, **history.done, "steps": STEPS}
        name = f"{history.plan.name.replace(' ', '_')}-{seed}.json"
        Path(folder, name).write_text(json.dumps(told), encoding="utf-8")
