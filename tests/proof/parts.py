"""The parts of the proof in their order; a further one is a module and a line here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tests.proof import power_cuts, pricing_agreement, replay, soak, torn_log

Tally = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A part of the proof.

    Attributes:
        claim: what holds when every round ends well.
        play: runs a round in an empty folder and gives its counts; raises when the claim fails.
        told: the sums of all rounds as sentences.
    """

    name: str
    title: str
    claim: str
    rounds: int
    play: Callable[[Path, int], msgspec.Struct]
    told: Callable[[Tally], Sequence[str]]


def total(tallies: Sequence[Tally]) -> Tally:
    """Counts of all rounds added up."""
    found: Tally = {}
    for tally in tallies:
        for name, value in tally.items():
            if isinstance(value, dict):
                found[name] = dict(Counter(found.get(name, {})) + Counter(value))
            else:
                found[name] = found.get(name, 0) + value
    return found


_KILLS = 50
_SNAPSHOTS, _CUTS = 10, 20
_SMALL, _LARGE = 1_000, 50
_SOAK_SECONDS = 300.0
_REPLAY_SECONDS = 300


def _told_kills(sums: Tally) -> Sequence[str]:
    where = ", ".join(f"{word} {count}" for word, count in sorted(sums["where"].items()))
    return (
        f"{sums['kills']} kills; the till's last word before them: {where}.",
        (
            f"{sums['sales']} sales in the journals, {sums['acknowledged']} of them acknowledged "
            "to the cashier: 0 missing, 0 doubled, no gap in the numbers."
        ),
        (
            f"{sums['begun']} receipts begun on paper ({sums['whole']} complete): each is in the "
            "journal exactly once, none was printed twice."
        ),
        f"{sums['unknown']} print jobs of unknown fate, none printed again unasked.",
        (
            f"Of the sales that were being paid, {sums['found_paid']} were found committed and "
            f"{sums['found_open']} were found as the open basket."
        ),
    )


def _told_cuts(sums: Tally) -> Sequence[str]:
    return (
        (
            f"{sums['cuts']} cuts of {sums['snapshots']} snapshots of selling tills "
            f"({sums['checkpointed']} of them after the log had been copied into the database "
            "file and begun anew)."
        ),
        (
            f"After {sums['shorter']} of them the store held fewer sales, always a prefix, "
            "and never without a sale that had been acknowledged."
        ),
    )


def _told_soak(sums: Tally) -> Sequence[str]:
    faults = ", ".join(f"{word} {count}" for word, count in sorted(sums["faults"].items()))
    rate = sums["sales"] / sums["seconds"]
    return (
        (
            f"{sums['sales']} receipts printed in {sums['seconds'] / 60:.0f} minutes "
            f"({rate:.0f} a second): 0 missing, 0 doubled, {sums['minor']} minor units on both "
            f"sides; {sums['exchanges']} requests came by."
        ),
        f"{sum(sums['faults'].values())} faults: {faults}.",
        f"Coming to rest took {sums['drain_seconds']} seconds in all rounds together.",
    )


def _told_agreement(sums: Tally) -> Sequence[str]:
    applied = ", ".join(f"{count}: {n}" for count, n in sorted(sums["applied"].items()))
    as_large = sums["as_large"]
    return (
        (
            f"{sums['small']} baskets of up to 8 units and 5 promotions against brute force: the "
            "same sum, discounts per line, promotions and units in each. Baskets by number of "
            f"promotions applied: {applied}."
        ),
        (
            f"The same baskets the way that larger ones go: {as_large.get('canonical', 0)} with "
            f"the same choice, {as_large.get('least', 0)} with another choice of the same sum, "
            f"{as_large.get('bounded', 0)} not proved and within their bound."
        ),
        (
            f"{sums['large']} baskets of 20 to 40 lines with 30 to 100 promotions against HiGHS: "
            f"the same sum in each, {sums['proved']} of them proved by the engine itself."
        ),
    )


def _told_replay(sums: Tally) -> Sequence[str]:
    return (
        (
            f"{sums['seconds'] // 60} minutes on 200,000 articles, 500,000 codes and 100,000 "
            f"customers: {sums['scans']} scans, {sums['sales']} sales, no stall above 100 ms at "
            "the control's pace but in seconds in which the bare window stood still "
            f"({sums['still']})."
        ),
    )


PARTS = (
    Part(
        name="power_cuts",
        title="Power cuts between tender and next sale",
        claim="A till that is killed with SIGKILL at any instant loses no sale, doubles none, "
        "prints none twice, and finds its open basket again.",
        rounds=10,
        play=lambda folder, number: power_cuts.run(folder, seed=number, kills=_KILLS),
        told=_told_kills,
    ),
    Part(
        name="torn_log",
        title="Torn write-ahead log",
        claim="A database whose log is cut, zeroed or garbled behind any byte that was not "
        "certainly on the disk opens, verifies, holds a prefix of the sales with every "
        "acknowledged one in front of the cut, and sells on.",
        rounds=5,
        play=lambda folder, number: torn_log.run(
            folder, seed=number, snapshots=_SNAPSHOTS, cuts=_CUTS
        ),
        told=_told_cuts,
    ),
    Part(
        name="soak",
        title="Twenty tills under faults",
        claim="Twenty tills that sell 50 times a second while something breaks every three "
        "seconds lose no printed sale and double none, and everything comes to rest within a "
        "minute without a new sale.",
        rounds=6,
        play=lambda folder, number: soak.run(folder, seed=number, seconds=_SOAK_SECONDS),
        told=_told_soak,
    ),
    Part(
        name="replay",
        title="Half an hour of selling without a stall",
        claim="While a cashier scans and sells without a pause, the screens never stand still for "
        "more than a tenth of a second in which a bare window beside them does not.",
        rounds=6,
        play=lambda _folder, number: replay.run(_REPLAY_SECONDS, seed=number),
        told=_told_replay,
    ),
    Part(
        name="pricing_agreement",
        title="Best price against two oracles",
        claim="The promotion engine chooses what trying every admissible choice chooses, and on "
        "larger baskets its sum is the least that an integer programme finds.",
        rounds=10,
        play=lambda folder, number: pricing_agreement.run(
            folder, number=number, small=_SMALL, large=_LARGE
        ),
        told=_told_agreement,
    ),
)
