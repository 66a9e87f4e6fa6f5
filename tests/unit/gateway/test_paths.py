"""Paths, slashes, HEAD, other origins, request ids and the gateway's own pages."""

import re

import httpx
import pytest

from services.gateway.entrypoints.http.app import documented_routes
from services.gateway.entrypoints.http.body import BodyOf
from services.gateway.entrypoints.http.examples import ANSWERS
from tests.unit.gateway.conftest import ORIGIN, Behind, json_of
from tests.unit.gateway.fakes import MINE
from tests.unit.gateway.runs import RUN_ID

RUN = f"/api/analytics/assistant/test-suite-results/{RUN_ID}"
DOCUMENTED = [
    ("POST", "/api/analytics/stream/"),
    ("GET", "/api/analytics/user/profile/"),
    ("POST", "/api/analytics/knowledgebase/upload/"),
    ("GET", f"/api/analytics/knowledgebase/list/?kb_uuid={MINE}"),
    ("POST", "/api/analytics/knowledgebase/refresh/a.pdf/"),
    ("DELETE", "/api/analytics/knowledgebase/delete/5/"),
    ("POST", "/api/analytics/knowledgebase/add-excel/"),
    ("GET", f"/api/analytics/knowledgebase/excels?kb_uuid={MINE}"),
    ("DELETE", "/api/analytics/knowledgebase/delete-excel/5/"),
    ("GET", f"/api/analytics/assistant/{MINE}/knowledge-files/"),
    ("DELETE", "/api/analytics/knowledge-file/5/"),
    ("DELETE", "/api/analytics/Knowledge-excel/5"),
    ("POST", "/api/analytics/update-knowledge-base/1/"),
    ("DELETE", "/api/analytics/delete-knowledge-base/1/"),
    ("POST", "/api/analytics/knowledgebase/add-dataexcel/"),
    ("GET", f"/api/analytics/knowledgebase/dataexcels/?kb_uuid={MINE}"),
    ("DELETE", "/api/analytics/knowledgebase/delete-dataexcel/5/"),
    ("GET", f"/api/analytics/knowledgebase/links/?kb_uuid={MINE}"),
    ("POST", "/api/analytics/knowledgebase/add-link/"),
    ("DELETE", "/api/analytics/knowledgebase_delete_link/1/"),
    ("GET", f"/api/analytics/assistant/{MINE}/website-links/"),
    ("POST", f"/api/analytics/assistant/{MINE}/website-links/"),
    ("PUT", "/api/analytics/website-link/1/"),
    ("DELETE", "/api/analytics/website-link/1/"),
    ("POST", "/api/analytics/save-configuration"),
    ("GET", "/api/analytics/assistant/configs/"),
    ("GET", f"/api/analytics/assistant/config/{MINE}/"),
    ("PUT", f"/api/analytics/assistant/config/{MINE}/"),
    ("GET", "/api/analytics/assistant/config/"),
    ("PUT", "/api/analytics/assistant/config/"),
    ("POST", f"/api/analytics/assistant/config/{MINE}/delete/"),
    ("POST", f"/api/analytics/assistant/config/{MINE}/duplicate/"),
    ("POST", f"/api/analytics/assistant/config/{MINE}/archive/"),
    ("GET", f"/api/analytics/assistant/config/{MINE}/export/"),
    ("POST", "/api/analytics/assistant/import/"),
    ("GET", f"/api/analytics/assistant/final-prompt/?assistant_uuid={MINE}"),
    ("GET", f"/api/analytics/assistant/test-suite/?assistant_uuid={MINE}&mode=quick"),
    ("POST", "/api/analytics/assistant/generate-test-suite/"),
    ("PUT", "/api/analytics/assistant/update-test-suite/"),
    ("DELETE", f"/api/analytics/assistant/delete-test-suite/?assistant_uuid={MINE}&mode=quick"),
    ("GET", "/api/analytics/user-tools/"),
    ("POST", "/api/analytics/user-tools/"),
    ("GET", "/api/analytics/user-tools/1/"),
    ("PUT", "/api/analytics/user-tools/1/"),
    ("DELETE", "/api/analytics/user-tools/1/"),
    ("POST", "/api/analytics/user-tools/1/execute/"),
    ("POST", "/api/analytics/index-documents/"),
    ("POST", "/api/analytics/create-knowledge-base/"),
    ("POST", "/api/analytics/set_assistant_kb/"),
    ("GET", "/api/analytics/knowledge-bases/"),
    ("GET", f"/api/analytics/get-task-status/{MINE}/"),
    ("GET", "/api/hello/"),
    ("POST", "/api/token/"),
    ("POST", "/api/token/refresh/"),
    ("POST", "/api/register/"),
    ("POST", "/api/logout/"),
    ("POST", "/api/account/password/"),
    ("POST", "/api/account/deactivate/"),
    ("POST", "/api/account/delete/"),
    ("DELETE", "/api/account/"),
    ("GET", "/api/analytics/integrations/zoho/connect/"),
    ("GET", f"{RUN}/export/"),
    ("POST", "/api/analytics/assistant/start-test-suite/"),
    ("GET", f"{RUN}/"),
    ("GET", f"{RUN}/compare/{MINE}/"),
    ("POST", f"{RUN}/cancel/"),
    ("GET", f"/api/analytics/assistant/{MINE}/test-suite-runs/"),
    ("POST", "/api/analytics/wa-chat/"),
    ("GET", f"/api/analytics/assistant/{MINE}/whatsapp/"),
    ("PUT", f"/api/analytics/assistant/{MINE}/whatsapp/"),
    ("DELETE", f"/api/analytics/assistant/{MINE}/whatsapp/"),
    ("GET", "/api/analytics/conversations/"),
    ("GET", f"/api/analytics/conversations/{MINE}/"),
    ("DELETE", f"/api/analytics/conversations/{MINE}/"),
    ("POST", f"/api/analytics/conversations/{MINE}/feedback/"),
    ("GET", f"/api/analytics/assistant/{MINE}/feedback/"),
]


