"""The command line of the local run: up, down, status, env."""

import argparse
import os
import sys

from local.credentials import load_or_create
from local.environment import local_environment, merged_environment
from local.layout import Layout, LayoutError
from local.plan import UnknownPartError
from local.ports import PortTakenError
from local.postgres import PostgresMissingError
from local.rabbitmq import RabbitMissingError
from local.state import AlreadyRunningError
from local.status import down, export_lines, status
from local.up import up

_EXPECTED = (
    LayoutError,
    UnknownPartError,
    PortTakenError,
    PostgresMissingError,
    RabbitMissingError,
    AlreadyRunningError,
)


def main() -> int:
    """Run one command; expected obstacles are one line on standard error and status 1."""
    arguments = _parser().parse_args()
    own = os.environ  # noqa: TID251 - the launcher's own door
    try:
        layout = Layout.from_environment(own)
        if arguments.command == "up":
            return up(
                layout,
                only=arguments.only,
                verbose=bool(own.get("PARLANCE_VERBOSE")),
                controlled=arguments.controlled,
            )
        if arguments.command == "env":
            layout.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            local = local_environment(layout, load_or_create(layout.data))
            print(export_lines(merged_environment(local, own)))
            return 0
        return status(layout) if arguments.command == "status" else down(layout)
    except _EXPECTED as error:
        print(f"parlance: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("up", help="start everything and stay in the foreground")
    run.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PART",
        help="a part or a group (infrastructure, models, migrations, services); may be repeated",
    )
    run.add_argument("--controlled", action="store_true", help=argparse.SUPPRESS)
    commands.add_parser("down", help="stop a running one")
    commands.add_parser("status", help="show its parts")
    commands.add_parser("env", help="print the variables that lead to the local parts")
    return parser


if __name__ == "__main__":
    sys.exit(main())
