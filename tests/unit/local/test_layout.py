"""Ports and folders of a local run."""

from pathlib import Path

import pytest

from local.layout import HIGHEST_BASE_PORT, REPOSITORY, Layout, LayoutError
from local.processes import SERVICES


def test_no_port_reaches_those_of_outgoing_connections() -> None:
    layout = Layout(Path("/data"), base_port=HIGHEST_BASE_PORT)
    ports = [*layout.named_ports().values(), *layout.seaweed_grpc_ports()]
    assert max(ports) < 32_768


def test_no_port_is_given_twice() -> None:
    layout = Layout(Path("/data"))
    ports = [*layout.named_ports().values()]
    ports += [layout.probe_port(index) for index in range(len(SERVICES))]
    assert len(set(ports)) == len(ports)


def test_the_defaults_are_those_of_the_documentation() -> None:
    layout = Layout.from_environment({})
    assert (layout.data, layout.base_port, layout.http_port) == (
        REPOSITORY / ".data",
        21_000,
        8_000,
    )


def test_a_relative_data_folder_lies_in_the_repository() -> None:
    assert Layout.from_environment({"PARLANCE_DATA": "x/y"}).data == REPOSITORY / "x/y"


@pytest.mark.parametrize("text", ["80", "22701", "many", "-1"])
def test_an_impossible_base_port_is_refused_by_name(text: str) -> None:
    with pytest.raises(LayoutError, match="PARLANCE_BASE_PORT"):
        Layout.from_environment({"PARLANCE_BASE_PORT": text})
