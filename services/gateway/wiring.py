"""The composition root: the only place that knows which adapter stands behind which port."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from chassis.event_subscription import EventSubscription
from chassis.grpc_client import channel
from chassis.rpc_client import RpcClient
from contracts.events.auth import UserDeactivated, UserDeleted
from services.gateway.adapters.access_tokens import JwtAccessTokens
from services.gateway.adapters.chat import ChatStream
from services.gateway.adapters.key_sets import KeySets
from services.gateway.adapters.object_store import PresignedStore, store_client
from services.gateway.adapters.rpc.assistants import AssistantsRpc
from services.gateway.adapters.rpc.auth import AuthRpc
from services.gateway.adapters.rpc.conversations import ConversationsRpc
from services.gateway.adapters.rpc.evaluation import EvaluationRpc
from services.gateway.adapters.rpc.knowledge import KnowledgeRpc
from services.gateway.adapters.rpc.user_tools import UserToolsRpc
from services.gateway.adapters.rpc.whatsapp import WhatsAppRpc
from services.gateway.adapters.tool_calls import GrpcToolCalls
from services.gateway.adapters.whole_answers import GrpcWholeAnswers
from services.gateway.domain.client_address import Network
from services.gateway.domain.limits import Limits
from services.gateway.domain.places import Places
from services.gateway.ports import (
    Assistants,
    Auth,
    Chat,
    Conversations,
    Evaluation,
    Knowledge,
    ToolCalls,
    UserTools,
    WhatsApp,
    WholeAnswers,
)
from services.gateway.settings import Settings
from services.gateway.usecases.assistant_links import AssistantLinks
from services.gateway.usecases.authenticate import Authenticate
from services.gateway.usecases.upload_document import UploadDocument


def _nothing_away() -> dict[str, bool]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the gateway's doors may call.

    `parts` says of each part whether it can be reached now; without those in `needed` nothing works.
    """

    auth: Auth
    assistants: Assistants
    knowledge: Knowledge
    evaluation: Evaluation
    chat: Chat
    whole_answers: WholeAnswers
    user_tools: UserTools
    tool_calls: ToolCalls
    conversations: Conversations
    whatsapp: WhatsApp
    authenticate: Authenticate
    upload_document: UploadDocument
    limits: Limits
    upload_places: Places
    front_end_url: str = "http://localhost:3000/"
    trusted_proxies: tuple[Network, ...] = ()
    parts: Callable[[], dict[str, bool]] = _nothing_away
    needed: frozenset[str] = frozenset({"message broker"})
    on_stop: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    @property
    def assistant_links(self) -> AssistantLinks:
        """Of two services: the assistant says which knowledge base, knowledge has the links."""
        return AssistantLinks(assistants=self.assistants, knowledge=self.knowledge)

    def missing(self) -> list[str]:
        """Needed parts that are away."""
        return [
            name for name, is_there in self.parts().items() if not is_there and name in self.needed
        ]

    def check_ready(self) -> None:
        """Raises while the gateway cannot do its work."""
        if missing := self.missing():
            raise ConnectionError(f"away: {', '.join(missing)}")

    async def stop(self) -> None:
        """Let go of connections."""
        for close in self.on_stop:
            await close()


async def start(settings: Settings) -> Application:
    """Waits for nobody: what is away is told by /readyz and by the requests that need it."""
    rpc = RpcClient(
        settings.amqp_url.get_secret_value(), name="gateway", timeout_s=settings.rpc_timeout_s
    )
    await rpc.start()
    auth, knowledge = AuthRpc(rpc), KnowledgeRpc(rpc)
    chat_channel = channel(settings.chat_address)
    chat = ChatStream(chat_channel, timeout_s=settings.chat_timeout_s)
    http = store_client()
    key_sets = KeySets(auth.get_key_set, now=time.monotonic)
    departures = _departures(settings, key_sets).start()
    return Application(
        auth=auth,
        assistants=AssistantsRpc(rpc),
        knowledge=knowledge,
        evaluation=EvaluationRpc(rpc),
        chat=chat,
        whole_answers=GrpcWholeAnswers(chat_channel, timeout_s=settings.chat_timeout_s),
        user_tools=UserToolsRpc(rpc),
        tool_calls=GrpcToolCalls(chat_channel, timeout_s=settings.tool_timeout_s),
        conversations=ConversationsRpc(rpc),
        whatsapp=WhatsAppRpc(rpc),
        authenticate=Authenticate(access_tokens=JwtAccessTokens(key_sets)),
        upload_document=UploadDocument(
            knowledge=knowledge, store=PresignedStore(http, timeout_s=settings.upload_timeout_s)
        ),
        limits=limits_of(settings),
        upload_places=Places(settings.max_uploads, what="Uploading"),
        front_end_url=settings.frontend_url,
        trusted_proxies=settings.trusted_proxies,
        parts=lambda: {"message broker": rpc.is_connected, "chat": chat.is_connected},
        on_stop=[departures.close, http.aclose, chat_channel.close, rpc.close],
    )


def _departures(settings: Settings, key_sets: KeySets) -> EventSubscription:
    """Tokens of users who go are refused from that moment on."""
    return EventSubscription(
        settings.amqp_url.get_secret_value(),
        name="gateway-departures",
        hears={
            UserDeleted: lambda event: key_sets.refuse(event.user_id, "user_not_found"),
            UserDeactivated: lambda event: key_sets.refuse(event.user_id, "user_inactive"),
        },
        on_subscribed=key_sets.renew,
    )


def limits_of(settings: Settings) -> Limits:
    """The limits that the settings set."""
    return Limits(
        json_bytes=settings.json_limit_bytes,
        upload_bytes=settings.upload_limit_bytes,
        messages=settings.max_messages,
        message_characters=settings.max_message_characters,
        json_s=settings.json_body_timeout_s,
        upload_s=settings.upload_body_timeout_s,
    )
