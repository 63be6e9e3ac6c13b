# What a contributor runs. Everything but servers needs Go alone, and nothing is installed into the machine.

GO     ?= go
TOOL    = $(GO) tool -modfile=tools.mod
TEST    = $(GO) test $(VET)
SHELL   = /bin/bash
.SHELLFLAGS = -eu -o pipefail -c

.PHONY: collect pictures browser docs prose test test-all lint lint-all cross unit grpc engines examples kills cli faults deploy servers tools exporters truth bench compare bounds generate fmt fuzz ingest soak torture

# test is what a change must pass, with Go alone: lint, the tests of the SDK with the race detector, the examples, and
# processes that are killed.
test: lint unit grpc examples kills

# test-all is test, and what takes longer or needs other real servers. lint-all vets all of it, with more analyzers than go test.
test-all: VET = -vet=off
test-all: test lint-all cli faults engines deploy ingest collect servers exporters browser docs ts bounds

lint:
	@files=$$($(TOOL) gofumpt -l .); if [ -n "$$files" ]; then echo "not formatted (make fmt):"; echo "$$files"; exit 1; fi
	$(GO) vet ./...
	$(TOOL) staticcheck ./...

# lint-all looks at the other modules too. It takes minutes when nothing is cached: staticcheck reads all that they depend
# on, a translated SQLite among it.
lint-all: lint
	cd grpcinstr && $(GO) vet ./... && $(GO) tool -modfile=../tools.mod staticcheck ./...
	cd natsstore && $(GO) vet ./... && $(GO) tool -modfile=../tools.mod staticcheck ./...
	cd kafkastore && $(GO) vet ./... && $(GO) tool -modfile=../tools.mod staticcheck ./...
	cd tests/engines && $(GO) vet ./... && $(GO) tool -modfile=../../tools.mod staticcheck ./...
	cd examples && $(GO) vet ./... && $(GO) vet -tags servers ./cardgame && $(GO) tool -modfile=../tools.mod staticcheck ./...
	cd tests/faults && $(GO) vet ./... && $(GO) tool -modfile=../../tools.mod staticcheck ./...
	cd tests/deploy && $(GO) vet ./... && $(GO) tool -modfile=../../tools.mod staticcheck ./...
	cd tests/bench && $(GO) vet ./... && $(GO) tool -modfile=../../tools.mod staticcheck ./...
	staticcheck=$$($(TOOL) -n staticcheck); cd cmd/otelanalytics && $(GO) vet ./... && $$staticcheck ./... # -modfile is not for a folder with a go.work
	cd tests/promql && $(GO) vet ./... && $(GO) tool -modfile=../../tools.mod staticcheck ./...
	cd tests/expressions && $(GO) vet ./... && $(GO) tool -modfile=../../tools.mod staticcheck ./...
	cd tests/exporters && $(GO) vet ./... && $(GO) tool -modfile=../../tools.mod staticcheck ./...
	cd tests/browser && $(GO) vet ./... && $(GO) tool -modfile=../../tools.mod staticcheck ./...
	cd tests/collect && $(GO) vet ./... && $(GO) tool -modfile=../../tools.mod staticcheck ./...
	cd tests/ingest && $(GO) vet ./... && $(GO) tool -modfile=../../tools.mod staticcheck ./...
	cd tests/pictures && $(GO) vet -tags draw ./... && $(GO) tool -modfile=../../tools.mod staticcheck -tags draw ./...
	cd tests/prose && $(GO) vet ./... && $(GO) tool -modfile=../../tools.mod staticcheck ./...
	$(GO) vet -tags servers ./observers/...
	$(MAKE) prose

# prose holds the manual and the doc comments to plain English: Vale, from a Go module, with the rules of tests/prose/styles.
prose:
	cd tests/prose && $(TEST) -count=1 ./... # it reads files outside of its module

# cross is what can be said of other systems without one. A machine with an amd64 processor runs programs for 32 bits itself:
# there the tests of all packages run that start no server, but for the crashes, which take longest and have no sizes.
# Vet needs the types of what is compiled, and nobody runs it: unoptimised, that takes a fifth less.
WITHOUT_SERVERS = $$($(GO) list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./... | \
	grep -vE '/internal/(archtest|mongotest|natstest|redistest|servicetest|testserver)\>' | cut -d' ' -f1)
