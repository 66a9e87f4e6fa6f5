"""Chunks are bounded, cover everything and break where a reader would."""

import re

import pytest

from services.knowledge.domain.chunking import Chunk, chunk
from services.knowledge.domain.extraction import Block


class WordTokenizer:
    """Words of at most four letters a token, and signs: white space separates, as promised."""

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer(r"\w{1,4}|[^\w\s]", text)]


TOKENIZER = WordTokenizer()


def chunks_of(*blocks: Block, size: int = 20, overlap: int = 0) -> list[Chunk]:
    return list(chunk(blocks, size_tokens=size, overlap_tokens=overlap, tokenizer=TOKENIZER))


def sentence(word: str, count: int = 8) -> str:
    return " ".join([word.capitalize(), *[word] * (count - 1)]) + "."


def test_a_short_document_is_one_chunk_with_its_position() -> None:
    [only] = chunks_of(
        Block(text="Rates", kind="heading", level=1, page=2),
        Block(text="They are low.", heading_path=("Rates",), page=3),
    )
    assert only == Chunk(
        index=0, text="Rates\nThey are low.", tokens=6, start_char=0, end_char=19,
        page=2, page_end=3, heading="Rates",
    )  # fmt: skip


def test_chunks_end_with_sentences() -> None:
    chunks = chunks_of(Block(text=" ".join(sentence(w) for w in ("one", "two", "six", "ten"))))
    assert [c.text for c in chunks] == [
        f"{sentence('one')} {sentence('two')}",
        f"{sentence('six')} {sentence('ten')}",
    ]


def test_neighbours_share_whole_sentences_within_the_overlap() -> None:
    text = " ".join([sentence("one"), sentence("two", 3), sentence("six"), sentence("ten")])
    chunks = chunks_of(Block(text=text), overlap=5)
    assert chunks[0].text.endswith(sentence("two", 3))
    assert chunks[1].text.startswith(sentence("two", 3))
    assert chunks[2].text == sentence("ten")


def test_a_section_starts_a_new_chunk() -> None:
    chunks = chunks_of(
        Block(text=sentence("one", 12)),
        Block(text="Next", kind="heading", level=1),
        Block(text=sentence("two", 3), heading_path=("Next",)),
        overlap=5,
    )
    assert [c.text for c in chunks] == [sentence("one", 12), f"Next\n{sentence('two', 3)}"]
    assert chunks[1].heading == "Next"


def test_what_is_searched_stands_below_the_headings_that_the_text_lacks() -> None:
    blocks = [
        Block(text="Handbook", kind="heading", level=1),
        Block(text="Tools", kind="heading", level=2, heading_path=("Handbook",)),
        Block(text=sentence("one", 14), heading_path=("Handbook", "Tools")),
        Block(text=sentence("two", 14), heading_path=("Handbook", "Tools")),
    ]
    first, second = chunks_of(*blocks)
    assert first.searched_text == first.text
    assert second.searched_text == f"Handbook > Tools\n{second.text}"


def test_tiny_sections_share_a_chunk() -> None:
    sections = [
        block
        for name in ("One", "Two", "Three")
        for block in (
            Block(text=name, kind="heading", level=1),
            Block(text=sentence(name, 3), heading_path=(name,)),
        )
    ]
    assert len(chunks_of(*sections, size=128)) == 1
    assert len(chunks_of(*sections, size=16)) == 3


def test_a_heading_never_ends_a_chunk_that_its_text_could_follow() -> None:
    chunks = chunks_of(
        Block(text=sentence("one", 7)),
        Block(text="Next", kind="heading", level=1),
        Block(text=sentence("two", 14), heading_path=("Next",)),
    )
    assert chunks[1].text == f"Next\n{sentence('two', 14)}"


def test_rows_stay_whole_where_they_fit() -> None:
    rows = [
        Block(text=f"Name: a{n}; Price: {n}. Then; Note: x", kind="table_row") for n in range(9)
    ]
    lines = [line for c in chunks_of(*rows) for line in c.text.split("\n")]
    assert lines == [row.text for row in rows]


@pytest.mark.parametrize("text", ["x" * 50_000, "漢" * 5_000, "a-" * 5_000, "word " * 5_000])
def test_what_has_no_sentences_is_cut_to_size(text: str) -> None:
    chunks = chunks_of(Block(text=text.strip()), size=32, overlap=8)
    assert max(len(TOKENIZER.offsets(c.text)) for c in chunks) <= 32
    assert "".join(c.text for c in chunks).replace(" ", "") == text.replace(" ", "")


def test_an_overlap_as_large_as_the_chunk_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        chunks_of(Block(text="x"), size=20, overlap=20)
