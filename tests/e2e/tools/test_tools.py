"""Users' tools through the gateway, against a local endpoint that echoes, and that misbehaves."""

import base64
import gzip
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from local.stack import Stack
from tests.conftest import TOOL_PORT
from tests.unit.chassis.web_servers import Handler, Site, redirect, site
from tools.client import Client

ALL = "/api/analytics/user-tools/"
URL = f"http://127.0.0.1:{TOOL_PORT}"
LOOPBACK = Path("/work/shared/data/attacks/ssrf_loopback_live_ok.txt")
SECRET = "s3cret-t0ken"
DOCUMENTED: dict[str, Any] = {
    "name": "My Custom Tool",
    "description": "Fetches customer data from an external CRM.",
    "endpoint_url": f"{URL}/echo",
    "http_method": "GET",
    "body_schema": {
        "type": "object",
        "properties": {"customer_id": {"type": "string", "description": "The ID of the customer"}},
        "required": ["customer_id"],
    },
}


def echo(handler: Handler) -> None:
    length = int(handler.headers.get("Content-Length", 0))
    told = {
        "method": handler.command,
        "query": parse_qs(urlsplit(handler.path).query),
        "headers": {name.lower(): value for name, value in handler.headers.items()},
        "body": handler.rfile.read(length).decode(),
    }
    handler.send(json.dumps(told).encode(), Content_Type="application/json")


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(65_536))


def hang(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "10")
    handler.end_headers()
    handler.connection.settimeout(20)
    handler.server.hung_up_at = handler.connection.recv(1) == b"" and time.monotonic()


