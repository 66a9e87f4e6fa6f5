"""Which spellings of a page's address mean the same page, and which pages a crawl goes to."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from chassis.web_address import BadAddress, WebAddress

_TRACKING = re.compile(
    r"(utm_\w+|gclid|fbclid|msclkid|dclid|yclid|igshid|mc_[ce]id|_ga|_gl|phpsessid|jsessionid|sid)\Z",
    re.IGNORECASE,
)
_SESSION = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
_NO_PAGE = re.compile(
    r"\.(?:png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|webm|ogg|wav|mov|avi|css|m?js|map|json|xml|rss"
    r"|atom|woff2?|ttf|eot|zip|gz|tgz|bz2|xz|7z|rar|tar|exe|msi|dmg|iso|apk|jar|bin|deb|rpm)\Z",
    re.IGNORECASE,
)
_ACTION = re.compile(r"/(?:log-?out|sign-?out|delete|remove|add-to-cart)\b", re.IGNORECASE)
DEEPEST_PATH = 12  # parts; relative links that go round in circles grow longer and longer
SAME_PART = 3
QUERIES_PER_PATH = 10
"""Of a calendar or a search page that leads to itself for ever."""


def page_address(address: WebAddress) -> str:
    """Without fragment, and without what only says where a visitor came from."""
    path, _, query = address.target.partition("?")
    parts = [part for part in query.split("&") if not _TRACKING.match(part.partition("=")[0])]
    kept = "&".join(parts)
    return address.origin + _SESSION.sub("", path) + (f"?{kept}" if kept else "")


def same_page(url: str) -> str:
    """The key that spellings of one page share: a last slash makes no difference."""
    path, mark, query = url.partition("?")
    return path.rstrip("/") + mark + query


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlLimits:
    """depth: links followed from the first page. pages: of one link, the first one included."""

    depth: int = 3
    pages: int = 100


def candidates(page: WebAddress, base: str, links: Iterable[str]) -> list[str]:
    """Addresses of further pages of the same origin, in order, each once; `links` as written."""
    try:
        start = page.joined(base) if base else page
    except BadAddress:
        start = page
    found: dict[str, str] = {}
    for link in links:
        try:
            address = start.joined(link)
        except BadAddress:
            continue
        if address.origin == page.origin and _looks_like_a_page(address):
            url = page_address(address)
            found.setdefault(same_page(url), url)
    return list(found.values())


def _looks_like_a_page(address: WebAddress) -> bool:
    path = address.target.partition("?")[0]
    parts = Counter(part for part in path.split("/") if part)
    goes_round = parts.total() > DEEPEST_PATH or max(parts.values(), default=0) > SAME_PART
    return not goes_round and not _NO_PAGE.search(path) and not _ACTION.search(path)


def chosen(found: Iterable[str], known: Iterable[str], *, room: int) -> list[str]:
    """Which of the pages found are new: `room` of them at most, and few that differ in a query only."""
    keys = {same_page(url) for url in known}
    queries = Counter(key.partition("?")[0] for key in keys if "?" in key)
    new: list[str] = []
    for url in found:
        key = same_page(url)
        path, mark, _ = key.partition("?")
        if len(new) >= room:
            break
        if key in keys or (mark and queries[path] >= QUERIES_PER_PATH):
            continue
        keys.add(key)
        queries[path] += bool(mark)
        new.append(url)
    return new
