"""The demo: a head office with a demo chain, an enrolled till, and one sale all the way.

With a display the cashier's window opens on the demo store and the head office runs until it is
closed. Without one the real screens are driven offscreen, and pictures of every station of the
sale are left in ``demo-output``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
WORK = ROOT / ".cache" / "demo"
OUTPUT = ROOT / "demo-output"
OFFICE, TILL, PAPER = WORK / "office", WORK / "till", WORK / "receipt.bin"
STORE, TILL_NUMBER, PIN = "S1", "1", "1234"
PATIENCE_SECONDS = 60.0


def main() -> int:
    """Run the demo; 0 when the sale went all the way."""
    began = time.monotonic()
    _office("stop", "--data", str(OFFICE), check=False)
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.rmtree(OUTPUT, ignore_errors=True)
    WORK.mkdir(parents=True)
    say("Head office: loading three stores, 5,000 articles and 30 days of sales …")
    _office("demo-data", "--data", str(OFFICE))
    with _serving() as url:
        say(f"Head office: {url} (log in as owner, password tillwright-demo)")
        code = _office("enrol-code", "--data", str(OFFICE), "--store", STORE, "--till", TILL_NUMBER)
        words = ("--data", str(TILL), "--server", url, "--code", code.split()[-1])
        _run("pos_app", "enrol", *words)
        say(f"Till {TILL_NUMBER} of store {STORE} is enrolled and can sell.")
        if _has_display():
            say(f"Opening the cashier; every demo PIN is {PIN}. Close the window to end the demo.")
            return subprocess.run(
                [sys.executable, "-m", "pos_app", "run", "--data", str(TILL)], cwd=ROOT, check=False
            ).returncode
        synced = _show(url)
    say(f"Done in {time.monotonic() - began:.0f} s: look into {OUTPUT.relative_to(ROOT)}/.")
    say("“make office” and “make till” go on from here.")
    return 0 if synced else 1


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)


def _has_display() -> bool:
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    if wanted in {"offscreen", "minimal"}:
        return False
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _run(package: str, *words: str, check: bool = True) -> str:
    done = subprocess.run(
        [sys.executable, "-m", package, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode != 0:
        raise SystemExit(f"python -m {package} {words[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def _office(*words: str, check: bool = True) -> str:
    return _run("backoffice", *words, check=check)


@contextmanager
def _serving() -> Iterator[str]:
    """The head office as a process of its own, stopped with its database at the end."""
    note = OFFICE / "serve.json"
    with (WORK / "office.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "backoffice", "serve", "--data", str(OFFICE)],
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            _until(lambda: note.exists() or server.poll() is not None, "the head office to start")
            if server.poll() is not None:
                raise SystemExit(f"The head office did not start; see {WORK / 'office.log'}.")
            told = json.loads(note.read_text())
            (WORK / "port").write_text(str(told["port"]))
            yield told["url"]
        finally:
            server.terminate()
            server.wait()
            _office("stop", "--data", str(OFFICE), check=False)


def _until(reached: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        if time.monotonic() > deadline:
            raise SystemExit(f"Waited in vain for {what}.")
        time.sleep(0.05)


def _show(url: str) -> bool:
    """Drive the screens, then follow the sale to paper and to the head office."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["TILLWRIGHT_PRINTER_ADDRESS"] = f"file:{PAPER}"
    from scripts.demo_pictures import head_office_picture, receipt_pictures
    from scripts.demo_sale import sell

    OUTPUT.mkdir(exist_ok=True)
    say("Cashier: signing on, scanning, taking cash …")
    sale = sell(TILL, OUTPUT, pin=PIN)
    say(f"Sold: {sale.receipt_number}, {sale.total_minor} minor units of {sale.currency}.")
    receipt_pictures(PAPER.read_bytes(), OUTPUT)
    page = f"{url}/sales/{STORE}/{sale.rid}"
    booked = json.loads(_office("totals", "--data", str(OFFICE), "--json"))
    synced = sale.synced and any(row["sales"] == 1 for row in booked)
    head_office_picture(url, page, OUTPUT)
    summary = {
        "receipt_number": sale.receipt_number,
        "total_minor": sale.total_minor,
        "currency": sale.currency,
        "synced": synced,
        "head_office_url": page,
    }
    (OUTPUT / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    say("Head office: the sale is " + ("posted in the ledger." if synced else "NOT there."))
    return synced


if __name__ == "__main__":
    sys.exit(main())
