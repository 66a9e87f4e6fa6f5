"""Generate Python from protos/**/*.proto, each beside its source (`make protos`)."""

import sys
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

from local.layout import REPOSITORY


def main() -> int:
    """Generate messages, stubs and type hints; returns protoc's status."""
    sources = sorted(str(path.relative_to(REPOSITORY)) for path in _sources())
    bundled = str(files("grpc_tools") / "_proto")
    outputs = [f"--{kind}_out=." for kind in ("python", "grpc_python", "pyi")]
    status: int = protoc.main(["protoc", "-I.", f"-I{bundled}", *outputs, *sources])
    return status


def _sources() -> list[Path]:
    return list((REPOSITORY / "protos").rglob("*.proto"))


if __name__ == "__main__":
    sys.exit(main())
