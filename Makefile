# make alone prints what there is.

# Modules in the workspace (go.work), and those outside of it.
inside  := . adapters/jwtauth adapters/pgstore adapters/redisstore adapters/riverjobs adapters/sqlitestore docsui services
outside := bench cmd/tenonvet e2e

# Debian packages that tests need, each with the program it brings: program:package. Without those of make test, some of its tests are skipped.
test_needs := initdb:postgresql redis-server:redis-server
e2e_needs  := $(test_needs) curl:curl node:nodejs npm:npm chromium:chromium

golangci := GOWORK=off CGO_ENABLED=0 go tool -modfile=$(CURDIR)/tools/go.mod golangci-lint

# $(call each,MODULES,COMMAND) runs a command in each module, goes on after a failure, and fails then.
each = status=0; for dir in $(1); do \
		echo "== $$dir"; \
		(case " $(outside) " in *" $$dir "*) export GOWORK=off;; esac; cd $$dir && $(2)) || status=1; \
	done; exit $$status

.DEFAULT_GOAL := help
.PHONY: help test e2e fuzz bench bench-scale bench-harbor lint check fmt

help: ## print this
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## test all modules but e2e, with the race detector, shuffled; as root, installs with apt what it needs
	@tools/needs 'make test' $(test_needs)
	@$(call each,$(inside) $(filter-out e2e,$(outside)),go test -race -shuffle=on ./...)

e2e: ## test whole programs; as root, installs with apt what they need
	@tools/needs '!make e2e' $(e2e_needs)
	cd e2e && GOWORK=off go test -count=1 -timeout=10m ./...

fuzz: ## fuzz the plan against other readers of JSON; TIME=10m for longer
	@cd e2e/schema && GOWORK=off $(CURDIR)/tools/fuzz $(or $(TIME),10s)

bench: ## compare with peers; OUT=file writes the figures as JSON, ARGS passes flags
	cd bench && GOWORK=off OUT="$(if $(OUT),$(abspath $(OUT)))" go run . $(ARGS)

bench-scale: ## compare starts of 300 operations with peers; ARGS passes flags
	cd bench && GOWORK=off go run ./scale $(ARGS)

bench-harbor: ## compare Harbor Payments with the same service by hand, durable commits; ARGS passes flags
	cd bench && GOWORK=off go run ./load $(ARGS)

lint: ## check formatting, doc comments and common mistakes in all modules
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not formatted (make fmt):" >&2; echo "$$unformatted" >&2; exit 1; fi
	@$(call each,$(inside) $(outside),go vet ./... && $(golangci) run --allow-parallel-runners --config=$(CURDIR)/.golangci.yml ./...)

check: lint test ## what a change must pass before review

fmt: ## format all Go files
	gofmt -w .
