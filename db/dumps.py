"""Dump a PostgreSQL database into one file, and load such a file into an empty database.

The programs are those of the wheel that embeds PostgreSQL; they are clients, so root needs no
other user for them.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL

from db.embedded import program
from db.errors import StoreUnavailable

_SERVICE = "postgres"
"""The database that every server has, for statements about the others."""


def dump(url: URL, file: Path, *, snapshot: str) -> None:
    """Write what a database holds in an exported snapshot.

    Raises:
        StoreUnavailable: ``cannot_open`` with the program's own words.
    """
    words = ["--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={file}"]
    _run("pg_dump", *words, "--dbname", _address(url))


def load(url: URL, file: Path) -> None:
    """Fill an empty database from a file; all of it or nothing.

    Raises:
        StoreUnavailable: as :func:`dump`.
    """
    words = ["--no-owner", "--exit-on-error", "--single-transaction", "--dbname", _address(url)]
    _run("pg_restore", *words, str(file))


def create_database(url: URL) -> None:
    """Make an empty database of that name on the server."""
    with psycopg.connect(_address(url.set(database=_SERVICE)), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(_name(url)))


def drop_database(url: URL) -> None:
    """Drop a database, if it is there, whoever is connected to it."""
    with psycopg.connect(_address(url.set(database=_SERVICE)), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_name(url)))


def replace_database(target: URL, source: URL, *, kept_as: str) -> None:
    """Give a database the name of another, which is kept under a third; both at once or neither.

    Raises:
        StoreUnavailable: ``unreachable`` when somebody is connected to one of them.
    """
    drop_database(target.set(database=kept_as))
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    try:
        with psycopg.connect(_address(target.set(database=_SERVICE))) as connection:
            connection.execute(rename.format(_name(target), sql.Identifier(kept_as)))
            connection.execute(rename.format(_name(source), _name(target)))
    except psycopg.errors.ObjectInUse as problem:
        raise StoreUnavailable("unreachable", f"it is in use: {problem}") from problem


def _name(url: URL) -> sql.Identifier:
    return sql.Identifier(url.database or "")


def _address(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(name: str, *words: str) -> None:
    done = subprocess.run(
        [program(name), *words], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode != 0:
        text = done.stderr.decode(errors="replace").strip()
        raise StoreUnavailable("cannot_open", f"{name}: {text}")
