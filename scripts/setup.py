"""Make a clone ready: Python environment, packages, web files and fonts, Qt's system libraries.

``make`` runs it before every target. When everything is in place it ends at once; what it may
not install itself (no root, no apt) it names in one command.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".ready"
# What benchmarks compare with must not meet what we need ourselves.
PEERS = ROOT / ".venv-bench"
LOG = ROOT / ".cache" / "setup.log"
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
INPUTS = (
    "scripts/setup.py",
    "scripts/vendor.py",
    "requirements/bootstrap.txt",
    "requirements/node.txt",
    "requirements/dev.txt",
    "package-lock.json",
    "resources/vendor.sha256",
)
# What Qt's core, its offscreen and its X11 platform load from the system, and Debian's names.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
# Files whose needs are looked at, below the PySide6 package.
LOADED = (
    "QtWidgets.abi3.so",
    "QtNetwork.abi3.so",
    "Qt/lib/libQt6Svg.so.6",
    "Qt/plugins/platforms/libqoffscreen.so",
    "Qt/plugins/platforms/libqxcb.so",
)
# What tests of the till on a display use, and Debian's names.
DISPLAY = (
    ("Xvfb", "xvfb"),
    ("xdotool", "xdotool"),
    ("dbus-daemon", "dbus"),
    ("/usr/libexec/at-spi-bus-launcher", "at-spi2-core"),
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def say(line: str) -> None:
    """One short line of progress."""
    print(line, flush=True)


def run(words: list[str], failure: str) -> None:
    """Run a command, its output kept in the log.

    Raises:
        SystemExit: it failed; ``failure`` says what that means.
    """
    if not quietly(words):
        tail = LOG.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-4:]
        raise SystemExit("\n".join([*tail, failure, f"Everything it said: {LOG}"]))


def quietly(words: list[str]) -> bool:
    """Run a command, its output kept in the log; True when it went well."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with LOG.open("wb") as log:
        done = subprocess.run(words, cwd=ROOT, env=environment, stdout=log, stderr=log, check=False)
    return done.returncode == 0


