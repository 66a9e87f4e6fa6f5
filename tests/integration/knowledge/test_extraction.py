"""Real and hostile files through the sandbox. The files are kept outside of the repository."""

import csv
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services.knowledge.adapters.extraction.sandbox import SandboxedExtractor, readers_leave_network
from services.knowledge.domain.extraction import ExtractedDocument, ExtractionFailed
from services.knowledge.domain.media_types import (
    HEAD_BYTES,
    Kind,
    UnsupportedDocument,
    check_upload,
    reading_name,
)
from tests.unit.knowledge.small_files import SENTENCE, SMALL_FILES

_BESIDE_THE_REPOSITORY = Path(__file__).parents[4] / "shared" / "data"
SHARED = Path(os.environ.get("PARLANCE_SHARED_DATA", _BESIDE_THE_REPOSITORY))  # noqa: TID251
MANIFEST = SHARED / "documents" / "manifest.tsv"

# Files that must not become text, with a word of the reason.
REFUSED = {
    "pdf/r6-both-passwords.pdf": "password",
    "pdf/loremipsum-flat.pdf": "scanned",
    "pdf/cyclic-toc.pdf": "No text found",
    "pdf/invalid.pdf": "not a readable PDF",
    "pdf/no_contents.pdf": "No text found",
    "pdf/enormous.pdf": "scanned",
    "docx/bug53475-password-is-pass.docx": "password",
    "doc/PasswordProtected.doc": "not supported",
    "xlsx/57893-many-merges.xlsx": "No text found",  # 50,000 merged regions of empty cells
    "xlsx/protected_passtika.xlsx": "password",
    "xls/xor-encryption-abc.xls": "password",
    "xls/too_small.xls": "not an Excel",
    "ods/pass_protected.ods": "password",
    "malicious/issue_594_dos.ods": "more cells",
    "malicious/OOM_alloc3.xls": "damaged",
    "malicious/poc-xmlbomb.xlsx": "damaged",
    "malicious/xmlbomb.xml": "not supported",
    "malicious/quadratic.xml": "not supported",
    "malicious/SSRF_url.svg": "not supported",
    "malicious/xss.html": "No text found",
    "txt/empty.txt": "empty",
}
OWN_REPLACEMENT_CHARACTERS = {"html/utf8.html"}  # the page shows U+FFFD itself


def documents() -> list[dict[str, str]]:
    if not MANIFEST.exists():
        return []
    with MANIFEST.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def extracted(path: Path) -> ExtractedDocument:
    with path.open("rb") as file:
        kind = check_upload(path.name, file.read(HEAD_BYTES), path.stat().st_size)
    with tempfile.TemporaryDirectory() as folder:  # under the name that the worker gives it
        copy = shutil.copyfile(path, Path(folder) / reading_name(kind))
        return SandboxedExtractor().extract(copy, kind, timeout_s=60)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.skipif(not MANIFEST.exists(), reason="the shared documents are not here")
