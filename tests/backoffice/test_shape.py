from __future__ import annotations

import ast
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from backoffice.app import ROUTERS
from backoffice.platform.security import allow, current

SOURCE = Path(__file__).parents[2] / "backoffice"
OPEN = {"/login", "/healthz", "/static/{digest}/{name}", "/metrics"}
MODULES = (
    "cases",
    "catalog",
    "erp",
    "mail",
    "oms",
    "performance",
    "promotions",
    "stock",
    "stores",
    "users",
    "value",
)
SERVICE_ONLY = {"commit", "rollback"}


def _routes() -> list[APIRoute]:
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def _guards(route: APIRoute) -> set[str]:
    """Qualified names of everything that a route depends on."""
    found: set[str] = set()
    waiting = list(route.dependant.dependencies)
    while waiting:
        dependant = waiting.pop()
        waiting += dependant.dependencies
        if dependant.call is not None:
            found.add(getattr(dependant.call, "__qualname__", ""))
    return found


def test_every_route_but_the_door_asks_who_it_is() -> None:
    routes = [r for r in _routes() if not r.path.startswith("/v1/") and r.path not in OPEN]
    assert len(routes) >= 15
    for route in routes:
        assert current.__qualname__ in _guards(route), route.path


def test_every_route_but_signing_out_names_its_roles() -> None:
    guard = f"{allow.__qualname__}.<locals>.check"
    for route in _routes():
        if not route.path.startswith("/v1/") and route.path not in OPEN | {"/logout"}:
            assert guard in _guards(route), route.path


def test_endpoints_are_synchronous() -> None:
    for route in _routes():
        if not route.path.startswith("/v1/"):
            assert not route.endpoint.__code__.co_flags & 0x80, route.path


@pytest.mark.parametrize("module", MODULES)
def test_modules_have_the_same_shape(module: str) -> None:
    frame = {"__init__", "service", "queries", "api", "schemas", "pages", "tasks"}
    own = {
        "accounts",
        "baskets",
        "blocking",
        "campaigns",
        "demo",
        "holds",
        "invoices",
        "limits",
        "overspend",
    }
    own |= {"proof", "receipts", "return_claims", "sentences", "tills"}
    allowed = frame | own
    names = {file.stem for file in (SOURCE / module).glob("*.py")}

    assert names <= allowed
    assert names & {"service", "queries"}
    assert ("api" in names) == ("schemas" in names)


def test_services_leave_commits_to_their_caller() -> None:
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in SERVICE_ONLY, f"{file}:{node.lineno}"


def test_files_stay_short() -> None:
    for file in SOURCE.rglob("*.py"):
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 350, file
