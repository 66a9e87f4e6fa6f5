"""Composes the asyncio process."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import structlog
from cohere import AsyncClientV2
from grpc import aio
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import DATABASE_AWAY, async_engine
from chassis.grpc_wire import channel
from chassis.secret_box import secret_box
from contracts.errors import NotFound
from services.assistants.adapters.cohere_chat import CohereChatModel, Patience
from services.assistants.adapters.cohere_models import CohereModelCards
from services.assistants.adapters.conversation_store import PostgresConversations
from services.assistants.adapters.data_tables import GrpcDataTables
from services.assistants.adapters.passage_search import GrpcPassageSearch
from services.assistants.adapters.reused_connection import read_to_the_end
from services.assistants.adapters.stored_tools import PostgresStoredTools
from services.assistants.adapters.user_tool_rows import ToolRows
from services.assistants.domain.tool_use import ToolLimits
from services.assistants.settings import ChatSettings
from services.assistants.usecases.answer_for_whatsapp import AnswerForWhatsApp
from services.assistants.usecases.answer_from_data import AnswerFromData
from services.assistants.usecases.answer_question import AnswerQuestion
from services.assistants.usecases.data_tools import DataTools
from services.assistants.usecases.execute_tool import ExecuteStoredTool
from services.assistants.usecases.offer_tools import OfferTools
from services.assistants.usecases.open_answer import OpenAnswer
from services.assistants.usecases.search_again import KnowledgeTools
from services.assistants.usecases.use_tools import UseTools
from services.assistants.usecases.user_toolbox import UserToolbox
from services.assistants.wiring.prompts import answer_prompt, guide_to_permission, guide_to_tools
from services.assistants.wiring.rehearsal import rehearse
from services.assistants.wiring.user_tools import execute_tool

log = structlog.get_logger(__name__)
PROGRESS_AFTER_S = 3.0
CONNECT_TIMEOUT_S = 5.0
KEPT_OPEN_S = 30.0
WARM_UP_S = 2.0
NOBODY = 0  # user ids begin with 1
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the door of the chat process may call."""

    answer_question: AnswerQuestion
    execute_user_tool: ExecuteStoredTool
    engine: AsyncEngine
    search_channel: aio.Channel
    http: httpx.AsyncClient
    models_url: str

    @property
    def answer_for_whatsapp(self) -> AnswerForWhatsApp:
        """The same answers, in one piece."""
        return AnswerForWhatsApp(answer_question=self.answer_question)

    async def check_ready(self) -> None:
        """Raises while the database cannot be reached."""
        async with self.engine.connect() as connection:
            await connection.exec_driver_sql("select 1")

    async def warm_up(self) -> None:
        """Connect and rehearse, so that the first caller does not wait for that; nothing need be there."""
        heard = await rehearse()
        try:
            await self.http.head(self.models_url, timeout=WARM_UP_S)
            await self.answer_question.open_answer.cards.card(self.answer_question.default_model)
            await self.answer_question.conversations.open(
                user_id=NOBODY, assistant_uuid=uuid4(), conversation_uuid=None
            )
        except NotFound:
            log.info("warmed_up", rehearsed_events=heard)
        except (httpx.TransportError, *DATABASE_AWAY) as error:
            log.warning("not_warmed_up", reason=type(error).__name__)

    async def close(self) -> None:
        """Keep what is still to be kept, then let go of everything."""
        await self.answer_question.settle()
        await self.search_channel.close()
        await self.http.aclose()
        await self.engine.dispose()


def build(settings: ChatSettings) -> Application:
    """Needs a running loop; waits for nothing."""
    engine = async_engine(
        settings.assistants_database_url.get_secret_value(), pool_size=settings.chat_connections
    )
    stored_tools = PostgresStoredTools(
        engine, ToolRows(secret_box(settings.secret_keys.get_secret_value()))
    )
    execute = execute_tool(settings)
    search_channel = channel(settings.search_address)
    search_channel.get_state(try_to_connect=True)
    http = _http(settings.models_url)
    client = _client(settings, http)
    model = _chat_model(settings, client)
    search = GrpcPassageSearch(channel=search_channel, timeout_s=settings.search_timeout_s)
    tables = GrpcDataTables(
        channel=search_channel,
        describe_timeout_s=settings.data_describe_timeout_s,
        query_timeout_s=settings.data_query_timeout_s,
    )
    return Application(
        engine=engine,
        search_channel=search_channel,
        http=http,
        models_url=settings.models_url,
        execute_user_tool=ExecuteStoredTool(tools=stored_tools, execute=execute),
        answer_question=AnswerQuestion(
            conversations=PostgresConversations(engine),
            open_answer=OpenAnswer(
                search=search,
                model=model,
                cards=CohereModelCards(client, settings.model_cards_timeout_s),
                offer_tools=OfferTools(
                    selected=(UserToolbox(stored=stored_tools, execute=execute),),
                    built_in=(KnowledgeTools(search), DataTools(tables=tables)),
                ),
                use_tools=UseTools(
                    model=model,
                    limits=_tool_limits(settings),
                    guide=guide_to_tools(),
                    permission_guide=guide_to_permission(),
                ),
                direct=AnswerFromData(tables=tables, today=lambda: datetime.now(UTC).date()),
                render_prompt=answer_prompt(),
                history_tokens=settings.chat_history_tokens,
                passage_characters=settings.chat_passage_characters,
            ),
            default_model=settings.default_model,
            progress_after_s=PROGRESS_AFTER_S,
            new_uuid=uuid4,
        ),
    )


def _http(models_url: str) -> httpx.AsyncClient:
    """A proxy of the environment is for hosts elsewhere only."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(None, connect=CONNECT_TIMEOUT_S),
        limits=httpx.Limits(keepalive_expiry=KEPT_OPEN_S),
        trust_env=urlsplit(models_url).hostname not in LOOPBACK,
        follow_redirects=True,
        event_hooks={"response": [read_to_the_end]},
    )


def _client(settings: ChatSettings, http: httpx.AsyncClient) -> AsyncClientV2:
    return AsyncClientV2(
        api_key=settings.models_api_key.get_secret_value(),
        base_url=settings.models_url,  # CO_API_URL would be read at import, and only then
        httpx_client=http,
    )


def _tool_limits(settings: ChatSettings) -> ToolLimits:
    return ToolLimits(
        rounds=settings.chat_tool_rounds,
        calls_per_round=settings.chat_tool_calls_per_round,
        call_s=settings.chat_tool_timeout_s,
        total_s=settings.chat_tools_timeout_s,
        result_characters=settings.chat_tool_result_characters,
    )


def _chat_model(settings: ChatSettings, client: AsyncClientV2) -> CohereChatModel:
    return CohereChatModel(
        client=client,
        patience=Patience(
            first_event_s=settings.model_first_event_timeout_s,
            next_event_s=settings.model_next_event_timeout_s,
            total_s=settings.model_total_timeout_s,
        ),
    )
