"""What the gateway needs from outside. Each method raises what the service's own protocol lists."""

from collections.abc import AsyncIterator, Mapping
from typing import IO, Any, Protocol
from uuid import UUID

from contracts.rpc.assistants import conversations, tools, whatsapp
from contracts.rpc.assistants.configurations import (
    ArchiveConfiguration,
    Assistant,
    AssistantOf,
    AssistantSummaries,
    Deleted,
    ExportedAssistant,
    FinalPrompt,
    ImportConfiguration,
    ImportedAssistant,
    KnowledgeBaseSet,
    ListConfigurations,
    OfUser,
    SaveConfiguration,
    SetKnowledgeBase,
    UpdateConfiguration,
    UpdateDefault,
)
from contracts.rpc.auth import (
    AccessToken,
    AuthorizationUrl,
    ChangePassword,
    Credentials,
    Done,
    KeySet,
    PasswordOf,
    Profile,
    RefreshToken,
    RefreshTokenOf,
    Registered,
    SignIn,
    TokenPair,
    ZohoAnswer,
    ZohoOutcome,
)
from contracts.rpc.auth import UserRef as WhichUser
from contracts.rpc.evaluation import (
    CompareRuns,
    Comparison,
    FoundSuite,
    GenerateSuite,
    GetResults,
    ListRuns,
    Run,
    RunOf,
    RunResults,
    Runs,
    RunStarted,
    StartRun,
    SuiteDeleted,
    SuiteOf,
    TestSuite,
    UpdateSuite,
)
from contracts.rpc.knowledge import (
    AddLink,
    BeginRefresh,
    BeginUpload,
    ChangeKnowledgeBase,
    ChangeLink,
    CheckedLink,
    CheckLink,
    CompleteUpload,
    CreateKnowledgeBase,
    DataExcel,
    Document,
    DocumentOf,
    DocumentRemoved,
    Documents,
    KnowledgeBase,
    KnowledgeBaseOf,
    KnowledgeBaseRemoved,
    KnowledgeBases,
    Link,
    LinkDeleted,
    LinkOf,
    Links,
    ListDocuments,
    ListKnowledgeBases,
    ListLinks,
    Refreshed,
    TaskOf,
    TaskStarted,
    TaskStatus,
    UploadTicket,
)

ToolAnswer = dict[str, Any]
"""`result`, `status_code` and `elapsed_ms` of endpoint 51, JSON values only."""
ChatLine = dict[str, Any]
"""One line of endpoint 1, JSON values only."""


class AccessTokens(Protocol):
    """Who a token speaks for."""

    async def user_id(self, token: str) -> int:
        """Raises NotAuthenticated, or Unavailable while the keys cannot be had."""

    def refuse(self, user_id: int, code: str) -> None:
        """Every token of that user, from now on; code `user_not_found` or `user_inactive`."""


class Auth(Protocol):
    """`contracts.rpc.auth.Auth`, awaited."""

    async def register(self, request: Credentials) -> Registered: ...
    async def issue_tokens(self, request: SignIn) -> TokenPair: ...
    async def refresh_access(self, request: RefreshToken) -> AccessToken: ...
    async def sign_out(self, request: RefreshTokenOf) -> Done: ...
    async def change_password(self, request: ChangePassword) -> Done: ...
    async def deactivate_account(self, request: PasswordOf) -> Done: ...
    async def delete_account(self, request: PasswordOf) -> Done: ...
    async def get_profile(self, request: WhichUser) -> Profile: ...
    async def get_key_set(self) -> KeySet: ...
    async def connect_zoho(self, request: WhichUser) -> AuthorizationUrl: ...
    async def complete_zoho(self, request: ZohoAnswer) -> ZohoOutcome: ...


class Assistants(Protocol):
    """`contracts.rpc.assistants.configurations.Assistants`, awaited; lists in one piece."""

    async def save_configuration(self, request: SaveConfiguration) -> Assistant: ...
    async def list_configurations(self, request: ListConfigurations) -> AssistantSummaries: ...
    async def get_configuration(self, request: AssistantOf) -> Assistant: ...
    async def update_configuration(self, request: UpdateConfiguration) -> Assistant: ...
    async def get_default_configuration(self, request: OfUser) -> Assistant: ...
    async def update_default_configuration(self, request: UpdateDefault) -> Assistant: ...
    async def delete_configuration(self, request: AssistantOf) -> Deleted: ...
    async def duplicate_configuration(self, request: AssistantOf) -> Assistant: ...
    async def archive_configuration(self, request: ArchiveConfiguration) -> Assistant: ...
    async def export_configuration(self, request: AssistantOf) -> ExportedAssistant: ...
    async def import_configuration(self, request: ImportConfiguration) -> ImportedAssistant: ...
    async def get_final_prompt(self, request: AssistantOf) -> FinalPrompt: ...
    async def set_knowledge_base(self, request: SetKnowledgeBase) -> KnowledgeBaseSet: ...
    async def ensure_knowledge_base(self, request: AssistantOf) -> KnowledgeBaseSet: ...
    async def start_indexing(self, request: AssistantOf) -> TaskStarted: ...


class Conversations(Protocol):
    """`contracts.rpc.assistants.conversations.ConversationArchive`, awaited; lists in one piece."""

    async def list_conversations(
        self, request: conversations.ListConversations
    ) -> conversations.Conversations: ...
    async def get_conversation(
        self, request: conversations.ConversationOf
    ) -> conversations.Conversation: ...
    async def list_turns(self, request: conversations.ListTurns) -> conversations.StoredTurns: ...
    async def delete_conversation(
        self, request: conversations.ConversationOf
    ) -> conversations.ConversationDeleted: ...
    async def give_feedback(
        self, request: conversations.GiveFeedback
    ) -> conversations.Feedback: ...
    async def list_feedback(
        self, request: conversations.ListFeedback
    ) -> conversations.RatedAnswers: ...


class WhatsApp(Protocol):
    """`contracts.rpc.assistants.whatsapp.WhatsAppChannels`, awaited."""

    async def get_whatsapp(self, request: AssistantOf) -> whatsapp.WhatsAppChannel: ...
    async def save_whatsapp(self, request: whatsapp.SaveWhatsApp) -> whatsapp.WhatsAppChannel: ...
    async def delete_whatsapp(self, request: AssistantOf) -> whatsapp.WhatsAppRemoved: ...
    async def verify_whatsapp(
        self, request: whatsapp.VerifyWhatsApp
    ) -> whatsapp.WhatsAppVerified: ...
    async def receive_whatsapp(
        self, request: whatsapp.ReceiveWhatsApp
    ) -> whatsapp.WhatsAppReceived: ...


class Knowledge(Protocol):
    """`contracts.rpc.knowledge.Knowledge`, awaited; lists in one piece."""

    async def create_knowledge_base(self, request: CreateKnowledgeBase) -> KnowledgeBase: ...
    async def list_knowledge_bases(self, request: ListKnowledgeBases) -> KnowledgeBases: ...
    async def update_knowledge_base(self, request: ChangeKnowledgeBase) -> KnowledgeBase: ...
    async def delete_knowledge_base(self, request: KnowledgeBaseOf) -> KnowledgeBaseRemoved: ...
    async def begin_upload(self, request: BeginUpload) -> UploadTicket: ...
    async def complete_upload(self, request: CompleteUpload) -> Document: ...
    async def complete_data_upload(self, request: CompleteUpload) -> DataExcel: ...
    async def begin_refresh(self, request: BeginRefresh) -> UploadTicket: ...
    async def complete_refresh(self, request: CompleteUpload) -> Refreshed: ...
    async def delete_document(self, request: DocumentOf) -> DocumentRemoved: ...
    async def list_documents(self, request: ListDocuments) -> Documents: ...
    async def list_links(self, request: ListLinks) -> Links: ...
    async def check_link(self, request: CheckLink) -> CheckedLink: ...
    async def add_link(self, request: AddLink) -> Link: ...
    async def update_link(self, request: ChangeLink) -> Link: ...
    async def delete_link(self, request: LinkOf) -> LinkDeleted: ...
    async def start_indexing(self, request: KnowledgeBaseOf) -> TaskStarted: ...
    async def get_task(self, request: TaskOf) -> TaskStatus: ...


class Evaluation(Protocol):
    """`contracts.rpc.evaluation.Evaluation`, awaited; lists in one piece."""

    async def get_suite(self, request: SuiteOf) -> FoundSuite: ...
    async def generate_suite(self, request: GenerateSuite) -> TestSuite: ...
    async def update_suite(self, request: UpdateSuite) -> TestSuite: ...
    async def delete_suite(self, request: SuiteOf) -> SuiteDeleted: ...
    async def start_run(self, request: StartRun) -> RunStarted: ...
    async def get_results(self, request: GetResults) -> RunResults: ...
    async def list_runs(self, request: ListRuns) -> Runs: ...
    async def cancel_run(self, request: RunOf) -> Run: ...
    async def compare_runs(self, request: CompareRuns) -> Comparison: ...


class Chat(Protocol):
    """Answers as they are being made."""

    def answer(
        self,
        *,
        user_id: int,
        assistant_uuid: UUID | None,
        conversation_id: UUID | None,
        messages: list[tuple[str, str]],
    ) -> AsyncIterator[ChatLine]:
        """`messages` are (role, content), oldest first; no assistant: the user's default one.

        Raises ServiceError before the first line only; a later failure is an `error` line, then
        `done`. Closing the iterator ends the call to the model.
        """


class WholeAnswers(Protocol):
    """Answers in one piece."""

    async def for_whatsapp(
        self, *, user_id: int, assistant_uuid: UUID, messages: list[tuple[str, str]]
    ) -> str:
        """At most 4096 characters in WhatsApp's formatting; else as Chat.answer.

        Raises ServiceError; Unavailable where the answer broke off.
        """


class UserTools(Protocol):
    """`contracts.rpc.assistants.tools.UserTools`, awaited; lists in one piece."""

    async def create_user_tool(self, request: tools.CreateUserTool) -> tools.UserTool: ...
    async def list_user_tools(self, request: tools.ListUserTools) -> tools.UserToolPage: ...
    async def get_user_tool(self, request: tools.UserToolOf) -> tools.UserTool: ...
    async def update_user_tool(self, request: tools.ChangeUserTool) -> tools.UserTool: ...
    async def delete_user_tool(self, request: tools.UserToolOf) -> tools.UserToolRemoved: ...


class ToolCalls(Protocol):
    """Users' tools at work."""

    async def execute(self, *, user_id: int, tool_id: int, arguments: dict[str, Any]) -> ToolAnswer:
        """Raises NotFound, InvalidRequest, UpstreamFailed, Unavailable. Cancelling it ends the call."""


class ObjectStore(Protocol):
    """Where the bytes of documents go."""

    async def put(
        self, url: str, *, headers: Mapping[str, str], content: IO[bytes], size_bytes: int
    ) -> None:
        """Send exactly `size_bytes` to a presigned URL. Raises Unavailable."""
