# Two commands from nothing: `make demo` to play with it, `make test` to know that it works.
# Each target first installs what is missing, and only that; nothing is done twice.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.NOTPARALLEL:
.PHONY: help demo test lint bench docs assets translations lock install install-tests python

help:
	@echo "make demo    a believable organisation on http://localhost:8000 (PORT=8000); Ctrl-C stops it"
	@echo "make test    every test, none skipped (ARGS='tests/web -k offer' for some)"
	@echo "make lint    style, types, templates, and the house rules of tools/check_repo.py"
	@echo "make bench   ratios against bare references, kept in bench/results.json"
	@echo "make docs    the pages that are generated from the code and the tests"
	@echo "make assets  front-end files from their packages into static/vendor"
	@echo "make lock    newest versions that requirements*.in and package.json allow"

demo: install assets translations
	@exec $(BIN)/python -m tools.demo

test: install-tests assets translations
	@$(BIN)/python -m tools.run_tests $(ARGS)

lint: install-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python -m tools.check_repo

bench: install-tests assets translations
	@$(BIN)/python -m bench

docs: install-tests translations
	@$(BIN)/python -m tools.docs

assets: install
	@$(BIN)/python -m tools.assets

translations: install
	@$(BIN)/python -m tools.translations

lock: install
	@$(BIN)/python -m tools.lock

install: python
	@$(PYTHON) -m tools.setup run

install-tests: python
	@$(PYTHON) -m tools.setup test

python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
