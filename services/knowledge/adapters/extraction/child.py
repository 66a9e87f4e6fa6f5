"""The child process that reads one document: bounded memory, time and files, no network, no secrets.

Started as `python -m services.knowledge.adapters.extraction.child PARENT KIND PATH MEMORY SECONDS
TEXT_LIMIT`; writes JSON lines (`wire`) to its standard output.
"""

import sys
from pathlib import Path
from typing import IO, cast

from services.knowledge.adapters.confinement import confine
from services.knowledge.domain.extraction import ExtractionFailed
from services.knowledge.domain.media_types import ReadKind

from .extract import clean_blocks
from .reading import About
from .wire import block_line, end_line, failure_line

_DAMAGED = "The file is damaged or is not what its name says."
_OUT_OF_MEMORY = "Reading the document needs more memory than is allowed."


def main(arguments: list[str]) -> None:
    """Reads the document that the arguments name; never raises."""
    parent, kind, path, memory, seconds, text_limit = arguments
    confine(parent=int(parent), memory_bytes=int(memory), cpu_seconds=int(seconds))
    write(sys.stdout.buffer, Path(path), cast("ReadKind", kind), int(text_limit))


def write(out: IO[bytes], path: Path, kind: ReadKind, text_limit: int) -> None:
    """All blocks and how it ended. A reader's own errors mean that the file is damaged."""
    about = About()
    try:
        for block in clean_blocks(path, kind, about, text_limit=text_limit):
            out.write(block_line(block))
        out.write(end_line(about))
    except ExtractionFailed as failure:
        out.write(failure_line(failure.reason))
    except MemoryError:
        out.write(failure_line(_OUT_OF_MEMORY))
    except Exception as error:  # noqa: BLE001 -- readers raise anything on hostile files
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        out.write(failure_line(_DAMAGED))
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
