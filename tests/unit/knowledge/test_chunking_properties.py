"""Whatever the document, its chunks are bounded, ordered, whole and always the same."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from services.knowledge.domain.chunking import Chunk, chunk
from services.knowledge.domain.extraction import Block


class WordTokenizer:
    """Pieces of words and single signs: white space separates."""

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in re.finditer(r"\w{1,3}|[^\w\s]", text)]


words = st.text(alphabet="abcdeé漢.!?;,\n -", min_size=1, max_size=120)
sentences = st.lists(words, min_size=1, max_size=12).map(" ".join)
texts = st.one_of(words, sentences, st.integers(1, 900).map(lambda n: "x" * n))
kinds = st.sampled_from(["heading", "paragraph", "list_item", "table_row", "code"])
blocks = st.builds(
    Block, text=texts.map(str.strip).filter(bool), kind=kinds, page=st.none() | st.integers(1, 9)
)
documents = st.lists(blocks, min_size=1, max_size=12)
sizes = st.integers(8, 60)


def chunks_of(document: list[Block], size: int, overlap: int) -> list[Chunk]:
    tokenizer = WordTokenizer()
    return list(chunk(document, size_tokens=size, overlap_tokens=overlap, tokenizer=tokenizer))


@settings(max_examples=150, deadline=None)
@given(documents, sizes, st.integers(0, 59))
def test_chunks_hold_what_they_promise(document: list[Block], size: int, overlap: int) -> None:
    overlap = min(overlap, size - 1)
    text = "\n".join(block.text for block in document)
    chunks = chunks_of(document, size, overlap)
    count = WordTokenizer().offsets

    assert [c.index for c in chunks] == list(range(len(chunks)))
    assert all(c.text == text[c.start_char : c.end_char] for c in chunks)
    assert all(c.tokens == len(count(c.text)) <= size for c in chunks)
    assert all(c.text.strip() == c.text != "" for c in chunks)
    assert chunks == chunks_of(document, size, overlap)

    covered = 0
    for before, after in zip([None, *chunks], chunks, strict=False):
        assert not text[covered : max(covered, after.start_char)].strip()
        if before:
            assert before.start_char < after.start_char
            assert before.end_char < after.end_char
            assert len(count(text[after.start_char : before.end_char])) <= overlap
        covered = after.end_char
    assert not text[covered:].strip()
