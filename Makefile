# Every command a person needs. `make` lists them.

.DEFAULT_GOAL := help
PORT ?= 8000
CARGO ?= cargo
ROWHOUSE := $(CARGO) run --quiet --release -p rowhouse-cli --bin rowhouse --

# nextest runs the tests of all crates side by side; cargo's own runner takes one crate after the other.
NEXTEST := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo yes)
TESTS := $(if $(NEXTEST),$(CARGO) nextest run --workspace,$(CARGO) test --workspace --lib --bins --tests --examples)

.PHONY: help
help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

.PHONY: start
start: postgres build ## Set up everything and serve the demo on 127.0.0.1:8000 (another port: PORT=8001)
	@$(ROWHOUSE) serve --demo --listen 127.0.0.1:$(PORT)

.PHONY: pg
pg: postgres build ## Start the private PostgreSQL alone, with the demo's data, in the background
	@$(ROWHOUSE) db start --demo

.PHONY: stop
stop: build ## Stop what `make start` or `make pg` started
	@$(ROWHOUSE) db stop

.PHONY: test
test: postgres checks lint ## Run the checks and all tests
	$(TESTS)
	$(CARGO) test --workspace --doc

.PHONY: test-all
test-all: postgres checks lint ## The same on PostgreSQL 15, 16, 17 and 18
	$(TESTS)
	$(CARGO) test --workspace --doc
	for version in 16 17 18; do \
	    bin=$$(setup/postgres-version $$version) || exit 1; \
	    echo "PostgreSQL $$version"; \
	    PG_BINDIR=$$bin $(TESTS) || exit 1; \
	done

.PHONY: lint
lint: ## Check formatting and run clippy
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings

.PHONY: bench
bench: postgres ## Measure speed and memory; takes some minutes
	@setup/bench-peer
	$(CARGO) run --release -p rowhouse-bench

.PHONY: schemathesis
schemathesis: postgres build ## Test /openapi.json against the running demo (EXAMPLES=500, SEED=1); needs Python
	@setup/schemathesis

.PHONY: clean
clean: ## Remove what was built, and the private PostgreSQL with its data
	@if [ -d .rowhouse ] || [ -d /var/lib/rowhouse ]; then $(ROWHOUSE) db reset --yes; fi
	$(CARGO) clean
	rm -rf .rowhouse

.PHONY: build
build:
	@$(CARGO) build --release -p rowhouse-cli --bin rowhouse

.PHONY: postgres
postgres:
	@setup/postgres

.PHONY: checks
checks:
	@setup/checks
