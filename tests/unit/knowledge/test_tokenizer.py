"""The adapter over `tokenizers` gives character offsets of real tokens only."""

import json
from pathlib import Path

import pytest

from services.knowledge.adapters.tokenizer import FileTokenizer

WORD_PIECES = {
    "version": "1.0",
    "truncation": {"direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0},
    "padding": None,
    "added_tokens": [],
    "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                   "strip_accents": None, "lowercase": True},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": None,
    "decoder": None,
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 100,
              "vocab": {"[UNK]": 0, "tea": 1, "##pot": 2, "é": 3, "e": 4, ".": 5}},
}  # fmt: skip


def test_offsets_are_characters_and_nothing_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(json.dumps(WORD_PIECES), encoding="utf-8")
    tokenizer = FileTokenizer(tmp_path / "tokenizer.json")
    assert tokenizer.offsets("Teapot é. tea") == [(0, 3), (3, 6), (7, 8), (8, 9), (10, 13)]


def test_a_file_that_is_no_tokenizer_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"tokenizer\.json is no tokenizer"):
        FileTokenizer(tmp_path / "tokenizer.json")
