"""A call of a user's tool: what goes out, what comes back, and what happens when it does not."""

import asyncio
import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from contracts.errors import InvalidRequest, UpstreamFailed
from services.assistants.adapters.page_text import page_text
from services.assistants.domain.endpoint_answer import EndpointAnswer, EndpointFailed
from services.assistants.domain.tool_request import ToolRequest
from services.assistants.usecases.execute_tool import ExecuteTool, ToolResult
from tests.unit.assistants.user_tool_fakes import CUSTOMERS, FakeEndpoints, a_tool

ID = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}


def said(
    body: Any = b"", *, status: int = 200, kind: str = "application/json", **headers: str
) -> EndpointAnswer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return EndpointAnswer(status=status, headers={"content-type": kind, **headers}, body=raw)


class Executed:
    """Calls tools whose endpoints answer so."""

    def __init__(self, *answers: EndpointAnswer | Exception, total_s: float = 60) -> None:
        self.endpoints = FakeEndpoints(list(answers) or [said({"ok": True})])
        self.waits: list[float] = []
        self.execute = ExecuteTool(
            endpoints=self.endpoints,
            read_page=page_text,
            total_s=total_s,
            longest_result=1_000,
            sleep=self._sleep,
        )

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def __call__(self, arguments: dict[str, Any] | None = None, **fields: Any) -> ToolResult:
        return await self.execute(a_tool(**fields), arguments or {})

    @property
    def sent(self) -> ToolRequest:
        return self.endpoints.asked[-1]


async def sent(arguments: dict[str, Any], **fields: Any) -> ToolRequest:
    executed = Executed()
    await executed(arguments, **fields)
    return executed.sent


async def result(answer: EndpointAnswer, **fields: Any) -> Any:
    return (await Executed(answer)(**fields)).result


async def failure(*answers: EndpointAnswer | Exception, **fields: Any) -> str:
    with pytest.raises(UpstreamFailed) as error:
        await Executed(*answers)(**fields)
    return error.value.detail


# --- what goes out


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_arguments_go_into_the_query(method: str) -> None:
    arguments = {"id": "a&b=ü", "n": 2, "all": True, "tags": ["x", "y"], "none": None}
    request = await sent(arguments, http_method=method, endpoint_url=f"{CUSTOMERS}?v=1#top")

    assert (request.method, request.content) == (method, None)
    assert parse_qsl(urlsplit(request.url).query) == [
        ("v", "1"), ("id", "a&b=ü"), ("n", "2"), ("all", "true"), ("tags", "x"), ("tags", "y"),
    ]  # fmt: skip


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_arguments_go_into_the_body(method: str) -> None:
    request = await sent({"id": "ü", "deep": {"n": [1]}}, http_method=method)

    assert (request.method, request.url) == (method, CUSTOMERS)
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.content or b"") == {"id": "ü", "deep": {"n": [1]}}


@pytest.mark.parametrize(
    ("kind", "header", "body"),
    [
        ("application/json", "application/json", '{"a": "x y", "b": 2}'),
        ("application/vnd.api+json", "application/vnd.api+json", '{"a": "x y", "b": 2}'),
        (
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded",
            "a=x+y&b=2",
        ),
        ("text/plain", "text/plain; charset=utf-8", "a: x y\nb: 2"),
    ],
)
async def test_the_body_is_of_its_type(kind: str, header: str, body: str) -> None:
    request = await sent({"a": "x y", "b": 2}, http_method="POST", body_content_type=kind)
    assert (request.headers["Content-Type"], request.content) == (header, body.encode())


async def test_a_single_argument_is_the_whole_of_a_plain_body() -> None:
    kind = "application/xml"
    request = await sent({"xml": "<a/>"}, http_method="POST", body_content_type=kind)
    assert request.content == b"<a/>"


async def test_a_multipart_body_cannot_be_broken_out_of() -> None:
    arguments = {'a"\r\nX: 1': "--parlance\r\nContent-Disposition: x", "b": "ü"}
    request = await sent(arguments, http_method="POST", body_content_type="multipart/form-data")
    boundary = request.headers["Content-Type"].partition("boundary=")[2]
    parts = (request.content or b"").split(f"--{boundary}".encode())

    assert len(parts) == 4
    assert b'name="a%22%0D%0AX: 1"\r\n\r\n--parlance\r\n' in parts[1]
    assert parts[2].decode().endswith('name="b"\r\n\r\nü\r\n')


