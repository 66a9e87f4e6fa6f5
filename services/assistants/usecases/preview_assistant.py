"""Say what an assistant would be with other fields, without changing it."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.rpc.assistants.configurations import (
    Assistant,
    PreviewConfiguration,
    PreviewedConfiguration,
)
from services.assistants.ports import Assistants, KnowledgeBases
from services.assistants.usecases.render_prompt import RenderPrompt


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewAssistant:
    """For test runs, whose configuration never changes. `default_model` is chat's."""

    assistants: Assistants
    check: Callable[[Assistant], None]
    render_prompt: RenderPrompt
    default_model: str

    def __call__(
        self, request: PreviewConfiguration, *, knowledge_bases: KnowledgeBases
    ) -> PreviewedConfiguration:
        """Raises NotFound (assistant before knowledge_base), InvalidRequest, Unavailable."""
        saved = self.assistants.get(user_id=request.user_id, assistant_uuid=request.assistant_uuid)
        changes = request.fields.changes()
        if request.without_knowledge_base:
            changes["knowledge_base"] = None
        elif request.knowledge_base is not None:
            changes["knowledge_base"] = knowledge_bases.resolve(
                user_id=request.user_id, knowledge_base=request.knowledge_base
            )
        assistant = saved.model_copy(update=changes)
        self.check(assistant)
        return PreviewedConfiguration(
            configuration=assistant,
            final_prompt=self.render_prompt(assistant),
            model_name=assistant.model_name or self.default_model,
        )
