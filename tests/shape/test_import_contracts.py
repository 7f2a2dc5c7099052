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
    (1, "retail/planted_1.py", "db.base"),
    (1, "hardware/planted_2.py", "db.base"),
    (1, "pos_app/sync/planted_3.py", "backoffice.platform.errors"),
    (1, "backoffice/oms/planted_4.py", "pos_app.journal.numbers"),
    (2, "hardware/planted_5.py", "PySide6"),
    (2, "pos_app/checkout/planted_6.py", "PySide6"),
    (2, "backoffice/web/planted_7.py", "PySide6"),
    (3, "retail/planted_8.py", "sqlalchemy"),
    (3, "retail/contract/planted_9.py", "requests"),
    (4, "pos_app/journal/planted_10.py", "pos_app.checkout.service"),
    (4, "pos_app/checkout/planted_11.py", "pos_app.sync.client"),
    (4, "pos_app/settings/planted_12.py", "pos_app.staff.service"),
    (5, "pos_app/screens/planted_13.py", "db.engine"),
    (5, "pos_app/screens/checkout/planted_14.py", "sqlalchemy"),
    (5, "pos_app/screens/planted_15.py", "hardware.printer.escpos_printer"),
    (6, "backoffice/platform/planted_16.py", "backoffice.erp.service"),
    (6, "backoffice/stock/planted_17.py", "backoffice.oms.service"),
    (6, "backoffice/oms/planted_18.py", "backoffice.intake.service"),
    (7, "pos_app/runtime/planted_19.py", "hardware.scanner.serial_scanner"),
    (7, "hardware/planted_20.py", "hardware.serial_port"),
    (8, "pos_app/sync/planted_21.py", "requests"),
    (8, "hardware/planted_22.py", "requests"),
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


@pytest.fixture(scope="module")
def reported(copied: Path) -> dict[int, str]:
    """What is said about each contract when all breaches are planted together."""
    planted = [copied / module for _contract, module, _imported in PLANTED]
    for path, (_contract, _module, imported) in zip(planted, PLANTED, strict=True):
        path.write_text(f'"""Planted."""\n\nimport {imported}\n', encoding="utf-8")
    said = _lint(copied).split("Broken contracts", 1)[1]
    for path in planted:
        path.unlink()
    parts = re.split(r"^(\d) .*\n-+$", said, flags=re.MULTILINE)
    return dict(zip(map(int, parts[1::2]), parts[2::2], strict=True))


@pytest.mark.parametrize(("contract", "module", "imported"), PLANTED)
def test_a_breach_is_caught(
    reported: dict[int, str], contract: int, module: str, imported: str
) -> None:
    importer = module.removesuffix(".py").replace("/", ".")
    assert f"{importer} -> {imported}" in reported[contract].replace("\n", " ")


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