def with_and_without_slash(url: str) -> list[str]:
    path, mark, query = url.partition("?")
    return [f"{path.rstrip('/')}{slash}{mark}{query}" for slash in ("", "/")]


@pytest.mark.parametrize(("method", "url"), DOCUMENTED, ids=[url for _, url in DOCUMENTED])
async def test_a_documented_path_works_with_and_without_its_slash(
    me: httpx.AsyncClient, method: str, url: str
) -> None:
    answers = [await me.request(method, each) for each in with_and_without_slash(url)]

    assert {each.status_code for each in answers} <= {
        200,
        201,
        204,
        400,
    }  # 400: the body is missing
    assert answers[0].status_code == answers[1].status_code
    assert answers[0].content == answers[1].content


def _filled(path: str) -> str:
    of_documents = re.sub(
        r"{(data_)?excel_id:id}|(?<=ledge-file/){pk:id}|(?<=-excel/){pk:id}", "5", path
    )
    with_ids = re.sub(r"{\w+:id}|{kb_id}", "1", of_documents)
    with_names = with_ids.replace("{filename}", "a.pdf").replace("{run_id}", str(RUN_ID))
    return re.sub(r"{\w+:uuid}|{task_id}|{other}", str(MINE), with_names)


def test_every_path_is_tried_here() -> None:
    there = {
        (method, _filled(route.path))
        for route in documented_routes()
        for method in route.verbs
        if route.include_in_schema
    }
    tried = {(method, url.partition("?")[0]) for method, url in DOCUMENTED}
    assert tried | {("GET", "/api/stream/"), ("GET", "/oauth/zoho")} == there


def test_everything_but_the_public_paths_needs_a_token() -> None:
    public = {route.path for route in documented_routes() if not route.is_private}
    assert {path for path in public if path.startswith("/api/") and "schema" not in path} == {
        "/api/hello/",
        "/api/stream/",
        "/api/token/",
        "/api/token/refresh/",
        "/api/register/",
    }


async def test_hello_is_literal(anyone: httpx.AsyncClient) -> None:
    assert json_of(await anyone.get("/api/hello/"), 200) == {"message": "Hello from Django API!"}


