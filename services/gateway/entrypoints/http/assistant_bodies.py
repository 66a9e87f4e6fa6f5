"""What clients send and get where assistants are archived, copied, exported and imported."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from contracts.rpc.assistants.configurations import Assistant, AssistantFields
from contracts.shapes import Shape, Text
from services.gateway.entrypoints.http.bodies import OptionalUuid

FORMAT = "1."
"""Versions of the file that this product reads begin so."""


def _known(version: str) -> str:
    if not version.startswith(FORMAT):
        raise ValueError(f'Version "{version[:40]}" is not supported.')
    return version


class Succeeded(Shape):
    """Endpoint 18."""

    success: bool


class ArchiveAction(Shape):
    """Endpoint 48: without an action (absent, null or blank) it toggles."""

    action: Annotated[
        Literal["archive", "unarchive"] | None,
        BeforeValidator(lambda value: None if value == "" else value),
        WithJsonSchema({"enum": ["archive", "unarchive", "", None]}),
    ] = None


class AssistantDone(Shape):
    """Endpoints 46 and 48: the assistant as it is now."""

    success: bool
    message: str
    data: Assistant


class AssistantImported(AssistantDone):
    """`ignored` names what the file refers to and the user does not have: "knowledge_base"."""

    ignored: list[str]


class FileMetadata(Shape):
    """What the file says of itself; absent, it is taken for one of this version."""

    version: Annotated[
        Text, AfterValidator(_known), Field(json_schema_extra={"pattern": r"^1\.[^\u0000]*$"})
    ] = "1.0"


class ImportedConfiguration(AssistantFields):
    """The fields of an assistant; its ids, times and `archived_at` are not read."""

    knowledge_base: OptionalUuid = None


class AssistantFile(Shape):
    """A file that endpoint 47 wrote."""

    export_metadata: FileMetadata = FileMetadata()
    configuration: ImportedConfiguration
