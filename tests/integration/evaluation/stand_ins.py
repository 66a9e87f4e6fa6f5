"""Chat and search as evaluation's tests need them: the first word of a question says how chat behaves."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc

from protos.assistants.v1 import chat_pb2, chat_pb2_grpc
from protos.knowledge.v1 import search_pb2, search_pb2_grpc

TEXT = "The library opens at nine. On Sundays it is closed."
SLOWLY_S = 0.5
PASSAGE: dict[str, Any] = {
    "document_id": 7,
    "document_name": "harbour.md",
    "kind": "file",
    "chunk": 2,
    "text": TEXT,
    "score": 0.9,
}


class ChatStandIn(chat_pb2_grpc.ChatServicer):
    """Right, wrong, slow, hanging, breaking, refused, away (once), gone (for ever)."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.requests: list[Any] = []
        self.hung_up_after_s: dict[str, float] = {}
        self.at_once = self.most_at_once = 0

    def Answer(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802 - gRPC's name
        question = request.messages[-1].content
        self.asked[question] += 1
        self.requests.append(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            yield from self._events(question, context)
        finally:
            self.at_once -= 1

    def _events(self, question: str, context: Any) -> Iterator[Any]:
        match question.split(maxsplit=1)[0]:
            case "hanging":
                began = time.monotonic()
                while context.is_active():
                    time.sleep(0.05)
                self.hung_up_after_s[question] = time.monotonic() - began
                return
            case "gone":
                context.abort(grpc.StatusCode.UNAVAILABLE, "away")
            case "away" if self.asked[question] == 1:
                context.abort(grpc.StatusCode.UNAVAILABLE, "away")
            case "refused":
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no")
            case "breaking":
                yield _token("The libr")
                yield _event(error=chat_pb2.Error(content="The model server refused."))
                yield _done("error")
                return
            case "wrong":
                yield _token("Penguins swim in cold water.")
                yield _done("complete")
                return
            case "slow":
                time.sleep(SLOWLY_S)
        yield _event(thinking=chat_pb2.Thinking(description="Looking", tool="look_up"))
        yield _token("The library opens ")
        yield _token("at nine.")
        yield _event(citations=chat_pb2.Citations(citations=[chat_pb2.Citation(**PASSAGE)]))
        yield _done("complete")


def _event(**fields: Any) -> Any:
    return chat_pb2.AnswerEvent(**fields)


def _token(content: str) -> Any:
    return _event(token=chat_pb2.Token(content=content))


def _done(reason: str) -> Any:
    return _event(done=chat_pb2.Done(finish_reason=reason, input_tokens=5, output_tokens=2))


class SearchStandIn(search_pb2_grpc.SearchServicer):
    """Finds the one passage second."""

    def Passages(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        other = {**PASSAGE, "document_id": 8, "document_name": "ships.md", "text": "Ships sail."}
        passages = [search_pb2.Passage(**other), search_pb2.Passage(**PASSAGE)]
        return search_pb2.PassagesReply(passages=passages)


@contextmanager
def serving(chat: ChatStandIn) -> Iterator[str]:
    """Both on one address."""
    server = grpc.server(ThreadPoolExecutor(32))
    chat_pb2_grpc.add_ChatServicer_to_server(chat, server)
    search_pb2_grpc.add_SearchServicer_to_server(SearchStandIn(), server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    yield address
    server.stop(0)
