"""What models write (Markdown) as lines for WhatsApp, which knows no headings, tables or named links."""

import re
from collections.abc import Callable, Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from services.assistants.domain.whatsapp_lines import BOLD, ITALIC, MONO, STRIKE, Line, Span, plain

# Indented text is no code: quotes of documents begin with spaces.
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("code")
_MARKS = {"strong": BOLD, "em": ITALIC, "s": STRIKE}
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z!?][^>]*>", re.DOTALL)
_SEPARATOR = ": "


def lines_of(markdown: str) -> list[Line]:
    """Blocks are separated by an empty line; a block's own lines are not."""
    return _blocks(SyntaxTreeNode(_PARSER.parse(markdown)).children)


def _blocks(nodes: Sequence[SyntaxTreeNode], *, is_tight: bool = False) -> list[Line]:
    lines: list[Line] = []
    for node in nodes:
        block = _block(node)
        if block and lines and not is_tight:
            lines.append(())
        lines += block
    return lines


def _block(node: SyntaxTreeNode) -> list[Line]:
    render = _RENDERERS.get(node.type)
    return render(node) if render else []


def _paragraph(node: SyntaxTreeNode) -> list[Line]:
    return _inline(node.children, ())


def _heading(node: SyntaxTreeNode) -> list[Line]:
    return _inline(node.children, (BOLD,))


def _fence(node: SyntaxTreeNode) -> list[Line]:
    """Marked line by line, so that it can be cut anywhere."""
    return [
        (_mono(line),) if line.strip() else () for line in node.content.rstrip("\n").split("\n")
    ]


def _html(node: SyntaxTreeNode) -> list[Line]:
    text = _TAG.sub("", _BREAK.sub("\n", node.content))
    return [plain(line.strip()) for line in text.split("\n") if line.strip()]


def _quote(node: SyntaxTreeNode) -> list[Line]:
    return [(Span("> "), *line) for line in _blocks(node.children)]


def _list(node: SyntaxTreeNode) -> list[Line]:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    lines: list[Line] = []
    for item in node.children:
        bullet = "- " if number is None else f"{number}. "
        number = None if number is None else number + 1
        first, *more = _blocks(item.children, is_tight=True) or [()]
        lines.append((Span(bullet), *first))
        lines += [(Span("  "), *line) if line else () for line in more]
    return lines


def _table(node: SyntaxTreeNode) -> list[Line]:
    """A line per row, which names its columns."""
    head, *bodies = node.children
    columns = [_cell(cell) for row in head.children for cell in row.children]
    rows = [[_cell(cell) for cell in row.children] for body in bodies for row in body.children]
    return table_lines(columns, rows)


def table_lines(columns: Sequence[Line], rows: Sequence[Sequence[Line]]) -> list[Line]:
    """`- first value: second` where there are two columns, else each value with its column's name."""
    if len(columns) <= 2:
        heading = _joined(columns, _SEPARATOR)
        lines = [tuple(Span(span.text, (BOLD,)) for span in heading)] if heading else []
        return [*lines, *((Span("- "), *_joined(row, _SEPARATOR)) for row in rows)]
    return [_row(columns, row) for row in rows]


def _row(columns: Sequence[Line], row: Sequence[Line]) -> Line:
    first, *others = row
    named = [
        _joined([column, value], _SEPARATOR)
        for column, value in zip(columns[1:], others, strict=False)
        if value
    ]
    return (Span("- "), *_joined([first, _joined(named, "; ")], _SEPARATOR))


def _joined(lines: Sequence[Line], glue: str) -> Line:
    spans: list[Span] = []
    for line in lines:
        if line and spans:
            spans.append(Span(glue))
        spans += line
    return tuple(spans)


def _cell(node: SyntaxTreeNode) -> Line:
    return _joined(_inline(node.children, ()), " ")


def _inline(nodes: Sequence[SyntaxTreeNode], marks: tuple[str, ...]) -> list[Line]:
    lines: list[list[Span]] = [[]]
    for span in _spans(nodes, marks):
        if span.text == "\n":
            lines.append([])
        elif span.text:
            lines[-1].append(span)
    return [tuple(line) for line in lines if line]


def _spans(nodes: Sequence[SyntaxTreeNode], marks: tuple[str, ...]) -> list[Span]:
    """Of one inline text; a span that is a line break breaks the line."""
    return [span for node in nodes for span in _span(node, marks)]


def _span(node: SyntaxTreeNode, marks: tuple[str, ...]) -> list[Span]:
    match node.type:
        case "text":
            return [Span(node.content, marks)]
        case "code_inline":
            return [_mono(node.content)]
        case "softbreak" | "hardbreak" | "html_inline":
            is_break = node.type != "html_inline" or _BREAK.fullmatch(node.content)
            return [Span("\n")] if is_break else []
        case "link":
            return _reference(_spans(node.children, marks), str(node.attrs.get("href", "")))
        case "image":
            return _reference([Span(node.content, marks)], str(node.attrs.get("src", "")))
    mark = _MARKS.get(node.type)
    return _spans(node.children, marks if mark is None or mark in marks else (*marks, mark))


def _reference(name: list[Span], url: str) -> list[Span]:
    """`text: url`, without marks at the address: they would become part of it."""
    shown = "".join(span.text for span in name).strip()
    if not url or _bare(shown) == _bare(url):
        return [Span(shown)]
    return [*name, Span(_SEPARATOR), Span(url)] if shown else [Span(url)]


def _bare(address: str) -> str:
    return re.sub(r"^(https?://|mailto:)(www\.)?|/$", "", address.lower())


def _mono(text: str) -> Span:
    return Span(text.replace(MONO, "'''"), (MONO,))


_RENDERERS: dict[str, Callable[[SyntaxTreeNode], list[Line]]] = {
    "paragraph": _paragraph,
    "inline": _paragraph,
    "heading": _heading,
    "fence": _fence,
    "html_block": _html,
    "blockquote": _quote,
    "bullet_list": _list,
    "ordered_list": _list,
    "table": _table,
}
