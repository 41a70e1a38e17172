# What people and CI run. `make help` lists the targets.
# A machine needs GNU make, Python 3.11 or newer and, for the tests, Debian's apt-get or Prometheus already there.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# $(call debian,command,package): make sure that a shell command succeeds, by way of a Debian package.
define debian
if ! { $(1); } >/dev/null 2>&1; then \
  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
    echo "Installing the Debian package $(2)."; \
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $(2); } >/dev/null; \
  else \
    echo "This needs the package $(2). On Debian or Ubuntu: sudo apt-get install $(2)" >&2; exit 1; \
  fi; \
fi
endef

.PHONY: help
help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: generate
generate: $(VENV)/.runtime ## Generate this repository's own out/ from its YAML, and say where to look.
	@$(BIN)/sightline generate
	@echo
	@echo "Written to out/, where everything is committed; git diff shows what changed. Look at:"
	@echo "  out/prometheus/rules/bookinfo/reviews.yaml   rules and alerts of one service"
	@echo "  out/links/README.md                          every link, service by service"
	@echo "  out/grafana/dashboards/                      dashboards; docs/delivery.md has them shown"
	@echo "In words: $(BIN)/sightline explain reviews/availability"

.PHONY: test
test: check $(VENV)/.system $(VENV)/.grafana $(VENV)/.sarif ## Run everything that CI runs: lint, types, out/ up to date, every test.
	@$(BIN)/sightline generate --check
	@$(BIN)/python -m pytest -n auto

.PHONY: check
check: $(VENV)/.tests ## Formatting, lint and types only.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

.PHONY: update
update: $(VENV)/.tests $(VENV)/.grafana $(VENV)/.sarif ## Rewrite everything that is generated: schemas, reference, out/, expected results of tests.
	@$(BIN)/sightline schema > sightline.schema.json.new && mv sightline.schema.json.new sightline.schema.json
	@$(BIN)/sightline schema --catalogue > catalogue.schema.json.new && mv catalogue.schema.json.new catalogue.schema.json
	@$(BIN)/python -m generator.reference > docs/reference.md.new && mv docs/reference.md.new docs/reference.md
	@$(BIN)/sightline generate
	@$(BIN)/python -m pytest --update --quiet
	@git status --short

.PHONY: screenshots
screenshots: $(VENV)/.tests $(VENV)/.system ## Take the picture in the documentation: the index of links, in Chromium.
	@cd tests && ../$(BIN)/python -m links.rendered

REPEAT ?= 1

.PHONY: live
live: $(VENV)/.tests $(VENV)/.system ## Run an alert's whole way, up to a real Alertmanager, REPEAT=10 times.
	@$(BIN)/python -m pytest -n auto tests/test_end_to_end.py --repeat $(REPEAT)

.PHONY: false-positives
false-positives: $(VENV)/.tests ## Count what the checks say about hundreds of sound expressions: nothing, if they are right.
	@cd tests && ../$(BIN)/python -m promql.corpus

.PHONY: syntax
syntax: $(VENV)/.tests $(VENV)/.system ## Compare our verdicts on 20,000 mutated expressions with promtool's; SEED=2 for others.
	@PYTHONPATH=tests:. $(BIN)/python tests/promql/syntax.py 20000 $(or $(SEED),1)

.PHONY: mutate
mutate: $(VENV)/.tests $(VENV)/.system ## Change every part of the rules in turn and count which changes the trials see.
	@cd tests && ../$(BIN)/python -m proof.mutation

.PHONY: bench
bench: $(VENV)/.tests $(VENV)/.system ## Measure the times and costs that docs/numbers.md states.
	@$(BIN)/python bench/run.py

.PHONY: lock
lock: $(VENV)/.python ## Pin the newest versions that pyproject.toml allows, with hashes.
	@$(PIP) install uv
	@lock="$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml"; \
	$$lock --group build --output-file requirements.lock; \
	$$lock --group build --extra test --extra dev --constraint requirements.lock --output-file requirements-dev.lock

.PHONY: clean
clean: ## Remove the virtual environment and the caches; out/ stays.
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: what is done once and again only when its inputs change.

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Sightline needs Python 3.11 or newer; try make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(call debian,$(PYTHON) -c "import ensurepip",python3-venv)
	@echo "Creating $(VENV)."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements.lock pyproject.toml
	@echo "Installing Sightline into $(VENV)."
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tests: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing what the tests need into $(VENV)."
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

# Grafana publishes its types for npm alone. No script of a package is run.
GRAFANA := tests/grafana/schema
$(VENV)/.grafana: $(VENV)/.python $(GRAFANA)/package-lock.json $(GRAFANA)/derive.mjs
	@$(call debian,command -v node && command -v npm,nodejs npm)
	@echo "Deriving the schema of dashboards from Grafana's types."
	@npm ci --prefix $(GRAFANA) --ignore-scripts --no-audit --no-fund --loglevel error >/dev/null
	@node $(GRAFANA)/derive.mjs > $(GRAFANA)/derived.json.new && mv $(GRAFANA)/derived.json.new $(GRAFANA)/derived.json
	@touch $@

# The schema of SARIF comes with a package of npm, too.
SARIF := tests/diagnostics/schema
$(VENV)/.sarif: $(VENV)/.python $(SARIF)/package-lock.json
	@$(call debian,command -v node && command -v npm,nodejs npm)
	@echo "Fetching the schema of SARIF."
	@npm ci --prefix $(SARIF) --ignore-scripts --no-audit --no-fund --loglevel error >/dev/null
	@touch $@

# The tests run the rules on the real engine, so they fail without it.
.PHONY: $(VENV)/.system
$(VENV)/.system:
	@$(call debian,command -v promtool && command -v prometheus,prometheus)
	@$(call debian,command -v chromium || command -v chromium-browser || command -v google-chrome,chromium)
	@$(call debian,command -v amtool && { command -v prometheus-alertmanager || command -v alertmanager; },prometheus-alertmanager)
