# The two commands of a newcomer are `make run` and `make test`; the others are parts of them.
GO     ?= go
TOOLS  := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/igny8-tools
LINT   := $(TOOLS)/golangci-lint-2.15.0
VULN   := $(TOOLS)/govulncheck-1.9.0
DATA   ?= .igny8
WEB    := internal/webapp/dist
GOFLAGS_BUILD := -trimpath -ldflags "-s -w"

ENV    ?= local
ROUNDS ?= 20
ARTICLES ?= 100
SEED   ?= 1
GRID_RUNS ?= 5

.PHONY: run build web web-test journeys test unit ledger matrix rowsets lint vuln e2e e2e-aws deploy-test infra kill chaos chaos-aws schemathesis schemathesis-aws bench bench-request bench-run bench-coldstart cold bench-keywords bench-clusters bench-web-grid bench-map bench-web cost simulate deploy undeploy setup docs clean fuzz

run: build ## start the product with a sample workspace and do its main job before your eyes
	bin/igny8 serve --sample --data $(DATA)

build: web ## bin/igny8, with the web app in it
	CGO_ENABLED=0 $(GO) build $(GOFLAGS_BUILD) -o bin/igny8 ./cmd/igny8

web: $(WEB)/.built ## the web app, where the program embeds it

# Built again when something in web/ is newer.
$(WEB)/.built: $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -path 'web/test/*' -not -path 'web/bench/*')
	cd web && npm ci --silent && npm run --silent build
	find $(WEB) -mindepth 1 -not -name .keep -delete
	cp -R web/dist/. $(WEB)/
	touch $@

web-test: web ## eslint, types and tests of the web app, its size among them
	cd web && npm test

journeys: web ## people's ways through the web app in a real browser; PICTURES=folder keeps what they saw
	PICTURES=$(PICTURES) $(GO) test -count=1 -timeout 60m -v ./test/web

test: setup lint web-test journeys unit ledger rowsets matrix infra schemathesis e2e-aws deploy-test chaos-aws kill ## every suite; e2e is a part of e2e-aws

setup: ## install what the tests need: PHP and WordPress, DynamoDB Local, an AWS emulator, the deployment tools, Chromium
	scripts/setup.sh

unit: ## all tests of all packages but the suites and benches below, with the race detector, in random order
	$(GO) test -race -shuffle=on -timeout 60m $$($(GO) list ./... | grep -v -e /test/e2e$$ -e /test/deploy$$ -e /test/infra$$ -e /test/kill$$ -e /test/matrix$$ -e /test/awschaos$$ -e /test/bench-keywords$$ -e /test/bench-cost$$ -e /test/schemathesis$$ -e /test/web$$)

ledger: ## 100,000 random interleavings of movements of credits against a reference; prints the seeds
	$(GO) test -count=1 -timeout 10m -v -run '^TestLedgerAgainstModel$$' ./internal/credit

matrix: ## each fault of each provider at each step, once and for ever; prints the table
	$(GO) test -count=1 -timeout 30m -v -run '^TestMatrix$$' ./test/matrix

rowsets: ## 50,000 random histories of row sets (edits, undo, crashes, stalls, tick) against a plain map; prints the seeds
	GOGC=800 $(GO) test -count=1 -timeout 20m -v -run '^(TestHistories|TestFind)$$' ./internal/rowset -histories 50000

infra: ## template.yaml and infra/: sam validate, cfn-lint, and that they fit the functions
	$(GO) test -count=1 -timeout 10m ./test/infra

schemathesis: ## whatever the API's description allows and forbids, sent to a running program with and without a session; prints the seed
	$(GO) test -count=1 -timeout 25m -v -run '^TestSchemathesis$$' ./test/schemathesis

schemathesis-aws: ## the same calls to the stack deployed on the emulator
	$(GO) test -count=1 -timeout 60m -v -run '^TestOnEmulator$$' ./test/schemathesis -limit 25m

e2e: ## 40 keywords -> posts on a real WordPress, through the API; prints the counts
	$(GO) test -count=1 -timeout 20m -v -run '^TestEndToEnd$$/^embedded$$' ./test/e2e

e2e-aws: ## the same, then through the stack deployed on the emulator, and the two side by side
	$(GO) test -count=1 -timeout 40m -v ./test/e2e

deploy-test: ## deployed from nothing, tried, updated and rolled back in the midst of runs, and deleted, on the emulator
	$(GO) test -count=1 -timeout 40m -v ./test/deploy

chaos-aws: ## runs on the deployed stack: functions killed, messages twice, tokens lost, a throttled table, time-outs, dead letters; prints the counts
	$(GO) test -count=1 -timeout 40m -v -run '^TestChaos$$' ./test/awschaos

