"""Clients of the running product; the tests here know its URLs and nothing else."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from local.stack import Stack
from tools.client import Client


@pytest.fixture
def client(stack: Stack) -> Iterator[Client]:
    """A new user, signed in."""
    with Client(f"http://127.0.0.1:{stack.layout.http_port}") as signed_in:
        signed_in.sign_up(f"user-{uuid4().hex[:12]}", uuid4().hex)
        yield signed_in


@pytest.fixture
def stranger(stack: Stack) -> Iterator[Client]:
    """Another one."""
    with Client(f"http://127.0.0.1:{stack.layout.http_port}") as signed_in:
        signed_in.sign_up(f"stranger-{uuid4().hex[:12]}", uuid4().hex)
        yield signed_in
