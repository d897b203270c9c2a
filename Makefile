PYTHON ?= python3
VENV   ?= .venv
STORE  ?= store
PORT   ?= 8000
HOST   ?= 127.0.0.1
GOLD   ?= ../shared/evaluation/dev.jsonl
TRAIN  ?= ../shared/evaluation
CORPUS ?= ../shared/corpus/raw.jsonl.gz

BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup frontend serve browser test check score train bench clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP) ## make .venv and install mavaze and its tools into it

$(STAMP): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	  || { echo "mavaze needs Python 3.11 to 3.13: make setup PYTHON=python3.12 VENV=.venv312" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $@

frontend: ## build the scripts and the font of the pages, where npm is
	@command -v npm >/dev/null && cd server/frontend && npm install --no-package-lock --no-audit --no-fund --loglevel=error \
	  && npm run --silent build || echo "npm has not built the scripts: the pages run plain, without editor, map and font" >&2

serve: setup frontend ## build the graph of the sample articles and serve it at http://127.0.0.1:8000
	$(BIN)/mavaze build data/articles --store $(STORE)
	$(BIN)/mavaze serve --store $(STORE) --host $(HOST) --port $(PORT)

test: setup ## run every test that needs no browser
	$(BIN)/python -m pytest -q

browser: setup frontend ## the tests that need a browser (Chromium)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group browser
	$(BIN)/python -m pytest -q -m browser tests/browser

check: setup ## lint, format, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

score: setup ## figures of extraction on annotated articles (GOLD=…)
	@if [ -f $(GOLD) ]; then $(BIN)/mavaze evaluate $(GOLD); \
	else echo "$(GOLD) is not here; on the samples instead:"; $(BIN)/mavaze evaluate data/gold; fi

bench: setup ## speed and memory, each as one ratio
	@for file in benchmarks/*.py; do $(BIN)/python $$file; done

train: setup ## learn the weights anew from annotated articles (TRAIN=a folder with train.jsonl, CORPUS=…)
	$(BIN)/python -m kg.train $(TRAIN) --corpus $(CORPUS)

clean: ## remove what the other targets made, .venv and store included
	rm -rf $(VENV) $(STORE) server/static/built server/frontend/node_modules build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
