"""knowledge's data tables over gRPC."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Histogram

from chassis.grpc_wire import end_with_status, request_id_of
from chassis.logs import request_bound
from contracts.errors import NotFound
from protos.knowledge.v1 import tables_pb2, tables_pb2_grpc
from services.knowledge.domain.data_query import ColumnFacts, DescribedTable, ValueMatch
from services.knowledge.domain.references import parse_uuid
from services.knowledge.usecases.ask_tables import DescribeTables, QueryTables

log = structlog.get_logger(__name__)
ASKED = Histogram("parlance_tables_seconds", "Calls about data tables.", ["call", "outcome"])


@dataclass(frozen=True, slots=True)
class TablesServicer(tables_pb2_grpc.TablesServicer):  # type: ignore[misc]
    """`parlance.knowledge.v1.Tables`."""

    describe_tables: DescribeTables
    query_tables: QueryTables

    async def Describe(self, request: Any, context: Any) -> Any:  # noqa: N802 - the proto's name
        """Tables of one base of one user, and the values that a question names."""
        async with _told("describe", context):
            tables, matches = await self.describe_tables(
                user_id=request.user_id, uuid=_base(request), question=request.question
            )
            return tables_pb2.DescribeReply(
                tables=[_table(each) for each in tables], matches=[_match(each) for each in matches]
            )

    async def Query(self, request: Any, context: Any) -> Any:  # noqa: N802 - the proto's name
        """One SELECT over them."""
        started = time.perf_counter()
        async with _told("query", context):
            answer, documents = await self.query_tables(
                user_id=request.user_id,
                uuid=_base(request),
                sql=request.sql,
                max_rows=request.max_rows,
            )
            return tables_pb2.QueryReply(
                columns=answer.columns,
                types=answer.types,
                rows=answer.rows,
                total_rows=answer.total_rows,
                documents=documents,
                elapsed_ms=(time.perf_counter() - started) * 1000,
            )


@asynccontextmanager
async def _told(call: str, context: Any) -> AsyncIterator[None]:
    """Errors become statuses; how it went is told."""
    outcome, started = "ok", time.perf_counter()
    with request_bound(request_id_of(context)):
        try:
            yield
        except asyncio.CancelledError:
            outcome = "Cancelled"
            raise
        except Exception as error:  # noqa: BLE001 - a door: every error becomes a status
            outcome = type(error).__name__
            await end_with_status(context, error)
        finally:
            took_s = time.perf_counter() - started
            ASKED.labels(call, outcome).observe(took_s)
            log.info("tables_asked", call=call, outcome=outcome, took_ms=round(took_s * 1000, 1))


def _base(request: Any) -> UUID:
    uuid = parse_uuid(request.knowledge_base_uuid)
    if uuid is None:
        raise NotFound(what="knowledge_base")
    return uuid


def _table(described: DescribedTable) -> Any:
    table = described.table
    return tables_pb2.Table(
        name=table.name,
        document_id=table.document.id,
        document_name=table.document.name,
        sheet=table.stored.sheet,
        rows=table.stored.rows,
        columns=[_column(each) for each in described.columns],
    )


def _column(facts: ColumnFacts) -> Any:
    return tables_pb2.Column(
        name=facts.name,
        type=facts.type,
        filled=facts.filled,
        distinct=facts.distinct,
        values=facts.values,
        min=facts.min,
        max=facts.max,
    )


def _match(match: ValueMatch) -> Any:
    return tables_pb2.Match(
        table=match.table,
        column=match.column,
        value=match.value,
        words=match.words,
        score=match.score,
    )
