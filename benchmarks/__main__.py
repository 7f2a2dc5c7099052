"""Run the benchmarks: a table for people, JSON for machines, exit code 1 for a missed goal."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks import (
    checkout,
    commit,
    down_streams,
    ingest,
    lookup,
    repricing,
    scan,
    start,
    wire_size,
)
from benchmarks.measure import table
from benchmarks.world import save


def main() -> int:
    """All rows, in the order of the table."""
    rows = [part.measure() for part in (commit, lookup, scan)]
    rows += start.measure()
    rows += checkout.measure()
    rows += repricing.measure()
    rows += ingest.measure()
    rows += down_streams.measure()
    rows.append(wire_size.measure())
    print(table(rows))
    target = save([row.as_dict() for row in rows])
    print(f"\nAs JSON: {target}")
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
