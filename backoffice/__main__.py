"""The head office's command line: ``python -m backoffice COMMAND``."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from backoffice.config import Config, smtp_from
from backoffice.platform.roles import Role
from db.errors import StoreUnavailable
from retail.errors import RetailError

if TYPE_CHECKING:
    from sqlalchemy import Engine

_DONE, _NO, _WRONG = 0, 1, 2


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 the answer is no, 2 wrong usage."""
    parser = _parser()
    given = parser.parse_args(words)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    act: Callable[[argparse.Namespace], int] = given.act
    try:
        return act(given)
    except RetailError as problem:
        print(problem, file=sys.stderr)
        return _NO
    except StoreUnavailable as problem:
        print(_unavailable(problem), file=sys.stderr)
        return _NO
    except KeyboardInterrupt:
        return _NO


def _unavailable(problem: StoreUnavailable) -> str:
    detail = " ".join(problem.detail.split()).rstrip(".?")
    return f"The head office's database cannot be used: {detail or problem.code}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backoffice", description="The head office of Tillwright."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    serve = _command(commands, "serve", _serve, "Serve the head office until it is stopped.")
    _with_identity(serve)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument("--port", type=_port, default=0, help="port, 0 for a free one (default)")

    stop = commands.add_parser("stop", help="Stop the server and PostgreSQL of a data folder.")
    stop.add_argument("--data", type=Path, required=True, metavar="DIR", help="data folder")
    stop.set_defaults(act=_stop)

    _command(commands, "demo-data", _demo_data, "Load the demo chain and its user.")

    code = _command(commands, "enrol-code", _enrol_code, "Issue a one-time code for a till.")
    code.add_argument("--store", required=True, help="store, for instance S1")
    code.add_argument("--till", type=int, required=True, help="number of the till")

    totals = _command(commands, "totals", _totals, "What came in through each till's journals.")
    totals.add_argument("--json", action="store_true", help="print a JSON list")

    verify = _command(commands, "verify", _verify, "Check all journals' chains and the books.")
    verify.add_argument("--json", action="store_true", help="print one JSON object")

    retry = _command(commands, "retry", _retry, "Try again to book what stands aside.")
    retry.add_argument("--json", action="store_true", help="print one JSON object")
    _recovery_commands(commands)

    user = _command(commands, "user-add", _user_add, "Let somebody log in.")
    user.add_argument("--login", required=True)
    user.add_argument("--name", default="", help="full name")
    user.add_argument("--role", choices=[role.value for role in Role], default=Role.VIEWER.value)
    user.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input; without it one is made up and printed",
    )
    return parser


def _recovery_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = _command(commands, "backup", _backup, "Write a backup and prove it by a restore.")
    backup.add_argument("--to", type=Path, required=True, metavar="FILE", help="file to write")
    restore = _command(commands, "restore", _restore, "Put a backup in place, in recovery mode.")
    restore.add_argument("--from", type=Path, required=True, metavar="FILE", dest="source")
    _with_identity(restore)
    recovery = _command(commands, "recovery", _recovery, "What tills have brought back so far.")
    act = recovery.add_mutually_exclusive_group()
    act.add_argument("--begin", action="store_true", help="after a restore by other means")
    act.add_argument("--end", action="store_true", help="do not wait for the rest")
    recovery.add_argument("--json", action="store_true", help="print one JSON object")
    _with_identity(recovery)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    act: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--data", type=Path, metavar="DIR", help="data folder with its PostgreSQL")
    place.add_argument("--db", default="", metavar="URL", help="URL of a PostgreSQL database")
    parser.set_defaults(act=act)
    return parser


def _with_identity(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--identity",
        type=Path,
        metavar="FILE",
        help="who this head office is; beside the data by default, never inside a backup",
    )


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError("a port lies between 0 and 65535")
    return number


def _config(given: argparse.Namespace) -> Config:
    token = os.environ.get("TILLWRIGHT_METRICS_TOKEN", "")
    identity = getattr(given, "identity", None)
    smtp = smtp_from(os.environ)
    return Config(data=given.data, url=given.db, metrics_token=token, identity=identity, smtp=smtp)


@contextmanager
def _engine(given: argparse.Namespace) -> Iterator[Engine]:
    from backoffice.database import opened
    from backoffice.platform.clock import system_clock

    with opened(_config(given), today=lambda: system_clock().date()) as engine:
        yield engine


