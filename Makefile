# Each target works as the very first command after a clone: it sets up what it needs.
.DEFAULT_GOAL := help
.PHONY: help setup ready demo till office test check bench proof clean lock words

PYTHON ?= python3
RUN := .venv/bin/python
PYTEST := QT_QPA_PLATFORM=offscreen $(RUN) -m pytest -n 2 --dist loadfile

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Python environment, web files, Qt's system libraries; nothing when all is there
	@$(PYTHON) scripts/setup.py

ready:
	@$(PYTHON) scripts/setup.py --quiet

demo: ready ## head office with demo data, an enrolled till, the cashier; pictures without a display
	@$(RUN) scripts/demo.py

till: ready ## the cashier on the demo's till
	@$(RUN) -m pos_app run --data .cache/demo/till

office: ready ## the demo's head office
	@$(RUN) -m backoffice serve --data .cache/demo/office

test: ready ## all tests, and every branch of retail/
	@$(PYTHON) scripts/setup.py --quiet --tests
	@$(PYTEST) tests/unit/retail --cov --cov-fail-under=100
	@$(PYTEST) tests --ignore tests/unit/retail

check: ready ## style, types, import contracts, locks, words
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@.venv/bin/lint-imports
	@$(RUN) scripts/lock.py --check
	@$(RUN) scripts/vendor.py
	@$(RUN) scripts/words.py --check

bench: ## benchmarks beside their floors
	@$(PYTHON) scripts/setup.py --quiet --bench
	@QT_QPA_PLATFORM=offscreen $(RUN) -m benchmarks

proof: ready ## the long tests; writes docs/proof.md
	@QT_QPA_PLATFORM=offscreen $(RUN) -m tests.proof

lock: ready ## compile requirements/*.in anew
	@$(RUN) scripts/lock.py

words: ready ## bring the catalogues of words to the source's messages
	@$(RUN) scripts/words.py

clean: ## stop the demo's head office; remove demo data, caches and outputs
	@if [ -x $(RUN) ] && [ -d .cache/demo/office ]; then \
		$(RUN) -m backoffice stop --data .cache/demo/office; fi
	@rm -rf .cache demo-output .benchmarks .coverage .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
