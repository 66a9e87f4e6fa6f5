"""The whole product, started once for all tests that need it: on real parts, on ports of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import Stack

BASE_PORT = int(os.environ.get("PARLANCE_TEST_BASE_PORT", "17000"))  # noqa: TID251 - the tests' own
HTTP_PORT = int(os.environ.get("PARLANCE_TEST_HTTP_PORT", "18000"))  # noqa: TID251

VARIABLES = {
    "PARLANCE_FETCH_ALLOW": "127.0.0.1/32",  # where the tests' websites are
    "PARLANCE_GRAB_DELAY_S": "0.05",
}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Every process of the product, ready."""
    data: Path = tmp_path_factory.mktemp("stack") / "data"
    with Stack(data, base_port=BASE_PORT, http_port=HTTP_PORT, variables=VARIABLES) as running:
        yield running
