"""The variables that services get, and those of the user on top."""

from collections import defaultdict
from pathlib import Path

from local.environment import is_external, local_environment, merged_environment
from local.layout import Layout

_SECRETS: defaultdict[str, str] = defaultdict(lambda: "s3cret")
_LOCAL = local_environment(Layout(Path("/data")), _SECRETS)
_BROKER = "amqp://somewhere.example/"


def test_every_address_is_on_loopback() -> None:
    addresses = [value for name, value in _LOCAL.items() if name.endswith(("_URL", "_ADDRESS"))]
    assert len(addresses) == 11
    assert all("127.0.0.1:" in address for address in addresses)


def test_what_the_user_sets_wins() -> None:
    merged = merged_environment(_LOCAL, {"PARLANCE_AMQP_URL": _BROKER})
    assert merged["PARLANCE_AMQP_URL"] == _BROKER
    assert merged["PARLANCE_MILVUS_URL"] == _LOCAL["PARLANCE_MILVUS_URL"]


def test_an_empty_variable_counts_as_not_set() -> None:
    merged = merged_environment(_LOCAL, {"PARLANCE_AMQP_URL": ""})
    assert merged["PARLANCE_AMQP_URL"] == _LOCAL["PARLANCE_AMQP_URL"]


def test_an_s3_server_of_the_users_is_its_own_public_address() -> None:
    merged = merged_environment(_LOCAL, {"PARLANCE_S3_ENDPOINT_URL": "https://s3.example"})
    assert merged["PARLANCE_S3_PUBLIC_URL"] == "https://s3.example"


def test_the_output_of_env_does_not_count_as_the_users_own() -> None:
    assert not is_external(_LOCAL, _LOCAL, "PARLANCE_AMQP_URL")
    assert is_external(_LOCAL, {"PARLANCE_AMQP_URL": _BROKER}, "PARLANCE_AMQP_URL")
