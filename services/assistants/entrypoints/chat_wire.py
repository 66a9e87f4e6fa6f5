"""The events of an answer as `chat.proto` has them."""

import json
from typing import Any

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
from services.assistants.domain.tools import GraphData, TableData


def encoded(event: AnswerEvent) -> chat_pb2.AnswerEvent:
    """One event for the stream."""
    told: dict[str, Any]
    match event:
        case Token(content):
            told = {"token": chat_pb2.Token(content=content)}
        case Thinking(description, tool):
            told = {"thinking": chat_pb2.Thinking(description=description, tool=tool)}
        case Citations(citations):
            cited = [_citation(each) for each in citations]
            told = {"citations": chat_pb2.Citations(citations=cited)}
        case TableData():
            told = {"table_data": _table(event)}
        case GraphData():
            told = {"graph_data": _graph(event)}
        case Failed(content):
            told = {"error": chat_pb2.Error(content=content)}
        case Done():
            told = {"done": _done(event)}
    return chat_pb2.AnswerEvent(**told)


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


def _table(table: TableData) -> chat_pb2.TableData:
    return chat_pb2.TableData(
        title=table.title,
        columns=table.columns,
        rows=json.dumps(table.rows, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
        total_rows=table.total_rows,
        sql=table.sql,
        sources=table.sources,
    )


def _graph(graph: GraphData) -> chat_pb2.GraphData:
    return chat_pb2.GraphData(
        title=graph.title,
        x_label=graph.x_label,
        y_label=graph.y_label,
        x_coordinates=graph.x_coordinates,
        y_coordinates=graph.y_coordinates,
        kind=graph.kind,
    )


def _done(done: Done) -> chat_pb2.Done:
    return chat_pb2.Done(
        finish_reason=done.finish_reason,
        input_tokens=done.input_tokens,
        output_tokens=done.output_tokens,
        conversation_id=str(done.conversation_uuid or ""),
        model=done.model,
        message_id=done.message_id,
    )
