"""The guard of outgoing requests. Speaks with loopback servers only; everything else is a stand-in."""

import gzip
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chassis.guarded_http import Fetched, FetchFailed, GuardedHttp, Limits
from chassis.reach import AddressRefused, IpAddress, Reach, is_public
from chassis.resolver import resolve
from chassis.web_address import BadAddress, WebAddress
from tests.unit.chassis.web_servers import Site, page, raw_server, redirect, site

ATTACKS = Path("/work/shared/data/attacks")
PUBLIC = ipaddress.ip_address("93.184.216.34")
LIMITS = Limits(body_bytes=100_000, total_s=2, connect_s=1, silence_s=0.5, redirects=3)
LOOPBACK = Reach.allowing(["127.0.0.1/32"])
GUARD = GuardedHttp(reach=Reach(), limits=LIMITS, user_agent="test")
INSIDE = replace(GUARD, reach=LOOPBACK)


def attacks(name: str) -> list[str]:
    path = ATTACKS / name
    return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def secret() -> Iterator[Site]:
    """What must never be reached."""
    with site({"/": page("secret")}) as inside:
        yield inside


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that a connection was tried to; none is made."""
    tried: list[str] = []

    def connect_tcp(_self: object, host: str, *_: object, **__: object) -> None:
        tried.append(host)
        raise httpcore.ConnectError("not in a test")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
    return tried


@pytest.mark.parametrize("url", attacks("ssrf_loopback_live_ok.txt"))
def test_no_spelling_of_loopback_is_reached(url: str, secret: Site) -> None:
    port = secret.port
    for attack in (url, _with_port(url, port)):
        with pytest.raises((AddressRefused, BadAddress)):
            GUARD.fetch(attack)
    assert secret.requests == []


def _with_port(url: str, port: int) -> str:
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("]")[0] + "]" if "[" in parts.netloc else parts.hostname
    except ValueError:
        return url
    return url.replace(parts.netloc, f"{host}:{port}", 1)


@pytest.mark.parametrize("url", attacks("ssrf_unit_only.txt"))
@pytest.mark.parametrize("answer", ["10.0.0.7", "169.254.169.254", "::1", "fd00:ec2::254"])
def test_nothing_inside_is_dialled_whatever_the_dns_says(
    url: str, answer: str, dialled: list[str]
) -> None:
    guard = replace(GUARD, resolver=lambda *_: [PUBLIC, ipaddress.ip_address(answer)])
    with pytest.raises((AddressRefused, BadAddress, FetchFailed)):
        guard.fetch(url)
    assert [ip for ip in dialled if not is_public(ipaddress.ip_address(ip))] == []
    assert set(dialled) <= {"1.1.1.1"}


@pytest.mark.parametrize(
    "url", attacks("ssrf_unit_only.txt") + attacks("ssrf_loopback_live_ok.txt")
)
def test_a_redirect_leads_to_nothing_inside(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    real = httpcore.SyncBackend.connect_tcp

    def answer_redirect(connection: object) -> None:
        connection.recv(4096)  # type: ignore[attr-defined]
        head = f"HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(head.encode())  # type: ignore[attr-defined]

    def connect_tcp(self: object, host: str, port: int, *rest: object, **options: object) -> object:
        tried.append(host)
        if len(tried) > 1:
            raise httpcore.ConnectError("not in a test")
        return real(self, "127.0.0.1", at, *rest, **options)  # type: ignore[arg-type]

    with raw_server(answer_redirect) as at:  # type: ignore[arg-type]
        monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
        private = ipaddress.ip_address("192.168.1.1")
        guard = replace(
            GUARD, resolver=lambda host, *_: [PUBLIC if host == "a.example" else private]
        )
        with pytest.raises((AddressRefused, BadAddress, FetchFailed)):
            guard.fetch("http://a.example/")
    assert tried[0] == str(PUBLIC)
    assert set(tried[1:]) <= {"1.1.1.1", str(PUBLIC)}


def test_a_name_that_changes_its_address_is_connected_to_where_it_was_checked(
    dialled: list[str],
) -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int, _timeout_s: float) -> list[IpAddress]:
        asked.append(host)
        return [PUBLIC if len(asked) == 1 else ipaddress.ip_address("127.0.0.1")]

    with pytest.raises(FetchFailed, match="cannot be reached"):
        replace(GUARD, resolver=rebinding).fetch("http://rebind.example/")
    assert (asked, dialled) == (["rebind.example"], [str(PUBLIC)])
    with pytest.raises(AddressRefused):
        replace(GUARD, resolver=rebinding).fetch("http://rebind.example/")
    assert dialled == [str(PUBLIC)]


def test_the_name_is_kept_in_host_while_the_address_is_pinned() -> None:
    reach = Reach.allowing(["wiki.example"])
    with site({"/": page("hello")}) as wiki:
        local = ipaddress.ip_address("127.0.0.1")
        guard = replace(GUARD, reach=reach, resolver=lambda *_: [local])
        answer = guard.fetch(f"http://wiki.example:{wiki.port}/")
        assert answer.body == b"hello"
        assert wiki.hosts == [f"wiki.example:{wiki.port}"]


@pytest.mark.parametrize(
    "ip",
    ["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.31.0.1", "192.0.0.192",
     "192.168.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16",
     "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1",
     "2001::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "64:ff9b:1::1", "::7f00:1"],
)  # fmt: skip
def test_addresses_that_are_nobodys_on_the_internet_are_not_public(ip: str) -> None:
    assert not is_public(ipaddress.ip_address(ip))


@pytest.mark.parametrize("ip", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450::1"])
def test_public_addresses_are(ip: str) -> None:
    assert is_public(ipaddress.ip_address(ip))


def test_an_allow_list_opens_what_it_names_and_no_more() -> None:
    reach = Reach.allowing(["10.1.0.0/16", "wiki.corp", " .intra.example "])
    reach.check_written(WebAddress.parse("http://10.1.2.3:8081/"))
    reach.check_written(WebAddress.parse("http://wiki.corp/"))
    reach.check_resolved(
        WebAddress.parse("http://a.intra.example/"), [ipaddress.ip_address("10.9.9.9")]
    )
    reach.check_resolved(
        WebAddress.parse("http://any.example:9/"), [ipaddress.ip_address("10.1.0.1")]
    )
    for refused in ("http://10.2.0.1/", "http://127.0.0.1/", "http://[::1]/"):
        with pytest.raises(AddressRefused):
            reach.check_written(WebAddress.parse(refused))
    for name in ("http://any.example/", "http://intra.example.evil/", "http://wiki.corp.evil/"):
        with pytest.raises(AddressRefused):
            reach.check_resolved(WebAddress.parse(name), [ipaddress.ip_address("10.2.0.1")])
    with pytest.raises(ValueError, match="10"):
        Reach.allowing(["10.1.0.0/160"])


@pytest.mark.parametrize(
    "url",
    ["http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://metadata/",
     "http://metadata.google.internal/", "http://8.8.8.8:25/", "http://a.example:6667/"],
)  # fmt: skip
def test_what_is_plainly_inside_is_refused_without_asking_the_dns(url: str) -> None:
    with pytest.raises(AddressRefused):
        Reach().check_written(WebAddress.parse(url))


@pytest.mark.parametrize(
    "url",
    ["", "a.example", "ftp://a.example/", "file:///etc/passwd", "http://", "http:///a", "http://:80/",
     "http://u@a.example/", "http://u:p@a.example/", "http://a.example\\@b.example/", "http://a b/",
     "http://a.example/\r\nX: y", "http://a.example:99999/", "http://a.example:0/", "http://[::1/",
     "http://[fe80::1%25eth0]/", "http://1/", "http://0x7f.1/", "http://127.1/", "http://1.2.3.4.5/",
     "http://0177.0.0.1/", "http://1.2.3.08/", "http://a..b/", "http://-a.example/",
     "javascript:alert(1)", "http://a.example/" + "x" * 2000,
     "http://a.example/" + "é" * 1000, "http://[1.2.3.4]/", "http://a%2eb/"],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        WebAddress.parse(url)


@pytest.mark.parametrize(
    ("url", "read"),
    [("HTTP://Example.COM:80", "http://example.com/"), ("https://example.com.:443/a?b#c",
     "https://example.com/a?b"), ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
     ("http://１２７.０.０.１/", "http://127.0.0.1/"), ("http://[2A00::1]:8080", "http://[2a00::1]:8080/"),
     ("http://a_b.example?q=1", "http://a_b.example/?q=1")],
)  # fmt: skip
def test_an_address_has_one_spelling(url: str, read: str) -> None:
    assert str(WebAddress.parse(url)) == read


def test_a_page_arrives_with_where_it_came_from() -> None:
    with site() as inside:
        inside.answers = {"/": redirect("/b?x=1", 301), "/b": page("é", X_A="b")}
        found = INSIDE.fetch(inside.url)
        assert (str(found.address), found.status) == (f"{inside.url}/b?x=1", 200)
        assert (found.body.decode(), found.content_type) == ("é", "text/html")
        assert inside.requests == ["/", "/b?x=1"]


def test_headers_stay_with_the_first_origin() -> None:
    with site() as other, site() as first:
        first.answers = {"/": redirect("/again"), "/again": redirect(other.url)}
        other.answers = {"/": page("x")}
        INSIDE.fetch(first.url, headers={"Authorization": "Bearer s", "Host": "evil"})
        assert [seen.get("Authorization") for seen in first.seen] == ["Bearer s"] * 2
        assert "Authorization" not in other.seen[0]
        assert first.hosts[0] == f"127.0.0.1:{first.port}"


def test_a_redirect_to_a_port_that_is_not_allowed_is_refused(secret: Site) -> None:
    with (
        site({"/": redirect(f"http://127.0.0.2:{secret.port}/")}) as inside,
        pytest.raises(AddressRefused),
    ):
        INSIDE.fetch(inside.url)
    assert secret.requests == []


def _failing(url: str, says: str, *, within_s: float = 3) -> None:
    started = time.monotonic()
    with pytest.raises(FetchFailed, match=says):
        INSIDE.fetch(url)
    assert time.monotonic() - started < within_s


def test_redirects_end() -> None:
    with site() as inside:
        inside.answers = {
            "/": redirect("/"),
            "/odd": redirect("gopher://x/"),
            "/bad": redirect("http://["),
        }
        _failing(inside.url, "more than 3 times")
        _failing(f"{inside.url}/odd", "no web address")
        _failing(f"{inside.url}/bad", "no web address")


def test_bodies_and_bombs_are_cut_off() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with site() as inside:
        inside.answers = {
            "/big": page(bytes(200_000)),
            "/gzip": page(bomb, Content_Encoding="gzip"),
            "/deflate": page(zlib.compress(bytes(50_000_000)), Content_Encoding="deflate"),
            "/br": page(b"x", Content_Encoding="br"),
            "/bad": page(b"not gzip at all", Content_Encoding="gzip"),
        }
        for path in ("/big", "/gzip", "/deflate"):
            _failing(inside.url + path, "more than 100,000 bytes")
        _failing(f"{inside.url}/br", "not asked for")
        _failing(f"{inside.url}/bad", "damaged")


@pytest.mark.parametrize("bits", [31, 15, -15])
def test_compressed_pages_are_read(bits: int) -> None:
    packer = zlib.compressobj(wbits=bits)
    body = packer.compress(b"hello " * 1000) + packer.flush()
    encoding = "gzip" if bits == 31 else "deflate"
    with site({"/": page(body, Content_Encoding=encoding)}) as inside:
        assert INSIDE.fetch(inside.url).body == b"hello " * 1000


def test_a_server_that_hangs_or_drips_is_left() -> None:
    def drip(connection: object) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")  # type: ignore[attr-defined]
        for _ in range(100):
            time.sleep(0.1)
            connection.sendall(b"X-A: b\r\n")  # type: ignore[attr-defined]

    def drip_body(connection: object) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")  # type: ignore[attr-defined]
        for _ in range(100):
            time.sleep(0.1)
            connection.sendall(b"x")  # type: ignore[attr-defined]

    for talk in (lambda _: time.sleep(10), drip, drip_body):
        with raw_server(talk) as port:  # type: ignore[arg-type]
            _failing(f"http://127.0.0.1:{port}/", "too long")


def test_what_is_not_http_is_told() -> None:
    def talk(connection: object) -> None:
        connection.recv(4096)  # type: ignore[attr-defined]
        connection.sendall(b"SSH-2.0-x\r\n")  # type: ignore[attr-defined]

    with raw_server(talk) as port:  # type: ignore[arg-type]
        _failing(f"http://127.0.0.1:{port}/", "not HTTP")
        _failing(f"https://127.0.0.1:{port}/", "TLS")


def test_nobody_listening_is_told() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        _failing(f"http://127.0.0.1:{silent.getsockname()[1]}/", "cannot be reached")


def test_a_certificate_that_nobody_trusts_is_told(tmp_path: Path) -> None:
    with site({"/": page("x")}, tls=_self_signed(tmp_path)) as inside:
        _failing(inside.url.replace("http:", "https:"), "cannot be trusted")
        assert inside.requests == []


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_name_that_does_not_resolve_is_told() -> None:
    def nothing(*_: object) -> list[IpAddress]:
        raise OSError("no such name")

    with pytest.raises(FetchFailed, match="cannot be resolved"):
        replace(GUARD, resolver=nothing).fetch("http://nowhere.example/")


def test_the_check_sees_an_answer_before_its_body() -> None:
    def check(*, status: int, content_type: str, **_: object) -> None:
        raise FetchFailed(f"{status} {content_type}")

    film = page(bytes(10), Content_Type="video/mp4")
    with site({"/": film}) as inside, pytest.raises(FetchFailed, match="200 video/mp4"):
        INSIDE.fetch(inside.url, check=check)


def test_the_resolver_gives_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: time.sleep(0.5) or [])
    with pytest.raises(TimeoutError):
        resolve("slow.example", 80, 0.05)


def test_an_answer_says_its_type_plainly() -> None:
    address = WebAddress.parse("http://a.example/")
    headers = {"content-type": "Text/HTML ; charset=x"}
    answer = Fetched(address=address, status=200, headers=headers, body=b"")
    assert answer.content_type == "text/html"
