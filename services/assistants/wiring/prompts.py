"""The prompt in use; a change of words is a new file with a new number."""

from pathlib import Path

from services.assistants.usecases.render_prompt import RenderPrompt

PROMPTS = Path(__file__).parents[1] / "prompts"
ANSWER = PROMPTS / "answer.v1.md"
TOOLS = PROMPTS / "tools.v1.md"
PERMISSION = PROMPTS / "permission.v1.md"


def answer_prompt() -> RenderPrompt:
    """Both processes render from this, so that the final prompt is what chat sends."""
    return RenderPrompt(ANSWER.read_text(encoding="utf-8"))


def guide_to_tools() -> str:
    """Goes along with tools."""
    return TOOLS.read_text(encoding="utf-8").strip()


def guide_to_permission() -> str:
    """Asks which tools the user wants called."""
    return PERMISSION.read_text(encoding="utf-8").strip()
