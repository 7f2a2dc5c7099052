"""Warnings and errors that the product logs while a test runs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

PRODUCT = "tillwright"


class _Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@contextmanager
def watched() -> Iterator[list[str]]:
    """The list that fills with every warning or worse of the product's loggers."""
    keeper = _Keeper()
    logger = logging.getLogger(PRODUCT)
    logger.addHandler(keeper)
    try:
        yield keeper.lines
    finally:
        logger.removeHandler(keeper)
