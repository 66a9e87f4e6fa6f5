"""Endpoint 51's requests go through the guard: nothing inside is dialled, whatever the DNS says."""

import ipaddress

import httpcore
import pytest

from chassis.guarded_answer import Limits
from chassis.guarded_http_async import AsyncGuardedHttp
from chassis.reach import Reach
from contracts.errors import InvalidRequest, UpstreamFailed
from services.assistants.adapters.guarded_endpoints import GuardedEndpoints
from services.assistants.adapters.page_text import page_text
from services.assistants.usecases.execute_tool import ExecuteTool
from tests.unit.assistants.user_tool_fakes import a_tool
from tests.unit.chassis.test_guarded_http import attacks

PUBLIC = ipaddress.ip_address("93.184.216.34")


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    tried: list[str] = []

    async def connect_tcp(_self: object, host: str, *_: object, **__: object) -> None:
        tried.append(host)
        raise httpcore.ConnectError("not in a test")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    return tried


def execute(*resolved: str) -> ExecuteTool:
    addresses = [ipaddress.ip_address(each) for each in resolved]
    http = AsyncGuardedHttp(
        reach=Reach(), limits=Limits(), user_agent="test", resolver=lambda *_: addresses
    )
    return ExecuteTool(
        endpoints=GuardedEndpoints(http), read_page=page_text, total_s=5, longest_result=100
    )


@pytest.mark.parametrize("resolved", ["169.254.169.254", "10.0.0.7", "127.0.0.1", "::1"])
async def test_a_target_inside_is_refused(resolved: str, dialled: list[str]) -> None:
    call = execute("93.184.216.34", resolved)
    with pytest.raises(InvalidRequest) as error:
        await call(a_tool(), {})
    assert error.value.fields == {"endpoint_url": ["This address is not allowed."]}
    for url in attacks("ssrf_unit_only.txt") + attacks("ssrf_loopback_live_ok.txt"):
        with pytest.raises((InvalidRequest, UpstreamFailed)):
            await call(a_tool(endpoint_url=url), {})
    assert set(dialled) <= {"1.1.1.1"}


async def test_an_argument_does_not_choose_the_host(dialled: list[str]) -> None:
    tool = a_tool(endpoint_url="https://api.example.com/{path}")
    for path in ("@169.254.169.254", "//169.254.169.254/", "\\\\169.254.169.254", "#@10.0.0.1"):
        with pytest.raises(UpstreamFailed, match="cannot be reached"):
            await execute(str(PUBLIC))(tool, {"path": path})
    assert set(dialled) == {str(PUBLIC)}


async def test_arguments_that_make_the_address_too_long_are_told() -> None:
    with pytest.raises(InvalidRequest) as error:
        await execute(str(PUBLIC))(a_tool(), {"text": "x" * 3_000})
    assert list(error.value.fields) == ["arguments"]


async def test_a_name_that_does_not_resolve_is_a_failure() -> None:
    def nothing(*_: object) -> list[ipaddress.IPv4Address]:
        raise OSError

    http = AsyncGuardedHttp(
        reach=Reach(),
        limits=Limits(),
        user_agent="test",
        resolver=nothing,  # type: ignore[arg-type]
    )
    call = ExecuteTool(
        endpoints=GuardedEndpoints(http), read_page=page_text, total_s=5, longest_result=100
    )
    with pytest.raises(UpstreamFailed, match="cannot be resolved"):
        await call(a_tool(), {})
