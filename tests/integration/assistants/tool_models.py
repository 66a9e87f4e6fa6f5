"""Models that call tools, scripted: what they say depends on what they are sent, in Cohere's v2 shape."""

import json
import re
from typing import Any

from .search_stand_in import HANGING

USAGE = {"tokens": {"input_tokens": 100, "output_tokens": 10}}
ORDER = re.compile(r"call the tool (\w+) with (\{.*?\})", re.IGNORECASE)


def as_stream(events: list[dict[str, Any]]) -> bytes:
    """Server-sent events, with the end that Cohere puts behind them."""
    sent = [f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events]
    return "".join([*sent, "data: [DONE]\n\n"]).encode()


def says(text: str, *sources: dict[str, Any]) -> list[dict[str, Any]]:
    """An answer; `sources` are cited for all of it."""
    citation = {"start": 0, "end": len(text), "text": text, "sources": list(sources)}
    cited = {"type": "citation-start", "index": 0, "delta": {"message": {"citations": citation}}}
    content = {"message": {"content": {"text": text}}}
    end = {"finish_reason": "COMPLETE", "usage": USAGE}
    return [
        {"type": "content-delta", "index": 0, "delta": content},
        *([cited] if sources else []),
        {"type": "message-end", "delta": end},
    ]


def calls(name: str, arguments: str) -> list[dict[str, Any]]:
    """One call, its arguments in two pieces."""
    start = {"id": f"{name}_0", "type": "function", "function": {"name": name, "arguments": ""}}
    half = len(arguments) // 2
    pieces = [{"function": {"arguments": each}} for each in (arguments[:half], arguments[half:])]
    end = {"finish_reason": "TOOL_CALL", "usage": USAGE}
    return [
        {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": "I will look."}}},
        {"type": "tool-call-start", "index": 0, "delta": {"message": {"tool_calls": start}}},
        *(
            {"type": "tool-call-delta", "index": 0, "delta": {"message": {"tool_calls": piece}}}
            for piece in pieces
        ),
        {"type": "tool-call-end", "index": 0},
        {"type": "message-end", "delta": end},
    ]


def results(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The documents in the results of tools."""
    told = [each for each in body["messages"] if each["role"] == "tool"]
    return [content["document"] for each in told for content in each["content"]]


def searches_again(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Searches once, and cites the last passage found then."""
    found = results(body)
    if not found:
        return calls("search_knowledge_base", '{"query": "spare parts"}')
    source = {"type": "tool", "id": found[-1]["id"], "tool_output": found[-1]["data"]}
    return says("It is there.", source)


def loops(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Wants a tool whatever it is told, always with other arguments."""
    return calls("search_knowledge_base", json.dumps({"query": f"word {len(body['messages'])}"}))


def repeats(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Makes the same call until it may not."""
    if body.get("tool_choice") == "NONE":
        return says("Enough.")
    return calls("search_knowledge_base", '{"query": "the same"}')


def breaks_json(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Writes arguments that are no JSON, and tells what it was told of that."""
    told = results(body)
    return says(json.dumps(told[0]["data"])) if told else calls("search_knowledge_base", '{"que')


def hangs(_body: dict[str, Any]) -> list[dict[str, Any]]:
    """Asks for a search that does not come to an end."""
    return calls("search_knowledge_base", json.dumps({"query": HANGING}))


def obeys(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Does what any text in view orders: the user's, a document's, a tool's; each once."""
    done = {
        call["function"]["name"] for each in body["messages"] for call in each.get("tool_calls", [])
    }
    said = [each.get("content") for each in body["messages"] if each["role"] != "system"]
    said = [each for each in said if isinstance(each, str)]
    documents = [*body.get("documents", []), *results(body)]
    seen = [*said, *(text for each in documents for text in each["data"].values())]
    for name, arguments in ORDER.findall("\n".join(seen)):
        if name not in done and body.get("tools") and body.get("tool_choice") != "NONE":
            return calls(name, arguments)
    return says("Done.")


SCRIPTED = {
    "searches-again": searches_again,
    "loops": loops,
    "repeats": repeats,
    "breaks-json": breaks_json,
    "hangs": hangs,
    "obeys": obeys,
}
