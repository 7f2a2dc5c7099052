from __future__ import annotations

import os
import subprocess
import sys

import pytest

from db.crash_points import KILLED, VARIABLE

PROGRAM = """
from db.crash_points import crash_point
for number in range(3):
    crash_point("here")
    crash_point("there")
    print(number, flush=True)
"""


def ended(asked: str | None) -> tuple[int, str]:
    environment = {k: v for k, v in os.environ.items() if k != VARIABLE}
    if asked is not None:
        environment[VARIABLE] = asked
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("asked", "code", "printed"),
    [
        (None, 0, "0\n1\n2\n"),
        ("elsewhere:1", 0, "0\n1\n2\n"),
        ("here", KILLED, ""),
        ("here:2", KILLED, "0\n"),
        ("there:3", KILLED, "0\n1\n"),
        ("there:4", 0, "0\n1\n2\n"),
    ],
)
def test_a_process_dies_at_the_passage_that_was_asked_for(
    asked: str | None, code: int, printed: str
) -> None:
    assert ended(asked) == (code, printed)
