"""HTML to text that can be read: without scripts and styles, a block on a line."""

import re
from collections import Counter
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

_UNREAD = ["script", "style", "noscript", "template", "svg", "iframe", "head"]
_BLOCKS = frozenset([
    "p", "div", "li", "tr", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article",
    "header", "footer", "nav", "main", "aside", "table", "ul", "ol", "dl", "dt", "dd", "blockquote",
    "pre", "form",
])  # fmt: skip
_CELLS = frozenset(["td", "th"])
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)", re.IGNORECASE)
_ENDS_BY_ITSELF = frozenset([
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li", "link",
    "meta", "optgroup", "option", "p", "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead",
    "tr", "track", "wbr",
])  # fmt: skip
DEEPEST = 500
"""The parser's time grows with the depth of each tag."""
MOST_NODES = 500_000
"""Visited; what a selector finds may be within what it finds."""
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


def page_text(html: str, selector: str) -> str:
    """Of all that the CSS selector finds, or of the whole page. Raises ValueError."""
    if _depth(html) > DEEPEST:
        raise ValueError("The endpoint's answer is nested too deep.")
    tree = LexborHTMLParser(html)
    tree.strip_tags(_UNREAD)
    nodes = _found(tree, selector) if selector else [tree.body] if tree.body else []
    budget = iter(range(MOST_NODES))
    texts = [_text(node, budget) for node in nodes]
    if next(budget, None) is None:
        raise ValueError("The endpoint's answer is too large a page.")
    return "\n".join(filter(None, texts))


def _depth(html: str) -> int:
    """How many tags are open at once, at least about."""
    opened: Counter[str] = Counter()
    now = deepest = 0
    for closing, written in _TAG.findall(html):
        tag = written.lower()
        if closing and opened[tag]:
            opened[tag] -= 1
            now -= 1
        elif not closing and tag not in _ENDS_BY_ITSELF:
            opened[tag] += 1
            now += 1
            deepest = max(deepest, now)
    return deepest


def _found(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        found = tree.css(selector)
    except (ValueError, SelectolaxError):
        raise ValueError(f'"{selector}" is no CSS selector.') from None
    if not found:
        raise ValueError(f'The endpoint\'s answer has no "{selector}".')
    return list(found)


def _text(node: LexborNode, budget: Iterator[int]) -> str:
    text = "".join(_pieces(node, budget))
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


def _pieces(node: LexborNode, budget: Iterator[int]) -> Iterator[str]:
    """In one pass, as far as the budget of nodes goes."""
    for each, _ in zip(node.traverse(include_text=True), budget, strict=False):
        before = each.prev
        if each.tag in _BLOCKS or (before is not None and before.tag in _BLOCKS):
            yield "\n"
        elif each.tag in _CELLS:
            yield " "
        if each.tag == "-text":
            yield each.text_content or ""
