"""Documents, tools and their results as Cohere's v2 API has them.

What others wrote travels in fields of documents only, and with marks of chat templates broken up.
"""

import json
from collections.abc import Iterable
from typing import Any

from services.assistants.domain.answer import ModelRequest
from services.assistants.domain.citation import Passage
from services.assistants.domain.injection import defused
from services.assistants.domain.tool_use import arguments_of
from services.assistants.domain.tools import ToolCall, ToolResult, ToolRound

WITHOUT_TOOL_CHOICE = ("command-r-", "command-light", "command-nightly")
"""Models from before `tool_choice`; newer ones are told by it to answer, and keep their tools."""


def as_tools(request: ModelRequest) -> dict[str, Any]:
    """The arguments about tools."""
    if not request.tools:
        return {}
    takes_choice = not request.model.startswith(WITHOUT_TOOL_CHOICE)
    if not request.may_call and not takes_choice:
        return {}
    tools = [
        {
            "type": "function",
            "function": {
                "name": spec.name,
                "description": spec.description,
                "parameters": dict(spec.parameters),
            },
        }
        for spec in request.tools
    ]
    return {"tools": tools} if request.may_call else {"tools": tools, "tool_choice": "NONE"}


def as_messages(done: ToolRound) -> list[dict[str, Any]]:
    """The model's calls, and a message with the result of each."""
    calls: dict[str, Any] = {
        "role": "assistant",
        "tool_calls": [_call(each) for each in done.calls],
    }
    if done.plan:
        calls["tool_plan"] = done.plan
    if done.said:
        calls["content"] = done.said
    return [calls, *(_result(each) for each in done.results)]


def as_documents(placed: Iterable[tuple[int, Passage]]) -> list[dict[str, Any]]:
    """Passages under the positions that citations name."""
    return [{"id": str(position), "data": document_of(passage)} for position, passage in placed]


def document_of(passage: Passage) -> dict[str, str]:
    """What the model sees of a passage; a name and a place help it to tell passages apart."""
    document = {"title": passage.document_name, "text": passage.text}
    if passage.heading:
        document["section"] = passage.heading
    if passage.page is not None:
        document["page"] = str(passage.page)
    return {name: defused(text) for name, text in document.items()}


def _call(call: ToolCall) -> dict[str, Any]:
    """As the model wrote it, but arguments that are no JSON are left out: servers refuse them."""
    try:
        arguments = json.dumps(arguments_of(call), ensure_ascii=False)
    except ValueError:
        arguments = "{}"
    function = {"name": call.name, "arguments": arguments}
    return {"id": call.id, "type": "function", "function": function}


def _result(result: ToolResult) -> dict[str, Any]:
    documents = as_documents(result.documents)
    if result.text or not documents:
        told = {"result": defused(result.text)}
        documents = [{"id": f"result-{result.call_id}", "data": told}, *documents]
    content = [{"type": "document", "document": document} for document in documents]
    return {"role": "tool", "tool_call_id": result.call_id, "content": content}
