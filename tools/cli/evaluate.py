"""`parlance eval`: start a run, tell how it goes, write its files, say what it comes to."""

import argparse
import sys
from typing import Any

import httpx

from tools.cli import told
from tools.cli.cases import read_json, suite_for
from tools.cli.exits import INTERRUPTED, CannotRun, Demand, outcome
from tools.cli.watch import Run, watch
from tools.client import Client

FORMATS = ("junit", "json", "csv")


def evaluate(client: Client, arguments: argparse.Namespace) -> int:
    """The exit status. Raises CannotRun, httpx.HTTPError."""
    _check_before(client, arguments)
    config = _configuration(client, arguments) if arguments.config else None
    suite = suite_for(client, arguments)
    run_id = client.start_test_suite(str(arguments.assistant), suite, config)
    try:
        _note(f"run {run_id}")
        run = watch(client, run_id, timeout_s=arguments.timeout, tell=_teller(arguments))
    except KeyboardInterrupt:
        client.cancel_test_run(run_id)
        _note("interrupted: the run is cancelled")
        return INTERRUPTED
    print(told.summary(run, run["results"]))
    _write_files(client, arguments, run_id)
    return _verdict(client, run, arguments)


def _configuration(client: Client, arguments: argparse.Namespace) -> dict[str, Any]:
    """Raises CannotRun for a name that no configuration has: the product passes over it."""
    config = read_json(arguments.config)
    if not isinstance(config, dict):
        raise CannotRun(f"{arguments.config} is no JSON object")
    known = {name.replace("_", "") for name in client.assistant(str(arguments.assistant))}
    unknown = [name for name in config if name.replace("_", "").lower() not in known]
    if unknown:
        raise CannotRun(f"{arguments.config}: a configuration has no {', '.join(unknown)}")
    return config


def _check_before(client: Client, arguments: argparse.Namespace) -> None:
    """What would else be found out when the run is over."""
    for file_format in FORMATS:
        path = getattr(arguments, file_format)
        if path and not path.parent.is_dir():
            raise CannotRun(f"--{file_format} {path}: no such folder")
    if arguments.compare:
        client.test_run(str(arguments.compare))


def _verdict(client: Client, run: Run, arguments: argparse.Namespace) -> int:
    compared = None
    if arguments.compare:
        compared = client.compare_test_runs(str(arguments.compare), run["run_id"])
        print(told.comparison(compared))
    demand = Demand(fail_under=arguments.fail_under, allows_errors=arguments.allow_errors)
    status, reason = outcome(run, demand, comparison=compared)
    print(reason)
    return status


def _teller(arguments: argparse.Namespace) -> Any:
    is_heard = arguments.verbose or sys.stderr.isatty()

    def tell(result: Run, done: int, total: int) -> None:
        if is_heard:
            _note(told.progress(result, done, total))

    return tell


def _write_files(client: Client, arguments: argparse.Namespace, run_id: str) -> None:
    for file_format in FORMATS:
        if path := getattr(arguments, file_format):
            content = client.export_test_run(run_id, file_format)
            try:
                path.write_bytes(content)
            except OSError as error:
                raise CannotRun(f"{path}: {error.strerror}") from None


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def why(error: httpx.HTTPError, base_url: str) -> str:
    """The sentence for somebody who runs this in CI."""
    if isinstance(error, httpx.UnsupportedProtocol):
        return f"--url {base_url}: it begins with http:// or https://"
    if not isinstance(error, httpx.HTTPStatusError):
        return f"no answer from the gateway at {base_url} ({type(error).__name__}): is it running?"
    response = error.response
    path = response.request.url.path
    if response.status_code == httpx.codes.UNAUTHORIZED:
        return "the credentials were refused (401): the token may have expired"
    if response.status_code == httpx.codes.NOT_FOUND:
        return f"{path} answered 404: no such object, or not yours: check --assistant and --compare"
    said = told.one_line(response.text, 500)
    return f"{path} answered {response.status_code}: {said}"
