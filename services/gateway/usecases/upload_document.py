"""Store a file in a knowledge base: the bytes go to the object storage, never over the bus."""

from dataclasses import dataclass
from typing import IO

from contracts.rpc.knowledge import (
    BeginRefresh,
    BeginUpload,
    CompleteUpload,
    DataExcel,
    Document,
    Refreshed,
    UploadTicket,
)
from services.gateway.ports import Knowledge, ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDocument:
    """Endpoints 4 and 10, and those that are like them.

    Each raises NotFound, InvalidRequest on `file`, TooLarge, Unavailable; then all is as it was.
    """

    knowledge: Knowledge
    store: ObjectStore

    async def __call__(self, request: BeginUpload, content: IO[bytes]) -> Document:
        """A new document."""
        ticket = await self.knowledge.begin_upload(request)
        sent = await self._sent(request, ticket, content)
        return await self.knowledge.complete_upload(sent)

    async def data_excel(self, request: BeginUpload, content: IO[bytes]) -> DataExcel:
        """Endpoint 44: a new one, whose tables have been read."""
        ticket = await self.knowledge.begin_upload(request)
        sent = await self._sent(request, ticket, content)
        return await self.knowledge.complete_data_upload(sent)

    async def refresh(self, request: BeginRefresh, content: IO[bytes]) -> Refreshed:
        """Endpoint 5: new bytes for a document. Also raises InvalidRequest on `kb_uuid`."""
        ticket = await self.knowledge.begin_refresh(request)
        sent = await self._sent(request, ticket, content)
        return await self.knowledge.complete_refresh(sent)

    async def _sent(
        self, request: BeginUpload | BeginRefresh, ticket: UploadTicket, content: IO[bytes]
    ) -> CompleteUpload:
        await self.store.put(
            ticket.put_url, headers=ticket.headers, content=content, size_bytes=request.size_bytes
        )
        return CompleteUpload(user_id=request.user_id, upload_id=ticket.upload_id)
