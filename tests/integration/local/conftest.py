"""One run of the infrastructure for all tests of this folder."""

from collections.abc import Iterator

import pytest

from local.stack import Stack


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    data = tmp_path_factory.mktemp("local") / "data"
    with Stack(data, base_port=20_100, http_port=20_199, only=["infrastructure"]) as running:
        yield running
