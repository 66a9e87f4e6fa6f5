"""A user who has one or two of everything, made when it is first asked for."""

import io
from collections.abc import Callable
from functools import cached_property
from typing import Any
from uuid import uuid4

from openpyxl import Workbook

from tools.client import Client

NOTES = b"# Notes\n\nTools are lent for three days. Books are lent for four weeks.\n"
TABLE = b"month,loans\nMay,12\nJune,15\n"


def workbook() -> bytes:
    """A small xlsx file."""
    book, content = Workbook(), io.BytesIO()
    for row in (["month", "loans"], ["May", 12], ["June", 15]):
        book.active.append(row)
    book.save(content)
    return content.getvalue()


FILES: list[tuple[str, bytes]] = [
    ("notes.md", NOTES),
    ("loans.csv", TABLE),
    ("loans.xlsx", workbook()),
    ("minutes.txt", NOTES),
    ("more loans.xlsx", workbook()),
    ("../un/safe\u202e\u00fc \U0001f4da.txt", NOTES),
    ("broken.pdf", b"%PDF-1.7\nthis is all there is"),
    ("liar.docx", NOTES),
    ("setup.exe", b"MZ\x90\x00" + bytes(200)),
    ("empty.txt", b""),
]
"""What is sent as `file`: good ones, and ones that are to be refused."""
URLS = [
    f"https://library.example/{page}" for page in ("", "opening-hours", "m\u00fcnchen?a=b&c=d#e")
]
"""`.example` never resolves (RFC 2606): even a link that is fetched by mistake leads nowhere."""


class World:
    """`values` answers what a parameter or a member of a body may be for this user."""

    def __init__(self, base_url: str, paths: frozenset[str]) -> None:
        """`paths`: those of the document, some things can be made only where they are."""
        self.client = Client(base_url)
        self.paths = paths
        self.password = f"Tr1cky-{uuid4().hex}"
        self.client.sign_up(f"explorer-{uuid4().hex[:12]}", self.password)

    def close(self) -> None:
        self.client.http.close()

    @property
    def token(self) -> str:
        """The Authorization header of this user."""
        return self.client.http.headers["Authorization"]

    def values(self, name: str, path: str) -> list[Any]:
        """What `name` may be in a request to `path`; empty: whatever was generated."""
        maker = MAKERS.get(name)
        return maker(self, path) if maker else []

    @cached_property
    def bases(self) -> list[dict[str, Any]]:
        made = [self.client.create_knowledge_base(f"Base {number}") for number in range(2)]
        self.client.upload(made[0]["uuid"], "notes.md", NOTES)
        return made

    @cached_property
    def assistants(self) -> list[str]:
        made = [self.client.save_assistant(agent_name=name) for name in ("Robin", "Ada", "Max")]
        self.client.set_knowledge_base(made[0], self.bases[0]["uuid"])
        self._connect_whatsapp(made[0])
        return made

    @cached_property
    def documents(self) -> list[int]:
        """Files, Excels and data Excels: their ids are one sequence."""
        base = self.bases[1]["uuid"]
        made = [self._upload("upload", base, f"{n}.md", NOTES) for n in ("a", "b")]
        for endpoint in ("add-excel", "add-dataexcel"):
            if f"/api/analytics/knowledgebase/{endpoint}/" in self.paths:
                made += [self._upload(endpoint, base, f"{n}.xlsx", workbook()) for n in ("a", "b")]
        return made

    @cached_property
    def links(self) -> list[int]:
        path = "/api/analytics/knowledgebase/add-link/"
        if path not in self.paths:
            return []
        base = {"kb_uuid": self.bases[1]["uuid"]}
        made = [self.client.http.post(path, json={**base, "url": url}) for url in URLS]
        return [answer.raise_for_status().json()["id"] for answer in made]

    @cached_property
    def runs(self) -> list[str]:
        """Of one suite, ended."""
        if "/api/analytics/assistant/start-test-suite/" not in self.paths:
            return []
        cases = [{"question": "What is the charge for tools?", "ideal_answer": "Two crowns a day."}]
        made = [self.client.start_test_suite(self.assistants[0], cases) for _ in range(2)]
        return [str(self.client.wait_for_test_run(run_id)["run_id"]) for run_id in made]

    @cached_property
    def tools(self) -> list[int]:
        path = "/api/analytics/user-tools/"
        if path not in self.paths:
            return []
        tool = {
            "name": "t",
            "description": "d",
            "endpoint_url": URLS[0],  # which never answers, and that is a result of this tool
            "on_error": "continue",
            "http_method": "GET",
        }
        return [
            self.client.http.post(path, json=tool).raise_for_status().json()["id"] for _ in range(2)
        ]

    @cached_property
    def tasks(self) -> list[str]:
        return [self.client.index(kb_id=self.bases[0]["uuid"])]

    @cached_property
    def answered(self) -> dict[str, Any]:
        """The last line of an answer, which says where it is stored."""
        lines = list(self.client.stream("Hello?", assistant_uuid=self.assistants[0]))
        return lines[-1]

    def _connect_whatsapp(self, assistant: str) -> None:
        path = "/api/analytics/assistant/{assistant_uuid}/whatsapp/"
        if path in self.paths:
            secrets = dict.fromkeys(("access_token", "app_secret", "verify_token"), "a-secret")
            fields = {"phone_number_id": "1", **secrets}
            made = self.client.http.put(path.format(assistant_uuid=assistant), json=fields)
            made.raise_for_status()

    def keys(self, path: str) -> list[int]:
        """What `pk` is depends on what it is the key of."""
        if "link" in path:
            return self.links
        return self.tools if "tool" in path else self.documents

    def new_name(self) -> str:
        return f"explorer-{uuid4().hex[:12]}"

    def _upload(self, endpoint: str, base: str, name: str, content: bytes) -> int:
        answer = self.client.http.post(
            f"/api/analytics/knowledgebase/{endpoint}/",
            data={"kb_uuid": base},
            files={"file": (name, content)},
        )
        return int(answer.raise_for_status().json()["id"])


