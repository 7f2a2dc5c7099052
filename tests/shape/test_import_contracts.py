"""The import contracts hold, and each of them fails when its rule is broken."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.shape.rules import PRODUCT, ROOT

_LINT = Path(sys.executable).parent / "lint-imports"
_CONTRACTS = 8
# Contract, module that breaks it, what that module imports.
PLANTED = [
    (1, "retail/planted.py", "db.base"),
    (1, "hardware/planted.py", "db.base"),
    (1, "pos_app/sync/planted.py", "backoffice.platform.errors"),
    (1, "backoffice/oms/planted.py", "pos_app.journal.numbers"),
    (2, "hardware/planted.py", "PySide6.QtCore"),
    (2, "pos_app/checkout/planted.py", "PySide6.QtWidgets"),
    (2, "backoffice/web/planted.py", "PySide6"),
    (3, "retail/planted.py", "sqlalchemy"),
    (3, "retail/contract/planted.py", "requests"),
    (4, "pos_app/journal/planted.py", "pos_app.checkout.service"),
    (4, "pos_app/checkout/planted.py", "pos_app.sync.client"),
    (4, "pos_app/settings/planted.py", "pos_app.staff.service"),
    (5, "pos_app/screens/planted.py", "db.engine"),
    (5, "pos_app/screens/checkout/planted.py", "sqlalchemy"),
    (5, "pos_app/screens/planted.py", "hardware.printer.escpos_printer"),
    (6, "backoffice/platform/planted.py", "backoffice.erp.service"),
    (6, "backoffice/stock/planted.py", "backoffice.oms.service"),
    (6, "backoffice/oms/planted.py", "backoffice.intake.service"),
    (7, "pos_app/runtime/planted.py", "hardware.scanner.serial_scanner"),
    (7, "hardware/station_planted.py", "hardware.serial_port"),
    (8, "pos_app/sync/planted.py", "requests"),
    (8, "hardware/planted.py", "requests"),
]


def _lint(folder: Path) -> str:
    done = subprocess.run(
        [_LINT, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout


def _settings() -> list[dict[str, object]]:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        contracts: list[dict[str, object]] = tomllib.load(stream)["tool"]["importlinter"][
            "contracts"
        ]
    return contracts


def _layered(contract: int) -> set[str]:
    layers = _settings()[contract - 1]["layers"]
    assert isinstance(layers, list)
    return {name for layer in layers for name in re.findall(r"[a-z_]+", layer)}


def _modules(package: str) -> set[str]:
    """Packages and modules right below a package, its command line left out."""
    folder = ROOT / package
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    return packages | {path.stem for path in folder.glob("[!_]*.py")}


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copied")
    for package in PRODUCT:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("vendor", "__pycache__")
        )
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    return folder


def test_the_repository_keeps_every_contract(copied: Path) -> None:
    said = _lint(copied)
    assert f"Contracts: {_CONTRACTS} kept, 0 broken." in said, said


@pytest.mark.parametrize(("contract", "module", "imported"), PLANTED)
def test_a_breach_is_caught(copied: Path, contract: int, module: str, imported: str) -> None:
    planted = copied / module
    planted.write_text(f'"""Planted."""\n\nimport {imported}\n', encoding="utf-8")
    try:
        said = _lint(copied)
    finally:
        planted.unlink()
    assert re.search(rf"^{contract} .* BROKEN$", said, flags=re.MULTILINE), said


def test_every_contract_is_proved() -> None:
    assert {contract for contract, *_ in PLANTED} == set(range(1, _CONTRACTS + 1))


@pytest.mark.parametrize(("contract", "package"), [(4, "pos_app"), (6, "backoffice")])
def test_every_module_has_its_layer(contract: int, package: str) -> None:
    assert _modules(package) <= _layered(contract)


def test_only_three_parts_of_the_till_may_use_qt() -> None:
    named = _settings()[1]["source_modules"]
    assert isinstance(named, list)
    features = {
        f"pos_app.{path.parent.name}" for path in (ROOT / "pos_app").glob("*/__init__.py")
    } - {"pos_app.bootstrap", "pos_app.runtime", "pos_app.screens"}
    assert features <= set(named)
