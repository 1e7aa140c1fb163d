# Two commands need to be known: `make run` and `make test`. Each does all the set-up it needs.
SHELL := /bin/sh
PY := .venv/bin/python
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

.PHONY: run test lint format bench drill help requirements licences translations vendor fuzz corpus

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: ## set up whatever is missing, then the web server and the scheduler with a demonstration office
	@sh tools/with_python.sh tools/run.py

test: .venv/.dev ## everything: unit, SQLite, PostgreSQL, SMTP, browser
	@$(PY) -m pytest -n 2 $(ARGS)

lint: .venv/.dev ## ruff (style and security), strict types of the libraries
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

format: .venv/.dev ## rewrite the code in the one format
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

bench: .venv/.dev ## time what matters; ONLY=name runs one
	@$(PY) -m benchmarks $(ONLY)

drill: .venv/.dev ## kill, refuse, restart, jump: no reminder lost, none said twice; ARGS="kill --kills 20 --seed 1"
	@$(PY) -m tests.drill $(ARGS)

corpus: .venv/.dev ## precision and recall of the reader on its corpus; what a change won and lost
	@$(PY) -m tools.reader_corpus --compare

CASES ?= 100000
fuzz: .venv/.dev ## torn plans against the reader; CASES=100000
	@$(PY) -m tools.fuzz_reader --cases $(CASES)

translations: .venv/.dev ## collect the interface's sentences into app/translations and compile
	@$(PY) -m tools.translations

vendor: .venv/.dev ## copy the pinned front-end packages into app/static/vendor (needs npm)
	@npm ci --ignore-scripts --no-audit --no-fund && $(PY) -m tools.vendor_assets

PIN := --quiet --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-options --no-emit-trusted-host
requirements: .venv/.dev ## compile requirements*.in into pinned files with hashes
	@.venv/bin/pip-compile $(PIN) -o requirements.txt requirements.in
	@.venv/bin/pip-compile $(PIN) -o requirements-dev.txt requirements-dev.in

licences: .venv/.dev ## write docs/licences.md from what is pinned; after requirements or vendor
	@$(PY) -m tools.licences

.venv/.dev: requirements.txt requirements-dev.txt
	@sh tools/with_python.sh tools/setup.py dev
