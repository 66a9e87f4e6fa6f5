"""The events of an answer as `chat.proto` has them."""

from protos.assistants.v1 import chat_pb2
from services.assistants.domain.answer import (
    AnswerEvent,
    Citations,
    Done,
    Failed,
    Thinking,
    Token,
)
from services.assistants.domain.citation import Citation


def encoded(event: AnswerEvent) -> chat_pb2.AnswerEvent:
    """One event for the stream."""
    match event:
        case Token(content):
            return chat_pb2.AnswerEvent(token=chat_pb2.Token(content=content))
        case Thinking(description):
            return chat_pb2.AnswerEvent(thinking=chat_pb2.Thinking(description=description))
        case Citations(citations):
            told = chat_pb2.Citations(citations=[_citation(each) for each in citations])
            return chat_pb2.AnswerEvent(citations=told)
        case Failed(content):
            return chat_pb2.AnswerEvent(error=chat_pb2.Error(content=content))
        case Done():
            return chat_pb2.AnswerEvent(done=_done(event))


def _citation(citation: Citation) -> chat_pb2.Citation:
    passage = citation.passage
    return chat_pb2.Citation(
        document_id=passage.document_id,
        document_name=passage.document_name,
        kind=passage.kind,
        url=passage.url,
        page=passage.page,  # None leaves an optional field unset
        chunk=passage.chunk,
        text=citation.text,
        score=passage.score,
        start=citation.start,
        end=citation.end,
        heading=passage.heading,
    )


def _done(done: Done) -> chat_pb2.Done:
    return chat_pb2.Done(
        finish_reason=done.finish_reason,
        input_tokens=done.input_tokens,
        output_tokens=done.output_tokens,
        conversation_id=str(done.conversation_uuid or ""),
        model=done.model,
    )
