"""Alembic's door; the frame is `chassis.migrations`."""

from chassis.migrations import run_environment

run_environment()
