# Lookalike: `make run` and `make test` do everything from a bare checkout. `make help` lists the rest.

HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= $(CURDIR)/.data
VENV ?= $(CURDIR)/.venv
ARGS ?=
MESSAGES = locale/zh_Hans/LC_MESSAGES/django
N ?= 100000
DIM ?= 512
KEEP ?=
# Processes that test side by side; each has a database of its own.
WORKERS ?= 4
# Of each kind that `make fuzz` draws for an operation.
EXAMPLES ?= 200
export DATA

# The first Python that is new enough and can make virtual environments; else the first new enough.
PYTHON ?= $(shell \
	for need in 'import ensurepip, sys' 'import sys'; do \
		for python in python3.12 python3.11 python3.13 python3 /usr/bin/python3; do \
			"$$python" -c "$$need; sys.exit(sys.version_info < (3, 11))" 2>/dev/null \
				&& command -v "$$python" && exit; \
		done; \
	done)

BIN = $(VENV)/bin
BOOTSTRAP = "$(or $(PYTHON),$(error Lookalike needs Python 3.11 or later: apt-get install python3 \
	python3-venv, or name one with PYTHON=...))" -I config/stack/bootstrap.py --venv "$(VENV)"

.DEFAULT_GOAL := help
.PHONY: help run test fuzz lint types format messages install install-dev bench-search bench-api bench-embed bench-page clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' \
		| while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

run: install ## run the shop (PORT=8000 HOST=127.0.0.1 DATA=.data); Ctrl-C stops it
	@exec "$(BIN)/python" -m config.stack up --host "$(HOST)" --port "$(PORT)"

test: ## check and test everything (ARGS="-k words" goes to pytest)
	@$(BOOTSTRAP) --program chromium --program curl --program node \
		requirements.txt requirements-extras.txt requirements-dev.txt
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .
	"$(BIN)/mypy" config catalog search
	"$(BIN)/mypy" --config-file clients/python/pyproject.toml clients/python/src
	"$(BIN)/lint-imports"
	PATH="$(BIN):$$PATH" "$(BIN)/python" -m config.stack exec --ephemeral -- \
		sh -c 'python manage.py makemigrations --check --dry-run && exec python -m pytest "$$@"' pytest \
		-n auto --maxprocesses $(WORKERS) --dist loadfile $(ARGS)

fuzz: install-dev ## ask the API whatever its schema allows and forbids, for long (EXAMPLES=200)
	PATH="$(BIN):$$PATH" FUZZ_EXAMPLES="$(EXAMPLES)" FUZZ_PHASES=examples,coverage,fuzzing,stateful \
		"$(BIN)/python" -m config.stack exec --ephemeral -- python -m pytest tests/api/fuzz -p no:logging $(ARGS)

lint: install-dev ## ruff and the import law
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .
	"$(BIN)/lint-imports"

types: install-dev ## mypy
	"$(BIN)/mypy" config catalog search
	"$(BIN)/mypy" --config-file clients/python/pyproject.toml clients/python/src

format: install-dev ## put the code into shape
	"$(BIN)/ruff" check --fix .
	"$(BIN)/ruff" format .

messages: install-dev ## take up new sentences into the translation, and compile it (needs gettext)
	@command -v msgfmt >/dev/null || { echo "There is no gettext: apt-get install gettext" >&2; exit 1; }
	"$(BIN)/python" manage.py makemessages --locale zh_Hans --no-obsolete --no-wrap --add-location file \
		--ignore tests --ignore benchmarks
	msgfmt --check --output-file=$(MESSAGES).mo $(MESSAGES).po
	@msgfmt --statistics --output-file=/dev/null $(MESSAGES).po

install: ## make the virtual environment (VENV=.venv PYTHON=python3) with what runs
	@$(BOOTSTRAP) requirements.txt

install-dev: ## the same, with what checks and tests
	@$(BOOTSTRAP) requirements.txt requirements-extras.txt requirements-dev.txt

bench-search: ## measure the search beside hnswlib, faiss and qdrant-edge (N=100000 DIM=512 KEEP=)
	@$(BOOTSTRAP) requirements.txt requirements-extras.txt requirements-bench.txt
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 "$(BIN)/python" -m config.stack \
		$(if $(KEEP),--data "$(DATA)/bench-$(N)x$(DIM)" exec,exec --ephemeral) -- \
		"$(BIN)/python" -m benchmarks.search --n "$(N)" --dim "$(DIM)" $(ARGS)

bench-embed: ## measure engines, decoding, worker, queries and memory (ARGS="--photos DIR")
	@$(BOOTSTRAP) requirements.txt requirements-extras.txt requirements-bench.txt
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 "$(BIN)/python" -m config.stack exec --ephemeral -- \
		"$(BIN)/python" -m benchmarks.embed $(ARGS)

bench-api: ## load the API open-loop, against its CPU's ceiling (ARGS="--seconds 30")
	@$(BOOTSTRAP) requirements.txt requirements-extras.txt requirements-bench.txt
	@"$(BIN)/python" -m benchmarks.api.load $(ARGS)

bench-page: ## measure photo to results in a browser (ARGS="--rounds 10 --url http://127.0.0.1:8000")
	@$(BOOTSTRAP) --program chromium requirements.txt requirements-extras.txt requirements-dev.txt
	@"$(BIN)/python" -m benchmarks.photo_to_results $(ARGS)

clean: ## remove the virtual environment and caches; the data folder stays
	@if [ -f "$(VENV)/lookalike-requirements.json" ]; then rm -rf "$(VENV)"; fi
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find config catalog search tests -name __pycache__ -type d -prune -exec rm -rf {} +
