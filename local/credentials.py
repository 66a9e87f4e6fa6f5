"""The random passwords and keys of one data folder, made once and kept."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

DATABASES = ("auth", "assistants", "knowledge", "evaluation")


def load_or_create(data: Path) -> dict[str, str]:
    """Read DATA/secrets.json (mode 0600); make it, or the entries it lacks, when missing."""
    path = data / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    complete = {**_generate(), **known}
    if complete != known:
        write_private(path, json.dumps(complete, indent=2))
    return complete


def _generate() -> Mapping[str, str]:
    names = ["rabbitmq", "erlang_cookie", "postgres", "s3_secret_key", "models_api_key"]
    names += [f"postgres_{database}" for database in DATABASES]
    made = {name: secrets.token_urlsafe(24) for name in names}
    made["s3_access_key"] = secrets.token_hex(10)
    made["fernet"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return made


def write_private(path: Path, text: str) -> None:
    """Write a file that holds a secret, readable by this user alone; never leaves half of it."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