async def test_without_a_body_arguments_go_into_the_query() -> None:
    request = await sent({"id": "1"}, http_method="POST", send_body=False)
    assert (request.content, request.url) == (None, f"{CUSTOMERS}?id=1")
    assert "Content-Type" not in request.headers


async def test_places_in_the_address_are_filled() -> None:
    request = await sent(
        {"id": "a/b?c", "lang": "de en", "rest": "1"},
        http_method="POST",
        endpoint_url=f"{CUSTOMERS}/{{id}}?lang={{lang}}",
    )
    assert request.url == f"{CUSTOMERS}/a%2Fb%3Fc?lang=de%20en"
    assert json.loads(request.content or b"") == {"rest": "1"}


@pytest.mark.parametrize("value", ["..", ".", "", None])
async def test_an_argument_cannot_lead_to_another_path(value: Any) -> None:
    executed = Executed()
    with pytest.raises(InvalidRequest) as error:
        await executed(
            {"id": value},
            endpoint_url=f"{CUSTOMERS}/{{id}}/orders",
            body_schema={"properties": {"id": {}}},
        )
    assert list(error.value.fields) == ["arguments"]
    assert executed.endpoints.asked == []


async def test_what_the_author_set_wins_over_arguments() -> None:
    request = await sent(
        {"key": "mine", "page": "1"},
        query_parameters_json={"key": "theirs", "tags": ["a", "b"]},
        headers={"X-One": 1, "content-type": "x"},
    )
    query = [("key", "theirs"), ("tags", "a"), ("tags", "b"), ("page", "1")]
    assert parse_qsl(urlsplit(request.url).query) == query
    assert request.headers == {"X-One": "1"}


async def test_switches_switch_off() -> None:
    request = await sent(
        {},
        send_headers=False,
        headers={"X": "1"},
        send_query_parameters=False,
        query_parameters_json={"a": "1"},
        auth_required=False,
        auth_type="bearer",
        auth_credentials={"token": "secret"},
    )
    assert (dict(request.headers), request.url) == ({}, CUSTOMERS)


@pytest.mark.parametrize(
    ("auth_type", "credentials", "header"),
    [
        ("bearer", {"token": "tok"}, ("Authorization", "Bearer tok")),
        (
            "basic",
            {"username": "ada", "password": "pä"},
            ("Authorization", f"Basic {base64.b64encode('ada:pä'.encode()).decode()}"),
        ),
        ("header", {"name": "X-Key", "value": "v"}, ("X-Key", "v")),
    ],
)
async def test_credentials_are_sent(
    auth_type: str, credentials: dict[str, str], header: tuple[str, str]
) -> None:
    request = await sent(
        {},
        auth_required=True,
        auth_type=auth_type,
        auth_credentials=credentials,
        headers={"authorization": "other", "x-key": "other"},
    )
    assert header in request.headers.items()
    assert [name.lower() for name in request.headers].count(header[0].lower()) == 1


# --- arguments


@pytest.mark.parametrize(
    ("schema", "arguments", "fault"),
    [
        (ID, {}, '"id" is a required property'),
        (ID, {"id": 5}, 'id: 5 is not of type "string"'),
        ({"id": "The customer"}, {"other": 1}, "other"),
        ({"properties": {"a": {"pattern": "^(a+)+$"}}}, {"a": "a" * 5_000 + "!"}, "a: "),
        ({}, {"a": {"b": "\ud800"}}, "surrogates"),
        ({}, {"a": "x" * 70_000}, "65536"),
    ],
)
async def test_arguments_are_checked_before_anything_is_sent(
    schema: dict[str, Any], arguments: dict[str, Any], fault: str
) -> None:
    executed = Executed()
    with pytest.raises(InvalidRequest) as error:
        await executed(arguments, body_schema=schema)
    assert fault in error.value.fields["arguments"][0]
    assert executed.endpoints.asked == []


