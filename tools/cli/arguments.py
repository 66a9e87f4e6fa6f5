"""What the command line can be asked."""

import argparse
from pathlib import Path
from uuid import UUID

MODES = ("quick", "normal", "extensive")
EPILOG = """\
Credentials come from the environment: PARLANCE_TOKEN (an access token), or PARLANCE_USERNAME and
PARLANCE_PASSWORD, which also last through runs that are longer than a token is good.

exit status:
  0    passed
  1    the score (the mean over the cases with a verdict) is below --fail-under; without
       --fail-under: a case failed; with --compare: worse by more than noise
  2    nothing was run: wrong arguments, no gateway, no credentials, no such assistant, no suite
  3    cases could not be judged (see --allow-errors), or the run did not end within --timeout
  130  interrupted; the run is cancelled
"""


def parse(words: list[str] | None = None) -> argparse.Namespace:
    """The arguments of `eval`; ends the process with status 2 where they are wrong."""
    parser = argparse.ArgumentParser(prog="parlance", description="Work with a running gateway.")
    commands = parser.add_subparsers(dest="command", required=True)
    evaluate = commands.add_parser(
        "eval",
        help="run a test suite against an assistant",
        description="Run a test suite against an assistant, and tell how it did.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _what_runs(evaluate)
    _what_is_demanded(evaluate)
    _what_is_told(evaluate)
    arguments = parser.parse_args(words)
    if arguments.cases and arguments.generate:
        parser.error("--cases and --generate exclude one another")
    if not arguments.generate and (arguments.use_ai or arguments.seed):
        parser.error("--use-ai and --seed go with --generate")
    return arguments


def _what_runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--assistant", required=True, type=UUID, metavar="UUID")
    parser.add_argument("--suite", choices=MODES, default="quick", help="(default: %(default)s)")
    parser.add_argument(
        "--cases",
        type=Path,
        metavar="FILE",
        help="JSON: a list of cases, or a suite; not the stored one",
    )
    parser.add_argument(
        "--generate", action="store_true", help="make the suite first where there is none"
    )
    parser.add_argument("--use-ai", action="store_true", help="have the model write it")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of what is generated")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="JSON: overrides the configuration, for this run only",
    )
    parser.add_argument(
        "--url", default="http://127.0.0.1:8000", help="the gateway (default: %(default)s)"
    )


def _what_is_demanded(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fail-under", type=_share, metavar="SCORE", help="0 to 1")
    parser.add_argument(
        "--allow-errors", action="store_true", help="cases that could not be judged are told only"
    )
    parser.add_argument(
        "--compare", type=UUID, metavar="RUN_ID", help="tell what changed against that run"
    )
    parser.add_argument(
        "--timeout", type=_seconds, default=1800.0, metavar="S",
        help="seconds until the run is cancelled (default: %(default)g)",
    )  # fmt: skip


def _what_is_told(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--junit", type=Path, metavar="FILE", help="results as JUnit XML")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the whole run as JSON")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="results as a table")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="a line per case where it is no terminal, too"
    )


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("it is 0 to 1")
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("it is more than 0 seconds")
    return value
