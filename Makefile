# The two commands of a newcomer are `make run` and `make test`; the others are parts of them.
GO     ?= go
TOOLS  := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/igny8-tools
LINT   := $(TOOLS)/golangci-lint-2.15.0
VULN   := $(TOOLS)/govulncheck-1.9.0
DATA   ?= .igny8
GOFLAGS_BUILD := -trimpath -ldflags "-s -w"

.PHONY: run build test unit lint vuln e2e kill bench setup docs clean

run: build ## start the product with a sample workspace and do its main job before your eyes
	bin/igny8 serve --sample --data $(DATA)

build: ## bin/igny8
	CGO_ENABLED=0 $(GO) build $(GOFLAGS_BUILD) -o bin/igny8 ./cmd/igny8

test: setup lint unit e2e kill ## every suite

setup: ## install what the tests need: PHP and WordPress, DynamoDB Local, the linter
	scripts/setup.sh

unit: ## all tests of all packages but the two below, with the race detector, in random order
	$(GO) test -race -shuffle=on -timeout 20m $$($(GO) list ./... | grep -v -e /test/e2e$$ -e /test/kill$$)

e2e: ## 40 keywords -> posts on a real WordPress, through the API; prints the counts
	$(GO) test -count=1 -timeout 10m -v -run '^TestEndToEnd$$' ./test/e2e

kill: ## 20 seeded kill -9 of `igny8 run`, each started again; prints the counts
	$(GO) test -count=1 -timeout 20m -v -run '^TestKill$$' ./test/kill

lint: $(LINT)/golangci-lint ## gofmt, vet, staticcheck and the linters of .golangci.yml
	$(LINT)/golangci-lint run ./...

$(LINT)/golangci-lint:
	GOBIN=$(LINT) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

vuln: ## known faults of what we link; needs the network for its database
	GOBIN=$(VULN) $(GO) install golang.org/x/vuln/cmd/govulncheck@v1.9.0
	$(VULN)/govulncheck ./...

bench: ## benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./internal/...

docs: ## write again what is made from code: docs/openapi.json and the parts of docs/ between marks
	$(GO) test ./internal/app/api -run Document -update
	$(GO) test ./internal/archtest -run Docs -update

clean:
	rm -rf bin
