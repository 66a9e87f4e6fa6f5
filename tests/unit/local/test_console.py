"""What reaches the terminal, and log files that do not grow for ever."""

import io
import json
from pathlib import Path

import pytest

from local.console import Console, rotate


def shown(line: str, *, verbose: bool = False, quiet: bool = False) -> str:
    out = io.StringIO()
    Console(verbose=verbose, out=out).relay("auth-rpc", line, quiet=quiet)
    return out.getvalue()


def record(level: str) -> str:
    moment = "2026-11-25T07:21:42.223619Z"
    return json.dumps({"event": "it_happened", "level": level, "timestamp": moment, "count": 3})


def test_a_structured_line_is_shown_compactly() -> None:
    assert shown(record("warning")) == "          auth-rpc | 07:21:42 warning it_happened count=3\n"


def test_routine_is_shown_only_when_verbose() -> None:
    assert shown(record("info")) == ""
    assert "it_happened" in shown(record("info"), verbose=True)


@pytest.mark.parametrize("line", ["Traceback (most recent call last):", "{not json", "{}", "[1]"])
def test_any_other_line_of_a_service_is_shown_as_it_is(line: str) -> None:
    assert shown(line).endswith(f"| {line}\n")


def test_infrastructure_speaks_only_when_verbose() -> None:
    assert shown("LOG: checkpoint", quiet=True) == ""
    assert shown("LOG: checkpoint", quiet=True, verbose=True) != ""


def test_no_colour_codes_reach_a_file() -> None:
    assert "\x1b" not in shown(record("error"))


def test_a_large_log_makes_room_and_the_oldest_goes(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    for content in ("first", "second", "third", "fourth"):
        log.write_bytes(content.encode() + b" " * 5 * 1024 * 1024)
        rotate(log)
    starts = {path.name: path.read_bytes()[:6].strip() for path in tmp_path.iterdir()}
    assert starts == {"a.log.1": b"fourth", "a.log.2": b"third"}


def test_a_small_log_stays(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("short")
    rotate(log)
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]
