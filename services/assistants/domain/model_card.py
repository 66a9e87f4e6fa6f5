"""What is known of a model beforehand."""

from dataclasses import dataclass

from services.assistants.domain.answer import QUOTING_MODELS

LOCAL = "local-"  # models of the local server begin so, whatever stands behind them
USUAL_CONTEXT_TOKENS = 128_000
SMALL_CONTEXT_TOKENS = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """`context_tokens`: of everything that it reads and writes in one answer."""

    context_tokens: int
    can_use_tools: bool


def card_by_name(model: str) -> ModelCard:
    """Where nobody tells more of it."""
    is_local = model.startswith(LOCAL)
    only_quotes = model in QUOTING_MODELS  # and reads the question and the documents alone
    is_small = is_local and not only_quotes
    return ModelCard(
        context_tokens=SMALL_CONTEXT_TOKENS if is_small else USUAL_CONTEXT_TOKENS,
        can_use_tools=not is_local,
    )
