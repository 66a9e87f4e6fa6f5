"""`parlance eval` against a scripted gateway: what it asks, tells and writes, and its exit status."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.tools.gateway import ASSISTANT, RUN_ID, Scripted, run_of
from tools.cli import told, watch
from tools.cli.arguments import parse
from tools.cli.evaluate import evaluate, why
from tools.cli.exits import CannotRun, Demand, outcome
from tools.cli.session import credentials

RESULTS = f"test-suite-results/{RUN_ID}"
SUITE = {"id": 4, "mode": "quick", "test_cases": [{"question": "Question 0?"}]}
OTHER = "66666666-6666-4666-8666-666666666666"


def difference(value: float, *, is_significant: bool) -> dict[str, Any]:
    return {
        "base": 0.9, "other": 0.9 + value, "difference": value, "low": value - 0.1,
        "high": value + 0.1, "p_value": 0.01 if is_significant else 0.5,
        "is_significant": is_significant, "n": 8,
    }  # fmt: skip


def compared(value: float, *, is_significant: bool) -> dict[str, Any]:
    return {
        "base": {"run_id": OTHER},
        "verdict": "it changed",
        "pass_rate": None,
        "score": difference(value, is_significant=is_significant),
        "metrics": {},
        "changed_fields": ["goal"],
        "fixed": [],
        "broken": [{"question": "Question 0?"}],
    }


@pytest.mark.parametrize(
    ("verdicts", "demand", "status"),
    [
        (["pass", "pass"], Demand(), 0),
        (["pass", "fail"], Demand(), 1),
        (["pass", "fail"], Demand(fail_under=0.5), 0),
        (["pass", "fail"], Demand(fail_under=0.51), 1),
        (["pass", "error"], Demand(fail_under=1.0), 3),
        (["pass", "error"], Demand(fail_under=1.0, allows_errors=True), 0),
        (["fail", "error"], Demand(), 1),
        (["fail", "error"], Demand(fail_under=0.1, allows_errors=True), 1),
        (["error", "error"], Demand(fail_under=0.0, allows_errors=True), 3),
    ],
)
def test_a_finished_run_comes_to(verdicts: list[str], demand: Demand, status: int) -> None:
    assert outcome(run_of(*verdicts), demand)[0] == status


def test_a_run_that_was_stopped_has_not_passed() -> None:
    stopped = run_of("pass", total=3, status="cancelled")
    assert outcome(stopped, Demand(fail_under=0.5, allows_errors=True)) == (
        3,
        "2 of 3 cases have no result",
    )


@pytest.mark.parametrize(
    ("value", "is_significant", "status"), [(-0.5, True, 1), (-0.5, False, 0), (0.5, True, 0)]
)
def test_worse_by_more_than_noise_is_a_failure(
    value: float, is_significant: bool, status: int
) -> None:
    comparison = compared(value, is_significant=is_significant)
    assert outcome(run_of("pass"), Demand(), comparison=comparison)[0] == status


def asked_for(*words: str) -> Any:
    return parse(["eval", "--assistant", ASSISTANT, *words])


def scripted(**answers: Any) -> Scripted:
    usual = {
        "GET test-suite/": SUITE,
        f"GET config/{ASSISTANT}/": {"temperature": 0.7, "knowledge_base": None},
        "POST start-test-suite/": {"run_id": RUN_ID},
        f"GET {RESULTS}/": run_of("pass"),
    }
    return Scripted(usual | answers)


def test_the_stored_suite_runs_and_its_files_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway = scripted(
        **{
            f"GET {RESULTS}/": [run_of("pass", total=2), run_of("pass", "pass")],
            f"GET {RESULTS}/export/": b"<testsuites/>",
        }
    )
    (tmp_path / "config.json").write_text('{"temperature": 0}')
    junit = tmp_path / "out.xml"
    words = ["-v", "--junit", str(junit), "--config", str(tmp_path / "config.json")]
    assert evaluate(gateway.client(), asked_for(*words)) == 0

    assert dict(gateway.asked)["POST start-test-suite/"] == {
        "model_uuid": ASSISTANT,
        "test_suite": SUITE,
        "config": {"temperature": 0},
    }
    assert junit.read_bytes() == b"<testsuites/>"
    said = capsys.readouterr()
    assert [line[:12] for line in said.err.splitlines()] == [
        f"run {RUN_ID}"[:12], "[1/2] pass  ", "[2/2] pass  "
    ]  # fmt: skip
    assert said.out.startswith("2 passed, 0 failed, 0 errors, 2 cases")
    assert said.out.endswith("passed\n")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"temprature": 0, "knowledgeBase": null}', "a configuration has no temprature$"),
        ("[]", "is no JSON object"),
    ],
)
def test_a_configuration_with_a_misspelt_name_runs_nothing(
    tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "config.json").write_text(content)
    gateway = scripted()
    with pytest.raises(CannotRun, match=told):
        evaluate(gateway.client(), asked_for("--config", str(tmp_path / "config.json")))
    assert "POST start-test-suite/" not in dict(gateway.asked)


def test_a_suite_is_made_where_there_is_none() -> None:
    none: dict[str, Any] = {"test_cases": []}
    gateway = scripted(**{"GET test-suite/": none, "POST generate-test-suite/": SUITE})
    with pytest.raises(CannotRun, match="no quick suite: make one with --generate"):
        evaluate(gateway.client(), asked_for())

    assert evaluate(gateway.client(), asked_for("--generate", "--seed", "7")) == 0
    assert dict(gateway.asked)["POST generate-test-suite/"] == {
        "assistant_uuid": ASSISTANT, "mode": "quick", "use_ai": False, "seed": 7
    }  # fmt: skip


@pytest.mark.parametrize("content", ["{", '[{"question": NaN}]', "[" * 100_000])
def test_a_file_of_cases_that_is_no_json_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "cases.json").write_text(content)
    with pytest.raises(CannotRun, match=r"cases\.json is no JSON"):
        evaluate(scripted().client(), asked_for("--cases", str(tmp_path / "cases.json")))
    with pytest.raises(CannotRun, match=r"none\.json: No such file"):
        evaluate(scripted().client(), asked_for("--cases", str(tmp_path / "none.json")))


def test_nothing_runs_that_could_not_be_told_of(tmp_path: Path) -> None:
    gateway = scripted(**{f"GET test-suite-results/{OTHER}/": 404})
    with pytest.raises(CannotRun, match="no such folder"):
        evaluate(gateway.client(), asked_for("--junit", str(tmp_path / "none" / "x.xml")))
    with pytest.raises(httpx.HTTPStatusError):
        evaluate(gateway.client(), asked_for("--compare", OTHER))
    assert "POST start-test-suite/" not in dict(gateway.asked)


def test_a_comparison_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    comparison = compared(-0.5, is_significant=True)
    gateway = scripted(
        **{
            f"GET test-suite-results/{OTHER}/": run_of("pass"),
            f"GET test-suite-results/{OTHER}/compare/{RUN_ID}/": comparison,
        }
    )
    assert evaluate(gateway.client(), asked_for("--compare", OTHER)) == 1
    out = capsys.readouterr().out
    assert f"against run {OTHER}: it changed" in out
    assert "0.900 -> 0.400" in out
    assert "configuration: goal changed" in out
    assert "1 broken:\n  Question 0?" in out


def test_a_run_that_takes_too_long_is_cancelled() -> None:
    gateway = scripted(
        **{
            f"GET {RESULTS}/": [
                run_of("pass", total=2),
                run_of("pass", total=2, status="cancelled"),
            ],
            f"POST {RESULTS}/cancel/": {},
        }
    )
    assert evaluate(gateway.client(), asked_for("--timeout", "0.000001")) == 3
    assert f"POST {RESULTS}/cancel/" in dict(gateway.asked)


def test_an_interrupted_run_is_cancelled() -> None:
    gateway = scripted(**{f"GET {RESULTS}/": KeyboardInterrupt(), f"POST {RESULTS}/cancel/": {}})
    assert evaluate(gateway.client(), asked_for()) == 130
    assert f"POST {RESULTS}/cancel/" in dict(gateway.asked)


def test_a_gateway_that_is_away_for_a_while_is_waited_for() -> None:
    waits: list[float] = []
    answers: list[Any] = [httpx.ConnectError("away"), 503, run_of("pass")]
    gateway = Scripted({f"GET {RESULTS}/": answers})
    client = gateway.client()
    run = watch.patiently(lambda: client.test_run(RUN_ID), sleep=waits.append)
    assert (run["finished"], len(waits)) == (True, 2)
    with pytest.raises(httpx.HTTPStatusError):
        watch.patiently(lambda: Scripted({f"GET {RESULTS}/": 404}).client().test_run(RUN_ID))


def test_a_token_that_is_no_longer_good_is_renewed() -> None:
    gateway = Scripted(
        {
            "POST /api/token/": [{"access": "one"}, {"access": "two"}],
            f"GET {RESULTS}/": [run_of("pass"), 401, run_of("pass")],
        }
    )
    client = gateway.client()
    client.http.auth = credentials(
        {"PARLANCE_USERNAME": "ada", "PARLANCE_PASSWORD": "secret"}, "http://gateway"
    )
    client.test_run(RUN_ID)
    client.test_run(RUN_ID)
    names = [name for name, _ in gateway.asked]
    assert names == [
        "POST /api/token/", f"GET {RESULTS}/", f"GET {RESULTS}/", "POST /api/token/", f"GET {RESULTS}/"
    ]  # fmt: skip
    assert gateway.tokens == ["", "Bearer one", "Bearer one", "", "Bearer two"]


def test_credentials_that_are_not_there_or_refused_are_told_without_them() -> None:
    with pytest.raises(CannotRun, match="no credentials: set PARLANCE_TOKEN, or"):
        credentials({"PARLANCE_USERNAME": "ada"}, "http://gateway")
    client = Scripted({"POST /api/token/": 401}).client()
    client.http.auth = credentials(
        {"PARLANCE_USERNAME": "ada", "PARLANCE_PASSWORD": "hunter2"}, "http://gateway"
    )
    with pytest.raises(CannotRun) as refused:
        client.test_run(RUN_ID)
    assert str(refused.value) == (
        "sign-in was refused: check PARLANCE_USERNAME and PARLANCE_PASSWORD"
    )


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (401, "the credentials were refused (401)"),
        (404, "no such object, or not yours: check --assistant"),
        (409, '409: {"detail":"no"}'),
        (httpx.ConnectError("x"), "no answer from the gateway at http://gateway"),
    ],
)
def test_an_obstacle_is_a_sentence(answer: Any, sentence: str) -> None:
    with pytest.raises(httpx.HTTPError) as refused:
        evaluate(scripted(**{"GET test-suite/": answer}).client(), asked_for())
    assert sentence in why(refused.value, "http://gateway")


def test_a_text_of_a_case_does_not_move_the_terminals_cursor() -> None:
    assert told.one_line("a\x1b[2Jb\r\nc\u202e d") == "a[2Jb c d"
    assert told.one_line("x" * 200, 10) == "xxxxxxx..."


@pytest.mark.parametrize(
    "words",
    [["--fail-under", "1.5"], ["--timeout", "0"], ["--use-ai"], ["--generate", "--cases", "x"]],
)
def test_wrong_arguments_are_exit_status_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        asked_for(*words)
    assert ended.value.code == 2


def test_what_is_written_is_json_of_the_server(tmp_path: Path) -> None:
    gateway = scripted(**{f"GET {RESULTS}/export/": b'{"run": {}}'})
    path = tmp_path / "run.json"
    evaluate(gateway.client(), asked_for("--json", str(path)))
    assert json.loads(path.read_bytes()) == {"run": {}}
