"""knowledge's data tables over gRPC."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from grpc import aio

from chassis.grpc_wire import outgoing_metadata, remote_error
from protos.knowledge.v1 import tables_pb2, tables_pb2_grpc
from services.assistants.domain.data_question.tables import (
    Column,
    Described,
    Match,
    QueryResult,
    Table,
)

CAPABILITY = "Data tables"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrpcDataTables:
    """The port `DataTables`; a call that is cancelled is cancelled there as well."""

    channel: aio.Channel
    describe_timeout_s: float
    query_timeout_s: float

    async def describe(self, *, user_id: int, knowledge_base: UUID, question: str) -> Described:
        request = tables_pb2.DescribeRequest(
            user_id=user_id, knowledge_base_uuid=str(knowledge_base), question=question
        )
        ask = tables_pb2_grpc.TablesStub(self.channel).Describe
        reply = await _answered(ask, request, self.describe_timeout_s)
        return Described(
            tables=tuple(map(_table, reply.tables)), matches=tuple(map(_match, reply.matches))
        )

    async def query(
        self, *, user_id: int, knowledge_base: UUID, sql: str, max_rows: int
    ) -> QueryResult:
        request = tables_pb2.QueryRequest(
            user_id=user_id, knowledge_base_uuid=str(knowledge_base), sql=sql, max_rows=max_rows
        )
        ask = tables_pb2_grpc.TablesStub(self.channel).Query
        reply = await _answered(ask, request, self.query_timeout_s)
        return QueryResult(
            columns=tuple(reply.columns),
            types=tuple(reply.types),
            rows=tuple(tuple(row) for row in json.loads(reply.rows)),
            total_rows=reply.total_rows,
            documents=tuple(reply.documents),
        )


async def _answered(ask: Any, request: Any, timeout_s: float) -> Any:
    try:
        return await ask(request, timeout=timeout_s, metadata=outgoing_metadata())
    except aio.AioRpcError as error:
        raise remote_error(error, capability=CAPABILITY) from error


def _table(told: Any) -> Table:
    return Table(
        name=told.name,
        document_id=told.document_id,
        document_name=told.document_name,
        sheet=told.sheet,
        rows=told.rows,
        columns=tuple(
            Column(
                name=column.name,
                type=column.type,
                filled=column.filled,
                distinct=column.distinct,
                values=tuple(column.values),
                min=column.min,
                max=column.max,
            )
            for column in told.columns
        ),
    )


def _match(told: Any) -> Match:
    return Match(
        table=told.table,
        column=told.column,
        value=told.value,
        words=told.words,
        score=told.score,
    )
