"""assistants' tables."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.inbox import inbox_table
from chassis.outbox import outbox_table

metadata = MetaData()

# What a user decides has no default here: contracts.rpc.assistants.configurations.AssistantFields has them.
assistants = Table(
    "assistant",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("assistant_uuid", Uuid, nullable=False, unique=True),
    Column("user_id", BigInteger, nullable=False),
    Column("is_default", Boolean, nullable=False, server_default="false"),
    Column("assistant_name", String(255), nullable=False),
    Column("agent_name", String(255), nullable=False),
    Column("organisation_name", String(255), nullable=False),
    Column("organisation_description", Text, nullable=False),
    Column("examples", JSONB, nullable=False),
    Column("goal", Text, nullable=False),
    Column("system_instructions", Text, nullable=False),
    Column("conversation_tone", String(255), nullable=False),
    Column("use_last_user_language", Boolean, nullable=False),
    Column("languages", JSONB, nullable=False),
    Column("enable_emojis", Boolean, nullable=False),
    Column("answer_competitor_queries", Boolean, nullable=False),
    Column("competitor_response_bias", String(20), nullable=False),
    Column("model_provider", String(255), nullable=False),
    Column("model_name", String(100), nullable=False),
    Column("temperature", Double, nullable=False),
    Column("max_tokens", Integer, nullable=False),
    Column("top_p", Double, nullable=False),
    Column("frequency_penalty", Double, nullable=False),
    Column("stream_responses", Boolean, nullable=False),
    Column("json_mode", Boolean, nullable=False),
    Column("auto_tool_choice", Boolean, nullable=False),
    Column("selected_tools", JSONB, nullable=False),
    Column("knowledge_base", Uuid),  # a reference into knowledge; no foreign key reaches there
    Column("knowledge_processing_instructions", Text, nullable=False),
    Column("data_to_capture", JSONB, nullable=False),
    Column("archived_at", DateTime(timezone=True)),
    Column("deleted_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index(
        "assistant_by_user", "user_id", "updated_at", postgresql_where=text("deleted_at is null")
    ),
    Index(
        "assistant_one_default",
        "user_id",
        unique=True,
        postgresql_where=text("is_default and deleted_at is null"),
    ),
    Index(
        "assistant_by_knowledge_base",
        "knowledge_base",
        postgresql_where=text("knowledge_base is not null"),
    ),
)

conversations = Table(
    "conversation",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("conversation_uuid", Uuid, nullable=False, unique=True),
    Column("user_id", BigInteger, nullable=False),
    Column("assistant_id", BigInteger, ForeignKey("assistant.id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("conversation_by_user", "user_id", "updated_at"),
    Index("conversation_by_assistant", "assistant_id"),
)

messages = Table(
    "message",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "conversation_id",
        BigInteger,
        ForeignKey("conversation.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("role", String(20), nullable=False),
    Column("content", Text, nullable=False),
    # Of answers only.
    Column("model", String(100)),
    Column("finish_reason", String(20)),
    Column("input_tokens", Integer),
    Column("output_tokens", Integer),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("message_by_conversation", "conversation_id", "id"),
)

# What a user decides has no default here either: contracts.rpc.assistants.tools.UserToolFields has them.
user_tools = Table(
    "user_tool",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    Column("user_id", BigInteger, nullable=False),
    Column("name", String(255), nullable=False),
    Column("description", Text, nullable=False),
    Column("endpoint_url", Text, nullable=False),
    Column("http_method", String(10), nullable=False),
    Column("send_headers", Boolean, nullable=False),
    Column("auth_required", Boolean, nullable=False),
    Column("auth_type", String(20)),
    Column("send_query_parameters", Boolean, nullable=False),
    Column("send_body", Boolean, nullable=False),
    Column("body_content_type", String(127), nullable=False),
    Column("body_schema", JSONB, nullable=False),
    Column("optimize_response", Boolean, nullable=False),
    Column("optimize_type", String(10), nullable=False),
    Column("field_containing_data", String(255), nullable=False),
    Column("include_fields", Text, nullable=False),
    Column("should_truncate_response", Boolean, nullable=False),
    Column("truncate_limit", Integer, nullable=False),
    Column("retry_on_fail", Boolean, nullable=False),
    Column("max_tries", Integer, nullable=False),
    Column("wait_between_tries", Double, nullable=False),
    Column("on_error", String(30), nullable=False),
    # Encrypted JSON: auth_credentials, headers and query_parameters_json, where secrets may be.
    Column("sealed", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("user_tool_by_user", "user_id", "id"),
)

feedback = Table(
    "feedback",
    metadata,
    Column(
        "message_id", BigInteger, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("rating", String(4), nullable=False),
    Column("text", Text, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

whatsapp_channels = Table(
    "whatsapp_channel",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("channel_uuid", Uuid, nullable=False, unique=True),
    Column("user_id", BigInteger, nullable=False),
    Column(
        "assistant_id",
        BigInteger,
        ForeignKey("assistant.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("phone_number_id", String(32), nullable=False),
    Column("sealed", Text, nullable=False),  # encrypted JSON of the three secrets
    Column("last_error", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("whatsapp_channel_by_user", "user_id"),
)

whatsapp_senders = Table(
    "whatsapp_sender",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "channel_id",
        BigInteger,
        ForeignKey("whatsapp_channel.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("wa_id", String(64), nullable=False),
    Column("conversation_uuid", Uuid),  # may be deleted meanwhile
    Column("touched_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("channel_id", "wa_id"),
)

whatsapp_messages = Table(
    "whatsapp_message",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "channel_id",
        BigInteger,
        ForeignKey("whatsapp_channel.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column(
        "sender_id",
        BigInteger,
        ForeignKey("whatsapp_sender.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("wamid", String(255), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, sent, failed, ignored
    Column("answers", JSONB),  # texts, once they are made
    Column("sent_ids", JSONB, nullable=False, server_default="[]"),  # of the first of them
    Column("tries", Integer, nullable=False, server_default="0"),  # that ended without a word
    Column("error", Text),
    Column("written_at", DateTime(timezone=True), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("channel_id", "wamid"),
    Index("whatsapp_message_by_sender", "sender_id", "id"),
    Index(
        "whatsapp_message_waiting",
        "sender_id",
        "id",
        postgresql_where=text("state = 'waiting'"),
    ),
)

inbox = inbox_table(metadata)
outbox = outbox_table(metadata)
