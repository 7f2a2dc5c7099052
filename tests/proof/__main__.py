"""Run the long proofs: ``python -m tests.proof [--part NAME] [--fresh]``.

A round that is finished is kept in ``.cache/proof``; a proof that was interrupted goes on
behind it. Exit code 0: every claim holds; 1: one does not; 2: wrong usage.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
import traceback
from pathlib import Path

import msgspec

from tests.proof import progress as kept
from tests.proof.parts import PARTS, Part
from tests.proof.progress import FOLDER, Progress, Round
from tests.proof.report import Outcome, result, write


def main() -> int:
    """Run all parts, or one, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    names = [part.name for part in PARTS]
    parser.add_argument("--part", choices=names, action="append", help="only this one")
    parser.add_argument("--fresh", action="store_true", help="forget what was proved before")
    given = parser.parse_args()
    commit = kept.commit()
    outcomes = []
    for part in PARTS:
        known = Progress(commit) if given.fresh else kept.load(part.name, commit)
        wanted = given.part is None or part.name in given.part
        outcomes.append(prove(part, known) if wanted else Outcome(part, known))
    write(outcomes, commit)
    print(result(outcomes))
    return 1 if any(outcome.broken for outcome in outcomes) else 0


def prove(part: Part, known: Progress, *, at: Path = FOLDER) -> Outcome:
    """Play the rounds that are missing; stop at the first that fails."""
    for number in range(part.rounds):
        if number in known.done:
            continue
        folder = at / part.name / str(number)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        began = time.monotonic()
        try:
            tally = msgspec.to_builtins(part.play(folder, number))
        except Exception as problem:  # noqa: BLE001 (reported as a claim that does not hold)
            traceback.print_exc()
            print(f"{part.name}: round {number} failed; its files are kept in {folder}")
            return Outcome(part, known, f"round {number}: {type(problem).__name__} {problem}")
        known.rounds.append(Round(number, round(time.monotonic() - began), tally))
        kept.save(part.name, known, folder=at)
        shutil.rmtree(folder)
        print(f"{part.name}: round {number + 1} of {part.rounds} holds: {tally}", flush=True)
    return Outcome(part, known)


if __name__ == "__main__":
    sys.exit(main())