def _serve(given: argparse.Namespace) -> int:
    from backoffice.serving import Address, serve

    logging.getLogger("tillwright").setLevel(logging.INFO)
    started = serve(
        _config(given), Address(given.host, given.port), lambda url: print(url, flush=True)
    )
    return _DONE if started else _NO


def _stop(given: argparse.Namespace) -> int:
    from backoffice.running import stop

    if not given.data.is_dir():
        print(f"There is no data folder {given.data}.", file=sys.stderr)
        return _NO
    ended = stop(given.data)
    print(f"server: {'stopped' if ended.server else 'was not running'}")
    print(f"PostgreSQL: {'stopped' if ended.database else 'was not running'}")
    return _DONE


def _demo_data(given: argparse.Namespace) -> int:
    from backoffice.commands import DEMO_LOGIN, DEMO_PASSWORD, load_demo

    with _engine(given) as engine:
        load_demo(engine)
    print(f"login: {DEMO_LOGIN}")
    print(f"password: {DEMO_PASSWORD}")
    return _DONE


def _enrol_code(given: argparse.Namespace) -> int:
    from backoffice.commands import enrol_code

    with _engine(given) as engine:
        code = enrol_code(engine, given.store, given.till)
    print(f"Good for 15 minutes, once, for store {given.store}, till {given.till}:")
    print(code)
    return _DONE


def _totals(given: argparse.Namespace) -> int:
    from backoffice.commands import totals

    with _engine(given) as engine:
        answer = totals(engine)
    if given.json:
        print(json.dumps(answer.rows))
    else:
        for row in answer.rows:
            print(
                f"{row['store']} till {row['till']}: {row['sales']} sales,"
                f" gross {row['gross_minor']}, cash {row['cash_minor']},"
                f" journal at {row['last_seq']} {row['head_hash'][:16]}"
            )
    if not answer.complete:
        print("Some journal entries are not booked yet.", file=sys.stderr)
    return _DONE if answer.complete else _NO


def _verify(given: argparse.Namespace) -> int:
    from backoffice.commands import verified

    with _engine(given) as engine:
        found = verified(engine)
    if given.json:
        print(json.dumps(asdict(found)))
    elif found.broken:
        print(found.broken)
    else:
        print(
            f"{found.entries} entries of {found.journals} journals and {found.sales} sales hold; "
            f"{found.quarantined} set aside."
        )
    return _NO if found.broken else _DONE


def _retry(given: argparse.Namespace) -> int:
    from backoffice.commands import retry

    with _engine(given) as engine:
        found = retry(engine)
    if given.json:
        print(json.dumps(asdict(found)))
    else:
        print(f"{found.applied} entries are booked now, {found.left} still stand aside.")
    return _NO if found.left else _DONE


def _backup(given: argparse.Namespace) -> int:
    from backoffice.backups import back_up
    from backoffice.platform.clock import system_clock

    with _engine(given) as engine:
        done = back_up(engine, given.to, system_clock)
    entries = sum(end.seq for end in done.ends)
    print(f"{done.file}: {entries} entries of {len(done.ends)} journals, proved by a restore.")
    return _DONE


def _restore(given: argparse.Namespace) -> int:
    from backoffice.backups import restore
    from backoffice.platform.clock import system_clock

    identity = restore(_config(given), given.source, system_clock)
    print(f"Restored as incarnation {identity.incarnation}. Serve it now; tills offer again what")
    print("the backup lacks. `recovery` tells how far they are.")
    return _DONE


def _recovery(given: argparse.Namespace) -> int:
    from backoffice.commands import recovery, recovery_line

    found = recovery(_config(given), begin=given.begin, end=given.end)
    print(json.dumps(asdict(found), default=str) if given.json else recovery_line(found))
    return _NO if found.under_way else _DONE


def _user_add(given: argparse.Namespace) -> int:
    from backoffice.commands import new_user

    password = sys.stdin.readline().rstrip("\n") if given.password_stdin else ""
    if given.password_stdin and not password:
        print("No password came in on standard input.", file=sys.stderr)
        return _WRONG
    role = Role(given.role)
    with _engine(given) as engine:
        chosen = new_user(engine, given.login, given.name, role=role, password=password)
    print(f"login: {given.login}")
    if not password:
        print(f"password: {chosen}")
    return _DONE


if __name__ == "__main__":
    sys.exit(main())
