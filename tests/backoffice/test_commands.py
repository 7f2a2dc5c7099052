"""The commands as people run them: real processes on a real data folder."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from backoffice.__main__ import main
from backoffice.running import stop
from db.embedded import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "backoffice")


def run(*words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*COMMAND, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder; whatever runs on it is stopped at the end."""
    data = tmp_path / "head office"
    yield data
    if data.exists():
        stop(data)


@pytest.fixture
def served(folder: Path) -> Iterator[tuple[Path, subprocess.Popen[str], str]]:
    """A server on the folder: its process and URL."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--data", str(folder), "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process:
        yield folder, process, process.stdout.readline().strip()
        if process.poll() is None:
            process.terminate()
            process.wait(30)


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 (our own server)
        text: bytes = answer.read()
    return text.decode()


def test_a_head_office_from_nothing_to_nothing(
    served: tuple[Path, subprocess.Popen[str], str],
) -> None:
    folder, process, url = served
    note = json.loads((folder / "serve.json").read_text())
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
    assert note == {"pid": process.pid, "port": int(url.rsplit(":", 1)[1]), "url": url}
    assert json.loads(fetch(f"{url}/healthz")) == {"status": "ok"}

    refused = run("serve", "--data", str(folder), status=1)
    assert "runs on" in refused.stderr
    unknown = run("enrol-code", "--data", str(folder), "--store", "S1", "--till", "1", status=1)
    assert unknown.stderr.strip() == "Store S1 has no till 1; check both and try again."
    assert json.loads(run("totals", "--json", "--data", str(folder)).stdout) == []

    # The server uses PostgreSQL, so no command has stopped it.
    assert json.loads(fetch(f"{url}/healthz")) == {"status": "ok"}
    stopped = run("stop", "--data", str(folder)).stdout
    assert "server: stopped" in stopped
    assert process.wait(30) == 0
    assert not (folder / "serve.json").exists()
    assert not EmbeddedPostgres(folder).running()
    with pytest.raises(urllib.error.URLError):
        fetch(f"{url}/healthz")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_and_its_database(
    served: tuple[Path, subprocess.Popen[str], str], number: signal.Signals
) -> None:
    folder, process, _ = served
    process.send_signal(number)

    assert process.wait(30) == 0
    assert not EmbeddedPostgres(folder).running()
    assert not (folder / "serve.json").exists()


def test_a_killed_server_leaves_nothing_that_stops_the_next(
    served: tuple[Path, subprocess.Popen[str], str],
) -> None:
    folder, process, _ = served
    process.kill()
    process.wait(30)
    assert (folder / "serve.json").exists()

    assert json.loads(run("totals", "--json", "--data", str(folder)).stdout) == []
    out = run("stop", "--data", str(folder)).stdout
    assert "server: was not running" in out
    assert not (folder / "serve.json").exists()


def test_a_stale_note_never_ends_another_process(folder: Path) -> None:
    folder.mkdir()
    (folder / "serve.json").write_text(json.dumps({"pid": os.getpid(), "port": 1, "url": ""}))

    assert "server: was not running" in run("stop", "--data", str(folder)).stdout


def test_demo_data_and_codes_without_a_server(folder: Path) -> None:
    first = run("demo-data", "--data", str(folder)).stdout
    assert first.splitlines() == ["login: owner", "password: tillwright-demo"]
    assert run("demo-data", "--data", str(folder)).stdout == first
    assert not EmbeddedPostgres(folder).running()

    code = run("enrol-code", "--data", str(folder), "--store", "S1", "--till", "1").stdout
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code.splitlines()[-1])


def test_users_are_added_on_a_database_elsewhere(
    chain_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["user-add", "--db", chain_url, "--login", "anna", "--role", "office"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long password\n"))
    assert main([*command, "--password-stdin"]) == 0
    assert capsys.readouterr().out == "login: anna\n"

    assert main(command) == 1
    assert capsys.readouterr().err == "The login anna is taken.\n"
    assert main(["user-add", "--db", chain_url, "--login", "ben"]) == 0
    assert re.fullmatch(r"login: ben\npassword: \S{16}\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("serve",),
        ("serve", "--data", "x", "--db", "y"),
        ("serve", "--data", "x", "--port", "99999"),
        ("enrol-code", "--data", "x", "--store", "S1"),
        ("totals", "--nonsense"),
        ("user-add", "--data", "x", "--login", "a", "--role", "king"),
    ],
)
def test_wrong_usage_is_2(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)

    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("sqlite:///hush", "must begin with postgresql://"),
        ("nonsense", "must begin with postgresql://"),
        ("mysql://a:hush@127.0.0.1/b", "must begin with postgresql://"),
        ("postgresql://a:b", "port in the database URL is not a number"),
        ("postgresql://a:hush@127.0.0.1:hush/b", "port in the database URL is not a number"),
        ("postgresql://a:hu@hush:9@127.0.0.1/b", "port in the database URL is not a number"),
        ("postgresql://a:hush@127.0.0.1/b?port=x", "database URL cannot be read"),
        ("postgresql://a:hush@127.0.0.1:1/b?colour=red", 'option "colour"'),
        ("postgresql://a:hush@127.0.0.1:1/b?connect_timeout=x", "connect_timeout"),
        ("postgresql://a:hush@127.0.0.1:99999/b", "invalid port number"),
        ("postgresql://a:hush@127.0.0.1:1/b", "database cannot be used: connection failed"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence(
    url: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("totals", "serve"):
        assert main([command, "--db", url]) == 1
        shown = capsys.readouterr()
        assert shown.out == ""
        assert problem in shown.err
        assert "hush" not in shown.err
        assert shown.err.count("\n") == 1
        assert shown.err.endswith(".\n")


@pytest.mark.parametrize("name", ["serve", "stop", "demo-data", "enrol-code", "totals", "user-add"])
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([name, "--help"])

    assert caught.value.code == 0
    assert f"backoffice {name}" in capsys.readouterr().out
