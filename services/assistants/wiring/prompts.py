"""The prompt in use; a change of words is a new file with a new number."""

from pathlib import Path

from services.assistants.usecases.render_prompt import RenderPrompt

ANSWER = Path(__file__).parents[1] / "prompts" / "answer.v1.md"


def answer_prompt() -> RenderPrompt:
    """Both processes render from this, so that the final prompt is what chat sends."""
    return RenderPrompt(ANSWER.read_text(encoding="utf-8"))