def _assistants(world: World, _path: str) -> list[Any]:
    return world.assistants


def _documents(world: World, _path: str) -> list[Any]:
    return world.documents


def _base_uuids(world: World, _path: str) -> list[Any]:
    return [base["uuid"] for base in world.bases]


def _base_ids(world: World, path: str) -> list[Any]:
    return [base["id"] for base in world.bases] + (
        [] if "{kb_id}" in path else _base_uuids(world, path)
    )


def _passwords(world: World, path: str) -> list[Any]:
    """Mostly a wrong one where the right one ends the account: the next request needs a new user."""
    return [world.password, *(["not my password"] * 4 if "account" in path else [])]


MAKERS: dict[str, Callable[[World, str], list[Any]]] = {
    **dict.fromkeys(("uuid", "assistant_uuid", "assistant_id", "model_uuid"), _assistants),
    **dict.fromkeys(("excel_id", "data_excel_id"), _documents),
    **dict.fromkeys(("kb_uuid", "knowledge_base"), _base_uuids),
    "kb_id": _base_ids,
    "link_id": lambda world, _: world.links,
    "pk": lambda world, path: world.keys(path),
    "filename": lambda world, _: ["notes.md"] if world.bases else [],
    "task_id": lambda world, _: world.tasks,
    **dict.fromkeys(("run_id", "other"), lambda world, _: world.runs),
    "conversation_id": lambda world, _: [world.answered["conversation_id"]],
    "message_id": lambda world, _: [world.answered["message_id"]],
    "refresh": lambda world, _: [world.client.refresh_token],
    "username": lambda world, path: [
        world.new_name() if "register" in path else world.client.username
    ],
    **dict.fromkeys(("password", "old_password"), _passwords),
    "new_password": lambda _world, _path: [f"An0ther-{uuid4().hex}"],
    **dict.fromkeys(("url", "endpoint_url"), lambda _world, _path: list(URLS)),
}
