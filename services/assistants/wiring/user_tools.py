"""Users' tools: through the guard, within the limits that the settings set."""

from chassis.guarded_answer import Limits
from chassis.guarded_http_async import AsyncGuardedHttp
from services.assistants.adapters.guarded_endpoints import GuardedEndpoints
from services.assistants.adapters.page_text import page_text
from services.assistants.settings import ChatSettings
from services.assistants.usecases.execute_tool import ExecuteTool

USER_AGENT = "Parlance/1.0"


def execute_tool(settings: ChatSettings) -> ExecuteTool:
    """For endpoint 51 and for chat."""
    http = AsyncGuardedHttp(
        reach=settings.tool_reach,
        limits=Limits(
            body_bytes=settings.tool_answer_bytes,
            total_s=settings.tool_try_timeout_s,
            silence_s=settings.tool_try_timeout_s,
        ),
        user_agent=USER_AGENT,
    )
    return ExecuteTool(
        endpoints=GuardedEndpoints(http),
        read_page=page_text,
        total_s=settings.tool_total_timeout_s,
        longest_result=settings.tool_result_characters,
    )