def administrator() -> list[str] | None:
    """The words in front of apt-get when it may be used, None when it may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and quietly(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def apt(packages: list[str]) -> bool:
    """Install Debian packages when that is allowed; True when they are there now."""
    before = administrator()
    if before is None:
        return False
    say(f"Installing with apt: {' '.join(packages)}")
    quietly([*before, "apt-get", "update"])
    return quietly([*before, "apt-get", "install", "-y", "--no-install-recommends", *packages])


def apt_command(packages: list[str]) -> str:
    """What to type where set-up may not install packages itself."""
    return f"sudo apt-get install --no-install-recommends {' '.join(packages)}"


def use_newer_python() -> None:
    """Go on with Python 3.11 or newer.

    Raises:
        SystemExit: there is none.
    """
    if sys.version_info >= (3, 11):  # noqa: UP036 (the system's python3 may be older)
        return
    for name in NEWER:  # type: ignore[unreachable]
        found = shutil.which(name)
        if (
            found
            and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0
        ):
            os.execv(found, [found, *sys.argv])  # noqa: S606 (the same program again)
    raise SystemExit(
        f"Tillwright needs Python 3.11 or newer; python3 is {sys.version.split()[0]}. "
        "Install a newer one and run the same command again."
    )


def make_environment() -> None:
    """Create ``.venv`` unless it works already."""
    if PYTHON.exists() and quietly([str(PYTHON), "-m", "pip", "--version"]):
        return
    say("Creating .venv")
    create = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if quietly(create):
        return
    package = f"python3.{sys.version_info.minor}-venv"
    if not apt([package]):
        raise SystemExit(f"Python's venv module is missing. Run: {apt_command([package])}")
    run(create, "The environment .venv could not be created.")


def install_packages() -> None:
    """Install the locked packages; every file is checked against its hash."""
    say("Installing Python packages")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes"]
    lost = "The Python packages could not be installed; check the connection and run make setup."
    run([*pip, "-r", "requirements/bootstrap.txt"], lost)
    files = ["-r", "requirements/dev.txt"]
    if shutil.which("npm") is None or shutil.which("node") is None:
        files += ["-r", "requirements/node.txt"]
    install(PYTHON, files, lost)


def install(python: Path, files: list[str], failure: str) -> None:
    """Install locked packages into an environment.

    Raises:
        SystemExit: it failed; ``failure`` says what that means.
    """
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(python)]
    # Compiled once here: where Python may write no bytecode, each start would do it again.
    uv.append("--compile-bytecode")
    # pip knows mirrors and proxies that uv may not have been told about.
    if not quietly([*uv, "--require-hashes", *files]):
        pip = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes"]
        run([*pip, *files], failure)


def fetch_web_files() -> None:
    """Fill ``resources/vendor``; the script says itself what went wrong."""
    say("Fetching web files, icons and fonts")
    done = subprocess.run([str(PYTHON), "scripts/vendor.py"], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise SystemExit(done.returncode)


def missing_libraries() -> list[str]:
    """Sonames that Qt needs and the system has not; none where there is no ldd."""
    if shutil.which("ldd") is None:
        return []
    pyside = next(VENV.glob("lib/python3*/site-packages/PySide6"))
    done = subprocess.run(
        ["ldd", *(str(pyside / name) for name in LOADED)],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (line for line in done.stdout.splitlines() if "not found" in line)
    return sorted({line.split()[0] for line in lines})


def qt_starts() -> bool:
    """True when a Qt application can be made without a display."""
    code = "from PySide6.QtWidgets import QApplication; QApplication([])"
    return quietly(["env", "QT_QPA_PLATFORM=offscreen", str(PYTHON), "-c", code])


def provide_qt() -> bool:
    """See to Qt's system libraries; True when nothing is missing.

    Raises:
        SystemExit: Qt cannot even start without a display.
    """
    missing = missing_libraries()
    packages = sorted({LIBRARIES[name] for name in missing if name in LIBRARIES})
    if packages and apt(packages):
        missing = missing_libraries()
    starts = qt_starts()
    if not missing and starts:
        return True
    packages = sorted({LIBRARIES.get(name, name) for name in missing})
    hint = f"Run: {apt_command(packages)}" if packages else f"Its own words: {LOG}"
    if not starts:
        raise SystemExit(f"Qt cannot start: system libraries are missing. {hint}")
    say(f"A window on this machine's display needs more system libraries. {hint}")
    return False


def provide_browser() -> None:
    """See to a Chromium for the tests of the web pages; without one they are skipped."""
    if any(shutil.which(name) for name in BROWSERS) or apt(["chromium"]):
        return
    say(f"Tests that need a browser will be skipped. To run them: {apt_command(['chromium'])}")


def provide_display() -> None:
    """See to a virtual display with hands and eyes; without one its tests are skipped."""
    packages = [
        package for there, package in DISPLAY if not (shutil.which(there) or Path(there).exists())
    ]
    if packages and not apt(packages):
        say(f"Tests of the till on a display will be skipped. To run them: {apt_command(packages)}")


def provide_peers() -> None:
    """See to the web shop that benchmarks compare with."""
    wanted = hashlib.sha256((ROOT / "requirements" / "bench.txt").read_bytes()).hexdigest()
    stamp = PEERS / ".ready"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    say("Installing what the benchmarks compare with")
    lost = "The peers of the benchmarks could not be installed; run make bench again."
    run([str(PYTHON), "-m", "venv", "--clear", str(PEERS)], lost)
    install(PEERS / "bin" / "python", ["-r", "requirements/bench.txt"], lost)
    stamp.write_text(wanted, encoding="utf-8")


def fingerprint() -> str:
    """What the finished set-up rests on."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def ready() -> bool:
    """True when an earlier run finished and nothing it rests on has changed."""
    there = PYTHON.exists() and (ROOT / "resources" / "vendor" / "web").is_dir()
    return there and STAMP.exists() and STAMP.read_text(encoding="utf-8") == fingerprint()


def main() -> int:
    """Set up what is missing; 0 when everything works."""
    use_newer_python()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--tests", action="store_true", help="see to what tests use: a Chromium, a virtual display"
    )
    parser.add_argument("--bench", action="store_true", help="see to the benchmarks' peers too")
    parser.add_argument("--quiet", action="store_true", help="say nothing when all is in place")
    arguments = parser.parse_args()
    if not ready():
        STAMP.unlink(missing_ok=True)
        make_environment()
        install_packages()
        fetch_web_files()
        if provide_qt():
            STAMP.write_text(fingerprint(), encoding="utf-8")
        say("Ready.")
    elif not arguments.quiet:
        say("Everything is in place.")
    if arguments.tests:
        provide_browser()
        provide_display()
    if arguments.bench:
        provide_peers()
    return 0


if __name__ == "__main__":
    sys.exit(main())
