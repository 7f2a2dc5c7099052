from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import till
from tests.support.till import Books


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An enrolled till of store S1, never used."""
    folder = tmp_path_factory.mktemp("till-s1")
    till.build(folder, "S1")
    return folder


@pytest.fixture(scope="session")
def rounding_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An enrolled till of store S3, whose smallest coin is 0.05."""
    folder = tmp_path_factory.mktemp("till-s3")
    till.build(folder, "S3")
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """A till's data folder of one's own."""
    return till.copy(template, tmp_path / "till")


@pytest.fixture
def books(folder: Path) -> Iterator[Books]:
    """A till of store S1 with nobody at work."""
    with till.books(folder) as found:
        yield found


@pytest.fixture
def selling(books: Books) -> Books:
    """A till of store S1 with an open shift."""
    books.begin_work()
    return books


@pytest.fixture
def rounding(rounding_template: Path, tmp_path: Path) -> Iterator[Books]:
    """A till of store S3 with an open shift; cash is rounded to 0.05 there."""
    with till.books(till.copy(rounding_template, tmp_path / "s3")) as found:
        found.begin_work()
        yield found
