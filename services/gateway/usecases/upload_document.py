"""Store a file in a knowledge base: the bytes go to the object storage, never over the bus."""

from dataclasses import dataclass
from typing import IO

from contracts.rpc.knowledge import BeginUpload, CompleteUpload, Document
from services.gateway.ports import Knowledge, ObjectStore


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDocument:
    """Endpoint 4, and those that are like it."""

    knowledge: Knowledge
    store: ObjectStore

    async def __call__(self, request: BeginUpload, content: IO[bytes]) -> Document:
        """Raises NotFound, InvalidRequest on `file`, TooLarge, Unavailable; then no document exists."""
        ticket = await self.knowledge.begin_upload(request)
        await self.store.put(
            ticket.put_url, headers=ticket.headers, content=content, size_bytes=request.size_bytes
        )
        completed = CompleteUpload(user_id=request.user_id, upload_id=ticket.upload_id)
        return await self.knowledge.complete_upload(completed)
