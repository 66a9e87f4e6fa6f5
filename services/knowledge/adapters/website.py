"""What websites tell crawlers: robots.txt and sitemaps, remembered for a few minutes."""

import re
import time
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field
from html import unescape

import structlog
from protego import Protego

from chassis.guarded_http import Fetched, FetchFailed, GuardedHttp
from chassis.reach import AddressRefused
from chassis.web_address import BadAddress, WebAddress
from services.knowledge.domain.extraction import ExtractionFailed

log = structlog.get_logger(__name__)
KEPT_S = 600
KEPT_SITES = 64
LONGEST_DELAY_S = 10
MOST_SITEMAPS = 5
MOST_PAGES = 2_000
_LONGEST_SITEMAP = 10_000_000  # bytes, unpacked
_LOCATION = re.compile(r"<loc>\s*([^<\s]{1,2000})\s*</loc>", re.IGNORECASE)
_IS_INDEX = re.compile(r"<sitemapindex[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RobotsSite:
    """The port `Site`. agent: the name that robots.txt may call us by."""

    http: GuardedHttp
    agent: str
    rules: OrderedDict[str, tuple[float, Protego]] = field(default_factory=OrderedDict)

    def allows(self, url: str) -> bool:
        return bool(self._rules(WebAddress.parse(url).origin).can_fetch(url, self.agent))

    def delay_s(self, url: str) -> float:
        asked = self._rules(WebAddress.parse(url).origin).crawl_delay(self.agent)
        return min(float(asked or 0), LONGEST_DELAY_S)

    def mapped(self, address: WebAddress) -> list[str]:
        origin = address.origin
        told = [str(each) for each in self._rules(origin).sitemaps]
        waiting = [*told, f"{origin}/sitemap.xml"]
        seen: set[str] = set()
        found: list[str] = []
        while waiting and len(seen) < MOST_SITEMAPS and len(found) < MOST_PAGES:
            url = waiting.pop(0)
            if url in seen or not _is_at(origin, url):
                continue
            seen.add(url)
            is_index, locations = self._sitemap(url)
            if is_index:
                waiting = [*locations, *waiting]
            else:
                found += locations
        return found[:MOST_PAGES]

    def _sitemap(self, url: str) -> tuple[bool, list[str]]:
        try:
            answer = self.http.fetch(url)
        except (FetchFailed, AddressRefused, BadAddress) as error:
            log.info("sitemap_not_read", url=url[:300], reason=str(error)[:200])
            return False, []
        if answer.status != 200:
            return False, []
        text = _unpacked(answer.body).decode("utf-8", "replace")
        return bool(_IS_INDEX.search(text[:5_000])), [unescape(x) for x in _LOCATION.findall(text)]

    def _rules(self, origin: str) -> Protego:
        now = time.monotonic()
        kept = self.rules.get(origin)
        if kept is not None and kept[0] > now:
            return kept[1]
        rules = Protego.parse(self._robots(origin))
        self.rules[origin] = (now + KEPT_S, rules)
        while len(self.rules) > KEPT_SITES:
            self.rules.popitem(last=False)
        return rules

    def _robots(self, origin: str) -> str:
        """As RFC 9309 has it: none allows everything; one that cannot be had allows nothing."""
        try:
            answer = self.http.fetch(f"{origin}/robots.txt")
        except (AddressRefused, BadAddress) as refusal:
            raise ExtractionFailed(str(refusal)) from refusal
        except FetchFailed as failure:
            raise ExtractionFailed(f"robots.txt: {failure.reason}") from failure
        if answer.status >= 500 or answer.status == 429:
            raise ExtractionFailed(f"robots.txt: The server answered {answer.status}.")
        return answer.body.decode("utf-8", "replace") if _is_robots(answer) else ""


def _is_robots(answer: Fetched) -> bool:
    """Not the front page, which some servers answer to everything."""
    return answer.status == 200 and answer.content_type != "text/html"


def _is_at(origin: str, url: str) -> bool:
    try:
        return WebAddress.parse(url).origin == origin
    except BadAddress:
        return False


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        return zlib.decompressobj(47).decompress(body, _LONGEST_SITEMAP)
    except zlib.error:
        return b""
