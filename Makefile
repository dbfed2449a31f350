# make demo  - the whole job, offline, on portals the program serves itself
# make test  - lint, types, import contracts, all tests
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := crawler monitor spiders storage

.PHONY: help install system demo test lint bench docs lock clean

help:
	@sed -n '1,2s/^# //p' Makefile

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

system:
	@sh scripts/system-packages.sh

demo: install
	$(BIN)/nianbao demo --out demo

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: system lint
	$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

bench: install
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.log
	$(BIN)/python -m benchmarks.audit --rows 100000
	$(BIN)/python -m benchmarks.rules --reports 5
	$(BIN)/python -m benchmarks.crawl --rounds 1
	$(BIN)/python -m benchmarks.discovery --portals 6 --crawls 2 --render never

docs: install
	$(BIN)/python -m monitor.rules.manual_pages docs

# Upgrades happen here, on purpose, and are committed with the changes they need.
lock: install
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra postgresql --extra ocr --extra s3 --generate-hashes --universal \
		--python-version 3.11 --no-emit-index-url --no-header --upgrade --output-file requirements.lock

clean:
	rm -rf .venv demo build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
