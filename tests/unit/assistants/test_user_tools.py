"""Users' tools: what may be stored, what others see of it, where secrets stay."""

import json
from typing import Any
from uuid import UUID

import pytest

from chassis.reach import Reach
from contracts.errors import InvalidRequest, NotFound
from contracts.rpc.assistants.tools import (
    MASK,
    ChangeUserTool,
    CreateUserTool,
    ListUserTools,
    UserTool,
    UserToolFields,
    UserToolOf,
)
from services.assistants.domain.user_tool import function_names
from services.assistants.usecases.user_tools import ManageUserTools
from tests.unit.assistants.user_tool_fakes import CUSTOMERS, FakeUserTools, a_tool, tool_fields
from tests.unit.chassis.test_guarded_http import attacks

OWN = UUID(int=5)


class Tools:
    """User 1's."""

    def __init__(self) -> None:
        self.store = FakeUserTools()
        self.manage = ManageUserTools(store=self.store, reach=Reach(), most=2)

    def create(self, **fields: Any) -> UserTool:
        request = CreateUserTool(user_id=1, fields=tool_fields(**fields))
        return self.manage.create(request, new_uuid=OWN)

    def update(self, **fields: Any) -> UserTool:
        sent = UserToolFields.model_validate(fields)
        return self.manage.update(ChangeUserTool(user_id=1, tool_id=1, fields=sent))

    @property
    def stored(self) -> UserToolFields:
        return self.store.tools[-1].fields

    def refused(self, **fields: Any) -> dict[str, list[str]]:
        with pytest.raises(InvalidRequest) as error:
            self.create(**fields)
        assert self.store.tools == []
        return error.value.fields


@pytest.fixture
def tools() -> Tools:
    return Tools()


def test_the_documented_tool_is_made_with_the_defaults(tools: Tools) -> None:
    made = tools.create(body_schema={"type": "object", "properties": {"a": {"type": "string"}}})

    assert (made.name, made.function_name, made.user) == ("My Custom Tool", "my_custom_tool", 1)
    assert (made.http_method, made.auth_required, made.auth_type) == ("GET", False, None)
    assert tools.manage.list(ListUserTools(user_id=1)).tools == [made]
    assert tools.manage.list(ListUserTools(user_id=2)).tools == []


@pytest.mark.parametrize(
    ("auth_type", "credentials", "shown"),
    [
        ("bearer", {"token": "s3cret"}, {"token": MASK}),
        (
            "basic",
            {"username": "ada", "password": "s3cret"},
            {"username": MASK, "password": MASK},
        ),
        ("basic", {"username": "s3cret", "password": ""}, {"username": MASK, "password": MASK}),
        ("header", {"name": "X-Key", "value": "s3cret"}, {"name": "X-Key", "value": MASK}),
    ],
)
def test_credentials_are_masked_and_the_mask_keeps_them(
    tools: Tools, auth_type: str, credentials: dict[str, str], shown: dict[str, str]
) -> None:
    made = tools.create(auth_type=auth_type, auth_credentials=credentials)
    again = tools.update(auth_credentials=made.auth_credentials, description="Other.")

    assert made.auth_credentials == again.auth_credentials == shown
    assert made.auth_required
    assert tools.stored.auth_credentials == credentials
    assert "s3cret" not in made.model_dump_json() + repr(made)


def test_headers_and_parameters_that_sound_secret_are_masked_too(tools: Tools) -> None:
    headers = {"X-Api-Key": "k1", "Authorization": "Bearer k2", "Accept-Language": "de"}
    query = {"apiKey": "k3", "access_token": ["k4"], "page": 2}
    made = tools.create(headers=headers, query_parameters_json=json.dumps(query))
    tools.update(headers={**made.headers, "X-More": "1"})

    assert made.headers == {"X-Api-Key": MASK, "Authorization": MASK, "Accept-Language": "de"}
    assert made.query_parameters_json == {"apiKey": MASK, "access_token": MASK, "page": 2}
    assert tools.stored.headers == {**headers, "X-More": "1"}
    assert tools.stored.query_parameters_json == query


def test_a_mask_with_nothing_behind_it_is_refused(tools: Tools) -> None:
    fields = tools.refused(auth_type="bearer", auth_credentials={"token": MASK})
    assert list(fields) == ["auth_credentials"]


@pytest.mark.parametrize("address", ["https://evil.example/", "http://crm.example.com/customers"])
def test_a_secret_does_not_move_to_another_host(tools: Tools, address: str) -> None:
    made = tools.create(auth_type="bearer", auth_credentials={"token": "s3cret"})
    for sent in ({}, {"auth_credentials": made.auth_credentials}):
        with pytest.raises(InvalidRequest) as error:
            tools.update(endpoint_url=address, **sent)
        assert list(error.value.fields) == ["auth_credentials"]
    assert tools.update(endpoint_url=f"{CUSTOMERS}/all").endpoint_url == f"{CUSTOMERS}/all"
    tools.update(endpoint_url=address, auth_credentials={"token": "another"})
    assert tools.stored.auth_credentials == {"token": "another"}


