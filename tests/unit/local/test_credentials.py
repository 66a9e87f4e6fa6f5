"""Random credentials, made once (touches a temporary folder)."""

import json
from pathlib import Path

from cryptography.fernet import Fernet

from local.credentials import load_or_create


def test_they_are_kept_private_and_the_same(tmp_path: Path) -> None:
    first = load_or_create(tmp_path)
    assert load_or_create(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_two_folders_share_none(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    pairs = zip(
        load_or_create(tmp_path / "a").values(),
        load_or_create(tmp_path / "b").values(),
        strict=True,
    )
    assert all(one != other for one, other in pairs)


def test_one_that_is_new_is_added_without_touching_the_others(tmp_path: Path) -> None:
    known = load_or_create(tmp_path)
    older = {name: value for name, value in known.items() if name != "fernet"}
    (tmp_path / "secrets.json").write_text(json.dumps(older))
    newer = load_or_create(tmp_path)
    assert {**newer, "fernet": ""} == {**known, "fernet": ""}


def test_the_key_for_secrets_at_rest_is_one(tmp_path: Path) -> None:
    Fernet(load_or_create(tmp_path)["fernet"])
