# make alone prints what there is.

# Modules in the workspace (go.work), and those outside of it.
inside  := . docsui services
outside := bench cmd/tenonvet e2e

# Debian packages that the tests in e2e need, each with the program it brings: program:package.
e2e_needs := curl:curl

golangci := GOWORK=off CGO_ENABLED=0 go tool -modfile=$(CURDIR)/tools/go.mod golangci-lint

# $(call each,MODULES,COMMAND) runs a command in each module, goes on after a failure, and fails then.
each = status=0; for dir in $(1); do \
		echo "== $$dir"; \
		(case " $(outside) " in *" $$dir "*) export GOWORK=off;; esac; cd $$dir && $(2)) || status=1; \
	done; exit $$status

.DEFAULT_GOAL := help
.PHONY: help test e2e e2e-needs fuzz bench lint check fmt

help: ## print this
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## test all modules but e2e, with the race detector, shuffled
	@$(call each,$(inside) $(filter-out e2e,$(outside)),go test -race -shuffle=on ./...)

e2e: e2e-needs ## test whole programs; as root, installs with apt what they need
	cd e2e && GOWORK=off go test -count=1 -timeout=10m ./...

fuzz: ## fuzz the plan against other readers of JSON; TIME=10m for longer
	@cd e2e && export GOWORK=off; for target in $$(go test -list '^Fuzz' ./schema | grep '^Fuzz'); do \
		echo "== $$target"; go test -run='^$$' -fuzz="^$$target\$$" -fuzztime=$(or $(TIME),10s) -fuzzminimizetime=1s ./schema || exit 1; \
	done

# Installs the missing programs if that is possible, and fails if one is missing then.
e2e-needs:
	@missing() { for need in $(e2e_needs); do command -v "$${need%%:*}" >/dev/null || echo "$${need##*:}"; done; }; \
	packages=$$(missing); \
	if [ -n "$$packages" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$packages; \
		packages=$$(missing); \
	fi; \
	if [ -n "$$packages" ]; then echo "make e2e needs these packages, please install them:" $$packages >&2; exit 1; fi

bench: ## compare with peers; OUT=file writes the figures as JSON, ARGS passes flags
	cd bench && GOWORK=off OUT="$(if $(OUT),$(abspath $(OUT)))" go run . $(ARGS)

lint: ## check formatting, doc comments and common mistakes in all modules
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not formatted (make fmt):" >&2; echo "$$unformatted" >&2; exit 1; fi
	@$(call each,$(inside) $(outside),go vet ./... && $(golangci) run --config=$(CURDIR)/.golangci.yml ./...)

check: lint test ## what a change must pass before review

fmt: ## format all Go files
	gofmt -w .
