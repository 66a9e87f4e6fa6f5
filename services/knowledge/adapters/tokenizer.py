"""The embedding model's own tokenizer, to count and cut as it does."""

from pathlib import Path

from tokenizers import Tokenizer as LoadedTokenizer


class FileTokenizer:
    """A `tokenizer.json` beside the model's weights."""

    def __init__(self, path: Path) -> None:
        """Raises FileNotFoundError, or ValueError where the file is no tokenizer."""
        content = path.read_text(encoding="utf-8")
        try:
            self._tokenizer = LoadedTokenizer.from_str(content)
        except Exception as error:  # the library raises plain Exception
            raise ValueError(f"{path} is no tokenizer") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Start and end of every token in characters, without special tokens."""
        offsets: list[tuple[int, int]] = self._tokenizer.encode(
            text, add_special_tokens=False
        ).offsets
        return offsets