kill: ## 40 seeded kill -9 of `igny8 run`, ten in each run, each started again; prints the counts
	$(GO) test -count=1 -timeout 60m -v -run '^TestKill$$' ./test/kill

chaos: ## 200 of them
	$(GO) test -count=1 -timeout 120m -v -run '^TestKill$$' ./test/kill -kills 200

lint: $(LINT)/golangci-lint ## gofmt, vet, staticcheck and the linters of .golangci.yml
	$(LINT)/golangci-lint run ./...

$(LINT)/golangci-lint:
	GOBIN=$(LINT) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

vuln: ## known faults of what we link; needs the network for its database
	GOBIN=$(VULN) $(GO) install golang.org/x/vuln/cmd/govulncheck@v1.9.0
	$(VULN)/govulncheck ./...

fuzz: ## the readers of keyword files against random bytes, two minutes each
	$(GO) test -run '^$$' -fuzz '^FuzzImport$$' -fuzztime 2m ./internal/keyword
	$(GO) test -run '^$$' -fuzz '^FuzzImportWorkbook$$' -fuzztime 2m ./internal/keyword
	$(GO) test -run '^$$' -fuzz '^FuzzWorkbook$$' -fuzztime 2m ./internal/keyword/workbook

bench: ## benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./internal/...

bench-request: ## a warm request through the whole chain over an empty handler, p50; fails beyond 200 µs
	$(GO) test -run '^$$' -bench '^BenchmarkRequest$$' ./test/contract

bench-run: ## what a run of 100 articles takes; ARTICLES=10000 for memory over a long one
	$(GO) run ./test/bench -articles $(ARTICLES)

bench-web-grid: build ## the table of 100,000 keywords in a real browser, its main thread slowed down 4 times, before a real serve; fails when a goal is missed
	cd web && node bench/grid.mjs ../bin/igny8 $(GRID_RUNS)

bench-map: build ## the map of clusters with 50,000 keywords in a real browser, its main thread slowed down 4 times, before a real serve; fails when a frame's p95 is over 34 ms
	cd web && node bench/map.mjs ../bin/igny8 $(GRID_RUNS)

bench-web: build ## Lighthouse over the signed-in app, mobile and desktop; fails below its goals
	cd web/bench && npm ci --silent && node lighthouse.mjs ../../bin/igny8 $(or $(RUNS),3)

cost: ## what a run of 100 articles asks of AWS, priced, beside other ways to do it; what an idle stack costs; fails beyond the limits. UPDATE=1 tells the models
	$(GO) test -count=1 -timeout 20m -v ./test/bench-cost $(if $(UPDATE),-update)

simulate: ## the product on AWS with 10, 1,000 and 100,000 accounts: what breaks first, who waits how long; fails beyond the limits
	$(GO) run ./test/simulate/tables -seed $(SEED)

bench-coldstart: ## cold start of every function beside the empty Go Lambda; fails beyond the limits
	$(GO) run ./internal/lab/coldstart/bench -rounds $(ROUNDS) -gate

cold: ## the same, written to docs/start-up.md with what each package's start costs
	$(GO) run ./internal/lab/coldstart/bench -rounds $(ROUNDS) -gate -page docs/start-up.md

bench-keywords: ## imports of 100,000 and lists of 200,000 keywords: time, memory, requests, cost; fails beyond its limits
	$(GO) test -count=1 -timeout 20m -v ./test/bench-keywords

bench-clusters: ## igny8 cluster on the sets of LAB=folder and on 25,000 to 200,000 keywords, beside peers with PEERS=its Python; fails beyond its limits
	CGO_ENABLED=0 $(GO) build $(GOFLAGS_BUILD) -o bin/igny8-clusters ./cmd/igny8
	CGO_ENABLED=0 $(GO) build $(GOFLAGS_BUILD) -o bin/scale-clusters ./test/bench-clusters/scale
	python3 test/bench-clusters/bench.py $(LAB) bin/igny8-clusters bin/scale-clusters $(PEERS)

deploy: ## build the functions and deploy template.yaml; ENV=local starts an emulator here
	scripts/deploy.sh ENV=$(ENV)

undeploy: ## take the stack away; ENV=local ends the emulator too
	scripts/undeploy.sh ENV=$(ENV)

docs: ## write again what is made from code: the API's examples, docs/openapi.json and the parts of docs/ between marks
	$(GO) test ./test/contract -run TestWalk -update
	$(GO) test ./internal/app/api -run Document -update
	$(GO) test ./internal/archtest -run Docs -update

clean:
	rm -rf bin dist web/dist
	find $(WEB) -mindepth 1 -not -name .keep -delete
