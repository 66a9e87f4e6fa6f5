"""Texts as every file format can hold them."""

import re

CONTROLS = re.compile(
    "[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"
)
"""What XML 1.0 has no way to write, or advises against: controls, surrogates, noncharacters."""


def without_controls(text: str) -> str:
    """The text without them; tabs and line ends stay."""
    return CONTROLS.sub("", text)
