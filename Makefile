# run: the whole portal · test: every test · check: every static check. docs/operations.md says more.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EMBEDDED := $(BIN)/python -m portal.embedded
UV ?= uv
TESTS ?= tests
# Processes that test side by side: one for each processor that this machine, or the container's share of it, has; 2 to 4.
PROCESSORS = count=$$(nproc 2>/dev/null || echo 2); read -r share period 2>/dev/null < /sys/fs/cgroup/cpu.max && [ "$$share" != max ] && [ "$$((share / period))" -lt "$$count" ] && count=$$((share / period)); [ "$$count" -lt 2 ] && count=2; [ "$$count" -gt 4 ] && count=4; echo $$count
WORKERS ?= $(shell $(PROCESSORS))
INSTALL = { $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; } && $(BIN)/python -m pip install -qq --no-compile --disable-pip-version-check --require-hashes --no-deps --only-binary :all:
STRONG = SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(64))") PLATFORM_HOST=portal.example EMAIL_URL=smtp://127.0.0.1:1025

# Compiled modules stay beside the data, also where the environment forbids them beside the sources: a dozen processes
# that each compile Django again take most of their time with that.
export PYTHONDONTWRITEBYTECODE =
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/var/bytecode

.DEFAULT_GOAL := help
.PHONY: always help run stop test check style imports types templates migrations production fmt demo messages bench lock shell clean

help: ## what can be made here
	@sed -n 's/^\([a-z]*\):.*## /\1: /p' Makefile

run: $(VENV)/runs ## the whole portal on http://localhost:8000/, another port by PORT=8001
	@exec $(EMBEDDED) run

stop: $(VENV)/runs ## end servers that a killed terminal left behind
	@$(EMBEDDED) stop

test: $(VENV)/develops ## every test on real servers, TESTS=path for some
	@command -v chromium chromium-browser google-chrome >/dev/null || echo "No Chromium found: the browser tests will fail. On Debian: apt-get install chromium"
	@command -v npm >/dev/null || echo "No npm found: the tests of the exchange will fail. On Debian: apt-get install nodejs npm"
	@# One order of sets for all workers, another one in each run: cases that are named after a set have the same name everywhere.
	@PYTHONHASHSEED=$${PYTHONHASHSEED:-$$($(BIN)/python -c "import random; print(random.randrange(1, 2**16))")} $(EMBEDDED) exec --test -- $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

check: style imports types templates migrations production ## style, imports, types, templates, migrations, production settings

style: $(VENV)/develops
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

imports: $(VENV)/develops
	$(BIN)/lint-imports

types: $(VENV)/develops
	$(EMBEDDED) exec --test -- $(BIN)/mypy

templates: $(VENV)/develops
	$(BIN)/djlint templates --lint --quiet

migrations: $(VENV)/develops
	$(EMBEDDED) exec --test -- $(BIN)/python manage.py makemigrations --check --dry-run

production: $(VENV)/develops
	$(EMBEDDED) exec --test -- env $(STRONG) DJANGO_SETTINGS_MODULE=portal.settings.production $(BIN)/python manage.py check --deploy --fail-level WARNING

fmt: $(VENV)/develops ## format code and templates
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

demo: $(VENV)/runs ## fill or complete the demo tenants again
	@$(EMBEDDED) exec -- $(BIN)/python manage.py seed_demo

messages: $(VENV)/develops ## collect and compile the translations
	$(EMBEDDED) exec -- $(BIN)/python manage.py makemessages --all --no-wrap --ignore=.venv --ignore=var
	$(EMBEDDED) exec -- $(BIN)/python manage.py compilemessages --ignore=.venv

bench: $(VENV)/develops ## every measurement of benchmarks/
	@for bench in benchmarks/[a-z]*.py; do echo "$$bench"; $(EMBEDDED) exec -- $(BIN)/python "$$bench"; done

shell: $(VENV)/runs ## a Python shell with the portal loaded
	@$(EMBEDDED) exec -- $(BIN)/python manage.py shell

lock: ## pin every dependency again, by hash
	$(UV) pip compile pyproject.toml $(PINS) -o requirements/production.txt
	$(UV) pip compile pyproject.toml --extra embedded $(PINS) -c requirements/production.txt -o requirements/embedded.txt
	$(UV) pip compile pyproject.toml --extra embedded --extra dev $(PINS) -c requirements/embedded.txt -o requirements/dev.txt
PINS = --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock"

clean: ## forget environment and caches; the data in var/ stays
	rm -rf $(VENV) var/bytecode .mypy_cache .ruff_cache .hypothesis .import_linter_cache

always:

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Callout needs Python 3.11 or newer: $(PYTHON) is not there. Name yours: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Callout needs Python 3.11 or newer; $(PYTHON) is older. Name yours: make PYTHON=python3.12"; exit 1; }
	@echo "Making the virtual environment"
	@$(PYTHON) -m venv --clear $(VENV) || { echo "On Debian, python3-venv is a package of its own: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }

# Stamps hold the lock they were made from: an unchanged lock installs nothing, whatever its date.
# They are looked at each time: an environment that was made anew may keep the age of its interpreter.
$(VENV)/runs: $(BIN)/python requirements/embedded.txt always
	@cmp -s requirements/embedded.txt $@ || { echo "Installing what Callout needs"; $(INSTALL) -r requirements/embedded.txt; }
	@cp requirements/embedded.txt $@

$(VENV)/develops: $(BIN)/python requirements/dev.txt always
	@cmp -s requirements/dev.txt $@ || { echo "Installing what the tests need"; $(INSTALL) -r requirements/dev.txt; }
	@cp requirements/dev.txt $@ && cp requirements/embedded.txt $(VENV)/runs
