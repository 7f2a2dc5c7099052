"""Half an hour of selling on a large shop's till, in rounds; see :mod:`benchmarks.replay`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]


class Tally(msgspec.Struct, frozen=True):
    """What a round met; ``still`` are seconds in which the bare window beside it stood still."""

    seconds: int
    scans: int
    sales: int
    still: int


class _Met(msgspec.Struct):
    scans: int
    sales: int
    stalls: tuple[float, ...]
    bare: int


def run(seconds: int, seed: int) -> Tally:
    """Sell for so long on a till of 200,000 articles.

    Raises:
        AssertionError: the screens stood still for more than a tenth of a second, in a second in
            which a bare window did not.
    """
    words = [sys.executable, "-m", "benchmarks.replay", str(seconds), str(seed)]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    met = msgspec.json.decode(done.stdout.splitlines()[-1], type=_Met)
    if met.stalls:
        raise AssertionError(f"{len(met.stalls)} stalls: {[round(s, 3) for s in met.stalls]} s")
    return Tally(seconds, met.scans, met.sales, met.bare)