async def test_lorem_is_streamed_as_plain_text(
    anyone: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.entrypoints.http.hello.STEP_S", 0)
    response = await anyone.get("/api/stream")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.startswith("Lorem ipsum dolor sit amet, ")


async def test_head_is_answered_like_get(anyone: httpx.AsyncClient) -> None:
    for path in ("/api/hello", "/api/stream/", "/healthz"):
        assert (await anyone.head(path)).status_code == 200
    assert (await anyone.head("/api/token/")).status_code == 405


async def test_a_sane_request_id_is_kept_and_another_replaced(anyone: httpx.AsyncClient) -> None:
    for given, is_kept in (
        ("abc-1.2:3", True),
        ("a" * 128, True),
        ("a b", False),
        ("a" * 129, False),
    ):
        echoed = (await anyone.get("/api/hello", headers={"X-Request-ID": given})).headers[
            "X-Request-ID"
        ]
        assert (echoed == given) is is_kept
        assert echoed


async def test_a_preflight_is_answered_without_a_token(anyone: httpx.AsyncClient) -> None:
    response = await anyone.options(
        "/api/analytics/stream/",
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "authorization" in response.headers["Access-Control-Allow-Headers"]
    assert "POST" in response.headers["Access-Control-Allow-Methods"]


async def test_another_origin_gets_no_permission(anyone: httpx.AsyncClient) -> None:
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    preflight = await anyone.options("/api/analytics/stream/", headers=headers)
    answer = await anyone.get("/api/hello/", headers={"Origin": "http://evil.example"})

    assert preflight.status_code == 200
    for response in (preflight, answer):
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_errors_are_readable_from_other_origins_too(
    me: httpx.AsyncClient, behind: Behind
) -> None:
    behind.knowledge.failure = RuntimeError("a bug")
    response = await me.get("/api/analytics/knowledge-bases/", headers={"Origin": ORIGIN})

    assert response.status_code == 500
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN


async def test_readiness_names_what_is_away(anyone: httpx.AsyncClient, behind: Behind) -> None:
    assert json_of(await anyone.get("/readyz"), 200) == {"status": "ready", "away": []}
    behind.parts["chat"] = False
    assert json_of(await anyone.get("/readyz"), 200) == {"status": "ready", "away": ["chat"]}
    behind.parts["message broker"] = False
    assert json_of(await anyone.get("/readyz"), 503)["away"] == ["message broker", "chat"]
    assert json_of(await anyone.get("/healthz"), 200)


async def test_metrics_count_by_path_template(me: httpx.AsyncClient) -> None:
    await me.get(f"/api/analytics/get-task-status/{MINE}/")
    text = (await me.get("/metrics")).text

    assert 'path="/api/analytics/get-task-status/{task_id}/",status="200"' in text


async def test_the_documentation_works_without_the_internet(anyone: httpx.AsyncClient) -> None:
    page = await anyone.get("/api/schema/swagger/")
    assert page.status_code == 200
    assert "http" not in page.text.replace("<!doctype html>", "").split("<body>")[1]
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert (await anyone.get(f"/api/schema/assets/{name}")).status_code == 200
    assert (await anyone.get("/api/schema/assets/index.html")).status_code == 404
    assert json_of(await anyone.get("/api/schema/"), 200)["openapi"].startswith("3.1")
    assert "/api/schema/swagger/" in (await anyone.get("/")).text


async def test_the_document_matches_what_is_refused(anyone: httpx.AsyncClient) -> None:
    paths = json_of(await anyone.get("/api/schema/"), 200)["paths"]

    assert set(paths["/api/hello/"]["get"]["responses"]) == {"200"}
    upload = paths["/api/analytics/knowledgebase/upload/"]["post"]
    assert set(upload["responses"]) == {"201", "400", "401", "408", "413", "415", "503"}
    assert upload["security"] == [{"bearer": []}]
    for operations in paths.values():
        for operation in operations.values():
            assert operation["summary"]
            assert operation["description"]
            assert "422" not in operation["responses"]


def test_every_example_of_an_answer_is_one() -> None:
    shown = {route.name: route for route in documented_routes() if route.include_in_schema}
    assert set(ANSWERS) <= set(shown)
    without = {name for name, route in shown.items() if route.status_code == 204}
    assert set(shown) - set(ANSWERS) - without == {"stream", "stream_answer", "complete_zoho"}
    for name, example in ANSWERS.items():
        field = shown[name].response_field
        assert field is not None
        value, errors = field.validate(example, {}, loc=("answer",))
        assert not errors, (name, errors)
        assert field.serialize(value, exclude_none=name == "refresh_access") == example


def test_every_example_of_a_body_is_one() -> None:
    needs = [need.call for route in documented_routes() for need in route.dependant.dependencies]
    bodies = [need for need in needs if isinstance(need, BodyOf)]
    assert bodies
    for body in bodies:
        assert body.example
        body.model.model_validate(body.example)
