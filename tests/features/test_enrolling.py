"""Enrolment and second processes as features; their steps are those of all."""

from __future__ import annotations

from pytest_bdd import scenarios

scenarios("enrolment.feature", "second_process.feature")
