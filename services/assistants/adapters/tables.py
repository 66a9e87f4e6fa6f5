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
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.inbox import inbox_table

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

inbox = inbox_table(metadata)