class FineAtLast:
    """Twice 503, then an answer."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, handler: Handler) -> None:
        self.asked += 1
        handler.send(b'{"ok": true}', status=200 if self.asked > 2 else 503)


def json_of(raw: bytes, **headers: str) -> Callable[[Handler], None]:
    return lambda handler: handler.send(raw, Content_Type="application/json", **headers)


@pytest.fixture
def endpoint() -> Iterator[Site]:
    answers: dict[str, Any] = {
        "/echo": echo,
        "/broken": json_of(b'{"a": '),
        "/huge": json_of(bytes(3_000_000)),
        "/endless": endless,
        "/bomb": json_of(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"),
        "/hang": hang,
        "/short": lambda each: (each.send(b"x", Content_Length="9"), each.connection.close()),
        "/loop": redirect("/loop"),
        "/to-loopback": redirect("http://127.0.0.1:22/", 307),
        "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
        "/to-private": redirect("http://10.0.0.1/", 308),
        "/500": lambda each: each.send(f"no: {each.headers['Authorization']}".encode(), status=500),
        "/emoji": lambda each: each.send("\U0001f600".encode() * 5_000, status=500),
        "/later": FineAtLast(),
    }
    with site(answers, port=TOOL_PORT) as inside:
        yield inside


def refused(call: Callable[[], Any]) -> tuple[int, Any]:
    with pytest.raises(httpx.HTTPStatusError) as error:
        call()
    return error.value.response.status_code, error.value.response.json()


def test_the_documented_tool_is_made_executed_changed_and_deleted(
    client: Client, stranger: Client, endpoint: Site, stack: Stack
) -> None:
    credentials = {"auth_type": "bearer", "auth_credentials": {"token": SECRET}}
    made = client.create_tool(**DOCUMENTED, **credentials, headers={"X-Trace": "1"})
    done = client.execute_tool(made["id"], customer_id="cust_12345")
    changed = client.update_tool(
        made["id"], http_method="POST", auth_credentials={"token": "********"}
    )
    posted = client.execute_tool(made["id"], customer_id="cust_12345")

    assert made == {**made, **DOCUMENTED, "auth_credentials": {"token": "********"}}
    assert client.tools() == [client.tool(made["id"])] == [changed]
    assert (done["status_code"], done["result"]["method"]) == (200, "GET")
    assert done["result"]["query"] == {"customer_id": ["cust_12345"]}
    assert done["result"]["headers"]["authorization"] == "Bearer ********"
    assert (
        endpoint.seen[0]["Authorization"] == endpoint.seen[1]["Authorization"] == f"Bearer {SECRET}"
    )
    assert endpoint.seen[0]["X-Trace"] == "1"
    assert json.loads(posted["result"]["body"]) == {"customer_id": "cust_12345"}
    assert refused(lambda: client.execute_tool(made["id"])) == (
        400,
        {"arguments": ['"customer_id" is a required property']},
    )
    for call in (
        lambda: stranger.tool(made["id"]),
        lambda: stranger.update_tool(made["id"], name="x"),
        lambda: stranger.delete_tool(made["id"]),
        lambda: stranger.execute_tool(made["id"], customer_id="x"),
    ):
        assert refused(call) == (404, {"detail": "Not found."})
    assert stranger.tools() == []
    assistant = client.save_assistant(selected_tools=[made["uuid"]])
    assert SECRET not in json.dumps(client.export_assistant(assistant))
    assert refused(lambda: stranger.save_assistant(selectedTools=[made["uuid"]])) == (
        400,
        {"selected_tools": ["Object does not exist."]},
    )
    client.delete_tool(made["id"])
    assert refused(lambda: client.tool(made["id"]))[0] == 404
    assert client.assistant(assistant)["selected_tools"] == []
    for part in ("assistants-rpc", "assistants-chat", "gateway"):
        assert SECRET not in stack.log(part)


def test_an_endpoint_that_repeats_credentials_gives_none_away(
    client: Client, endpoint: Site
) -> None:
    basic = base64.b64encode(f"ada:{SECRET}".encode()).decode()
    for auth_type, credentials, header, sent in (
        ("basic", {"username": "ada", "password": SECRET}, "Authorization", f"Basic {basic}"),
        ("header", {"name": "X-Own", "value": SECRET}, "X-Own", SECRET),
    ):
        tool = client.create_tool(**DOCUMENTED, auth_type=auth_type, auth_credentials=credentials)
        done = client.execute_tool(tool["id"], customer_id="x")
        assert endpoint.seen[-1][header] == sent
        assert SECRET not in json.dumps(done)
        assert basic not in json.dumps(done)


MISBEHAVING = {
    "/broken": (502, "not valid JSON"),
    "/huge": (502, "more than 1,048,576 bytes"),
    "/endless": (502, "more than 1,048,576 bytes"),
    "/bomb": (502, "more than 1,048,576 bytes"),
    "/hang": (502, "too long"),
    "/short": (502, "The "),
    "/loop": (502, "redirected more than 5 times"),
    "/to-loopback": (400, "not allowed"),
    "/to-metadata": (400, "not allowed"),
    "/to-private": (400, "not allowed"),
    "/500": (502, "The endpoint answered 500: no: Bearer ********."),
    "/emoji": (502, "\U0001f600" * 300),
    "/missing": (502, "The endpoint answered 404"),
}


def test_a_misbehaving_endpoint_is_told_of(client: Client, endpoint: Site) -> None:
    credentials = {"auth_type": "bearer", "auth_credentials": {"token": SECRET}}
    tool = client.create_tool(**DOCUMENTED, **credentials)
    for path, (status, told) in MISBEHAVING.items():
        client.update_tool(tool["id"], endpoint_url=URL + path)
        began = time.monotonic()

        code, body = refused(lambda: client.execute_tool(tool["id"], customer_id="x"))

        field = "detail" if status == 502 else "endpoint_url"
        assert (code, list(body)) == (status, [field]), path
        assert told in str(body)
        assert SECRET not in str(body)
        assert time.monotonic() - began < 9, path


def test_an_endpoint_that_is_fine_at_last_is_tried_until_then(
    client: Client, endpoint: Site
) -> None:
    options = {"retry_on_fail": True, "max_tries": 3, "wait_between_tries": 0.1}
    tool = client.create_tool(**{**DOCUMENTED, "endpoint_url": f"{URL}/later"}, **options)
    done = client.execute_tool(tool["id"], customer_id="x")
    assert (done["result"], len(endpoint.requests)) == ('{"ok": true}', 3)
    assert done["elapsed_ms"] >= 300


def test_faults_of_arguments_are_told_in_any_script(client: Client, endpoint: Site) -> None:
    name = "\U0001f600" * 200
    schema = {"type": "object", "required": [f"{name}{n}" for n in range(9)]}
    tool = client.create_tool(**{**DOCUMENTED, "body_schema": schema})
    status, body = refused(lambda: client.execute_tool(tool["id"]))
    assert (status, len(body["arguments"])) == (400, 5)
    assert endpoint.requests == []


def test_hanging_up_ends_the_request_to_the_endpoint(client: Client, endpoint: Site) -> None:
    tool = client.create_tool(**{**DOCUMENTED, "endpoint_url": f"{URL}/hang"})
    began = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        client.http.post(
            f"{ALL}{tool['id']}/execute/", json={"input": {"customer_id": "x"}}, timeout=0.5
        )
    while time.monotonic() - began < 3.5 and not getattr(endpoint.server, "hung_up_at", None):
        time.sleep(0.02)
    assert endpoint.server.hung_up_at - began < 3.5  # the limit of a try is 4 s


def test_an_unresolvable_name_is_a_502(client: Client) -> None:
    url = "http://no-such-name.example.invalid/"
    tool = client.create_tool(**{**DOCUMENTED, "endpoint_url": url})
    assert refused(lambda: client.execute_tool(tool["id"], customer_id="x")) == (
        502,
        {"detail": "The server's name cannot be resolved."},
    )


@pytest.mark.skipif(not LOOPBACK.exists(), reason="the attack lists are not here")
def test_no_spelling_of_loopback_becomes_a_tool(client: Client) -> None:
    tool = client.create_tool(**DOCUMENTED)
    for url in LOOPBACK.read_text().splitlines():
        for attempt in (
            lambda url=url: client.create_tool(**{**DOCUMENTED, "endpoint_url": url}),
            lambda url=url: client.update_tool(tool["id"], endpoint_url=url),
        ):
            status, body = refused(attempt)
            assert (status, list(body)) == (400, ["endpoint_url"]), url
    assert client.tools() == [tool]
