# Targets are short enough to be typed; what needs more is a Go program.
.PHONY: generate libraries build test packages check fmt vet demo install e2e bench soak sim golden vectors-of-release fuzz

# One way of compiling for tools, program and tests, so that what they have in
# common is compiled once on a fresh machine.
export CGO_ENABLED = 0
export GOFLAGS += -trimpath

# Everything that is made and not committed: page code, style sheets and
# scripts, the traditional script, fonts. Quick when nothing has changed.
generate: node_modules/.package-lock.json
	@go run ./internal/tool/templ
	@go run ./internal/tool/assets
	@go run ./internal/tool/hant
	@if ls internal/tool/fonts/*.go >/dev/null 2>&1; then go run ./internal/tool/fonts; fi

# npm's own record is as new as the last install; nothing runs install scripts.
node_modules/.package-lock.json: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# What we stand on, compiled while pages and fonts are made: on a fresh machine
# the database alone is half a minute on one core. Nothing to do afterwards.
libraries:
	@go build $$(go list -e -deps -f '{{with .Module}}{{if not .Main}}{{$$.ImportPath}}{{end}}{{end}}' ./cmd/yitang)

# Without symbols and debugging data: a third smaller. What go version -m
# prints, and line numbers in a panic, stay.
build:
	@$(MAKE) --no-print-directory -j2 generate libraries
	go build -ldflags='-s -w' -o bin/yitang ./cmd/yitang

# Installs what is missing, then everything: packages and browser at once, since
# a browser test mostly waits. Each line of either says whose it is.
test: export TMPDIR := $(shell .ci/scratch)
test: install check build
	@$(MAKE) --no-print-directory -j2 packages e2e

# Vetted by check; without debugging data, whose linking took longer than most
# tests. Heaps of tests and compilers are small: tidied as often as a server's,
# they cost a third of the processor.
test packages: export GOGC := 400
packages:
	go test -p $$(getconf _NPROCESSORS_ONLN) -timeout 30m -vet=off -ldflags='-s -w' ./...

# What people do, in a browser. E2E=journey runs e2e/journey.spec.mjs alone,
# E2E="journey pages" these two; what a failed one saw lies in e2e/out.
e2e: build
	@rm -rf e2e/out
	go build -o bin/e2e-town ./e2e/town
	node e2e/run.mjs $(E2E)

install:
	@.ci/install

# Files that git knows, so that a scratch file breaks nobody's check.
GO := $(or $(wildcard $(shell git ls-files '*.go' 2>/dev/null)),bench cmd internal ref)

check: generate
	@bad=$$(gofmt -l $(GO)) && test -z "$$bad" || { echo "not formatted (make fmt): $$bad"; exit 1; }
	@go run ./internal/tool/vet ./...
	node_modules/.bin/tsc -p internal/web/ui/js

demo: build
	bin/yitang demo --listen $(or $(LISTEN),127.0.0.1:8080) --data $(or $(DATA),demo-data)

fmt:
	gofmt -w $(GO)

vet: generate
	@go run ./internal/tool/vet ./...

# What it costs (bench/README.md). BENCH="--seconds 2 --cases 5000" for a quick look.
bench: generate
	go run ./bench all $(BENCH)

# Packages whose tests match a pattern, as ./internal/….
having = $(shell grep -rl --include='*_test.go' $(1) cmd internal ref | xargs -n1 dirname | sort -u | sed 's|^|./|')

# What make test has no time for: properties with many more rounds, the whole
# demo city, more kills, every page in both lights at both widths.
soak: export YITANG_SOAK := 1
soak: generate
	go test -count=1 -timeout 0 $(call having,'rapid\.Check') -rapid.checks=$(or $(CHECKS),2000)
	go test -count=1 -timeout 0 $(call having,'YITANG_SOAK')
	@$(MAKE) --no-print-directory e2e

# Three zones and everything between them, played by seeds: YEARS=1000, or RUNS=20, from
# SEED=21 on. A run that fails is made short, and names its steps: ONLY=3,7-9. With
# WHOLE=1 they are whole nodes, with their people: coarser, and slower; RUNS alone.
sim: $(if $(WHOLE),generate)
ifdef WHOLE
	go test -count=1 -timeout 0 -v -run TestWholeNodesConverge ./internal/node -whole.seed=$(or $(SEED),1) -whole.runs=$(or $(RUNS),20) -whole.steps=$(or $(STEPS),150) -whole.only=$(ONLY)
else
	go test -count=1 -timeout 0 -v -run TestThreeZonesConverge ./internal/exchange -sim.seed=$(or $(SEED),1) -sim.runs=$(or $(RUNS),$(if $(YEARS),0,1)) -sim.years=$(or $(YEARS),0) -sim.steps=$(or $(STEPS),300) -sim.only=$(ONLY)
endif

# Writes the golden files anew; git diff then shows what changed.
golden: generate
	go test -count=1 $(call having,'flag\.Bool."update"') -update
	YITANG_UPDATE=1 go test -count=1 $(call having,'YITANG_UPDATE')

# When a release is cut: what the one before it writes and reads, made by that one
# (docs/setup.md): OF=TAG. Then make golden; git diff shows what it can't read yet.
vectors-of-release: generate
	go run ./internal/tool/released -of $(or $(OF),HEAD)
	go test -count=1 -run 'Previous' ./internal/node -update

# Each fuzz test for a while, one after the other: FUZZ=5m.
fuzz: generate
	@grep -rn --include='*_test.go' -o 'func Fuzz[A-Za-z]*' cmd internal ref | while IFS=: read -r file _ name; do \
	  go test -run '^$$' -fuzz "^$${name#func }$$" -fuzztime $(or $(FUZZ),20s) "./$$(dirname "$$file")" </dev/null || exit 1; done
