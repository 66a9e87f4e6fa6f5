"""The whole product, started once for all tests that need it: on real parts, on ports of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import Stack

BASE_PORT = int(os.environ.get("PARLANCE_TEST_BASE_PORT", "17000"))  # noqa: TID251 - the tests' own
HTTP_PORT = int(os.environ.get("PARLANCE_TEST_HTTP_PORT", "18000"))  # noqa: TID251

TOOL_PORT = HTTP_PORT + 50  # of a user's endpoint: the only one on this machine that tools may ask
VARIABLES = {
    "PARLANCE_TOOL_TRY_TIMEOUT_S": "4",
    "PARLANCE_TOOL_ALLOW": f"127.0.0.1:{TOOL_PORT}",
    "PARLANCE_FETCH_ALLOW": "127.0.0.1/32",  # where the tests' websites are
    "PARLANCE_GRAB_DELAY_S": "0.05",
    "PARLANCE_CASE_LEASE_S": "3",  # of a test run's workers, which are killed
    "PARLANCE_EVALUATION_SWEEP_EVERY_S": "2",
}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Every process of the product, ready."""
    data: Path = tmp_path_factory.mktemp("stack") / "data"
    with Stack(data, base_port=BASE_PORT, http_port=HTTP_PORT, variables=VARIABLES) as running:
        yield running
