"""Make a suite of the assistant's configuration and of what its knowledge base holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.errors import NotFound
from contracts.rpc.assistants.configurations import Assistant
from contracts.rpc.evaluation import MAX_CASES_BY_MODE, GenerateSuite, Generation, TestSuite
from contracts.rpc.knowledge import SampledPassage
from services.evaluation.domain.generation.chosen import Chosen
from services.evaluation.domain.generation.facts import Fact
from services.evaluation.domain.generation.suite import SAMPLED_BY_MODE, Made, Material, make_suite
from services.evaluation.domain.generation.written import checked
from services.evaluation.ports import Assistants, Knowledge, QuestionWriter, Suites, Tools

EXTRACTIVE = "local-extractive"
"""It quotes; it has no words of its own."""
SPARE = 1.25
"""Passages given to the model for each case wanted: some of what it writes will not do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeSuite:
    """Endpoint 20. Raises NotFound (what: assistant), Unavailable.

    default_model: of assistants that name none.
    """

    suites: Suites
    writer: QuestionWriter
    default_model: str

    def __call__(
        self, request: GenerateSuite, *, assistants: Assistants, knowledge: Knowledge, tools: Tools
    ) -> TestSuite:
        user_id = request.user_id
        assistant = assistants.get(user_id=user_id, assistant_uuid=request.assistant_uuid)
        passages = _drawn(request, assistant, knowledge)
        model = assistant.model_name or self.default_model
        written, notes = self._written(request, passages, model)
        material = Material(
            assistant=assistant,
            tools=tools.chosen(user_id=user_id, tools=assistant.selected_tools),
            passages=passages,
            has_base=assistant.knowledge_base is not None,
            speaks_freely=model != EXTRACTIVE,
            written=written,
        )
        made = make_suite(material, mode=request.mode, seed=request.seed)
        return self.suites.put(
            user_id=user_id,
            assistant_uuid=request.assistant_uuid,
            mode=request.mode,
            cases=made.cases,
            generation=_told(request, model, made, notes),
        )

    def _written(
        self, request: GenerateSuite, passages: Sequence[SampledPassage], model: str
    ) -> tuple[list[Fact], list[str]]:
        if not request.use_ai or not passages:
            return [], []
        if model == EXTRACTIVE:
            return [], [
                f"The model {EXTRACTIVE} quotes and writes no questions: rules made all cases."
            ]
        asked = passages[: int(SPARE * MAX_CASES_BY_MODE[request.mode])]
        outcome = self.writer.write(asked, model=model)
        chosen, told = Chosen(), list(outcome.troubles)
        kept: list[Fact] = []
        drafts = 0
        for passage, draft in zip(asked, outcome.drafts, strict=True):
            drafts += draft is not None
            fact = checked(draft, passage) if draft else None
            if fact and chosen.take(fact):
                kept.append(fact)
        if drafts > len(kept):
            told.append(f"{drafts - len(kept)} of {drafts} questions of the model were not used.")
        return kept, told


def _drawn(
    request: GenerateSuite, assistant: Assistant, knowledge: Knowledge
) -> list[SampledPassage]:
    if assistant.knowledge_base is None:
        return []
    try:
        sampled = knowledge.sample(
            user_id=request.user_id,
            knowledge_base=assistant.knowledge_base,
            count=SAMPLED_BY_MODE[request.mode],
            seed=request.seed,
        )
    except NotFound:  # deleted a moment ago
        return []
    return sampled.passages


def _told(request: GenerateSuite, model: str, made: Made, notes: list[str]) -> Generation:
    return Generation(
        use_ai=request.use_ai,
        seed=request.seed,
        model=model if made.by_model else None,
        by_model=made.by_model,
        notes=[*notes, *made.notes],
    )
