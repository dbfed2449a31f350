# make demo  - the whole job, offline, on portals the program serves itself
# make test  - lint, types, import contracts, all tests
# make hunt  - the tests that draw examples, with others each time
PYTHON ?= python3
BIN := .venv/bin
PACKAGES := crawler monitor spiders storage

# The tests start programs by the hundred, which are not to be compiled anew each time.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help install system demo test hunt lint style types bench docs lock clean

help:
	@sed -n '1,3s/^# //p' Makefile

install: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -qq -j 0 .venv/lib $(PACKAGES) || true  # some packages bring files for other Pythons
	touch $@

system:
	@sh scripts/system-packages.sh

demo: install
	$(BIN)/nianbao demo --out demo

lint: style types

style: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: install
	$(BIN)/mypy

# Types are checked beside the tests, which are waiting for something a good part of their time.
test: system style
	@sh scripts/side-by-side.sh "$(BIN)/mypy" \
		"$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder"

hunt: install
	$(BIN)/pytest --hypothesis-profile hunting --numprocesses auto $$(grep -rl '@given' tests --include='*.py')

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
