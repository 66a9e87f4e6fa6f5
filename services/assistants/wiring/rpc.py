"""Composes the nameko process."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Engine

from chassis.database import sync_engine
from chassis.outbox import Relay
from chassis.secret_box import secret_box
from chassis.user_rows import UserRows
from services.assistants.adapters.assistant_store import PostgresAssistants
from services.assistants.adapters.conversation_archive import PostgresConversationArchive
from services.assistants.adapters.tables import inbox, metadata, outbox
from services.assistants.adapters.user_tool_rows import ToolRows
from services.assistants.adapters.user_tool_store import PostgresUserTools
from services.assistants.adapters.whatsapp_channels import PostgresWhatsAppChannels
from services.assistants.adapters.whatsapp_inbox import PostgresWhatsAppInbox
from services.assistants.settings import RpcSettings
from services.assistants.usecases.archive_assistant import ArchiveAssistant
from services.assistants.usecases.default_assistant import (
    GetDefaultAssistant,
    UpdateDefaultAssistant,
)
from services.assistants.usecases.delete_assistant import DeleteAssistant
from services.assistants.usecases.duplicate_assistant import DuplicateAssistant
from services.assistants.usecases.ensure_knowledge_base import EnsureKnowledgeBase
from services.assistants.usecases.export_assistant import ExportAssistant, ImportAssistant
from services.assistants.usecases.forget_knowledge_base import ForgetKnowledgeBase
from services.assistants.usecases.preview_assistant import PreviewAssistant
from services.assistants.usecases.read_assistants import GetAssistant, ListAssistants
from services.assistants.usecases.receive_whatsapp import (
    ReceiveWhatsAppMessages,
    VerifyWhatsAppWebhook,
)
from services.assistants.usecases.remove_user import RemoveUser
from services.assistants.usecases.render_prompt import CheckAssistant, GetFinalPrompt
from services.assistants.usecases.save_assistant import SaveAssistant
from services.assistants.usecases.set_knowledge_base import SetKnowledgeBaseOf
from services.assistants.usecases.start_indexing import StartIndexing
from services.assistants.usecases.stored_conversations import StoredConversations
from services.assistants.usecases.update_assistant import UpdateAssistant
from services.assistants.usecases.user_tools import ManageUserTools
from services.assistants.usecases.whatsapp_channel import ManageWhatsApp
from services.assistants.wiring.prompts import answer_prompt

RELAY_CONNECTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the doors of the rpc process may call."""

    engine: Engine
    save_assistant: SaveAssistant
    list_assistants: ListAssistants
    get_assistant: GetAssistant
    update_assistant: UpdateAssistant
    get_default_assistant: GetDefaultAssistant
    update_default_assistant: UpdateDefaultAssistant
    delete_assistant: DeleteAssistant
    archive_assistant: ArchiveAssistant
    duplicate_assistant: DuplicateAssistant
    export_assistant: ExportAssistant
    import_assistant: ImportAssistant
    get_final_prompt: GetFinalPrompt
    preview_assistant: PreviewAssistant
    set_knowledge_base: SetKnowledgeBaseOf
    ensure_knowledge_base: EnsureKnowledgeBase
    start_indexing: StartIndexing
    forget_knowledge_base: ForgetKnowledgeBase
    remove_user: RemoveUser
    user_tools: ManageUserTools
    conversations: StoredConversations
    whatsapp: ManageWhatsApp
    verify_whatsapp: VerifyWhatsAppWebhook
    receive_whatsapp: ReceiveWhatsAppMessages
    relay: Relay

    def check_ready(self) -> None:
        """Raises while the database cannot be reached."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("select 1")


def build(settings: RpcSettings) -> Application:
    """Touches nothing yet. Two service classes share the pool, hence twice the workers."""
    box = secret_box(settings.secret_keys.get_secret_value())
    engine = sync_engine(
        settings.assistants_database_url.get_secret_value(),
        pool_size=2 * settings.rpc_workers + RELAY_CONNECTIONS,
    )
    channels = PostgresWhatsAppChannels(engine, box)
    render_prompt = answer_prompt()
    check = CheckAssistant(render_prompt)
    assistants = PostgresAssistants(engine, check=check)
    tools = PostgresUserTools(engine, ToolRows(box))
    return Application(
        engine=engine,
        save_assistant=SaveAssistant(assistants=assistants),
        list_assistants=ListAssistants(assistants=assistants),
        get_assistant=GetAssistant(assistants=assistants),
        update_assistant=UpdateAssistant(assistants=assistants),
        get_default_assistant=GetDefaultAssistant(assistants=assistants, new_uuid=uuid4),
        update_default_assistant=UpdateDefaultAssistant(assistants=assistants, new_uuid=uuid4),
        delete_assistant=DeleteAssistant(assistants=assistants),
        archive_assistant=ArchiveAssistant(assistants=assistants),
        duplicate_assistant=DuplicateAssistant(assistants=assistants),
        export_assistant=ExportAssistant(assistants=assistants, now=lambda: datetime.now(UTC)),
        import_assistant=ImportAssistant(assistants=assistants, tools=tools),
        get_final_prompt=GetFinalPrompt(assistants=assistants, render_prompt=render_prompt),
        preview_assistant=PreviewAssistant(
            assistants=assistants,
            check=check,
            render_prompt=render_prompt,
            default_model=settings.default_model,
        ),
        set_knowledge_base=SetKnowledgeBaseOf(assistants=assistants),
        ensure_knowledge_base=EnsureKnowledgeBase(assistants=assistants),
        start_indexing=StartIndexing(assistants=assistants),
        forget_knowledge_base=ForgetKnowledgeBase(assistants=assistants),
        user_tools=ManageUserTools(
            store=tools, reach=settings.tool_reach, most=settings.tools_per_user
        ),
        remove_user=RemoveUser(removal=UserRows(engine, metadata, inbox)),
        conversations=StoredConversations(archive=PostgresConversationArchive(engine)),
        whatsapp=ManageWhatsApp(channels=channels),
        verify_whatsapp=VerifyWhatsAppWebhook(channels=channels),
        receive_whatsapp=ReceiveWhatsAppMessages(
            channels=channels,
            inbox=PostgresWhatsAppInbox(engine),
            per_minute=settings.whatsapp_per_minute,
            now=lambda: datetime.now(UTC),
        ),
        relay=Relay(engine, outbox),
    )