@pytest.mark.parametrize("row", documents(), ids=lambda row: row["file"])
def test_each_document_gives_its_text_or_a_clear_reason(row: dict[str, str]) -> None:
    path, name = MANIFEST.parent / row["file"], row["file"]
    started = time.monotonic()
    if name in REFUSED:
        with pytest.raises((UnsupportedDocument, ExtractionFailed), match=REFUSED[name]):
            extracted(path)
    else:
        text = squeezed("\n".join(block.text for block in extracted(path).blocks))
        assert squeezed(row["key_text"].partition(" (not ")[0]) in text
        assert "\ufffd" not in text or name in OWN_REPLACEMENT_CHARACTERS
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("kind", SMALL_FILES)
def test_a_small_file_of_each_format_gives_its_text(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / f"small.{kind}"
    path.write_bytes(SMALL_FILES[kind]())
    assert SENTENCE in squeezed("\n".join(block.text for block in extracted(path).blocks))


def test_a_workbook_that_shows_errors_gives_them_too(tmp_path: Path) -> None:
    path = tmp_path / "prices.xlsx"
    path.write_bytes(SMALL_FILES["xlsx"]())
    lines = [block.text for block in extracted(path).blocks]
    assert lines[:5] == [
        "Prices",
        "Name; Price",
        "Name: Tea; Price: 3.5",
        "Name: Milk; Price: #N/A",
        "Name: Salt; Price: #DIV/0!",
    ]


@pytest.mark.parametrize("kind", ["docx", "xlsx", "xls", "pdf"])
def test_a_small_file_that_is_cut_off_gives_a_clear_reason(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / f"cut.{kind}"
    path.write_bytes(SMALL_FILES["xlsx" if kind == "xls" else kind]()[:200])
    with pytest.raises((UnsupportedDocument, ExtractionFailed), match=r"^The .*\.$"):
        extracted(path)


@pytest.mark.skipif(not MANIFEST.exists(), reason="the shared documents are not here")
def test_columns_are_not_interleaved() -> None:
    document = extracted(MANIFEST.parent / "pdf/multi-column.pdf")
    text = squeezed(" ".join(block.text for block in document.blocks))
    assert (
        "Open-domain question answering relies on efficient passage retrieval to select candidate "
        "contexts, where traditional sparse vector space models" in text
    )


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A copy of the code whose reader of plain text misbehaves as told."""
    from services.knowledge.adapters.extraction import sandbox  # noqa: PLC0415

    code = Path(sandbox.__file__).parents[4] / "services" / "knowledge"
    copied = ("domain/*.py", "adapters/confinement.py", "adapters/extraction/*.py")
    for source in (path for pattern in copied for path in code.glob(pattern)):
        target = tmp_path / "code" / "services" / "knowledge" / source.relative_to(code)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(sandbox, "_CODE", tmp_path / "code")

    def extract(reader: str, **settings: int) -> ExtractedDocument:
        body = "\n    ".join(reader.splitlines())
        text = (
            "from services.knowledge.domain.extraction import Block\n"
            f"def read(path, about):\n    {body}\n    yield Block(text='end')\n"
        )
        module = tmp_path / "code/services/knowledge/adapters/extraction/text.py"
        module.write_text(text, encoding="utf-8")
        document = tmp_path / "a.txt"
        document.write_text("words", encoding="utf-8")
        return SandboxedExtractor(**settings).extract(document, "txt", timeout_s=2)

    return extract


@pytest.mark.parametrize(
    ("reader", "reason"),
    [
        ("while True: pass", "longer than 2 seconds"),
        ("import time; time.sleep(60)", "longer than 2 seconds"),
        ("held = 'x' * (4 << 30)", "more memory than is allowed"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "crash"),
        ("import os; os._exit(0)", "half way"),
        ("import os; os._exit(3)", "crash"),
        ("raise KeyError('deep inside')", "damaged"),
        ("import os; os.write(1, b'{broken'); os._exit(0)", "half way"),
        ("import os; os.write(1, b'[1]\\n[2]\\n'); os._exit(0)", "half way"),
        ("import os; os.write(1, b'{}'); os._exit(0)", "half way"),
    ],
)  # fmt: skip
def test_a_reader_that_misbehaves_fails_its_document_alone(
    hostile, reader: str, reason: str
) -> None:
    with pytest.raises(ExtractionFailed, match=reason):
        hostile(reader)


def test_the_child_sees_no_secret(hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLANCE_SECRET_KEYS", "hunter2")
    document = hostile("import os\nyield Block(text=repr(dict(os.environ)))")
    assert "hunter2" not in "".join(block.text for block in document.blocks)


def _namespaces_allowed() -> bool:
    command = ["unshare", "--user", "--net", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_the_worker_can_tell_whether_children_leave_the_network() -> None:
    assert readers_leave_network() is _namespaces_allowed()


def test_why_a_reader_failed_is_logged(hostile) -> None:
    with capture_logs() as logs, pytest.raises(ExtractionFailed, match="damaged"):
        hostile("raise KeyError('deep inside' + 'x' * 10_000)")
    (told,) = [each for each in logs if each["event"] == "extraction_child_says"]
    assert told["stderr"].startswith("KeyError: 'deep inside")
    assert len(told["stderr"]) < 5_000


@pytest.mark.skipif(not _namespaces_allowed(), reason="this kernel gives no network namespaces")
def test_the_child_reaches_no_network(hostile) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        reader = f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)"
        with pytest.raises(ExtractionFailed, match="damaged"):
            hostile(reader)


def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    slow = tmp_path / "slow.html"
    slow.write_text("<div>" * 400_000, encoding="utf-8")  # takes minutes
    program = (
        "from pathlib import Path\n"
        "from services.knowledge.adapters.extraction.sandbox import SandboxedExtractor\n"
        f"SandboxedExtractor().extract(Path({str(slow)!r}), 'html', timeout_s=60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[3])
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    wait_until(lambda: children.read_text().strip() != "")
    time.sleep(0.3)  # the child asks for its fate first of all
    child = Path("/proc") / children.read_text().split()[0]
    parent.kill()
    parent.wait()
    wait_until(lambda: not child.exists())


def wait_until(condition: Callable[[], bool], *, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_the_child_cannot_write_without_end(hostile) -> None:
    with pytest.raises(ExtractionFailed):
        hostile(
            "for _ in range(2000): open('/dev/shm/parlance-test', 'ab').write(b'x' * (1 << 20))"
        )
    Path("/dev/shm/parlance-test").unlink(missing_ok=True)


def test_blocks_can_be_read_twice_and_leave_no_process(hostile) -> None:
    document = hostile("yield Block(text='one', page=3, heading_path=('a', 'b'))")
    assert list(zip(document.blocks, document.blocks, strict=True)) == [
        (block, block) for block in document.blocks
    ]
    assert [block.text for block in document.blocks] == ["one", "end"]


def test_fifty_megabytes_of_text_pass_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_text("Fifty megabytes of plain words, and one more. " * 1_100_000, encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    document = SandboxedExtractor().extract(path, kind="txt", timeout_s=60)
    characters = sum(len(block.text) for block in document.blocks)
    assert characters > 50_000_000
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib < 64 * 1024
