from __future__ import annotations

import tomllib
from pathlib import Path

from retail.release import VERSION


def test_the_release_is_the_one_of_the_project_file() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION
