"""Stand-ins for everything behind the gateway; they keep the promises of the services' protocols."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import IO, Any
from uuid import UUID

from contracts.errors import InvalidRequest, NotAuthenticated, NotFound, ServiceError
from contracts.rpc import auth, evaluation, knowledge
from contracts.rpc.assistants import configurations as assistants
from contracts.rpc.assistants import conversations, tools, whatsapp
from contracts.rpc.assistants.tools import MASK
from contracts.shapes import Shape
from services.gateway.domain.authorization import bad_access_token, user_has_gone
from tests.unit.gateway.runs import RUN_ID, case, run_of

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MINE = UUID("11111111-1111-4111-8111-111111111111")  # my knowledge base, assistant, task
FOREIGN = UUID("22222222-2222-4222-8222-222222222222")
UPLOAD_ID = UUID("33333333-3333-4333-8333-333333333333")
PUT_URL = "http://store/bucket/key?signature=x"
MY_ID = 7


class Recording:
    """Keeps what was asked; raises `failure` when it is set."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.failure: Exception | None = None

    def note(self, request: Any) -> None:
        self.asked.append(request)
        if self.failure:
            raise self.failure


class FakeTokens:
    """`good` is mine; auth's answers to the others are Simple JWT's."""

    def __init__(self) -> None:
        self.refused: dict[int, str] = {}

    def refuse(self, user_id: int, code: str) -> None:
        self.refused[user_id] = code

    async def user_id(self, token: str) -> int:
        if token == "good" and MY_ID in self.refused:
            raise user_has_gone(self.refused[MY_ID])
        if token == "good":
            return MY_ID
        raise bad_access_token("Token is expired" if token == "old" else "Token is invalid")


class FakeAuth(Recording):
    async def register(self, request: auth.Credentials) -> auth.Registered:
        self.note(request)
        return auth.Registered(user_id=MY_ID)

    async def issue_tokens(self, request: auth.SignIn) -> auth.TokenPair:
        self.note(request)
        if request.password != "right":
            raise NotAuthenticated("No active account found with the given credentials")
        return auth.TokenPair(refresh="r", access="a")

    async def refresh_access(self, request: auth.RefreshToken) -> auth.AccessToken:
        self.note(request)
        return auth.AccessToken(access="a2")

    async def sign_out(self, request: auth.RefreshTokenOf) -> auth.Done:
        self.note(request)
        return auth.Done()

    async def change_password(self, request: auth.ChangePassword) -> auth.Done:
        self.note(request)
        return auth.Done()

    async def deactivate_account(self, request: auth.PasswordOf) -> auth.Done:
        self.note(request)
        return auth.Done()

    async def delete_account(self, request: auth.PasswordOf) -> auth.Done:
        self.note(request)
        return auth.Done()

    async def connect_zoho(self, request: auth.UserRef) -> auth.AuthorizationUrl:
        self.note(request)
        return auth.AuthorizationUrl(authorization_url="https://accounts.zoho.com/x")

    async def complete_zoho(self, request: auth.ZohoAnswer) -> auth.ZohoOutcome:
        self.note(request)
        is_connected = request.state == "good"
        return auth.ZohoOutcome(
            is_connected=is_connected, reason="" if is_connected else "invalid_state"
        )

    async def get_profile(self, request: auth.UserRef) -> auth.Profile:
        self.note(request)
        return auth.Profile(username="ada", first_name="", last_name="", email="")

    async def get_key_set(self) -> auth.KeySet:
        self.note(None)
        return auth.KeySet(keys=[])


