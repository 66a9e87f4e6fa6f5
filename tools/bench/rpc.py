"""One RPC round trip through the gateway, next to the bare gateway and to nameko's own client."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from local.layout import REPOSITORY
from tools.bench import http_load
from tools.bench.figures import Spread, milliseconds
from tools.bench.ground import Ground
from tools.bench.http_load import Round
from tools.bench.processes import CpuMeter
from tools.bench.table import Measured, Row

AT_ONCE = (1, 16)
OURS, BARE, DIRECT = "profile", "hello", "nameko"
Way = Callable[[int, int], Round]


def measure(ground: Ground) -> Measured:
    """Rounds of the three ways take turns."""
    port, token = ground.stack.layout.http_port, ground.token
    with _Caller(ground.variable("AMQP_URL"), ground.user_id) as caller:
        ways: dict[str, Way] = {
            OURS: lambda calls, at_once: http_load.get(
                port, "/api/analytics/user/profile/", token, calls=calls, at_once=at_once
            ),
            BARE: lambda calls, at_once: http_load.get(
                port, "/api/hello/", token, calls=calls, at_once=at_once
            ),
            DIRECT: caller,
        }
        for way in ways.values():
            way(50, 1)
        measured = Measured()
        for at_once in AT_ONCE:
            _measure(ground, ways, at_once, measured)
    return measured


def _measure(ground: Ground, ways: dict[str, Way], at_once: int, measured: Measured) -> None:
    calls = ground.sizes.rpc_calls * (4 if at_once > 1 else 1)
    latencies: dict[str, list[float]] = {name: [] for name in ways}
    seconds = dict.fromkeys(ways, 0.0)
    cpu: dict[str, dict[str, float]] = {name: {} for name in ways}
    for turn in range(ground.sizes.rpc_rounds):
        order = list(ways) if turn % 2 == 0 else list(reversed(ways))
        for name in order:
            meter = CpuMeter(ground.stack)
            done = ways[name](calls, at_once)
            for part, used in meter.read().items():
                cpu[name][part] = cpu[name].get(part, 0.0) + used
            latencies[name] += done.latencies
            seconds[name] += done.seconds
    spreads = {name: Spread.of(values) for name, values in latencies.items()}
    rates = {name: len(latencies[name]) / seconds[name] for name in ways}
    spent = {name: _per_call(cpu[name], len(latencies[name])) for name in ways}
    measured.raw[f"at_once_{at_once}"] = {
        name: {**spreads[name].as_json(), "per_s": round(rates[name], 1), "cpu_ms": spent[name]}
        for name in ways
    }
    measured.rows += [
        _row(f"RPC through the gateway, {at_once} at a time", other, spreads, rates)
        for other in (BARE, DIRECT)
    ]


def _per_call(cpu: dict[str, float], calls: int) -> dict[str, float]:
    """CPU milliseconds of the parts that a call passes through."""
    parts = ("gateway", "rabbitmq", "auth-rpc", "postgres", "bench")
    return {part: round(cpu.get(part, 0.0) / calls * 1000, 2) for part in parts}


def _row(what: str, other: str, spreads: dict[str, Spread], rates: dict[str, float]) -> Row:
    named = {BARE: "bare gateway", DIRECT: "nameko client"}[other]
    added = spreads[OURS].p50 - spreads[other].p50
    return Row(
        what=what,
        ours=f"{spreads[OURS]}, {rates[OURS]:.0f}/s",
        reference=f"{named} {spreads[other]}, {rates[other]:.0f}/s",
        compared=f"{'+' if added >= 0 else ''}{milliseconds(added)} ms, "
        f"{rates[OURS] / rates[other]:.2f} x the rate",
    )


class _Caller:
    """The process with nameko's client: eventlet stays out of this one."""

    def __init__(self, url: str, user_id: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tools.bench.nameko_caller", url, str(user_id)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "_Caller":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=30)

    def __call__(self, calls: int, at_once: int) -> Round:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"calls": calls, "at_once": at_once}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the nameko client ended; what it said is above")
        done: dict[str, Any] = json.loads(line)
        return Round(done["latencies"], done["seconds"])
