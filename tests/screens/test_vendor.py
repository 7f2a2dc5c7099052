from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, working on a copy of the vendored files."""
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "scripts" / "vendor.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    shutil.copytree(ROOT / "resources" / "vendor" / "icons", tmp_path / "vendor" / "icons")
    monkeypatch.setattr(module, "VENDOR", tmp_path / "vendor")
    return module


def test_nothing_is_fetched_when_all_is_there() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "vendor.py")]
    finished = subprocess.run(
        command, env={"PATH": ""}, capture_output=True, text=True, check=False, timeout=30
    )
    assert (finished.returncode, finished.stderr) == (0, "")


def test_a_changed_and_a_missing_file_are_found(vendor: ModuleType) -> None:
    icons = {n: c for n, c in vendor.expected().items() if n.startswith("icons/")}
    assert vendor.wrong(icons) == []
    (vendor.VENDOR / "icons" / "milk.svg").write_text("<svg/>", encoding="utf-8")
    (vendor.VENDOR / "icons" / "wine.svg").unlink()
    assert vendor.wrong(icons) == ["icons/milk.svg", "icons/wine.svg"]


def test_the_list_names_the_files_in_use_with_their_licences(vendor: ModuleType) -> None:
    names = set(vendor.expected())
    assert names == set(vendor.sources())
    assert {"icons/LICENSE", "web/LICENSE.htmx", "fonts/OFL.inter.txt"} <= names


def test_an_unreachable_registry_is_one_sentence(
    vendor: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "npm"
    broken.write_text("#!/bin/sh\necho network >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(vendor, "npm_command", lambda: [str(broken)])
    monkeypatch.setattr(vendor, "BUILD", ROOT / ".cache" / "vendor-test")
    with pytest.raises(SystemExit, match="check the connection"):
        vendor.install()
    shutil.rmtree(ROOT / ".cache" / "vendor-test")


def test_the_lock_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    locked = json.loads(text)["packages"]
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert locked[""]["dependencies"] == wanted
    assert all("integrity" in entry for name, entry in locked.items() if name)