def an_assistant(**changes: Any) -> assistants.Assistant:
    defaults = assistants.AssistantFields()
    values = {name: getattr(defaults, name) for name in assistants.AssistantFields.model_fields}
    values |= {
        "id": 1,
        "assistant_uuid": MINE,
        "knowledge_base": MINE,
        "archived_at": None,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return assistants.Assistant.model_validate({**values, **changes})


class FakeAssistants(Recording):
    name = "SupportGPT"

    def mine(self, request: Any) -> None:
        self.note(request)
        if request.assistant_uuid not in (MINE, None):
            raise NotFound(what="assistant")

    async def save_configuration(self, request: Any) -> assistants.Assistant:
        self.mine(request)
        return an_assistant(**request.fields.changes())

    async def list_configurations(self, request: Any) -> assistants.AssistantSummaries:
        self.note(request)
        summary = assistants.AssistantSummary(
            assistant_name="A", assistant_uuid=MINE, updated_at=NOW, archived_at=None
        )
        return assistants.AssistantSummaries(assistants=[summary])

    knowledge_base: UUID | None = MINE

    async def get_configuration(self, request: Any) -> assistants.Assistant:
        self.mine(request)
        return an_assistant(knowledge_base=self.knowledge_base)

    async def update_configuration(self, request: Any) -> assistants.Assistant:
        self.mine(request)
        return an_assistant(**request.fields.changes())

    async def get_default_configuration(self, request: Any) -> assistants.Assistant:
        self.note(request)
        return an_assistant()

    async def update_default_configuration(self, request: Any) -> assistants.Assistant:
        self.note(request)
        return an_assistant(**request.fields.changes())

    async def delete_configuration(self, request: Any) -> assistants.Deleted:
        self.mine(request)
        return assistants.Deleted(assistant_uuid=request.assistant_uuid)

    async def duplicate_configuration(self, request: Any) -> assistants.Assistant:
        self.mine(request)
        return an_assistant(assistant_uuid=FOREIGN, assistant_name="SupportGPT (Copy)")

    async def archive_configuration(self, request: Any) -> assistants.Assistant:
        self.mine(request)
        return an_assistant(archived_at=None if request.action == "unarchive" else NOW)

    async def export_configuration(self, request: Any) -> assistants.ExportedAssistant:
        self.mine(request)
        metadata = assistants.ExportMetadata(version="1.0", exported_at=NOW, product="Parlance")
        return assistants.ExportedAssistant(
            export_metadata=metadata, configuration=an_assistant(assistant_name=self.name)
        )

    async def import_configuration(self, request: Any) -> assistants.ImportedAssistant:
        self.note(request)
        is_mine = request.knowledge_base in (MINE, None)
        made = an_assistant(**request.fields.changes(), knowledge_base=request.knowledge_base)
        return assistants.ImportedAssistant(
            assistant=made, ignored=[] if is_mine else ["knowledge_base"]
        )

    async def get_final_prompt(self, request: Any) -> assistants.FinalPrompt:
        self.mine(request)
        return assistants.FinalPrompt(final_prompt="You are Ada.")

    async def set_knowledge_base(self, request: Any) -> assistants.KnowledgeBaseSet:
        self.mine(request)
        reference = request.knowledge_base
        if reference not in (None, str(MINE), "1"):
            raise NotFound(what="knowledge_base")
        return assistants.KnowledgeBaseSet(knowledge_base=MINE if reference else None)

    async def ensure_knowledge_base(self, request: Any) -> assistants.KnowledgeBaseSet:
        self.mine(request)
        return assistants.KnowledgeBaseSet(knowledge_base=MINE)

    async def start_indexing(self, request: Any) -> knowledge.TaskStarted:
        self.mine(request)
        return knowledge.TaskStarted(task_id=MINE)


def a_knowledge_base(**changes: Any) -> knowledge.KnowledgeBase:
    fields = knowledge.KnowledgeBaseFields(name="KB")
    values = {name: getattr(fields, name) for name in knowledge.KnowledgeBaseFields.model_fields}
    values |= {"embedding_model": "local-embed", "id": 1, "uuid": MINE}
    values |= {"created_at": NOW, "updated_at": NOW}
    values |= {f"{kind}_count": 0 for kind in ("files", "links", "excels", "data_excels")}
    return knowledge.KnowledgeBase.model_validate({**values, **changes})


def a_link(**fields: Any) -> knowledge.Link:
    known = {
        "id": 1,
        "url": "https://example.com/",
        "title": "",
        "created_at": NOW,
        "updated_at": NOW,
        "grabber_enabled": False,
        "update_dynamically": False,
        "grabbed": False,
        "indexed": False,
        "status": "uploaded",
        "error": None,
        "pages": 0,
        "chunks": 0,
        "next_fetch_at": None,
    }
    return knowledge.Link(**{**known, **fields})


def a_document(name: str = "a.pdf", size: int = 3) -> knowledge.Document:
    return knowledge.Document(
        id=5,
        name=name,
        kind="file",
        s3_url="https://store/a.pdf",
        status="uploaded",
        error=None,
        size=size,
        uploaded_at=NOW,
        chunks=0,
    )


class FakeKnowledge(Recording):
    def mine(self, request: Any) -> None:
        self.note(request)
        if request.knowledge_base not in (str(MINE), "1"):
            raise NotFound(what="knowledge_base")

    async def create_knowledge_base(self, request: Any) -> knowledge.KnowledgeBase:
        self.note(request)
        return a_knowledge_base(name=request.name, update_interval=request.update_interval)

    async def list_knowledge_bases(self, request: Any) -> knowledge.KnowledgeBases:
        self.note(request)
        return knowledge.KnowledgeBases(knowledge_bases=[a_knowledge_base()])

    async def begin_upload(self, request: Any) -> knowledge.UploadTicket:
        self.mine(request)
        return knowledge.UploadTicket(
            upload_id=UPLOAD_ID,
            put_url=PUT_URL,
            headers={"Content-Type": "application/pdf"},
            expires_at=NOW + timedelta(minutes=5),
        )

    async def complete_upload(self, request: Any) -> knowledge.Document:
        self.note(request)
        return a_document()

    async def update_knowledge_base(self, request: Any) -> knowledge.KnowledgeBase:
        self.mine(request)
        return a_knowledge_base(**request.fields.changes())

    async def delete_knowledge_base(self, request: Any) -> knowledge.KnowledgeBaseRemoved:
        self.mine(request)
        return knowledge.KnowledgeBaseRemoved(uuid=MINE)

    async def complete_data_upload(self, request: Any) -> knowledge.DataExcel:
        self.note(request)
        told = {**dict(a_document("a.csv")), "kind": "data_excel"}
        return knowledge.DataExcel(**told, summary="Info:\n...\n\nHead:\n...")

    async def begin_refresh(self, request: Any) -> knowledge.UploadTicket:
        if request.knowledge_base is not None:
            self.mine(request)
        if request.file_name != "a.pdf":
            raise NotFound(what="document")
        ticket = knowledge.BeginUpload(
            user_id=request.user_id,
            knowledge_base=str(MINE),
            file_name=request.file_name,
            size_bytes=request.size_bytes,
        )
        return await self.begin_upload(ticket)

    async def complete_refresh(self, request: Any) -> knowledge.Refreshed:
        self.note(request)
        return knowledge.Refreshed(document=a_document(), task_id=MINE)

    async def delete_document(self, request: Any) -> knowledge.DocumentRemoved:
        self.note(request)
        if request.document_id != 5:
            raise NotFound(what="document")
        return knowledge.DocumentRemoved(document_id=5, kind="file")

    async def list_documents(self, request: Any) -> knowledge.Documents:
        self.mine(request)
        return knowledge.Documents(documents=[a_document()])

    async def list_links(self, request: Any) -> knowledge.Links:
        self.mine(request)
        return knowledge.Links(links=[a_link()])

    async def check_link(self, request: Any) -> knowledge.CheckedLink:
        self.note(request)
        if "private" in request.fields.url:
            raise InvalidRequest.on("url", "This address is not allowed.")
        return knowledge.CheckedLink(address=request.fields.url)

    async def add_link(self, request: Any) -> knowledge.Link:
        self.mine(request)
        return a_link(**request.fields.changes())

    async def update_link(self, request: Any) -> knowledge.Link:
        self.note(request)
        if request.link_id != 1:
            raise NotFound(what="link")
        return a_link(**request.fields.changes())

    async def delete_link(self, request: Any) -> knowledge.LinkDeleted:
        self.note(request)
        if request.link_id != 1:
            raise NotFound(what="link")
        return knowledge.LinkDeleted(link_id=request.link_id)

    async def start_indexing(self, request: Any) -> knowledge.TaskStarted:
        self.mine(request)
        return knowledge.TaskStarted(task_id=MINE)

    async def get_task(self, request: Any) -> knowledge.TaskStatus:
        self.note(request)
        if request.task_id != str(MINE):
            raise NotFound(what="task")
        return knowledge.TaskStatus(
            task_id=MINE,
            status="PENDING",
            result=None,
            error=None,
            progress=knowledge.Progress(done=1, total=2, failed=0, stage="indexing"),
        )


def a_suite(**fields: Any) -> evaluation.TestSuite:
    cases = [evaluation.TestCase(question="When?", ideal_answer="In 1890.")]
    base = {"id": 1, "assistant_uuid": MINE, "mode": "quick", "test_cases": cases}
    return evaluation.TestSuite(**{**base, "created_at": NOW, "updated_at": NOW, **fields})


class FakeEvaluation(Recording):
    """My assistant has a quick suite, 1, and no other."""

    def mine(self, request: Any) -> None:
        self.note(request)
        if request.assistant_uuid != MINE:
            raise NotFound(what="assistant")

    async def get_suite(self, request: Any) -> evaluation.FoundSuite:
        self.mine(request)
        return evaluation.FoundSuite(suite=a_suite() if request.mode == "quick" else None)

    async def generate_suite(self, request: Any) -> evaluation.TestSuite:
        self.mine(request)
        return a_suite(mode=request.mode)

    async def update_suite(self, request: Any) -> evaluation.TestSuite:
        self.note(request)
        if request.test_suite_id != 1:
            raise NotFound(what="test_suite")
        return a_suite(test_cases=request.test_cases)

    async def delete_suite(self, request: Any) -> evaluation.SuiteDeleted:
        self.mine(request)
        return evaluation.SuiteDeleted(existed=request.mode == "quick")

    async def start_run(self, request: evaluation.StartRun) -> evaluation.RunStarted:
        self.mine(request)
        return evaluation.RunStarted(run_id=RUN_ID)

    async def list_runs(self, request: evaluation.ListRuns) -> evaluation.Runs:
        self.mine(request)
        return evaluation.Runs(runs=[run_of(case(0)).run])

    async def cancel_run(self, request: evaluation.RunOf) -> evaluation.Run:
        return (await self.get_results(request)).run

    async def compare_runs(self, request: evaluation.CompareRuns) -> evaluation.Comparison:
        run = (await self.get_results(request)).run
        return evaluation.Comparison(
            base=run,
            other=run,
            same_configuration=True,
            same_knowledge_base=True,
            changed_fields=[],
            compared=1,
            only_in_base=0,
            only_in_other=0,
            pass_rate=None,
            score=None,
            metrics={},
            better=[],
            worse=[],
            fixed=[],
            broken=[],
            verdict="no difference beyond noise: 0 fixed, 0 broken of 1 case",
        )

    async def get_results(self, request: evaluation.RunOf) -> evaluation.RunResults:
        self.note(request)
        if request.run_id != str(RUN_ID):
            raise NotFound(what="run")
        return run_of(case(0), case(1, "fail", agent="=1+1"), case(2, "error"))


class FakeStore(Recording):
    def __init__(self) -> None:
        super().__init__()
        self.stored: dict[str, bytes] = {}

    async def put(
        self, url: str, *, headers: Mapping[str, str], content: IO[bytes], size_bytes: int
    ) -> None:
        self.note((url, dict(headers)))
        content.seek(0)
        self.stored[url] = content.read()
        assert len(self.stored[url]) == size_bytes


class FakeChat(Recording):
    """Streams `lines`; an exception among them is raised there. Waits at `pause`, for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Any] = [
            {"type": "token", "content": "Zwei Jahre – ja"},
            {"type": "done", "usage": {}, "finish_reason": "complete"},
        ]
        self.closed = asyncio.Event()

    async def answer(self, **request: Any) -> AsyncIterator[dict[str, Any]]:
        self.note(request)
        try:
            if request["assistant_uuid"] not in (MINE, None):
                raise NotFound(what="assistant")
            for line in self.lines:
                if isinstance(line, ServiceError):
                    raise line
                if line == "pause":
                    await asyncio.Event().wait()
                yield line
        finally:
            self.closed.set()


class FakeWholeAnswers(Recording):
    """My assistant answers the same to everything."""

    async def for_whatsapp(self, **request: Any) -> str:
        self.note(request)
        if request["assistant_uuid"] != MINE:
            raise NotFound(what="assistant")
        return "*Two years*"


class FakeConversations(Recording):
    """My conversation has two messages, 1 and 2, with my assistant."""

    def mine(self, request: Any) -> None:
        self.note(request)
        if request.conversation_id != MINE:
            raise NotFound(what="conversation")

    def told(self) -> conversations.Conversation:
        moments = {"created_at": NOW, "updated_at": NOW}
        return conversations.Conversation(
            conversation_id=MINE, assistant_uuid=MINE, title="How long?", messages=2, **moments
        )

    async def list_conversations(self, request: Any) -> conversations.Conversations:
        self.note(request)
        if request.assistant_uuid not in (MINE, None):
            raise NotFound(what="assistant")
        return conversations.Conversations(conversations=[self.told()])

    async def get_conversation(self, request: Any) -> conversations.Conversation:
        self.mine(request)
        return self.told()

    async def list_turns(self, request: Any) -> conversations.StoredTurns:
        self.mine(request)
        asked = conversations.StoredTurn(
            message_id=1,
            role="user",
            content="How long?",
            model=None,
            finish_reason=None,
            feedback=None,
            created_at=NOW,
        )
        return conversations.StoredTurns(turns=[asked])

    async def delete_conversation(self, request: Any) -> conversations.ConversationDeleted:
        self.mine(request)
        return conversations.ConversationDeleted(conversation_id=MINE)

    async def give_feedback(self, request: Any) -> conversations.Feedback:
        self.mine(request)
        if request.message_id != 2:
            raise NotFound(what="message")
        return conversations.Feedback(
            message_id=2, rating=request.rating, text=request.text, updated_at=NOW
        )

    async def list_feedback(self, request: Any) -> conversations.RatedAnswers:
        self.note(request)
        if request.assistant_uuid != MINE:
            raise NotFound(what="assistant")
        return conversations.RatedAnswers(feedback=[])


class FakeWhatsApp(Recording):
    """My assistant has a channel, MINE too; its token is `word`, and `good` is the signature."""

    def mine(self, request: Any) -> None:
        self.note(request)
        if request.assistant_uuid != MINE:
            raise NotFound(what="assistant")

    def told(self) -> whatsapp.WhatsAppChannel:
        return whatsapp.WhatsAppChannel(
            channel_uuid=MINE,
            phone_number_id="1",
            access_token=MASK,
            app_secret=MASK,
            verify_token=MASK,
            last_error=None,
            created_at=NOW,
            updated_at=NOW,
        )

    async def get_whatsapp(self, request: Any) -> whatsapp.WhatsAppChannel:
        self.mine(request)
        return self.told()

    async def save_whatsapp(self, request: Any) -> whatsapp.WhatsAppChannel:
        self.mine(request)
        return self.told()

    async def delete_whatsapp(self, request: Any) -> whatsapp.WhatsAppRemoved:
        self.mine(request)
        return whatsapp.WhatsAppRemoved(assistant_uuid=MINE)

    async def verify_whatsapp(self, request: Any) -> whatsapp.WhatsAppVerified:
        self.note(request)
        if request.verify_token != "word":
            raise NotAuthenticated("The verify token is wrong.")
        return whatsapp.WhatsAppVerified(channel_uuid=request.channel_uuid)

    async def receive_whatsapp(self, request: Any) -> whatsapp.WhatsAppReceived:
        self.note(request)
        if request.channel_uuid != MINE:
            raise NotFound(what="channel")
        if request.signature != "good":
            raise NotAuthenticated("The signature is wrong.")
        return whatsapp.WhatsAppReceived(messages=1)


class FakeUserTools(Recording):
    """My tool has the id 1."""

    def mine(self, request: Any) -> None:
        self.note(request)
        if request.tool_id != 1:
            raise NotFound(what="user_tool")

    def told(self, fields: tools.UserToolFields) -> tools.UserTool:
        values = {name: getattr(fields, name) for name in tools.UserToolFields.model_fields}
        own = {"id": 1, "uuid": MINE, "user": MY_ID, "function_name": "tool"}
        return tools.UserTool(**values, **own, created_at=NOW, updated_at=NOW)

    async def create_user_tool(self, request: Any) -> tools.UserTool:
        self.note(request)
        return self.told(request.fields)

    async def list_user_tools(self, request: Any) -> tools.UserToolPage:
        self.note(request)
        return tools.UserToolPage(tools=[self.told(tools.UserToolFields())])

    async def get_user_tool(self, request: Any) -> tools.UserTool:
        self.mine(request)
        return self.told(tools.UserToolFields())

    async def update_user_tool(self, request: Any) -> tools.UserTool:
        self.mine(request)
        return self.told(request.fields)

    async def delete_user_tool(self, request: Any) -> tools.UserToolRemoved:
        self.mine(request)
        return tools.UserToolRemoved(uuid=MINE)


class FakeToolCalls(Recording):
    """Tool 1 answers what it was asked."""

    async def execute(self, **request: Any) -> dict[str, Any]:
        self.note(request)
        if request["tool_id"] != 1:
            raise NotFound(what="user_tool")
        return {"result": request["arguments"], "status_code": 200, "elapsed_ms": 1.5}


def bodies(recording: Recording) -> list[dict[str, Any]]:
    """What was asked, as it goes over the wire."""
    return [each.to_wire() for each in recording.asked if isinstance(each, Shape)]
