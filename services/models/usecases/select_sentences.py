"""Finds the sentences of the documents that answer a question."""

from collections.abc import Sequence

import numpy as np

from services.models.domain.conversation import Document
from services.models.domain.extraction import Sentence, choose, shortlist
from services.models.ports import Encoder, Purpose


class SelectSentences:
    """Lexical shortlist, then embeddings of the shortlist only."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    async def __call__(
        self, asked: str, documents: Sequence[Document], count: int
    ) -> list[Sentence]:
        """At most `count` sentences, best first; none when all are too far from the question."""
        candidates = shortlist(asked, documents)
        if not candidates:
            return []
        texts = [candidate.sentence.text for candidate in candidates]
        target = await self._encoder.embed_urgently([asked], Purpose.QUERY)
        known = await self._encoder.embed_urgently(texts, Purpose.PASSAGE)
        cosines = np.asarray(known.vectors @ target.vectors[0]).tolist()
        return choose(candidates, cosines, count)
