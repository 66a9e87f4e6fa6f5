"""knowledge's search over gRPC."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import structlog
from prometheus_client import Histogram

from chassis.grpc_wire import end_with_status, request_id_of, serve_grpc
from chassis.logs import configure_logs, request_bound
from chassis.probes import serve_probes
from contracts.errors import NotFound
from protos.knowledge.v1 import search_pb2, search_pb2_grpc, tables_pb2_grpc
from services.knowledge.domain.references import parse_uuid
from services.knowledge.domain.search import FoundPassage
from services.knowledge.entrypoints.grpc_tables import TablesServicer
from services.knowledge.settings import SearchSettings
from services.knowledge.usecases.search_passages import SearchPassages
from services.knowledge.wiring.search import build

log = structlog.get_logger(__name__)
SEARCHES = Histogram("parlance_search_seconds", "Searches answered.", ["outcome"])


@dataclass(frozen=True, slots=True)
class SearchServicer(search_pb2_grpc.SearchServicer):  # type: ignore[misc]
    """`parlance.knowledge.v1.Search`."""

    search_passages: SearchPassages

    async def Passages(self, request: Any, context: Any) -> Any:  # noqa: N802 - the proto's name
        """Passages of one base of one user, best first."""
        outcome, started = "ok", time.perf_counter()
        with request_bound(request_id_of(context)):
            try:
                return await self._passages(request)
            except asyncio.CancelledError:
                outcome = "Cancelled"
                raise
            except Exception as error:  # noqa: BLE001 - a door: every error becomes a status
                outcome = type(error).__name__
                await end_with_status(context, error)
            finally:
                took_s = time.perf_counter() - started
                SEARCHES.labels(outcome).observe(took_s)
                log.info("search_answered", outcome=outcome, took_ms=round(took_s * 1000, 1))

    async def _passages(self, request: Any) -> Any:
        uuid = parse_uuid(request.knowledge_base_uuid)
        if uuid is None:
            raise NotFound(what="knowledge_base")
        found = await self.search_passages(user_id=request.user_id, uuid=uuid, query=request.query)
        return search_pb2.PassagesReply(passages=[_encoded(passage) for passage in found])


def _encoded(found: FoundPassage) -> Any:
    return search_pb2.Passage(
        document_id=found.document.id,
        document_name=found.document.name,
        kind=found.document.kind,
        url=found.url,
        page=found.chunk.page,
        heading=found.chunk.heading,
        chunk=found.chunk.number,
        text=found.chunk.text,
        score=found.score,
        similarity=found.similarity,
    )


async def serve(settings: SearchSettings) -> None:
    """Search and Tables, until SIGTERM or SIGINT."""
    configure_logs(process="knowledge-search", level=settings.log_level)
    application = build(settings)

    def register(server: Any) -> None:
        servicer = SearchServicer(application.search_passages)
        search_pb2_grpc.add_SearchServicer_to_server(servicer, server)
        tables = TablesServicer(application.describe_tables, application.query_tables)
        tables_pb2_grpc.add_TablesServicer_to_server(tables, server)

    def on_ready() -> None:
        serve_probes(
            host=settings.probe_host, port=settings.probe_port, ready=application.check_ready
        )

    await serve_grpc(
        address=settings.search_address,
        register=register,
        on_ready=on_ready,
        on_stop=application.close,
    )
