# Every target makes its own environment first; a bare clone needs only make, git and Python >= 3.11 with venv.

PORT ?= 8000
DEMO ?= 1
BIN := .venv/bin
# Checks read settings, and settings keep their keys in a state folder: never the real one.
SCRATCH := $(CURDIR)/var/checks

.PHONY: up down status front test check bars bench screenshots environment format lint types contracts migrations
.DEFAULT_GOAL := up

up: environment
	@exec $(BIN)/tierline up --port $(PORT) $(if $(filter-out 0 no,$(DEMO)),--demo)

down: environment
	@$(BIN)/tierline down

status: environment
	@$(BIN)/tierline status

# Front-end packages as the lock names them, also on a machine without npm.
front: environment
	sh deploy/front.sh

# The front-end packages come while Python's are installed.
environment:
	@sh deploy/front.sh once & sh deploy/environment.sh || exit $$?; wait

test: environment
	@$(MAKE) --no-print-directory lint contracts types migrations
	$(BIN)/python -m pytest

check: environment
	@$(MAKE) --no-print-directory lint contracts types migrations
	$(BIN)/python -m pytest -q src/tierline/domain tests/arch

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

contracts:
	$(BIN)/lint-imports

types: export TIERLINE_HOME = $(SCRATCH)
types:
	$(BIN)/mypy

# Only the code is asked: the owner's settings have no pool that would go on looking for a server.
migrations: export TIERLINE_HOME = $(SCRATCH)
migrations: export TIERLINE_DATABASE_ROLE = owner
migrations: export DJANGO_SETTINGS_MODULE = tierline.config.settings.test
migrations:
	$(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

format: environment
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bars: environment
	TIERLINE_BARS=1 $(BIN)/python -m pytest src/tierline/api/tests/test_conformance.py src/tierline/domain src/tierline/channels/types/email src/tierline/imports/tests/test_fuzz.py tests/bench/sla_speed.py tests/bench/routing_speed.py
	$(BIN)/python -m tests.bench.timers
	$(BIN)/python -m tests.bench.idle

# Every page in both languages and themes at two widths; ONLY=queue draws the pages whose name has the word.
screenshots: export TIERLINE_HOME = $(SCRATCH)
screenshots: environment
	$(BIN)/python -m tests.browser.screenshots var/screenshots --only "$(ONLY)"

bench: environment
	$(BIN)/python -m tests.bench.sla_speed
	$(BIN)/python -m tests.bench.routing_speed
	$(BIN)/python -m tests.bench.mail_reply
	$(BIN)/python -m tests.bench.mail_receive
	$(BIN)/python -m tests.bench.timers
	$(BIN)/python -m tests.bench.idle
