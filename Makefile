# Every target makes .venv from the lock by itself; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test up lint format lock clean train page pywb lock-pywb lock-peers

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# A web archive server that the tests ask; its pins cannot be met beside ours.
PYWB := .venv-pywb
PYWB_READY := $(PYWB)/.ready
# The newest Python that theodoi supports and this machine has.
PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3,$(shell $(p) -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] < (3,14))' 2>/dev/null && command -v $(p))))

export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "theodoi needs Python 3.11, 3.12 or 3.13: install one, or say make PYTHON=/path/to/python"; exit 1; }
	@echo "Making $(VENV) with $(PYTHON); the first time takes a few minutes …"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m pip check --quiet || $(BIN)/python -m pip check
	@touch $@

$(PYWB_READY): tests/pywb/requirements.lock tests/pywb/build.lock
	@test -n "$(PYTHON)" || { echo "theodoi needs Python 3.11, 3.12 or 3.13: install one, or say make PYTHON=/path/to/python"; exit 1; }
	@echo "Making $(PYWB) with $(PYTHON) …"
	@$(PYTHON) -m venv --clear $(PYWB)
	@$(PYWB)/bin/python -m pip install --quiet --require-hashes --no-deps -r tests/pywb/build.lock
	@$(PYWB)/bin/python -m pip install --quiet --require-hashes --no-deps --no-build-isolation -r tests/pywb/requirements.lock
	@$(PYWB)/bin/python -m pip check --quiet || $(PYWB)/bin/python -m pip check
	@touch $@

demo: $(READY) ## the sample province through the whole chain, under Airflow, ending in the table
	@$(BIN)/python -m demo

test: $(READY) $(PYWB_READY) ## every test: fast ones first, then the sample province, then the slow ones
	@$(BIN)/python -m pytest

pywb: $(PYWB_READY) ## the web archive server that the tests of web archives ask

up: $(READY) ## Airflow with its UI for the real registry, on loopback
	@$(BIN)/python -m theodoi.airflow up

lint: $(READY) ## ruff, mypy, the floors of the house, sqlfluff, notebooks without outputs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/sqlfluff lint --disable-progress-bar warehouse
	@$(BIN)/nbstripout --verify notebooks/*.ipynb

format: $(READY) ## put code and SQL into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --disable-progress-bar warehouse
	@$(BIN)/nbstripout notebooks/*.ipynb

lock: ## renew requirements.lock from pyproject.toml (needs uv)
	@uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --all-extras pyproject.toml --output-file requirements.lock

lock-pywb: # renew the locks of the web archive server (needs uv)
	@for name in requirements build; do uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		tests/pywb/$$name.in --output-file tests/pywb/$$name.lock; done

lock-peers: # renew the lock of the readers that `python -m benchmarks.extraction` measures beside ours (needs uv)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
		benchmarks/extraction/peers.in --output-file benchmarks/extraction/peers.lock

train: $(READY) ## train the classifier's model from transforms/classify/data (a minute); the same pieces give the same bytes
	@OMP_NUM_THREADS=1 $(BIN)/theodoi model train --out transforms/classify/model.npz

page: $(READY) ## renew the expected result of a saved page: make page FILE=tests/pages/nukeviet/tin.html
	@$(BIN)/python -m tests.pages.write $(FILE)

clean: ## remove what theodoi made here: environment, data of the demo, caches (never your own data)
	@rm -rf $(VENV) $(PYWB) data/demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