async def test_a_flat_schema_takes_what_can_be_text() -> None:
    schema = {"id": "The customer", "type": "What kind"}
    assert (await sent({"id": 5}, body_schema=schema)).url == f"{CUSTOMERS}?id=5"


# --- what comes back


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (said({"a": [1, None]}), {"a": [1, None]}),
        (said(b"", status=204), None),
        (said(b'{"a": 1}', kind="text/plain"), '{"a": 1}'),
        (said("grüß".encode("latin-1"), kind="text/plain; charset=iso-8859-1"), "grüß"),
        (said(b"plain", kind=""), "plain"),
        (said(b'"\\ud800"'), "?"),
        (said(b"[1]", kind="application/problem+json"), [1]),
        (said(b"x", kind="text/plain; charset=no-such"), "x"),
    ],
)
async def test_an_answer_is_json_or_text(answer: EndpointAnswer, expected: Any) -> None:
    assert await result(answer) == expected


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (said(b'{"a": '), "not valid JSON"),
        (said(b"NaN"), "NaN is no number"),
        (said(b"1e999"), "no number"),
        (said(b"[" * 100_000), "nested too deep"),
        (said(b"[" * 200 + b"]" * 200), "nested too deep"),
        (said(b"\x89PNG\x00\xff", kind="image/png"), "image/png that is no text (6 bytes)"),
    ],
)
async def test_an_unusable_answer_is_told(answer: EndpointAnswer, told: str) -> None:
    assert told in await failure(answer)


ORDERS = {"data": {"orders": [{"id": 1, "by": {"name": "A", "age": 3}, "x": 0}, {"id": 2}]}}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"field_containing_data": "data.orders[0].by.name"}, "A"),
        ({"field_containing_data": "data.orders.1.id"}, 2),
        ({"field_containing_data": "data.orders.id"}, [1, 2]),
        (
            {"field_containing_data": "data.orders", "include_fields": "id, by.name"},
            [{"id": 1, "by": {"name": "A"}}, {"id": 2}],
        ),
        ({"include_fields": ["data"]}, ORDERS),
        ({"include_fields": "nothing"}, {}),
    ],
)
async def test_fields_are_selected(options: dict[str, Any], expected: Any) -> None:
    answer = said(ORDERS, kind="text/plain")
    assert await result(answer, optimize_response=True, **options) == expected
    assert await result(said(ORDERS), **options) == ORDERS


async def test_a_field_that_is_not_there_is_told() -> None:
    told = await failure(said(ORDERS), optimize_response=True, field_containing_data="data.rows")
    assert told == 'The endpoint\'s answer has no "data.rows".'


PAGE = (
    b"<html><head><title>T</title><style>p{}</style></head><body><h1>Hours</h1><script>x()</script>"
    b"<p>Open <b>daily</b></p><table><tr><td>Mon<td>9&ndash;5</table><p class=n>Call us</body>"
)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"optimize_type": "html"}, "Hours\nOpen daily\nMon 9–5\nCall us"),
        ({"optimize_type": "HTML", "field_containing_data": "p.n"}, "Call us"),
        ({"optimize_type": "TEXT"}, "Hours\nOpen daily\nMon 9–5\nCall us"),
    ],
)
async def test_pages_become_text(options: dict[str, Any], expected: str) -> None:
    answer = said(PAGE, kind="text/html; charset=utf-8")
    assert await result(answer, optimize_response=True, **options) == expected


@pytest.mark.parametrize("page", [b"<div>" * 100_000, b"<div></x>" * 100_000])
async def test_a_page_that_would_hang_a_parser_is_refused(page: bytes) -> None:
    options = {"optimize_response": True, "optimize_type": "HTML"}
    assert "nested too deep" in await failure(said(page, kind="text/html"), **options)


async def test_long_results_are_cut() -> None:
    cut = {"should_truncate_response": True, "truncate_limit": 5}
    assert await result(said(b"123456", kind="text/plain"), **cut) == "1234…"
    assert await result(said({"a": 1}), **cut) == '{"a"…'
    assert await result(said(b"12345", kind="text/plain"), **cut) == "12345"
    assert len(await result(said(b"x" * 5_000, kind="text/plain"))) == 1_000


