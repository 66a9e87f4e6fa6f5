"""The product as a client sees it: the documented URLs, one method each."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

_KNOWLEDGE = "/api/analytics/knowledgebase"
_ASSISTANT = "/api/analytics/assistant"
_RESULTS = f"{_ASSISTANT}/test-suite-results"


class Client:
    """One user at one gateway. Every method raises httpx.HTTPStatusError on 4xx and 5xx."""

    def __init__(self, base_url: str, *, timeout_s: float = 60) -> None:
        self.username = self.refresh_token = ""
        self.http = httpx.Client(base_url=base_url, timeout=timeout_s, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    def sign_up(self, username: str, password: str) -> None:
        """Register and sign in; later calls carry the access token."""
        credentials = {"username": username, "password": password}
        self._json("POST", "/api/register/", json=credentials)
        self.sign_in(username, password)

    def sign_in(self, username: str, password: str) -> None:
        """Endpoint 41; later calls carry the access token, `refresh_token` is kept."""
        credentials = {"username": username, "password": password}
        tokens = self._json("POST", "/api/token/", json=credentials)
        self.username, self.refresh_token = username, str(tokens["refresh"])
        self.http.headers["Authorization"] = f"Bearer {tokens['access']}"

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """Endpoint 42."""
        body = {"refresh": refresh_token}
        return dict(self._json("POST", "/api/token/refresh/", json=body))

    def sign_out(self) -> None:
        """Revoke the refresh token."""
        self._json("POST", "/api/logout/", json={"refresh": self.refresh_token})

    def change_password(self, old: str, new: str) -> None:
        """Revokes every refresh token there is."""
        body = {"old_password": old, "new_password": new}
        self._json("POST", "/api/account/password/", json=body)

    def deactivate_account(self, password: str) -> None:
        """No token is good afterwards."""
        self._json("POST", "/api/account/deactivate/", json={"password": password})

    def delete_account(self, password: str) -> None:
        """And with it everything that is this user's."""
        self._json("DELETE", "/api/account/", json={"password": password})

    def create_knowledge_base(self, name: str, **fields: Any) -> dict[str, Any]:
        """Endpoint 32; `fields` are those of endpoint 36."""
        created = self._json(
            "POST", "/api/analytics/create-knowledge-base/", json={"name": name, **fields}
        )
        return dict(created)

    def upload(self, knowledge_base: str, name: str, content: bytes) -> dict[str, Any]:
        """Endpoint 4."""
        return dict(
            self._json(
                "POST",
                "/api/analytics/knowledgebase/upload/",
                data={"kb_uuid": knowledge_base},
                files={"file": (name, content)},
            )
        )

    def upload_file(self, knowledge_base: str, path: Path) -> dict[str, Any]:
        """Endpoint 4, from disk."""
        return self.upload(knowledge_base, path.name, path.read_bytes())

    def documents(self, knowledge_base: str) -> list[dict[str, Any]]:
        """Endpoint 6."""
        listed = self._json(
            "GET", "/api/analytics/knowledgebase/list/", params={"kb_uuid": knowledge_base}
        )
        return list(listed["files"])

    def refresh_file(self, name: str, content: bytes, **form: str) -> str:
        """Endpoint 5, with `kb_uuid` where the name is not unique; returns the task's id."""
        path = f"{_KNOWLEDGE}/refresh/{quote(name, safe='')}/"
        refreshed = self._json("POST", path, data=form, files={"file": (name, content)})
        return str(refreshed["task_id"])

    def add_excel(self, knowledge_base: str, name: str, content: bytes) -> dict[str, Any]:
        """Endpoint 10."""
        return self._uploaded("add-excel/", knowledge_base, name, content)

    def add_data_excel(self, knowledge_base: str, name: str, content: bytes) -> dict[str, Any]:
        """Endpoint 44."""
        return self._uploaded("add-dataexcel/", knowledge_base, name, content)

    def _uploaded(
        self, path: str, knowledge_base: str, name: str, content: bytes
    ) -> dict[str, Any]:
        files, form = {"file": (name, content)}, {"kb_uuid": knowledge_base}
        return dict(self._json("POST", f"{_KNOWLEDGE}/{path}", data=form, files=files))

    def excels(self, knowledge_base: str) -> list[dict[str, Any]]:
        """Endpoint 11."""
        return self._files("excels", knowledge_base)

    def data_excels(self, knowledge_base: str) -> list[dict[str, Any]]:
        """The list of data Excels."""
        return self._files("dataexcels/", knowledge_base)

    def _files(self, path: str, knowledge_base: str) -> list[dict[str, Any]]:
        query = {"kb_uuid": knowledge_base}
        return list(self._json("GET", f"{_KNOWLEDGE}/{path}", params=query)["files"])

    def knowledge_files(self, assistant: str) -> list[dict[str, Any]]:
        """Endpoint 28."""
        path = f"/api/analytics/assistant/{assistant}/knowledge-files/"
        return list(self._json("GET", path))

    def delete_document(self, document_id: int) -> dict[str, Any]:
        """Endpoint 7; any kind of document."""
        return dict(self._json("DELETE", f"{_KNOWLEDGE}/delete/{document_id}/"))

    def update_knowledge_base(self, knowledge_base: int | str, **fields: Any) -> dict[str, Any]:
        """Endpoint 33."""
        path = f"/api/analytics/update-knowledge-base/{knowledge_base}/"
        return dict(self._json("POST", path, json=fields))

    def delete_knowledge_base(self, knowledge_base: int | str) -> dict[str, Any]:
        """Endpoint 34."""
        path = f"/api/analytics/delete-knowledge-base/{knowledge_base}/"
        return dict(self._json("DELETE", path))

    def knowledge_bases(self) -> list[dict[str, Any]]:
        """Endpoint 36."""
        return list(self._json("GET", "/api/analytics/knowledge-bases/"))

    def links(self, knowledge_base: str) -> list[dict[str, Any]]:
        """Endpoint 8."""
        listed = self._json(
            "GET", "/api/analytics/knowledgebase/links/", params={"kb_uuid": knowledge_base}
        )
        return list(listed["links"])

    def add_link(self, knowledge_base: str, url: str, **fields: Any) -> dict[str, Any]:
        """Endpoint 9; `fields`: title, grabber_enabled, update_dynamically."""
        body = {"kb_uuid": knowledge_base, "url": url, **fields}
        return dict(self._json("POST", "/api/analytics/knowledgebase/add-link/", json=body))

    def update_link(self, link_id: int, **fields: Any) -> dict[str, Any]:
        """Endpoint 27, PUT."""
        path = f"/api/analytics/website-link/{link_id}/"
        return dict(self._json("PUT", path, json=fields))

    def delete_link(self, link_id: int) -> str:
        """Endpoint 13; returns the message."""
        path = f"/api/analytics/knowledgebase_delete_link/{link_id}/"
        return str(self._json("DELETE", path)["message"])

    def website_links(self, assistant: str) -> list[dict[str, Any]]:
        """Endpoint 26, GET."""
        return list(self._json("GET", f"/api/analytics/assistant/{assistant}/website-links/"))

    def add_website_link(self, assistant: str, url: str, **fields: Any) -> dict[str, Any]:
        """Endpoint 26, POST."""
        path = f"/api/analytics/assistant/{assistant}/website-links/"
        return dict(self._json("POST", path, json={"url": url, **fields}))

    def save_assistant(self, **fields: Any) -> str:
        """Endpoint 14; returns the assistant's UUID."""
        saved = self._json("POST", "/api/analytics/save-configuration", json=fields)
        return str(saved["model_uuid"])

    def assistant(self, assistant: str = "") -> dict[str, Any]:
        """Endpoint 17; without a UUID the default one, endpoint 3."""
        return dict(self._json("GET", _configuration(assistant)))

    def update_assistant(self, assistant: str = "", **fields: Any) -> dict[str, Any]:
        """The same, PUT."""
        return dict(self._json("PUT", _configuration(assistant), json=fields))

    def assistants(self, **query: Any) -> list[str]:
        """Endpoint 16: the UUIDs."""
        listed = self._json("GET", "/api/analytics/assistant/configs/", params=query)
        return [each["assistant_uuid"] for each in listed]

    def delete_assistant(self, assistant: str) -> dict[str, Any]:
        """Endpoint 18."""
        return dict(self._json("POST", _configuration(assistant, "delete")))

    def duplicate_assistant(self, assistant: str) -> dict[str, Any]:
        """Endpoint 46; returns the copy."""
        return dict(self._json("POST", _configuration(assistant, "duplicate"))["data"])

    def archive_assistant(self, assistant: str, **action: str | None) -> dict[str, Any]:
        """Endpoint 48; without `action` it toggles."""
        return dict(self._json("POST", _configuration(assistant, "archive"), json=action))

    def export_assistant(self, assistant: str) -> dict[str, Any]:
        """Endpoint 47; returns the file's content."""
        return dict(self._json("GET", _configuration(assistant, "export")))

    def import_assistant(self, exported: dict[str, Any]) -> dict[str, Any]:
        """A new assistant of an export."""
        return dict(self._json("POST", "/api/analytics/assistant/import/", json=exported))

    def test_suite(self, assistant: str, mode: str) -> dict[str, Any]:
        """Endpoint 19; without `id` where there is none."""
        query = {"assistant_uuid": assistant, "mode": mode}
        return dict(self._json("GET", f"{_ASSISTANT}/test-suite/", params=query))

    def generate_test_suite(
        self, assistant: str, mode: str, *, timeout_s: float = 180, **fields: Any
    ) -> dict[str, Any]:
        """Endpoint 20; `fields`: use_ai, seed."""
        body = {"assistant_uuid": assistant, "mode": mode, **fields}
        path = f"{_ASSISTANT}/generate-test-suite/"
        return dict(self._json("POST", path, json=body, timeout=timeout_s))

    def update_test_suite(self, suite_id: int, cases: list[dict[str, Any]]) -> dict[str, Any]:
        """Endpoint 21."""
        body = {"test_suite_id": suite_id, "test_cases": cases}
        return dict(self._json("PUT", f"{_ASSISTANT}/update-test-suite/", json=body))

    def delete_test_suite(self, assistant: str, mode: str) -> None:
        """Endpoint 22."""
        body = {"assistant_uuid": assistant, "mode": mode}
        path = f"{_ASSISTANT}/delete-test-suite/"
        self.http.request("DELETE", path, json=body).raise_for_status()

    def final_prompt(self, assistant: str) -> str:
        """Endpoint 23."""
        path, query = f"{_ASSISTANT}/final-prompt/", {"assistant_uuid": assistant}
        return str(self._json("GET", path, params=query)["final_prompt"])

    def start_test_suite(
        self, assistant: str, suite: Any, config: dict[str, Any] | None = None
    ) -> str:
        """Endpoint 24, with a suite or a list of cases; returns the run's id."""
        body = {"model_uuid": assistant, "test_suite": suite, "config": config or {}}
        return str(self._json("POST", f"{_ASSISTANT}/start-test-suite/", json=body)["run_id"])

    def test_run(self, run_id: str) -> dict[str, Any]:
        """Endpoint 25."""
        return dict(self._json("GET", f"{_RESULTS}/{run_id}/"))

    def wait_for_test_run(
        self, run_id: str, *, within_s: float = 120, every_s: float = 0.2
    ) -> dict[str, Any]:
        """The run once it has ended. Raises TimeoutError."""
        deadline = time.monotonic() + within_s
        while True:
            run = self.test_run(run_id)
            if run["finished"] or run["status"] != "running":
                return run
            if time.monotonic() > deadline:
                raise TimeoutError(f"run {run_id} is still {run['summary']}")
            time.sleep(every_s)

    def test_runs(self, assistant: str) -> list[dict[str, Any]]:
        """The runs of an assistant, newest first."""
        return list(self._json("GET", f"{_ASSISTANT}/{assistant}/test-suite-runs/")["runs"])

    def cancel_test_run(self, run_id: str) -> dict[str, Any]:
        """The run as it is then."""
        return dict(self._json("POST", f"{_RESULTS}/{run_id}/cancel/"))

    def compare_test_runs(self, run_id: str, other: str) -> dict[str, Any]:
        """What `other` changed."""
        return dict(self._json("GET", f"{_RESULTS}/{run_id}/compare/{other}/"))

    def export_test_run(self, run_id: str, file_format: str) -> bytes:
        """A file: json, csv or junit."""
        query = {"format": file_format}
        response = self.http.get(f"{_RESULTS}/{run_id}/export/", params=query)
        return response.raise_for_status().content

    def create_tool(self, **fields: Any) -> dict[str, Any]:
        """A tool of one's own; needs name, description, endpoint_url and http_method."""
        return dict(self._json("POST", "/api/analytics/user-tools/", json=fields))

    def tools(self) -> list[dict[str, Any]]:
        """One's own, oldest first."""
        return list(self._json("GET", "/api/analytics/user-tools/"))

    def tool(self, tool_id: int) -> dict[str, Any]:
        """One of them."""
        return dict(self._json("GET", f"/api/analytics/user-tools/{tool_id}/"))

    def update_tool(self, tool_id: int, **fields: Any) -> dict[str, Any]:
        """What is absent stays."""
        return dict(self._json("PUT", f"/api/analytics/user-tools/{tool_id}/", json=fields))

    def delete_tool(self, tool_id: int) -> None:
        """It is gone from assistants too."""
        self.http.delete(f"/api/analytics/user-tools/{tool_id}/").raise_for_status()

    def execute_tool(self, tool_id: int, **arguments: Any) -> dict[str, Any]:
        """`result`, `status_code` and `elapsed_ms`."""
        path = f"/api/analytics/user-tools/{tool_id}/execute/"
        return dict(self._json("POST", path, json={"arguments": arguments}))

    def set_knowledge_base(self, assistant: str, knowledge_base: str | None) -> None:
        """Endpoint 35."""
        body = {"assistant_id": assistant, "kb_id": knowledge_base}
        self._json("POST", "/api/analytics/set_assistant_kb/", json=body)

    def index(self, **which: str) -> str:
        """Endpoint 31 by `assistant_id` or `kb_id`; returns the task's id."""
        started = self._json("POST", "/api/analytics/index-documents/", json=which)
        return str(started["task_id"])

    def task(self, task_id: str) -> dict[str, Any]:
        """Endpoint 37."""
        return dict(self._json("GET", f"/api/analytics/get-task-status/{task_id}/"))

    def wait_for_task(self, task_id: str, *, within_s: float = 120) -> dict[str, Any]:
        """The task's status once it has ended. Raises TimeoutError."""
        deadline = time.monotonic() + within_s
        while True:
            status = self.task(task_id)
            if status["status"] != "PENDING":
                return status
            if time.monotonic() > deadline:
                raise TimeoutError(f"task {task_id} is still {status}")
            time.sleep(0.1)

    def stream(self, question: str, **fields: Any) -> Iterator[dict[str, Any]]:
        """Endpoint 1: the lines, as they come."""
        body = {"messages": [{"role": "user", "content": question}], **fields}
        with self.http.stream("POST", "/api/analytics/stream/", json=body) as response:
            if response.is_error:
                response.read()
            response.raise_for_status()
            for line in response.iter_lines():
                if line:
                    yield json.loads(line)

    def _json(self, method: str, path: str, **arguments: Any) -> Any:
        response = self.http.request(method, path, **arguments)
        response.raise_for_status()
        return response.json()


def _configuration(assistant: str, what: str = "") -> str:
    steps = [step for step in (assistant, what) if step]
    return "/".join(["/api/analytics/assistant/config", *steps, ""])
