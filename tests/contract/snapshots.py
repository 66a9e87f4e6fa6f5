"""The public shapes as JSON files, so that a change is seen as a diff.

`python -m tests.contract.snapshots` rewrites them.
"""

import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

from contracts import events
from contracts.events.envelope import Event
from services.gateway.entrypoints.http.app import make_app

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "contracts" / "schemas" / "events"
OPENAPI = ROOT / "contracts" / "openapi.json"


def current() -> dict[Path, str]:
    """What each snapshot would hold now."""
    return {
        **{
            EVENTS / f"{kind.TYPE}.json": as_text(kind.model_json_schema()) for kind in all_events()
        },
        OPENAPI: as_text(openapi()),
    }


def all_events() -> list[Any]:
    """Every event that any service announces."""
    for module in pkgutil.iter_modules(events.__path__):
        importlib.import_module(f"contracts.events.{module.name}")
    return sorted(Event.__subclasses__(), key=lambda kind: kind.TYPE)


def openapi() -> dict[str, Any]:
    """The gateway's document."""
    return make_app().openapi()


def as_text(document: dict[str, Any]) -> str:
    """Stable, and good to read as a diff."""
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    for path, text in current().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(path.relative_to(ROOT))