# --- failures


@pytest.mark.parametrize(
    ("answers", "fields", "tries", "waits"),
    [
        ([said(status=500)], {}, 1, []),
        ([said(status=503), said(status=429), said({"ok": 1})], {}, 3, [0.5, 1.0]),
        ([EndpointFailed("away", may_pass=True)], {"max_tries": 4}, 4, [0.5, 1.0, 2.0]),
        ([said(status=429, **{"retry-after": "7"}), said({})], {}, 2, [7.0]),
        ([said(status=429, **{"retry-after": "3600"}), said({})], {}, 1, []),
        ([said(status=404), said({})], {}, 1, []),
        ([EndpointFailed("too long"), said({})], {}, 1, []),
        ([said(b"{"), said({})], {}, 1, []),
    ],
)
async def test_only_what_may_pass_is_tried_again(
    answers: list[Any], fields: dict[str, Any], tries: int, waits: list[float]
) -> None:
    executed = Executed(*answers)
    options = {"retry_on_fail": fields != {} or len(answers) > 1, "wait_between_tries": 0.5}
    is_fine = tries == len(answers) > 1
    try:
        await executed(**{**options, **fields})
    except UpstreamFailed:
        assert not is_fine
    assert (len(executed.endpoints.asked), executed.waits) == (tries, waits)


async def test_a_failing_endpoint_is_quoted() -> None:
    answer = said(b"no such  customer\n" + b"x" * 1_000, status=404, kind="text/plain")
    told = await failure(answer)
    assert told.startswith("The endpoint answered 404: no such customer xxx")
    assert len(told) < 350


@pytest.mark.parametrize("word", ["continue", "continueRegularOutput", "continueErrorOutput"])
async def test_a_failure_may_be_a_result(word: str) -> None:
    done = await Executed(said(b"gone", status=410, kind="text/plain"))(on_error=word)
    assert (done.result, done.status_code) == ({"error": "The endpoint answered 410: gone."}, 410)


async def test_all_tries_together_have_a_deadline() -> None:
    class Hanging(FakeEndpoints):
        async def ask(self, request: ToolRequest) -> EndpointAnswer:
            await asyncio.sleep(60)
            raise AssertionError

    execute = ExecuteTool(
        endpoints=Hanging([]), read_page=page_text, total_s=0.05, longest_result=100
    )
    with pytest.raises(UpstreamFailed, match=r"within 0\.05 seconds"):
        await execute(a_tool(), {})


# --- secrets


@pytest.mark.parametrize(
    ("auth_type", "credentials"),
    [
        ("bearer", {"token": 'tok"en/ü&1'}),
        ("basic", {"username": "ada", "password": "pass word"}),
        ("basic", {"username": "api-key-1", "password": ""}),
        ("header", {"name": "X-Key", "value": "va<lue>"}),
    ],
)
async def test_an_endpoint_that_echoes_gives_no_secret_away(
    auth_type: str, credentials: dict[str, str]
) -> None:
    if auth_type == "bearer":
        credentials = {"token": 'tok"en/&1'}
    fields: dict[str, Any] = {
        "auth_required": True,
        "auth_type": auth_type,
        "auth_credentials": credentials,
        "headers": {"X-Session-Token": "head-er"},
        "query_parameters_json": {"api_key": "quer-y"},
    }
    request = await sent({}, **fields)
    echo = {"headers": dict(request.headers), "url": request.url, "names": {"head-er": 1}}
    secrets = [*credentials.values(), "head-er", "quer-y", *request.headers.values()]
    secrets = [each for each in secrets if each not in {"", "ada", "X-Key"}]

    done = await Executed(said(echo))(**fields)
    told = await failure(said(json.dumps(echo).encode(), status=500, kind="text/html"), **fields)

    for secret in secrets:
        assert secret not in json.dumps(done.result, ensure_ascii=False)
        assert secret.removeprefix("Bearer ").removeprefix("Basic ") not in told
    assert "********" in json.dumps(done.result)
