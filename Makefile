# One word per habit; `make` alone lists them.
PYTHON ?= python3
VENV := .venv/bin
BOOTSTRAP := $(PYTHON) -m local.bootstrap
MAKEFLAGS += --no-print-directory
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run demo stop status test test-unit test-contract test-integration test-e2e \
        lint fmt protos model bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing: packages, RabbitMQ, generated code, model weights
	@$(BOOTSTRAP) setup

run: ## install what is missing and run everything; Ctrl-C stops it
	@exec $(BOOTSTRAP) run

demo: ## do the main job against the running product, with a document that ships here
	@exec $(VENV)/python -m tools.demo

stop: ## stop a running one from another terminal
	@exec $(PYTHON) -m local down

status: ## show the parts of a running one: state, port, memory
	@exec $(VENV)/python -m local status

test: setup test-unit test-contract test-integration test-e2e ## set up and run every test

test-unit: setup ## no I/O, seconds
	@$(VENV)/python -m pytest tests/unit

test-contract: setup ## shapes, schemas, arrows
	@$(VENV)/python -m pytest tests/contract

test-integration: setup ## real RabbitMQ, PostgreSQL, S3, Milvus Lite, models (a small generative one too)
	@$(VENV)/python -m services.models fetch --only smollm2-135m
	@$(VENV)/python -m pytest tests/integration

test-e2e: setup ## the whole product through the gateway
	@$(VENV)/python -m pytest tests/e2e

lint: setup ## formatting, lint, types, import contracts
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .
	@$(VENV)/mypy contracts chassis services local tools
	@$(VENV)/lint-imports

fmt: setup ## format and fix what can be fixed
	@$(VENV)/ruff check --fix .
	@$(VENV)/ruff format .

protos: setup ## generate Python from protos/
	@$(VENV)/python -m local.protos

model: setup ## fetch the weights of a generative model: make model NAME=qwen2.5-coder-0.5b
	@test -n "$(NAME)" || { echo "usage: make model NAME=..."; exit 2; }
	@$(VENV)/python -m services.models fetch "$(NAME)"

bench: setup ## measure, each figure next to its reference; writes bench.json
	@$(VENV)/python -m tools.bench

clean: stop ## remove what was built and the local data (asks first)
	@printf 'This removes .venv, .data (all local documents and accounts) and .weights. Sure? [y/N] '; \
	read answer; test "$$answer" = y && rm -rf .venv .data .weights || echo kept
