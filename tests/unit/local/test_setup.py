"""The installer's decisions (touches a temporary folder)."""

from pathlib import Path

import pytest

from local import debian
from local.install import SetupError
from local.setup import _unless_fresh
from local.uv import _version


def test_a_step_runs_again_only_for_new_input(tmp_path: Path) -> None:
    ran: list[str] = []
    for digest in ("a", "a", "b", "b", "a"):
        _unless_fresh(tmp_path / "new" / "stamp", digest, lambda: ran.append("once"))
    assert len(ran) == 3


def test_a_step_that_failed_runs_again(tmp_path: Path) -> None:
    def fail() -> None:
        raise SetupError("it failed", "wait")

    with pytest.raises(SetupError):
        _unless_fresh(tmp_path / "stamp", "a", fail)
    ran: list[str] = []
    _unless_fresh(tmp_path / "stamp", "a", lambda: ran.append("once"))
    assert ran == ["once"]


def test_versions_compare_as_numbers() -> None:
    assert _version("uv 0.13.10 (x86_64)") > _version("uv==0.13.9 \\\n --hash")
    assert _version("no uv here") < _version("0.0.1")


def test_moved_erlang_is_told_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debian, "RELOCATED", Path("/moved"))
    script = tmp_path / "usr/lib/erlang/bin/erl"
    script.parent.mkdir(parents=True)
    script.write_text("x\n    ROOTDIR=/usr/lib/erlang\nBINDIR=$ROOTDIR/bin\n")
    debian._relocate_erlang(tmp_path)
    assert script.read_text() == "x\n    ROOTDIR=/moved/usr/lib/erlang\nBINDIR=$ROOTDIR/bin\n"
