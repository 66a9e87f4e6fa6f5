"""The body of POST /v2/chat, and its translation into a ChatRequest."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.models.domain.conversation import ChatRequest, Document, Turn
from services.models.domain.refusals import InvalidInput, Unsupported

MAX_MESSAGES = 500
MAX_DOCUMENTS = 200
MAX_CHARACTERS = 500_000  # of all documents, and of all messages
_TITLE_FIELDS = ("title", "name")
_TEXT_FIELDS = ("text", "snippet", "content", "body", "passage")


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Part(_Body):
    type: str
    text: str = ""


class _Message(_Body):
    role: Literal["user", "assistant", "system", "tool"]
    content: str | list[_Part] | None = None


class _DocumentBody(_Body):
    data: dict[str, Any] | str
    id: str | None = None


class _JsonFormat(_Body):
    type: Literal["text", "json_object"] = "text"
    json_schema: dict[str, Any] | None = Field(default=None, alias="schema")

    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class _CitationOptions(_Body):
    mode: Literal["ENABLED", "DISABLED", "FAST", "ACCURATE", "OFF"] | None = None


class ChatBody(_Body):
    """What Cohere's v2 chat takes, as far as this server reads it."""

    model: str
    messages: Annotated[list[_Message], Field(min_length=1, max_length=MAX_MESSAGES)]
    stream: bool = False
    documents: Annotated[list[str | _DocumentBody], Field(max_length=MAX_DOCUMENTS)] | None = None
    citation_options: _CitationOptions | None = None
    response_format: _JsonFormat | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    stop_sequences: Annotated[list[str], Field(max_length=5)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    seed: Annotated[int, Field(ge=0)] | None = None
    frequency_penalty: Annotated[float, Field(ge=0, le=1)] | None = None
    presence_penalty: Annotated[float, Field(ge=0, le=1)] | None = None
    k: Annotated[int, Field(ge=0, le=500)] | None = None
    p: Annotated[float, Field(ge=0, le=1)] | None = None
    tools: list[dict[str, Any]] | None = None
    logprobs: bool | None = None
    thinking: dict[str, Any] | None = None

    def to_request(self) -> ChatRequest:
        """The request in the server's own words; raises Unsupported, InvalidInput."""
        self._refuse_what_no_model_here_does()
        turns = [Turn(message.role, _text(message)) for message in self.messages]
        if not any(turn.role == "user" and turn.text.strip() for turn in turns):
            raise InvalidInput("messages: at least one user message with text is needed.")
        documents = [_document(at, each) for at, each in enumerate(self.documents or [])]
        _bound("messages", [turn.text for turn in turns])
        _bound("documents", [document.text for document in documents])
        mode = self.citation_options.mode if self.citation_options else None
        return ChatRequest(
            model=self.model,
            turns=turns,
            documents=documents,
            max_tokens=self.max_tokens,
            stop=self.stop_sequences or [],
            citations=mode not in {"DISABLED", "OFF"},
            temperature=self.temperature,
            top_p=self.p,
            top_k=self.k,
            seed=self.seed,
            frequency_penalty=self.frequency_penalty,
            presence_penalty=self.presence_penalty,
            json_schema=self._json_schema(),
        )

    def _refuse_what_no_model_here_does(self) -> None:
        if self.tools or any(message.role == "tool" for message in self.messages):
            raise Unsupported(f"{self.model} cannot use tools (see GET /v1/models).")
        if self.logprobs:
            raise Unsupported(f"{self.model} gives no logprobs.")
        if self.thinking and self.thinking.get("type") == "enabled":
            raise Unsupported(f"{self.model} does not think aloud.")

    def _json_schema(self) -> dict[str, Any] | None:
        wanted = self.response_format
        if wanted is None or wanted.type == "text":
            return None
        return wanted.json_schema or {}


def _bound(place: str, texts: list[str]) -> None:
    size = sum(len(text) for text in texts)
    if size > MAX_CHARACTERS:
        raise InvalidInput(f"{place}: {size} characters; {MAX_CHARACTERS} are read at most.")


def _text(message: _Message) -> str:
    if message.content is None:
        return ""
    if isinstance(message.content, str):
        return message.content
    strange = next((part.type for part in message.content if part.type != "text"), None)
    if strange is not None:
        raise Unsupported(f"Content of type {strange!r} is not supported: text only.")
    return "\n".join(part.text for part in message.content)


def _document(position: int, body: str | _DocumentBody) -> Document:
    if isinstance(body, str):
        return Document(id=f"doc:{position}", title="", text=body, fields={"text": body})
    fields = {"text": body.data} if isinstance(body.data, str) else body.data
    title = next((str(fields[key]) for key in _TITLE_FIELDS if fields.get(key)), "")
    text = next((str(fields[key]) for key in _TEXT_FIELDS if fields.get(key)), None)
    if text is None:
        text = "\n".join(
            f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
            for key, value in fields.items()
        )
    return Document(id=body.id or f"doc:{position}", title=title, text=text, fields=fields)
