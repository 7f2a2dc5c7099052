"""The till's command line: ``python -m pos_app COMMAND --data DIR``."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from retail.errors import RetailError

if TYPE_CHECKING:
    from sqlalchemy import Connection

_OK, _NO = 0, 1
R = TypeVar("R")
Act = Callable[[argparse.Namespace], int]


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 the answer is no, 2 wrong usage."""
    given = _parser().parse_args(words)
    act: Act = given.act
    try:
        return act(given)
    except OSError as problem:
        print(f"The data folder {given.data} cannot be used: {problem.strerror}.", file=sys.stderr)
        return _NO
    except KeyboardInterrupt:
        return _NO
    except Exception as problem:
        if not _for_people(problem):
            raise
        print(problem, file=sys.stderr)
        return _NO


def _for_people(problem: Exception) -> bool:
    """Whether the error's text is a sentence; the types are loaded when one is needed."""
    from db.errors import StoreUnavailable
    from hardware.errors import HardwareError
    from pos_app.sync.errors import SyncError

    return isinstance(problem, (RetailError, StoreUnavailable, SyncError, HardwareError))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pos_app", description="The till of Tillwright."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _command(commands, "run", _run, "Open the cashier's window.")
    enrol = _command(commands, "enrol", _enrol, "Let this till in at a head office.")
    enrol.add_argument("--server", required=True, metavar="URL", help="head office's address")
    enrol.add_argument("--code", required=True, metavar="C", help="one-time code, XXXX-XXXX")
    enrol.add_argument(
        "--again", action="store_true", help="a new identity for a till that is enrolled already"
    )
    sync = _command(commands, "sync", _sync, "Send and fetch now; ignores back-offs.")
    sync.add_argument("--once", action="store_true", help="one round (the default)")
    verify = _command(commands, "verify", _verify, "Check chain, numbering and ledgers.")
    verify.add_argument("--json", action="store_true", help="print one JSON object")
    totals = _command(commands, "totals", _totals, "Print the till's control totals.")
    totals.add_argument("--json", action="store_true", help="print one JSON object")
    simulate = _command(commands, "simulate", _simulate, "Sell without a window.")
    simulate.add_argument("--sales", type=_count, required=True, metavar="N", help="how many")
    simulate.add_argument("--seed", type=int, default=1, metavar="S", help="%(default)s")
    simulate.add_argument("--rate", type=_amount, default=0.0, metavar="R", help="sales a second")
    simulate.add_argument(
        "--drain", type=_amount, default=20.0, metavar="S", help="seconds to sync at the end"
    )
    simulate.add_argument(
        "--faults", type=Path, metavar="FILE", help="a plan of what the network does meanwhile"
    )
    simulate.add_argument("--json", action="store_true", help="print one JSON object")
    settings = _command(commands, "settings", _settings, "Show the till's settings, or change one.")
    settings.add_argument("key", nargs="?", metavar="KEY", help="such as printer.address")
    settings.add_argument("value", nargs="?", metavar="VALUE", help="its new value")
    settings.add_argument("--json", action="store_true", help="print one JSON object")
    shots = _command(commands, "shots", _shots, "Save a picture of every screen in every look.")
    shots.add_argument("folder", type=Path, metavar="DIR", help="where the pictures go")
    shots.add_argument("--pin", default="1234", help="PIN of the first cashier (%(default)s)")
    shots.add_argument(
        "--language", action="append", default=[], metavar="CODE", help="such as de; or all"
    )
    shots.add_argument(
        "--scale", action="append", default=[], type=int, metavar="PERCENT", help="such as 130"
    )
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, act: Act, text: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help="data folder")
    command.set_defaults(act=act)
    return command


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


def _amount(text: str) -> float:
    number = float(text)
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


def _run(given: argparse.Namespace) -> int:
    from pos_app.bootstrap.start import run

    return run(given.data)


def _enrol(given: argparse.Namespace) -> int:
    from pos_app.bootstrap.till import Till

    with Till(given.data) as till:
        till.enrol(given.server, given.code, again=given.again)
        known = till.identity
    if known is not None:
        print(f"Enrolled as till {known.till} of store {known.store_id}; it can sell now.")
    return _OK


def _sync(given: argparse.Namespace) -> int:
    from pos_app.bootstrap.till import Till

    with Till(given.data) as till:
        status = till.sync.run_once()
    print(f"{status.queued} entries wait to be acknowledged.")
    return _OK if status.queued == 0 else _NO


def _verify(given: argparse.Namespace) -> int:
    from pos_app.journal.verify import verify

    found = _reading(given.data, verify)
    if given.json:
        print(json.dumps(asdict(found)))
    elif found.broken:
        print(found.broken)
    else:
        print(f"{found.entries} entries and {found.sales} sales hold.")
    return _NO if found.broken else _OK


def _totals(given: argparse.Namespace) -> int:
    from pos_app.till.totals import totals

    found = asdict(_reading(given.data, totals))
    if given.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name}: {value}" for name, value in found.items()))
    return _OK


def _simulate(given: argparse.Namespace) -> int:
    from pos_app.bootstrap.simulation import Plan, simulate
    from pos_app.bootstrap.till import Till
    from pos_app.sync.fault_plan import read_plan
    from pos_app.sync.faults import FaultyWire

    wire = FaultyWire(read_plan(given.faults)) if given.faults else None
    with Till(given.data, wire=wire) as till:
        till.work()
        plan = Plan(given.sales, given.seed, given.rate, given.drain)
        outcome = simulate(till, plan)
    if given.json:
        print(json.dumps(asdict(outcome)))
        return _OK
    print(f"{outcome.sales} sales, {outcome.gross_minor} minor units.")
    if wire is not None:
        print(f"{outcome.requests} requests, {sum(outcome.faults.values())} of them harmed:")
        print("\n".join(f"  {kind}: {count}" for kind, count in outcome.faults.items()))
    print(f"{outcome.acknowledged} entries acknowledged, {outcome.unsynced} not synced.")
    return _OK


def _settings(given: argparse.Namespace) -> int:
    from pos_app.bootstrap.till import Till
    from pos_app.settings import store
    from pos_app.settings.catalogue import CATALOGUE, setting

    with Till(given.data) as till:
        if given.value is not None:
            till.tasks.run(store.save, given.key, given.value).result()
        found = till.tasks.read(store.load).result()
    if given.key is not None:
        found = {given.key: found[setting(given.key).key]}
    if given.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{k} = {v or '-'}   {CATALOGUE[k].description}" for k, v in found.items()))
    return _OK


def _shots(given: argparse.Namespace) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from pos_app.bootstrap.pictures import save_pictures
    from resources.words import MIRRORED, languages

    spoken = (*languages(), MIRRORED) if given.language == ["all"] else given.language
    scales = [percent / 100 for percent in given.scale]
    saved = save_pictures(given.data, given.folder, pin=given.pin, languages=spoken, scales=scales)
    print(f"{len(saved)} pictures in {given.folder}")
    return _OK


def _reading(folder: Path, query: Callable[[Connection], R]) -> R:
    """Ask a till's database without its lock, so that a till may be at work beside."""
    from db.engine import check_store, open_store
    from db.transaction import begin
    from pos_app.runtime.paths import TillPaths

    store = TillPaths(folder).store
    if not store.exists():
        raise RetailError(
            "journal.none", "There is no till in %(folder)s; enrol one first.", folder=folder
        )
    check_store(store)
    with begin(open_store(store, read_only=True)) as tx:
        return query(tx)


if __name__ == "__main__":
    sys.exit(main())
