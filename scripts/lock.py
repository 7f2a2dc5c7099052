"""Lock the requirements: exact versions with hashes, for every platform, naming no host.

``make lock`` compiles ``requirements/*.in``; ``--check`` only looks whether the locks still hold
every requirement with hashes and name no address.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
# In this order: development follows the versions of run time.
LOCKS = ("bootstrap", "node", "runtime", "dev", "bench")
OPTIONS = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-config",
    "--no-emit-index-url",
    "--no-emit-find-links",
)
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")
_ADDRESS = re.compile(r"://|--(extra-)?index|--find-links|--trusted-host")


def normal(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(path: Path) -> set[str]:
    """Names that an ``.in`` file asks for, those of the files it includes too."""
    names: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            names |= asked(path.parent / line[3:].strip())
        elif found := _NAME.match(line):
            names.add(normal(found.group()))
    return names


def faults(lock: str) -> list[str]:
    """Sentences about what is wrong with one lock; none when it is right."""
    path = FOLDER / f"{lock}.txt"
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    pinned = {
        normal(block.split("==")[0].split("[")[0]): "--hash=sha256:" in block
        for block in blocks
        if "==" in block
    }
    found = [
        f"{path.name} lacks {name}"
        for name in sorted(asked(FOLDER / f"{lock}.in"))
        if name not in pinned
    ]
    found += [
        f"{path.name} has no hash for {name}" for name, hashed in pinned.items() if not hashed
    ]
    if _ADDRESS.search(text):
        found.append(f"{path.name} names an address")
    return found


def compile_lock(lock: str) -> None:
    """Compile one lock with uv.

    Raises:
        SystemExit: uv could not; it has said why.
    """
    uv = Path(sys.executable).parent / "uv"
    words = [str(uv), "pip", "compile", *OPTIONS, f"requirements/{lock}.in"]
    if lock == "dev":
        words += ["--constraint", "requirements/runtime.txt"]
    done = subprocess.run(
        [*words, "--output-file", f"requirements/{lock}.txt"], cwd=ROOT, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"requirements/{lock}.in could not be locked.")


def main() -> int:
    """Lock or check; 0 when all locks are right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="change nothing, only look")
    if not parser.parse_args().check:
        for lock in LOCKS:
            compile_lock(lock)
    wrong = [fault for lock in LOCKS for fault in faults(lock)]
    for fault in wrong:
        print(f"{fault}; run make lock.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
