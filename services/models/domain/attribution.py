"""Says which document each sentence of a generated answer rests on."""

from collections.abc import Sequence

from services.models.domain.answer import Citation
from services.models.domain.conversation import Document
from services.models.domain.extraction import Sentence
from services.models.domain.sentences import Span

SUPPORT = 0.6  # cosine of an answer's sentence with a document's sentence


def citations(
    answer: str,
    spans: Sequence[Span],
    cosines: Sequence[Sequence[float]],
    sources: Sequence[Sentence],
    documents: Sequence[Document],
) -> list[Citation]:
    """A citation for every sentence of `answer` that some source supports.

    `cosines[i][j]` compares the answer's sentence at `spans[i]` with `sources[j]`.
    """
    found: list[Citation] = []
    for span, row in zip(spans, cosines, strict=True):
        best = max(range(len(row)), key=lambda position: row[position], default=None)
        if best is None or row[best] < SUPPORT:
            continue
        document = documents[sources[best].document]
        text = answer[span.start : span.end]
        found.append(Citation(span.start, span.end, text, [document]))
    return found