def test_another_kind_of_authentication_needs_other_credentials(tools: Tools) -> None:
    tools.create(auth_type="bearer", auth_credentials={"token": "s3cret"})
    with pytest.raises(InvalidRequest) as error:
        tools.update(auth_type="basic")
    assert list(error.value.fields) == ["auth_credentials"]
    assert tools.update(auth_type=None).auth_credentials == {}
    assert not tools.stored.auth_required


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("auth_type", {"auth_required": True}),
        ("endpoint_url", {"endpoint_url": f"{CUSTOMERS}?order=1&api_key=s3cret"}),
        ("auth_type", {"auth_credentials": {"token": "x"}}),
        ("auth_credentials", {"auth_type": "bearer"}),
        ("auth_credentials", {"auth_type": "bearer", "auth_credentials": {"token": ""}}),
        ("auth_credentials", {"auth_type": "bearer", "auth_credentials": {"token": 5}}),
        ("auth_credentials", {"auth_type": "bearer", "auth_credentials": {"token": "a\r\nX: y"}}),
        ("auth_credentials", {"auth_type": "header", "auth_credentials": {"name": "X"}}),
        (
            "auth_credentials",
            {"auth_type": "header", "auth_credentials": {"name": "Host", "value": "x"}},
        ),
        (
            "auth_credentials",
            {"auth_type": "basic", "auth_credentials": {"username": "a:b", "password": "c"}},
        ),
        ("headers", {"headers": {"X": "a\r\nInjected: 1"}}),
        ("headers", {"headers": {"X\n": "a"}}),
        ("headers", {"headers": {"": "a"}}),
        ("headers", {"headers": {"X": {"a": 1}}}),
        ("headers", {"headers": {"X": "ü"}}),
        ("headers", {"headers": {"host": "internal"}}),
        ("headers", {"headers": {"Transfer-Encoding": "chunked"}}),
        ("headers", {"headers": {"Proxy-Authorization": "x"}}),
        ("headers", {"headers": {f"X-{n}": "1" for n in range(101)}}),
        ("query_parameters_json", {"query_parameters_json": {"a": {"b": 1}}}),
        ("body_schema", {"body_schema": {"type": "array"}}),
        ("body_schema", {"body_schema": {"type": "nonsense", "properties": {}}}),
        ("body_schema", {"body_schema": {"properties": {"a": 5}}}),
        ("body_schema", {"body_schema": {"$ref": "http://169.254.169.254/"}}),
        ("endpoint_url", {"endpoint_url": "ftp://a.example/"}),
        ("endpoint_url", {"endpoint_url": "https://user:password@a.example/"}),
        ("endpoint_url", {"endpoint_url": "https://{host}/"}),
        ("endpoint_url", {"endpoint_url": "{everything}"}),
        ("endpoint_url", {"endpoint_url": "https://a.example/{a}/../x"}),
    ],
)
def test_what_cannot_work_is_refused_by_its_field(
    tools: Tools, field: str, fields: dict[str, Any]
) -> None:
    assert list(tools.refused(**fields)) == [field]


INTERNAL = attacks("ssrf_loopback_live_ok.txt") + [
    url for url in attacks("ssrf_unit_only.txt") if not url.startswith(("http", "//"))
]


@pytest.mark.parametrize("url", INTERNAL)
def test_no_address_inside_is_stored(tools: Tools, url: str) -> None:
    assert "endpoint_url" in tools.refused(endpoint_url=url)
    tools.create()
    with pytest.raises(InvalidRequest):
        tools.update(endpoint_url=url)


def test_a_user_has_so_many_tools_and_no_more(tools: Tools) -> None:
    for number in (1, 2):
        request = CreateUserTool(user_id=1, fields=tool_fields(name=f"Tool {number}"))
        tools.manage.create(request, new_uuid=UUID(int=number))
    with pytest.raises(InvalidRequest) as error:
        tools.create()
    assert error.value.fields == {"non_field_errors": ["You may not have more than 2 tools."]}
    other = CreateUserTool(user_id=2, fields=tool_fields())
    assert tools.manage.create(other, new_uuid=OWN).user == 2


def test_an_argument_may_be_a_key_in_the_address(tools: Tools) -> None:
    assert tools.create(endpoint_url=f"{CUSTOMERS}?key={{customer_key}}").id == 1


def test_a_foreign_tool_is_not_there(tools: Tools) -> None:
    tools.create()
    theirs = UserToolOf(user_id=2, tool_id=1)
    for method in (tools.manage.get, tools.manage.delete):
        with pytest.raises(NotFound):
            method(theirs)
    change = ChangeUserTool(user_id=2, tool_id=1, fields=UserToolFields())
    with pytest.raises(NotFound):
        tools.manage.update(change)


@pytest.mark.parametrize(
    ("name", "function_name"),
    [
        ("My Custom Tool", "my_custom_tool"),
        ("  Wetter (Köln)!", "wetter_k_ln"),
        ("天气", "tool_1"),
        ("x" * 255, "x" * 64),
        ("get-weather", "get_weather"),
    ],
)
def test_a_model_has_a_name_for_every_tool(name: str, function_name: str) -> None:
    assert a_tool(name=name).function_name == function_name


def test_no_two_tools_have_one_name() -> None:
    tools = [a_tool(id=n, name=name) for n, name in enumerate(["Find it", "find-it", "Find"], 1)]
    assert function_names(tools) == {1: "find_it", 2: "find_it_2", 3: "find"}


def test_places_in_the_path_are_fine(tools: Tools) -> None:
    assert tools.create(endpoint_url=f"{CUSTOMERS}/{{customer_id}}?x={{x}}").id == 1
