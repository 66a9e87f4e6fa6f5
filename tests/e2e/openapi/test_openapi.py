"""What the OpenAPI document promises, the product keeps: schemathesis asks, in every documented way.

An operation that is added to the document is covered without a word here. Where it brings an id under
a name of its own, `world.MAKERS` has to know what exists under that name, and a test says so.
"""

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from local.stack import Stack
from services.gateway.entrypoints.http.chat_lines import LINE, NDJSON
from tests.e2e.openapi.requests_of_cases import (
    Drawn,
    any_case,
    arguments,
    boundary_cases,
    fill,
    send,
    shown_cases,
)
from tests.e2e.openapi.world import MAKERS, World

SNAPSHOT = json.loads((Path(__file__).parents[3] / "contracts" / "openapi.json").read_text())
OPERATIONS = [(method.upper(), path) for path, each in SNAPSHOT["paths"].items() for method in each]
CHECKS = [
    not_a_server_error,  # 503 too: it is documented, and all parts are up
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
AT_LEAST = 20
"""Examples of every operation."""
OF_THEM_BAD = 8
"""That break the document, where anything in the request can."""
AT_MOST = 40
"""Boundary cases beside those."""
QUIET: dict[str, Any] = {
    "derandomize": True,
    "database": None,
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.generate],
    "print_blob": False,
}


class Explorer:
    """Sends what is drawn, and holds the answers against the document."""

    def __init__(self, base_url: str, schema: BaseSchema) -> None:
        self.base_url, self.schema = base_url, schema
        self.session = requests.Session()
        self.session.trust_env = False
        self.statuses: list[int] = []
        self.stranger, self.reader = self._somebody(), self._somebody()
        self._writer: World | None = None

    def ask(self, drawn: Drawn) -> None:
        """Raises what schemathesis finds wrong. What may change something is done as a user of its own."""
        me = self.reader
        if drawn.case.method != "GET":
            me = self._writer = self._writer or self._somebody()
        fill(drawn, me=me, stranger=self.stranger)
        answer = send(self.session, arguments(drawn, base_url=self.base_url, token=me.token))
        self.statuses.append(answer.status_code)
        drawn.case.validate_response(answer, checks=CHECKS)
        check_lines(answer)
        if answer.ok and "account" in drawn.case.operation.tags:
            self.begin()  # that user is gone, or has another password: the next request needs another

    def _somebody(self) -> World:
        return World(self.base_url, frozenset(self.schema.raw_schema["paths"]))

    def begin(self) -> None:
        """Forget the user who wrote."""
        if self._writer:
            self._writer.close()
        self._writer = None

    def close(self) -> None:
        """Let go of connections."""
        self.begin()
        for each in (self.stranger, self.reader, self.session):
            each.close()


def check_lines(answer: requests.Response) -> None:
    """A streamed answer has the documented lines; one that says it failed is a 500 in disguise."""
    if answer.headers.get("Content-Type") == NDJSON:
        lines = [LINE.validate_json(line) for line in answer.content.splitlines()]
        kinds = [line.type for line in lines]
        assert kinds.count("done") == 1
        assert kinds[-1] == "done"
        assert "error" not in kinds, lines


@pytest.fixture(scope="module")
def base_url(stack: Stack) -> str:
    return f"http://127.0.0.1:{stack.layout.http_port}"


@pytest.fixture(scope="module")
def schema(base_url: str) -> BaseSchema:
    """The document as the gateway serves it."""
    answer = requests.get(f"{base_url}/api/schema/", timeout=10)
    return schemathesis.openapi.from_dict(answer.json())


@pytest.fixture(scope="module")
def all_operations(base_url: str, schema: BaseSchema) -> Iterator[Explorer]:
    exploring = Explorer(base_url, schema)
    yield exploring
    exploring.close()


@pytest.fixture
def explorer(all_operations: Explorer) -> Explorer:
    """With nobody's things but its own."""
    all_operations.begin()
    all_operations.statuses.clear()
    return all_operations


def test_the_document_that_is_served_is_the_snapshot(schema: BaseSchema) -> None:
    assert schema.raw_schema == SNAPSHOT, "the operations below are the snapshot's"


def test_every_parameter_of_a_path_can_name_something_that_exists() -> None:
    parameters = {
        parameter["name"]
        for operations in SNAPSHOT["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path"
    }
    assert parameters <= set(MAKERS), "say in world.MAKERS what exists under these names"


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_an_operation_keeps_to_the_document(explorer: Explorer, method: str, path: str) -> None:
    operation: APIOperation = explorer.schema[path][method]
    bad = OF_THEM_BAD if operation.body or any(operation.iter_parameters()) else 0
    for shown in shown_cases(operation):
        run(explorer.ask, shown, examples=1)
    run(explorer.ask, any_case(operation, GenerationMode.POSITIVE), examples=AT_LEAST - bad)
    if bad:
        run(explorer.ask, any_case(operation, GenerationMode.NEGATIVE), examples=bad)
    assert len(explorer.statuses) >= AT_LEAST
    for case in boundary_cases(operation, at_most=AT_MOST):
        explorer.ask(case)
    print(method, path, sorted(Counter(explorer.statuses).items()))


def test_a_status_that_is_not_documented_would_be_found(base_url: str) -> None:
    silent = copy.deepcopy(SNAPSHOT)
    path = "/api/analytics/assistant/config/{uuid}/"
    del silent["paths"][path]["get"]["responses"]["404"]
    explorer = Explorer(base_url, schemathesis.openapi.from_dict(silent))
    cases = any_case(explorer.schema[path]["GET"], GenerationMode.POSITIVE)
    with pytest.raises(FailureGroup, match="Undocumented"):
        run(explorer.ask, cases, examples=AT_LEAST)
    explorer.close()


def run(ask: Callable[[Drawn], None], cases: st.SearchStrategy[Drawn], *, examples: int) -> None:
    """The same cases in every run."""

    @settings(max_examples=examples, **QUIET)
    @given(cases)
    def each(drawn: Drawn) -> None:
        ask(drawn)

    each()
