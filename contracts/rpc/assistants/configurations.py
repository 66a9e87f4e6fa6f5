"""assistants answers: the assistants' configurations and prompts. Chat is gRPC (`protos/assistants`)."""

from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from pydantic import (
    AliasChoices,
    AliasGenerator,
    BeforeValidator,
    ConfigDict,
    Field,
)
from pydantic.alias_generators import to_camel

from contracts.rpc.assistants.json_values import Json
from contracts.rpc.knowledge import KnowledgeBaseRef, TaskStarted
from contracts.shapes import (
    Instant,
    LongText,
    Name,
    NotABoolean,
    Partial,
    RowId,
    Shape,
    Text,
    UserId,
)


class Example(Shape):
    """A question and the answer it should get."""

    question: LongText = ""
    answer: LongText = ""


def _example(value: Any) -> Any:
    return {"question": value} if isinstance(value, str) else value


ShortText = Annotated[Text, Field(max_length=255)]
ModelName = Annotated[Text, Field(max_length=100)]


class AssistantFields(Partial):
    """What a user decides of an assistant; absent means default, or as it was.

    Read in both spellings (`agent_name`, `agentName`); written in snake_case.
    temperature 0 to 2, top_p 0 to 1, frequency_penalty -2 to 2; a model server gets them
    cut to its own range. selected_tools are UUIDs of user tools; with auto_tool_choice the model is
    offered the built-in tools (search, data, charts) as well.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        alias_generator=AliasGenerator(
            validation_alias=lambda name: AliasChoices(name, to_camel(name))
        ),
    )

    assistant_name: Name = "SupportGPT"
    agent_name: Name = "Agent360"
    organisation_name: ShortText = ""
    organisation_description: LongText = ""
    examples: Annotated[
        list[Annotated[Example, BeforeValidator(_example)]], Field(max_length=100)
    ] = []
    goal: LongText = ""
    system_instructions: Annotated[Text, Field(max_length=100_000)] = ""
    conversation_tone: ShortText = "Friendly & Approachable"
    use_last_user_language: bool = True
    languages: Annotated[list[ShortText], Field(max_length=100)] = []
    enable_emojis: bool = False
    answer_competitor_queries: bool = False
    competitor_response_bias: Literal["genuine", "biased"] = "genuine"
    model_provider: ShortText = ""
    model_name: ModelName = ""
    temperature: Annotated[float, Field(ge=0, le=2), NotABoolean] = 0.7
    max_tokens: Annotated[int, Field(ge=1, le=32_768), NotABoolean] = 1024
    top_p: Annotated[float, Field(ge=0, le=1), NotABoolean] = 0.95
    frequency_penalty: Annotated[float, Field(ge=-2, le=2), NotABoolean] = 0
    stream_responses: bool = True
    json_mode: bool = False
    auto_tool_choice: bool = True
    selected_tools: Annotated[list[UUID], Field(max_length=100)] = []
    knowledge_processing_instructions: LongText = ""
    data_to_capture: Json = []


class Assistant(Shape):
    """The whole assistant, as endpoint 17 answers it."""

    id: RowId
    assistant_uuid: UUID
    assistant_name: str
    agent_name: str
    organisation_name: str
    organisation_description: str
    examples: list[Example]
    goal: str
    system_instructions: str
    conversation_tone: str
    use_last_user_language: bool
    languages: list[str]
    enable_emojis: bool
    answer_competitor_queries: bool
    competitor_response_bias: Literal["genuine", "biased"]
    model_provider: str
    model_name: str
    temperature: float
    max_tokens: int
    top_p: float
    frequency_penalty: float
    stream_responses: bool
    json_mode: bool
    auto_tool_choice: bool
    selected_tools: list[UUID]
    knowledge_base: UUID | None
    knowledge_processing_instructions: str
    data_to_capture: Json
    archived_at: Instant | None
    created_at: Instant
    updated_at: Instant


class SaveConfiguration(Shape):
    """Endpoint 14: without `assistant_uuid` a new assistant."""

    user_id: UserId
    assistant_uuid: UUID | None = None
    fields: AssistantFields


class AssistantOf(Shape):
    """One assistant of one user."""

    user_id: UserId
    assistant_uuid: UUID


class UpdateConfiguration(AssistantOf):
    """Endpoint 17, PUT: partial."""

    fields: AssistantFields


class ListConfigurations(Shape):
    """Endpoint 16: the page behind `after`, which is `next` of the page before."""

    user_id: UserId
    include_archived: bool = False
    after: RowId | None = None


class AssistantSummary(Shape):
    """A row of endpoint 16."""

    assistant_name: str
    assistant_uuid: UUID
    updated_at: Instant
    archived_at: Instant | None


class AssistantSummaries(Shape):
    """A page, newest first (by last change). `next` is None on the last one.

    Pages go by age, which does not change: no assistant is missed because it is changed meanwhile.
    So whoever joins pages sorts them again.
    """

    assistants: list[AssistantSummary]
    next: RowId | None = None


class FinalPrompt(Shape):
    """Exactly the system prompt that chat would send, knowledge excerpts aside."""

    final_prompt: str


class PreviewConfiguration(AssistantOf):
    """The assistant as it would be with these fields, and this knowledge base where one is named, or none."""

    fields: AssistantFields = AssistantFields()
    knowledge_base: KnowledgeBaseRef | None = None
    without_knowledge_base: bool = False


class PreviewedConfiguration(Shape):
    """Nothing was changed. model_name: the one that would answer, also where none is chosen."""

    configuration: Assistant
    final_prompt: str
    model_name: str


class SetKnowledgeBase(AssistantOf):
    """Endpoint 35: None clears."""

    knowledge_base: KnowledgeBaseRef | None = None


class KnowledgeBaseSet(Shape):
    """What is set now."""

    knowledge_base: UUID | None


class OfUser(Shape):
    """The default assistant of a user: endpoint 3, GET."""

    user_id: UserId


class UpdateDefault(OfUser):
    """Endpoint 3, PUT: partial."""

    fields: AssistantFields


class Deleted(Shape):
    """Endpoint 18."""

    assistant_uuid: UUID


class ArchiveConfiguration(AssistantOf):
    """Endpoint 48; without an action the other state than it has."""

    action: Literal["archive", "unarchive"] | None = None


class ExportMetadata(Shape):
    """What a file says of itself. `version` is the format's: another major one is another format."""

    version: str
    exported_at: Instant
    product: str