UNRUN = -gcflags='all=-N -l -dwarf=false'
cross:
	GOOS=darwin $(GO) vet $(UNRUN) ./...
	GOOS=windows $(GO) vet $(UNRUN) ./...
	GOARCH=386 $(GO) vet ./...
	@if [ "$$($(GO) env GOHOSTOS GOHOSTARCH | xargs)" = "linux amd64" ]; then set -x; GOARCH=386 $(GO) test -vet=off -skip Crash $(WITHOUT_SERVERS); fi

# The race detector would find nothing in one goroutine: the tests of such that take longest with it run without.
ALONE = TestRandomJSON|TestSharedIsBounded|TestWorstFilesAreRefusedSoon
unit: .build/ferretdb
	$(TEST) -race -timeout 20m -skip '^(TestKill|$(ALONE))$$' ./... # kills runs TestKill
	$(TEST) -run 'Allocate|Attack|$(ALONE)' ./eventmap ./internal/bsondoc ./otelanalytics ./httpinstr
	$(TEST) -run 'Crash|Damage' ./eventstore/internal/journal
	$(TEST) -run 'DoesNotGrow' ./uniques

# grpc tests the module for gRPC servers.
grpc: .build/ferretdb
	cd grpcinstr && $(TEST) -race -timeout 20m ./...
	cd grpcinstr && $(TEST) -run 'Allocations|Attack' .

# engines tests sinks for logs, and what reads these into MongoDB, on real servers of pinned versions, and on franz-go's fake of Kafka.
# OTELANALYTICS_TEST_KAFKA=host:9092 has the tests of kafkastore use a real cluster, too. ROUNDS=300 kills something so often, and prints
# its seed.
engines: .build/ferretdb
	cd natsstore && $(TEST) -race -timeout 20m ./...
	cd kafkastore && $(TEST) -race -parallel 8 -timeout 20m ./... # most of it waits
	cd tests/engines && $(TEST) $(if $(filter command environment,$(origin ROUNDS)),-timeout 0 -v,-timeout 20m) ./... $(if $(filter command environment,$(origin ROUNDS)),-rounds $(ROUNDS) -seed $(or $(SEED),0))

examples: .build/ferretdb
	cd examples && $(TEST) -timeout 20m ./...

kills: .build/ferretdb
	cd tests/faults && $(TEST) -timeout 20m -run 'Kill' -workers 40 .
	$(TEST) -timeout 20m -run 'Kill' ./uniques

# cli tests the command line and the code that it generates, and compares the evaluator of expressions with the library whose
# language it has. Pictures of dashboards have to show what it generates.
cli: .build/ferretdb
	cd cmd/otelanalytics && $(TEST) -timeout 20m ./...
	cd tests/promql && $(TEST) -count=1 ./... # it reads files outside of its module, which Go's cache does not look at
	cd tests/expressions && $(TEST) ./...
	cd tests/pictures && $(TEST) -count=1 ./... # likewise

# generate writes every generated file of the repository anew. A test of the command line fails when that changes one.
generate:
	$(GO) run -C cmd/otelanalytics ./internal/remake "$(CURDIR)"

# deploy parses manifests, compose files and Dockerfiles with the types of what they are for, and builds and starts what the
# images would.
deploy:
	cd tests/deploy && $(TEST) -timeout 20m -count=1 ./... # it reads files outside of its module

# servers runs the tests that need other real servers, which they start on 127.0.0.1 and stop again. What is missing is
# named, with the command that installs it, and fails.
servers:
	$(TEST) -race -tags servers -timeout 20m ./observers/redisconns
	cd examples && $(TEST) -tags servers -timeout 20m -run Servers ./cardgame

