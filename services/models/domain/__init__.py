"""Rules on plain values: sentences, extraction, citations, lexical reranking."""
