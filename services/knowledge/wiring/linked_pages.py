"""What reads the pages of links."""

from chassis.guarded_http import GuardedHttp, Limits
from chassis.reach import Reach
from services.knowledge.adapters.extraction.sandbox import SandboxedExtractor
from services.knowledge.adapters.page_runs import PostgresPageRuns
from services.knowledge.adapters.web_pages import GuardedPages
from services.knowledge.adapters.website import RobotsSite
from services.knowledge.domain.page_address import CrawlLimits
from services.knowledge.ports import ObjectStore
from services.knowledge.settings import CrawlSettings
from services.knowledge.usecases.read_page import ReadPage


def linked_pages(
    settings: CrawlSettings, *, runs: PostgresPageRuns, objects: ObjectStore
) -> ReadPage:
    """Nothing is fetched yet. Raises ValueError where `fetch_allow` cannot be read."""
    http = GuardedHttp(
        reach=Reach.allowing(settings.fetch_allow),
        limits=Limits(body_bytes=settings.fetch_limit_bytes, total_s=settings.fetch_timeout_s),
        user_agent=f"Mozilla/5.0 (compatible; {settings.fetch_agent}/1.0)",
    )
    return ReadPage(
        runs=runs,
        web=GuardedPages(http),
        site=RobotsSite(http, settings.fetch_agent),
        objects=objects,
        extractor=SandboxedExtractor(),
        limits=CrawlLimits(depth=settings.grab_depth, pages=settings.grab_pages),
        delay_s=settings.grab_delay_s,
    )