# browser tests pages in Debian's Chromium, driven by playwright-core. What npm brings, of the versions of tests/browser's lock
# file, goes into .build/browser.
browser: .build/browser/node_modules
	$(GO) vet -C tests/browser ./...
	$(GO) build -C tests/browser -o $(CURDIR)/.build/browser/site ./site
	$(GO) run -C cmd/otelanalytics . catalogue --format html --out $(CURDIR)/.build/browser/hostile.html internal/catalogue/testdata/hostile.yaml
	$(GO) run -C cmd/otelanalytics . catalogue --format html --out $(CURDIR)/.build/browser/cardgame.html ../../examples/cardgame/events.yaml
	node --test --test-concurrency=1 tests/browser/*.test.mjs

.build/browser/node_modules: tests/browser/package.json tests/browser/package-lock.json
	mkdir -p .build/browser
	cp $^ .build/browser/
	cd .build/browser && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

# docs builds the manual into .build/site, with its search and texts for tools (llms.txt, llms-full.txt). It follows every link
# and looks at the site in Chromium. VitePress, of the version in docs/site's lock file, goes into .build/manual.
MANUAL = .build/manual
docs: $(MANUAL)/node_modules .build/browser/node_modules
	rm -rf $(MANUAL)/src $(MANUAL)/site .build/site
	mkdir -p $(MANUAL)/src $(MANUAL)/.vitepress
	cp -r docs/site/*.mjs docs/site/theme $(MANUAL)/.vitepress/
	cp -r docs/*.md docs/*.svg docs/*.png docs/dashboards docs/design docs/performance $(MANUAL)/src/
	cd $(MANUAL) && node_modules/.bin/vitepress build
	mv $(MANUAL)/site .build/site
	node docs/site/check.mjs .build/site
	node --test tests/browser/manual/*.test.mjs

$(MANUAL)/node_modules: docs/site/package.json docs/site/package-lock.json
	mkdir -p $(MANUAL)
	cp $^ $(MANUAL)/
	cd $(MANUAL) && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

# ingest has clients of Segment, RudderStack, Jitsu and PostHog, and generated TypeScript, send to the doors for events over HTTP. What npm brings, of the versions of
# the lock file, goes into .build/ingest. ROUNDS=20 only kills a collector while they send, 80 times.
ingest: ts .build/ingest/node_modules .build/browser/node_modules .build/ferretdb
	cp tests/ingest/clients/*.js .build/ingest/
	cd tests/ingest && $(TEST) -count=1 $(if $(filter command environment,$(origin ROUNDS)),-timeout 0 -v -run TestKilledCollector,-timeout 20m) . $(if $(filter command environment,$(origin ROUNDS)),-rounds $(ROUNDS)) -clients "$(CURDIR)/.build/ingest" -typescript "$(CURDIR)/.build/clients"

# collect has hostile clients measure the collector's memory, and kills it while clients send. ROUNDS=300 only kills it, so often.
collect: .build/ferretdb
	cd tests/collect && $(TEST) -count=1 $(if $(filter command environment,$(origin ROUNDS)),-timeout 0 -v -run Killed,-timeout 20m) . $(if $(filter command environment,$(origin ROUNDS)),-rounds $(ROUNDS))

.build/ingest/node_modules: tests/ingest/clients/package.json tests/ingest/clients/package-lock.json
	mkdir -p .build/ingest
	cp $^ .build/ingest/
	cd .build/ingest && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

# tools builds Prometheus, promtool and an OpenTelemetry Collector from Go modules of pinned versions into .build, once: some
# minutes and 3 GB of memory.
tools:
	cd tests/exporters && $(GO) run ./internal/servertools

# exporters has telemetry.Setup export to the real servers, asks Prometheus what dashboards ask, and holds generated rules
# with promtool. It needs redis-server.
exporters: tools .build/ferretdb
	cd tests/exporters && $(TEST) -timeout 30m ./...

# truth has 50 players play for ten minutes while an instance is killed and MongoDB is away, and holds Prometheus to the
# documents. The tests of exporters do so for some seconds.
truth: tools .build/ferretdb
	cd tests/exporters && $(TEST) -timeout 90m -count=1 -v -run TestTruthOfACardGame . -card-game-for 10m

# pictures draws the made dashboards into docs/dashboards with Grafana's panel components, from a Prometheus that scrapes the
# card game while it is played, and services in trouble; and the live page into docs/live-page.png. It needs node, npm, redis-server and Debian's packages chromium and
# fonts-dejavu-core; the components, 640 MB of the versions in tests/pictures, go into .build once. Some minutes.
PLAY ?= 3m
pictures: tools .build/ferretdb .build/pictures/node_modules .build/browser/node_modules
	node --test tests/pictures/strict.test.mjs
	cd tests/pictures && $(TEST) -tags draw -timeout 30m -count=1 -v -run 'TestPictures$$' . -play $(PLAY)
	$(GO) build -C examples -o $(CURDIR)/.build/cardgame ./cardgame
	node tests/browser/draw-live.mjs $(CURDIR)/.build/cardgame $(CURDIR)/docs/live-page.png

.build/pictures/node_modules: tests/pictures/package.json tests/pictures/package-lock.json
	mkdir -p .build/pictures
	cp $^ .build/pictures/
	cd .build/pictures && npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund
	touch $@

# bench measures the SDK beside what it replaces, in full.
bench: .build/ferretdb
	$(GO) run -C tests/bench .

# compare runs some of its cases at BASE, a revision, and at this one, in turns, and has benchstat judge.
CASES ?= ^(record|track|http|scrape_10k|scrape_hist)$$
RUNS  ?= 20
compare: .build/ferretdb
	tests/bench/compare "$(BASE)" '$(CASES)' $(RUNS)

# bounds runs every case of it quickly, with twice the bound.
bounds: .build/ferretdb
	cd tests/bench && $(TEST) -timeout 20m .

# faults causes what a service meets in production: kills, outages, bad networks, full disks, damage. Most of its time is
# waiting, so that many of its tests run side by side.
faults: .build/ferretdb
	cd tests/faults && $(TEST) -timeout 20m -parallel 8 -rapid.checks 8 -rapid.nofailfile .

# The MongoDB-compatible server that tests start, from the examples module.
.build/ferretdb: FORCE
	cd examples && $(GO) build -o ../.build/ferretdb ./internal/cmd/ferretdb
FORCE:

fmt:
	$(TOOL) gofumpt -w .

# fuzz runs every fuzz test of every module for FUZZTIME.
FUZZTIME ?= 30s
fuzz:
	@for dir in $$(grep -rl --include='*_test.go' --exclude-dir=.build '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for name in $$(cat "$$dir"/*_test.go | sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p'); do \
	    echo "$$dir $$name"; (cd "$$dir" && $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) .); \
	  done; \
	done

# torture kills ROUNDS processes and plays ROUNDS random histories, and prints its seeds and figures. SEED repeats the kills. It
# then kills as many that count distinct users, in each of three ways.
ROUNDS ?= 100
SEED   ?= 0
torture: .build/ferretdb
	cd tests/faults && $(GO) test -timeout 0 -v -parallel 8 -run 'Kill|TwoInstances|Histories' -rounds $(ROUNDS) -seed $(SEED) -rapid.checks $(ROUNDS) .
	$(GO) test -timeout 0 -v -parallel 3 -run Kill ./uniques -rounds $(ROUNDS) -seed $(SEED)

# soak tracks for SOAK in every way that there is, while MongoDB comes and goes, and fails when memory, goroutines or
# descriptors grow. Linux only.
SOAK ?= 10m
soak: .build/ferretdb
	$(GO) test -tags soak -run TestSoak -v -timeout 0 ./otelanalytics -soak $(SOAK)

# ts writes TypeScript for the events of a map, compiles it with the types of the clients that it calls, and runs it with those for
# Node.js. npm installs them into .build once.
.PHONY: ts
CLIENTS = segment-browser segment-node posthog-browser posthog-node
ts: .build/clients/node_modules
	cp -r tests/clients/. .build/clients
	set -e; for client in $(CLIENTS); do $(GO) run -C cmd/otelanalytics . generate ts --source web --types 'login,signed_in,order_*,page.*' \
		--client $$client --out "$(CURDIR)/.build/clients/src/$$client.ts" "$(CURDIR)/tests/clients/events.yaml"; done
	cd .build/clients && node_modules/.bin/tsc -p . && PATTERNS="$(CURDIR)/internal/regexdialect/testdata/ecmascript.json" node --test run.test.js

.build/clients/node_modules: tests/clients/package.json tests/clients/package-lock.json
	mkdir -p .build/clients
	cp $^ .build/clients/
	cd .build/clients && npm ci --ignore-scripts --no-audit --no-fund
	touch $@