class ExportedAssistant(Shape):
    """The file of endpoint 47."""

    export_metadata: ExportMetadata
    configuration: Assistant


class ImportConfiguration(OfUser):
    """A new assistant from what a file holds; `knowledge_base` counts where it is the user's."""

    fields: AssistantFields
    knowledge_base: UUID | None = None


class ImportedAssistant(Shape):
    """`ignored` names the references of the file that lead to nothing of the user's."""

    assistant: Assistant
    ignored: list[str]


class Assistants(Protocol):
    """RPC service `assistants`. NotFound has `what`: assistant, knowledge_base."""

    def save_configuration(self, request: SaveConfiguration) -> Assistant:
        """Raises NotFound."""

    def list_configurations(self, request: ListConfigurations) -> AssistantSummaries:
        """Those of the user, without deleted ones; a page of them."""

    def get_configuration(self, request: AssistantOf) -> Assistant:
        """Raises NotFound."""

    def update_configuration(self, request: UpdateConfiguration) -> Assistant:
        """Raises NotFound."""

    def get_final_prompt(self, request: AssistantOf) -> FinalPrompt:
        """Raises NotFound."""

    def preview_configuration(self, request: PreviewConfiguration) -> PreviewedConfiguration:
        """Checked as `update_configuration` does. Raises NotFound (assistant, knowledge_base), Unavailable."""

    def set_knowledge_base(self, request: SetKnowledgeBase) -> KnowledgeBaseSet:
        """Raises NotFound (assistant, knowledge_base), Unavailable."""

    def get_default_configuration(self, request: OfUser) -> Assistant:
        """Made with the contract's defaults where there is none, or the last one was deleted."""

    def update_default_configuration(self, request: UpdateDefault) -> Assistant:
        """The same, with these fields changed."""

    def delete_configuration(self, request: AssistantOf) -> Deleted:
        """Raises NotFound, also when it is called again. The rows stay, and nothing finds them."""

    def duplicate_configuration(self, request: AssistantOf) -> Assistant:
        """The copy: not archived, with the original's knowledge base. Raises NotFound."""

    def archive_configuration(self, request: ArchiveConfiguration) -> Assistant:
        """Archived or restored, as `archived_at` says. Raises NotFound."""

    def export_configuration(self, request: AssistantOf) -> ExportedAssistant:
        """Raises NotFound."""

    def import_configuration(self, request: ImportConfiguration) -> ImportedAssistant:
        """Raises Unavailable (knowledge, where the file names a knowledge base)."""

    def ensure_knowledge_base(self, request: AssistantOf) -> KnowledgeBaseSet:
        """The one that is set; where none is, a new one that has the assistant's name.

        Callers at the same time get the same one. Raises NotFound, Unavailable.
        """

    def start_indexing(self, request: AssistantOf) -> TaskStarted:
        """Endpoint 31 by assistant. Raises NotFound, InvalidRequest (no knowledge base), Unavailable."""
