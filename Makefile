# Targets are short enough to be typed; what needs more is a Go program.
.PHONY: generate build test check demo install e2e

TEMPL := go tool -modfile=tools/go.mod templ

# Everything that is made and not committed: page code, style sheets and
# scripts, the traditional script, fonts. Quick when nothing has changed.
generate: node_modules/.package-lock.json
	@$(TEMPL) generate -lazy -log-level=warn -path internal
	@go run ./internal/tool/assets
	@go run ./internal/tool/hant
	@if ls internal/tool/fonts/*.go >/dev/null 2>&1; then go run ./internal/tool/fonts; fi

# npm's own record is as new as the last install; nothing runs install scripts.
node_modules/.package-lock.json: package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

build: generate
	CGO_ENABLED=0 go build -trimpath -o bin/yitang ./cmd/yitang

# Installs what is missing, then everything.
test: install check
	go test -timeout 20m ./...
	@$(MAKE) --no-print-directory e2e

# What people do, in a browser. E2E=journey runs e2e/journey.spec.mjs alone;
# what a failed one saw lies in e2e/out.
e2e: build
	@rm -rf e2e/out
	CGO_ENABLED=0 go build -trimpath -o bin/e2e-town ./e2e/town
	node --test --test-concurrency=1 --test-reporter=spec e2e/$(or $(E2E),*).spec.mjs

install:
	@.ci/install

check: generate
	@test -z "$$(gofmt -l cmd internal)" || { gofmt -l cmd internal; exit 1; }
	go vet ./...
	node_modules/.bin/tsc -p internal/web/ui/js

demo: build
	bin/yitang demo --listen $(or $(LISTEN),127.0.0.1:8080) --data $(or $(DATA),demo-data)
