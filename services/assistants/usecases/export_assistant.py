"""Export an assistant as a document, and make an assistant of such a document."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.errors import NotFound
from contracts.rpc.assistants.configurations import (
    AssistantOf,
    ExportedAssistant,
    ExportMetadata,
    ImportConfiguration,
    ImportedAssistant,
)
from services.assistants.ports import Assistants, KnowledgeBases, UserToolStore

PRODUCT = "Parlance"
VERSION = "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAssistant:
    """Endpoint 47."""

    assistants: Assistants
    now: Callable[[], datetime]

    def __call__(self, request: AssistantOf) -> ExportedAssistant:
        """Raises NotFound."""
        assistant = self.assistants.get(
            user_id=request.user_id, assistant_uuid=request.assistant_uuid
        )
        metadata = ExportMetadata(version=VERSION, exported_at=self.now(), product=PRODUCT)
        return ExportedAssistant(export_metadata=metadata, configuration=assistant)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAssistant:
    """A new assistant, equal to the exported one but for its ids and times; never archived.

    A knowledge base, and tools, that are not the importer's are left out and named: a file is made to
    be given to others, who cannot have them.
    """

    assistants: Assistants
    tools: UserToolStore

    def __call__(
        self, request: ImportConfiguration, *, new_uuid: UUID, knowledge_bases: KnowledgeBases
    ) -> ImportedAssistant:
        """Raises Unavailable. `new_uuid` is the same for a request that is delivered again."""
        chosen, ignored = None, []
        if request.knowledge_base is not None:
            try:
                chosen = knowledge_bases.resolve(
                    user_id=request.user_id, knowledge_base=str(request.knowledge_base)
                )
            except NotFound:
                ignored.append("knowledge_base")
        changes = request.fields.changes()
        if selected := changes.get("selected_tools"):
            known = self.tools.known(user_id=request.user_id, uuids=selected)
            changes["selected_tools"] = [uuid for uuid in selected if uuid in known]
            if known != set(selected):
                ignored.append("selected_tools")
        made = self.assistants.add(
            user_id=request.user_id,
            assistant_uuid=new_uuid,
            changes={**changes, "knowledge_base": chosen},
        )
        return ImportedAssistant(assistant=made, ignored=ignored)
