# Two commands matter: `make demo` (a running exchange with sample leads) and `make test` (everything green).
# Both set up what they need; the rest is for those who work on the house.

PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do $$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q install
PORT ?= 8400
SEED ?= 1
# One more than two cores: tests of browsers and of killed processes wait more than they compute.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -gt 3 ] && echo $$n || echo 3)
PYTEST_ARGS ?= -n $(WORKERS) --dist loadscope

.PHONY: help setup setup-dev demo test lint format bench bench-pricing bench-book bench-bulk crash fuzz-api bench-desk bench-overload bench-board bench-intake bench-charts bench-replay bench-stream contention spark lock screenshots openapi clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 18

setup: .venv/.run.stamp  ## .venv with the `exchange` command

setup-dev: .venv/.dev.stamp  ## the same with test and lint tools

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv, please: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run.stamp: requirements.lock pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes --only-binary :all: -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev.stamp: requirements-dev.lock .venv/.run.stamp
	$(PIP) --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

demo: setup  ## a running exchange with sample leads; opens on http://127.0.0.1:8400
	$(BIN)/exchange demo --port $(PORT) --seed $(SEED)

test: setup-dev  ## every test
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: setup-dev  ## style, types, layers, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .

format: setup-dev  ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: bench-pricing bench-book bench-desk bench-bulk  ## all benches, figures and ratios

bench-pricing: setup-dev  ## compile, look up, a million asks
	$(BIN)/python -m tests.bench.pricing $(BENCH_ARGS)

bench-book: setup-dev  ## orders per second through the pure core
	$(BIN)/python -m tests.bench.book $(BENCH_ARGS)

bench-desk: setup-dev  ## buys per second through the desk, on both databases, each beside its floor
	$(BIN)/python -m tests.bench.desk $(BENCH_ARGS)

bench-bulk: setup-dev  ## price steps, batches and resting bids in bulk, each beside its bare statement
	$(BIN)/python -m tests.bench.bulk $(BENCH_ARGS)

bench-overload: setup-dev  ## five times as many buys as the server can take: what it sells, what it turns away, when it is well again
	$(BIN)/python -m tests.bench.overload $(BENCH_ARGS)

bench-board: setup-dev  ## the board's first page with 1,000 and with 100,000 open listings, on both databases
	$(BIN)/python -m tests.bench.board $(BENCH_ARGS)

bench-stream: setup-dev  ## 1,000 and 5,000 browsers at the live board: lag, memory, rest, storm, falling prices
	$(BIN)/python -m tests.bench.stream $(BENCH_ARGS)

bench-replay: setup-dev  ## verify, back-tests, roots, receipts and exports, verify beside the obvious way
	$(BIN)/python -m tests.bench.replay $(BENCH_ARGS)

bench-charts: setup-dev  ## charts of 100,000 points in a real browser, frame by frame
	$(BIN)/python -m tests.bench.charts $(BENCH_ARGS)

bench-intake: setup-dev  ## a supplier's file of 100,000 rows, checked and kept, beside phone parsing alone
	$(BIN)/python -m tests.bench.intake $(BENCH_ARGS)

contention: setup-dev  ## 64 clients who want the same, 1,000 rounds of each shape on both databases
	$(BIN)/python -m tests.contention $(CONTENTION_ARGS)

crash: setup-dev  ## kill a busy market 200 times and judge what is left
	$(BIN)/python -m tests.crash $(CRASH_ARGS)

fuzz-api: setup-dev  ## the JSON door under schemathesis, as buyer, other firm, supplier, nobody; FUZZ_ARGS="buyer --max-time 600"
	$(BIN)/python -m tests.fuzz $(FUZZ_ARGS)

screenshots: setup-dev  ## docs/screenshots from a running demo, in a real browser
	$(BIN)/python -m tests.browser.screenshots

openapi: setup  ## docs/openapi.json from the schemas of the JSON door
	$(BIN)/python -c "from exchange.web.openapi import as_text; print(as_text(), end='')" > docs/openapi.json

spark: setup-dev  ## the figures of an export from Spark in local mode and from DuckDB; an environment of its own, needs Java
	$(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python -m pip --disable-pip-version-check -q install pyspark==4.3.0
	$(BIN)/python -m tests.spark .venv-spark/bin/python

lock:  ## resolve again and write the lock files (needs uv)
	uv pip compile pyproject.toml requirements.build.in --extra postgres --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" -q -o requirements.lock
	uv pip compile pyproject.toml requirements.build.in --extra postgres --extra analysis --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" -q -o requirements-dev.lock
	@! grep -nE 'https?:|file:|find-links|index-url' requirements*.lock

clean:  ## forget the environment and the demo's data (an exchange of your own stays)
	rm -rf .venv data/demo.*
