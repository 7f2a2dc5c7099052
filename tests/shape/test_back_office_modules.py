"""Back-office modules have one shape: verbs, reads, HTTP and pages in files of those names."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.shape.rules import ROOT

_FRAME = {"intake", "platform", "web"}
MODULES = sorted(
    path.parent
    for path in (ROOT / "backoffice").glob("*/__init__.py")
    if path.parent.name not in _FRAME
)


def _routes(path: Path) -> bool:
    """True when a file declares HTTP routes."""
    verbs = {"get", "post", "put", "patch", "delete"}
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        and call.func.attr in verbs
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for call in node.decorator_list
    )  # fmt: skip


def _runs_sql(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy"
        for alias in node.names
    }
    return bool(imported & {"select", "insert", "update", "delete", "text"})


def test_there_are_modules() -> None:
    assert {"catalog", "erp", "oms", "stock", "stores"} <= {path.name for path in MODULES}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_acts_or_answers(module: Path) -> None:
    names = {path.name for path in module.glob("*.py")}
    assert names & {"service.py", "queries.py"}
    if "api.py" in names:
        assert "schemas.py" in names


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_only_api_and_pages_speak_http(module: Path) -> None:
    speaking = {path.name for path in module.glob("*.py") if _routes(path)}
    assert speaking <= {"api.py", "pages.py"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_api_and_pages_run_no_sql(module: Path) -> None:
    running = {path.name for path in module.glob("*.py") if _runs_sql(path)}
    assert not running & {"api.py", "pages.py", "schemas.py"}
