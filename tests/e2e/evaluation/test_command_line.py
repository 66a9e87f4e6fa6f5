"""`./parlance eval` as a CI server calls it."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest

from local.stack import Stack
from tests.e2e.evaluation.ground import HANDBOOK, REPOSITORY, assistant_of, indexed, questions
from tools.client import Client

STOP = signal.SIGTERM if signal.getsignal(signal.SIGINT) is signal.SIG_IGN else signal.SIGINT
"""What Ctrl-C sends; in the background of a shell, programs are born deaf to it."""
Called = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def password() -> str:
    return uuid4().hex


@pytest.fixture
def mine(stack: Stack, password: str) -> Client:
    client = Client(f"http://127.0.0.1:{stack.layout.http_port}")
    client.sign_up(f"ci-{uuid4().hex[:12]}", password)
    return client


def command(client: Client, *words: str) -> list[str]:
    return [str(REPOSITORY / "parlance"), "eval", "--url", str(client.http.base_url), *words]


def environment(client: Client, password: str) -> dict[str, str]:
    credentials = {"PARLANCE_USERNAME": client.username, "PARLANCE_PASSWORD": password}
    return {"PATH": os.environ["PATH"], **credentials}  # noqa: TID251 - a child's environment


@pytest.fixture
def called(mine: Client, password: str, tmp_path: Path) -> Called:
    def call(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(mine, *words),
            env=environment(mine, password),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return call


def test_a_suite_passes_and_against_a_higher_demand_it_does_not(
    mine: Client, called: Called, tmp_path: Path
) -> None:
    base = str(mine.create_knowledge_base("Library")["uuid"])
    mine.upload_file(base, HANDBOOK)
    assistant = assistant_of(mine, indexed(mine, base))

    absent = called("--assistant", assistant)
    assert (absent.returncode, absent.stdout) == (2, "")
    assert "no quick suite: make one with --generate" in absent.stderr

    files = ("--junit", "results.xml", "--json", "run.json", "--csv", "run.csv")
    passed = called("--assistant", assistant, "--generate", "--fail-under", "0.5", *files)
    assert passed.returncode == 0, passed
    run = json.loads((tmp_path / "run.json").read_text())
    suite = ET.parse(tmp_path / "results.xml").getroot()
    assert suite.get("tests") == str(run["run"]["summary"]["total"])
    assert suite.get("failures") == str(run["run"]["summary"]["failed"])
    assert len((tmp_path / "run.csv").read_text().splitlines()) > 1

    wrong = [{**case, "ideal_answer": "Bananas are yellow."} for case in questions(2)]
    (tmp_path / "cases.json").write_text(json.dumps(wrong))
    cases = ("--cases", "cases.json", "--fail-under", "0.9", "--junit", "failed.xml", "-v")
    failed = called("--assistant", assistant, *cases)
    assert failed.returncode == 1, failed
    assert "is below 0.9" in failed.stdout
    assert "[2/2] fail" in failed.stderr
    assert ET.parse(tmp_path / "failed.xml").getroot().get("failures") == "2"


def test_obstacles_are_one_line_and_status_2(called: Called, mine: Client) -> None:
    unknown = called("--assistant", str(uuid4()))
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "no such object, or not yours: check --assistant" in unknown.stderr
    refused = subprocess.run(
        command(mine, "--assistant", str(uuid4())),
        env={**environment(mine, "wrong"), "PARLANCE_TOKEN": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, refused.stderr) == (
        2,
        "parlance: sign-in was refused: check PARLANCE_USERNAME and PARLANCE_PASSWORD\n",
    )


def test_ctrl_c_cancels_the_run(mine: Client, password: str, tmp_path: Path) -> None:
    assistant = assistant_of(mine, None)
    (tmp_path / "cases.json").write_text(json.dumps(questions(200)))
    with subprocess.Popen(
        command(mine, "--assistant", assistant, "--cases", str(tmp_path / "cases.json")),
        env=environment(mine, password),
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr
        run_id = running.stderr.readline().split()[1]
        running.send_signal(STOP)
        assert running.wait(20) == 130
    assert mine.test_run(run_id)["status"] == "cancelled"
