"""The main job against a running product: `make demo`. Shows each step and the answer as it streams."""

import os
import sys
import time
from pathlib import Path
from uuid import uuid4

import httpx

from tools.client import Client

DOCUMENT = Path(__file__).parent.parent / "examples" / "harbour-library.md"
QUESTIONS = (
    "How long can I keep a drill from the tool wall?",
    "Which volumes of the pilots' archive were damaged by the flood?",
    "What is the capital of Mongolia?",
)


def main() -> int:
    """0 when the whole job was done; 1 with a sentence when it was not."""
    port = os.environ.get("PARLANCE_HTTP_PORT", "8000")  # noqa: TID251 - a tool's own door
    base_url = f"http://127.0.0.1:{port}"
    try:
        with Client(base_url) as client:
            _do_the_main_job(client)
    except httpx.ConnectError:
        print(f"Nothing answers at {base_url}: start the product with `make run` first.")
        return 1
    except httpx.HTTPStatusError as error:
        print(f"\n{error.request.url.path} answered {error.response.status_code}:")
        print(error.response.text)
        return 1
    return 0


def _do_the_main_job(client: Client) -> None:
    name = f"demo-{uuid4().hex[:8]}"
    client.sign_up(name, uuid4().hex)
    print(f"signed up as {name}")
    base = client.create_knowledge_base("Harbour Library")
    print(f"created the knowledge base {base['uuid']}")
    document = client.upload_file(base["uuid"], DOCUMENT)
    print(f"uploaded {document['name']} as document {document['id']}")
    assistant = client.save_assistant(
        assistant_name="Library desk",
        agent_name="Robin",
        organisation_name="The Harbour Library",
        goal="Answer members' questions from the handbook.",
    )
    client.set_knowledge_base(assistant, base["uuid"])
    print(f"set up the assistant {assistant}")
    started = time.monotonic()
    task = client.wait_for_task(client.index(assistant_id=assistant))
    print(f"indexed in {time.monotonic() - started:.1f} s: {task['status']}, {task['result']}")
    for question in QUESTIONS:
        _ask(client, assistant, question)


def _ask(client: Client, assistant: str, question: str) -> None:
    print(f"\n> {question}")
    started = time.monotonic()
    first_token_s = None
    for line in client.stream(question, assistant_uuid=assistant):
        if line["type"] == "token":
            first_token_s = first_token_s or time.monotonic() - started
            print(line["content"], end="", flush=True)
        elif line["type"] == "citations":
            for citation in line["data"]:
                place = citation.get("heading") or f"chunk {citation['chunk']}"
                print(f"\n  [{citation['document_name']}, {place}]", end="")
        elif line["type"] == "error":
            print(f"\n! {line['content']}", end="")
        elif line["type"] == "done":
            seconds = f"{first_token_s:.2f}" if first_token_s is not None else "?"
            print(f"\n  ({line['finish_reason']}, first token after {seconds} s)")


if __name__ == "__main__":
    sys.exit(main())
