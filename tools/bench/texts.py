"""English that every machine has: the documentation in Python's own standard library."""

import ast
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

_SKIPPED = frozenset(
    {"test", "tests", "site-packages", "dist-packages", "idlelib", "lib2to3", "turtledemo"}
)
_SIZES = (8_000, 120_000, 30_000, 2_000, 60_000)  # characters of a document, in turn


@dataclass(frozen=True, slots=True)
class Described:
    """Something with a docstring: `shutil.copytree`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file to upload, and what it describes."""

    name: str
    described: tuple[Described, ...]

    @property
    def content(self) -> bytes:
        """Plain text."""
        return "\n\n".join(f"{each.name}\n\n{each.text}" for each in self.described).encode()


def documents(characters: int, *, skipped: int = 0) -> list[Document]:
    """Documents of several sizes, about so many characters together; `skipped` characters of the
    standard library are left to others."""
    source = _described()
    while skipped > 0:
        skipped -= len(next(source).text)
    made: list[Document] = []
    for size in cycle(_SIZES):
        taken, wanted = [], min(size, characters)
        while wanted > 0 and (each := next(source, None)):
            taken.append(each)
            wanted -= len(each.text)
            characters -= len(each.text)
        if taken:
            made.append(Document(f"library-{len(made) + 1:02}.txt", tuple(taken)))
        if characters <= 0 or wanted > 0:
            return made
    raise AssertionError("cycle ends never")


def questions(known: list[Document], count: int) -> list[str]:
    """Distinct ones, spread over the documents, that the documents have an answer to."""
    names = [
        each.name
        for document in known
        for each in document.described
        if len(each.text) > 80 and not each.name.rpartition(".")[2].startswith("_")
    ]
    step = max(len(names) // count, 1)
    asked = [f"What does {name} do?" for name in dict.fromkeys(names[::step])]
    return list(islice(asked, count))


def words(count: int) -> list[str]:
    """A small vocabulary, common words first."""
    seen: dict[str, int] = {}
    for each in islice(_described(), 600):
        for word in each.text.split():
            if word.isalpha():
                seen[word.lower()] = seen.get(word.lower(), 0) + 1
    return sorted(seen, key=lambda word: (-seen[word], word))[:count]


def _described() -> Iterator[Described]:
    """Always the same order on the same Python."""
    root = Path(sysconfig.get_path("stdlib"))
    for path in sorted(root.rglob("*.py")):
        within = path.relative_to(root)
        if _SKIPPED.isdisjoint(within.parts):
            module = ".".join(within.with_suffix("").parts).removesuffix(".__init__")
            yield from _of_module(module, path)


def _of_module(module: str, path: Path) -> Iterator[Described]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError, ValueError):
        return
    if text := ast.get_docstring(tree):
        yield Described(module, text)
    yield from _of_body(module, tree)


def _of_body(name: str, body: ast.Module | ast.ClassDef) -> Iterator[Described]:
    for node in body.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if text := ast.get_docstring(node):
                yield Described(f"{name}.{node.name}", text)
            if isinstance(node, ast.ClassDef):
                yield from _of_body(f"{name}.{node.name}", node)
