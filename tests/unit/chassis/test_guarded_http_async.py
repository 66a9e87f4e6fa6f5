"""The guard for asyncio. Speaks with loopback servers only; everything else is a stand-in."""

import asyncio
import gzip
import ipaddress
import socket
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpcore
import pytest

from chassis.guarded_answer import FetchFailed
from chassis.guarded_http_async import AsyncGuardedHttp
from chassis.reach import AddressRefused, IpAddress, Reach
from chassis.web_address import BadAddress, WebAddress
from tests.unit.chassis.test_guarded_http import LIMITS, PUBLIC, _with_port, attacks
from tests.unit.chassis.web_servers import page, raw_server, redirect, site

GUARD = AsyncGuardedHttp(reach=Reach(), limits=LIMITS, user_agent="test")
INSIDE = replace(GUARD, reach=Reach.allowing(["127.0.0.1/32"]))
REFUSED = (AddressRefused, BadAddress, FetchFailed)


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that a connection was tried to; none is made."""
    tried: list[str] = []

    async def connect_tcp(_self: object, host: str, *_: object, **__: object) -> None:
        tried.append(host)
        raise httpcore.ConnectError("not in a test")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    return tried


async def test_no_spelling_of_loopback_is_reached() -> None:
    with site({"/": page("secret")}) as secret:
        for url in attacks("ssrf_loopback_live_ok.txt"):
            for attack in (url, _with_port(url, secret.port)):
                with pytest.raises((AddressRefused, BadAddress)):
                    await GUARD.fetch(attack)
        assert secret.requests == []


@pytest.mark.parametrize("answer", ["10.0.0.7", "169.254.169.254", "::1", "fd00:ec2::254"])
async def test_nothing_inside_is_dialled_whatever_the_dns_says(
    answer: str, dialled: list[str]
) -> None:
    guard = replace(GUARD, resolver=lambda *_: [PUBLIC, ipaddress.ip_address(answer)])
    for url in attacks("ssrf_unit_only.txt"):
        with pytest.raises(REFUSED):
            await guard.fetch(url)
    assert set(dialled) <= {"1.1.1.1"}


async def test_a_redirect_leads_to_nothing_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    real = httpcore.AnyIOBackend.connect_tcp
    leads_to: list[str] = []

    def answer_redirect(connection: socket.socket) -> None:
        connection.recv(4096)
        head = f"HTTP/1.1 307 Go\r\nLocation: {leads_to[-1]}\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head.encode())

    async def connect_tcp(self: Any, host: str, port: int, *rest: Any, **options: Any) -> Any:
        tried.append(host)
        if len(tried) > 1:
            raise httpcore.ConnectError("not in a test")
        return await real(self, "127.0.0.1", at, *rest, **options)

    with raw_server(answer_redirect) as at:
        monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
        private = ipaddress.ip_address("192.168.1.1")
        guard = replace(
            GUARD, resolver=lambda host, *_: [PUBLIC if host == "a.example" else private]
        )
        for url in attacks("ssrf_unit_only.txt") + attacks("ssrf_loopback_live_ok.txt"):
            tried.clear()
            leads_to.append(url)
            with pytest.raises(REFUSED):
                await guard.fetch("http://a.example/", method="POST", content=b"{}")
            assert tried[0] == str(PUBLIC)
            assert set(tried[1:]) <= {"1.1.1.1", str(PUBLIC)}


async def test_a_name_that_changes_its_address_is_connected_to_where_it_was_checked(
    dialled: list[str],
) -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int, _timeout_s: float) -> list[IpAddress]:
        asked.append(host)
        return [PUBLIC if len(asked) == 1 else ipaddress.ip_address("127.0.0.1")]

    guard = replace(GUARD, resolver=rebinding)
    with pytest.raises(FetchFailed, match="cannot be reached"):
        await guard.fetch("http://rebind.example/")
    assert (asked, dialled) == (["rebind.example"], [str(PUBLIC)])
    with pytest.raises(AddressRefused):
        await guard.fetch("http://rebind.example/")
    assert dialled == [str(PUBLIC)]


async def test_one_port_of_a_host_may_be_allowed() -> None:
    with site({"/": page("mine")}) as mine, site({"/": page("secret")}) as secret:
        mine.answers["/out"] = redirect(secret.url)
        guard = replace(GUARD, reach=Reach.allowing([f"127.0.0.1:{mine.port}"]))
        assert (await guard.fetch(mine.url)).body == b"mine"
        for url in (secret.url, f"{mine.url}/out", f"http://localhost:{mine.port}/"):
            with pytest.raises(AddressRefused):
                await guard.fetch(url)
        assert secret.requests == []


def test_an_allowed_origin_is_a_host_and_its_port() -> None:
    reach = Reach.allowing(["crm.corp:8443", "[fd00::1]:80", "10.1.2.3:9000"])
    inside = [ipaddress.ip_address("10.0.0.1"), ipaddress.ip_address("fd00::1")]
    for url in ("https://crm.corp:8443/x", "http://[fd00::1]/", "http://10.1.2.3:9000/"):
        reach.check_written(WebAddress.parse(url))
        reach.check_resolved(WebAddress.parse(url), inside)
    for url in ("https://crm.corp/", "http://[fd00::1]:81/", "http://10.1.2.3/"):
        with pytest.raises(AddressRefused):
            reach.check_resolved(WebAddress.parse(url), inside)
    with pytest.raises(BadAddress):
        Reach.allowing(["crm.corp:99999"])


async def test_secrets_stay_with_the_first_origin() -> None:
    sent = {"Authorization": "Bearer s", "X-Key": "k", "Content-Type": "application/json"}
    with site() as other, site() as first:
        first.answers = {"/": redirect("/again", 307), "/again": redirect(other.url, 307)}
        other.answers = {"/": page("x")}
        await INSIDE.fetch(first.url, method="POST", headers=sent, content=b"{}")
        assert [seen.get("Authorization") for seen in first.seen] == ["Bearer s"] * 2
        assert not {"Authorization", "X-Key"} & other.seen[0].keys()
        assert other.seen[0]["Content-Type"] == "application/json"


@pytest.mark.parametrize(("status", "method"), [(301, "GET"), (303, "GET"), (308, "POST")])
async def test_a_redirected_post(status: int, method: str) -> None:
    with site() as inside:
        inside.answers = {
            "/": redirect("/b", status),
            "/b": lambda each: each.send(each.command.encode()),
        }
        found = await INSIDE.fetch(inside.url, method="POST", content=b"{}")
        assert found.body.decode() == method


async def _fails(url: str, says: str, *, guard: AsyncGuardedHttp = INSIDE) -> None:
    started = time.monotonic()
    with pytest.raises(FetchFailed, match=says):
        await guard.fetch(url)
    assert time.monotonic() - started < 3


async def test_answers_of_every_bad_kind_are_cut_off() -> None:
    with site() as inside:
        inside.answers = {
            "/loop": redirect("/loop"),
            "/odd": redirect("gopher://x/"),
            "/big": page(bytes(200_000)),
            "/gzip": page(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"),
            "/deflate": page(zlib.compress(bytes(50_000_000)), Content_Encoding="deflate"),
            "/br": page(b"x", Content_Encoding="br"),
            "/bad": page(b"not gzip at all", Content_Encoding="gzip"),
            "/short": lambda each: (each.send(b"x", Content_Length="9"), each.connection.close()),
        }
        for path, says in (
            ("/loop", "more than 3 times"),
            ("/odd", "no web address"),
            ("/big", "more than 100,000 bytes"),
            ("/gzip", "more than 100,000 bytes"),
            ("/deflate", "more than 100,000 bytes"),
            ("/br", "not asked for"),
            ("/bad", "damaged"),
            ("/short", "not HTTP|broke|too long"),
        ):
            await _fails(inside.url + path, says)


def _drip(head: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(100):
            time.sleep(0.1)
            connection.sendall(piece)

    return talk


@pytest.mark.parametrize(
    ("talk", "says"),
    [
        (lambda _: time.sleep(10), "too long"),
        (_drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), "too long"),
        (_drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"), "too long"),
        (lambda c: (c.recv(4096), c.sendall(b"SSH-2.0-x\r\n")), "not HTTP"),
        (
            lambda c: (c.recv(4096), c.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000)),
            "not HTTP",
        ),
    ],
)
async def test_servers_that_hang_or_babble_are_left(talk: Any, says: str) -> None:
    with raw_server(talk) as port:
        await _fails(f"http://127.0.0.1:{port}/", says)


async def test_what_may_pass_is_told_from_what_will_not() -> None:
    def nothing(*_: object) -> list[IpAddress]:
        raise OSError("no such name")

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(FetchFailed, match="cannot be reached") as away:
            await INSIDE.fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/")
    with pytest.raises(FetchFailed, match="cannot be resolved") as nowhere:
        await replace(GUARD, resolver=nothing).fetch("http://nowhere.example/")
    assert (away.value.is_passing, nowhere.value.is_passing) == (True, False)


async def test_cancelling_hangs_up() -> None:
    hung_up: list[bytes] = []
    reached = asyncio.Event()
    loop = asyncio.get_running_loop()

    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        loop.call_soon_threadsafe(reached.set)
        connection.settimeout(5)
        hung_up.append(connection.recv(1))

    patient = replace(INSIDE, limits=replace(LIMITS, total_s=30, silence_s=30))
    with raw_server(talk) as port:
        asking = asyncio.create_task(patient.fetch(f"http://127.0.0.1:{port}/"))
        await asyncio.wait_for(reached.wait(), 2)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        for _ in range(100):
            if hung_up:
                break
            await asyncio.sleep(0.01)
    assert hung_up == [b""]
