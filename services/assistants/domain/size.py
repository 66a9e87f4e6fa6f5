"""How large an assistant may be in all: it travels in one message, and its prompt goes to a model."""

from contracts.errors import InvalidRequest
from contracts.rpc.assistants.configurations import Assistant

MAX_BYTES = 900_000
MAX_PROMPT_CHARACTERS = 200_000
"""With the passages, the history and a question still below what a model server reads at most."""


def check_size(assistant: Assistant) -> None:
    """Raises InvalidRequest; each field may be within its own limit, and all together too much."""
    length = len(assistant.model_dump_json().encode())
    if length > MAX_BYTES:
        message = f"Ensure the assistant has no more than {MAX_BYTES} bytes; this makes {length}."
        raise InvalidRequest.on("non_field_errors", message)
