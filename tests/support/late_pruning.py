"""Prunes a till's folder as on a day when all of its entries are old enough."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.engine import open_store
from db.transaction import begin
from pos_app.runtime.paths import TillPaths
from pos_app.sync.retention import KEEP_FOR, prune


def main(folder: Path) -> None:
    """Prints how many entries went."""
    engine = open_store(TillPaths(folder).store)
    gone = 0
    while True:
        with begin(engine) as tx:
            count = prune(tx, datetime.now(UTC) + KEEP_FOR + timedelta(days=1))
        if not count:
            break
        gone += count
    engine.dispose()
    sys.stdout.write(f"{gone}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
