# The verbs of this project. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c

KIT ?= $(CURDIR)/.toolchain/android

help: ## List what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | column -t -s "$$(printf '\t')"

node_modules/.package-lock.json: package-lock.json package.json
	npm ci
	touch $@

setup: node_modules/.package-lock.json ## Install what the project needs from npm

build: setup ## Compile src/ to dist/
	npm run --silent build

generate: setup ## Generate the gRPC code from proto/
	npm run --silent generate

check: setup ## Formatting, lint, types, generated code
	npm run --silent lint
	npm run --silent types
	npm run --silent generate:check

toolchain: ## Install an offline Android toolchain on Debian or Ubuntu (KIT=FOLDER)
	linux/android-toolchain/install.sh "$(KIT)"

test: ## Set up and run everything
	test/prepare.sh "$(KIT)"
	$(MAKE) --no-print-directory setup check build
	MILLWRIGHT_ANDROID_KIT="$(KIT)" npx vitest run
	MILLWRIGHT_TEST_STORE=postgres npx vitest run --project integration $(ON_POSTGRES)

test-quick: build ## Only the tests that need no cordova
	npx vitest run --project unit --project integration

test-apple: build ## Everything of ios on a faked Mac: all build types with cordova-ios 6, 7 and 8, app extensions, refusals
	MILLWRIGHT_MATRIX=1 npx vitest run --maxWorkers=2 \
	  test/unit/fakes build/ios plan-signing build/killed-signing e2e/ios xcodes xcode-states

test-ionic: build ## Everything with every Ionic CLI, unmodified from npm, and a real agent
	MILLWRIGHT_ANDROID_KIT="$(KIT)" MILLWRIGHT_MATRIX=1 npx vitest run e2e/ionic

# With SQLite they ran before; what else there is of PostgreSQL is in integration/store and integration/replicas.
ON_POSTGRES := $(addprefix integration/controller/,leases limits follow audit artifacts)

test-postgres: build ## The tests of the controller with PostgreSQL as its store
	npx vitest run --project integration integration/store integration/replicas
	MILLWRIGHT_TEST_STORE=postgres npx vitest run --project integration integration/controller

test-growing: build ## Hundreds of MB through a real S3 server, with the memory that it takes
	MILLWRIGHT_MATRIX=1 npx vitest run integration/controller/blobs

test-upgrade: build ## Agents upgraded under running builds, to good releases and to broken ones, by upgraders that are killed
	MILLWRIGHT_MATRIX=1 npx vitest run --maxWorkers=1 integration/agent/upgrade

test-install: build ## The package for Debian and Ubuntu: what is in it, and installed, changed and removed in a root of its own
	MILLWRIGHT_MATRIX=1 npx vitest run --maxWorkers=1 e2e/deb

test-skew: build ## Agents and controllers of the release before with those of today, upgraded while a build runs (LONG=90)
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/skew/main.js $(or $(LONG),90)

N ?= 100000
SEED ?=

model: setup ## Play N seeded runs of the lease protocol's state machines (N=1000000 SEED=1)
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/model/main.js $(N) $(SEED)

faults: setup ## Do N seeded faults to real processes, and count what is lost (N=200 SEED=1)
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/faults/main.js $(if $(filter command line environment,$(origin N)),$(N),200) $(SEED)

SECONDS ?= 300
BUILDS ?= 20

replica-faults: setup ## Kill three controllers and their PostgreSQL under builds, and count what is lost (SECONDS=300 SEED=1 BUILDS=20)
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/replica-faults/main.js $(SECONDS) $(or $(SEED),0) $(BUILDS)

power-cut: setup ## Stop a writer of the store as a power cut would, N times (N=20 SEED=1)
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/faults/power-cut/main.js $(if $(filter command line environment,$(origin N)),$(N),20) $(SEED)

try-cordova: setup ## Build an app with real cordova-ios 6, 7 and 8 through the fake Apple tools
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/fakes/apple/try-cordova.js

secrets: setup ## Print N cases of random secrets through the log and look for what is left of them (N=100000 SEED=1)
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/secrets/main.js $(N) $(SEED)

hostile: setup build ## Build hostile repositories for real and say of each whether it was contained (ONLY=words, OFF=1: no sandbox)
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/hostile/main.js "$(ONLY)" "$(OFF)"

api-fuzz: setup ## Send N generated requests over the API's document: no 5xx, no hang, no leak (N=20000 SEED=1)
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/api-fuzz/main.js $(if $(filter command line environment,$(origin N)),$(N),20000) $(SEED)

SHOTS ?= screenshots

screenshots: build ## Write pictures of every page, light and dark, wide and narrow, to a folder (SHOTS=FOLDER)
	MILLWRIGHT_SCREENSHOTS="$(abspath $(SHOTS))" npx vitest run test/integration/page/looks.test.ts
	ls "$(SHOTS)"

# make bench-dispatch, make bench-drain …: one row of it.
bench-%:
	@$(MAKE) --no-print-directory bench ONLY=$*

bench: build ## Measure all rows beside others, in half an hour (ONLY=dispatch,drain ROUNDS=N OUT=FILE; make bench-ROW measures one)
	test/bench/prepare.sh "$(KIT)"
	npx tsc -p tsconfig.tools.json
	MILLWRIGHT_ANDROID_KIT="$(KIT)" node dist-tools/test/bench/main.js ONLY=$(ONLY) ROUNDS=$(ROUNDS) OUT=$(OUT)

bench-page: build ## Measure the web page in Chromium with 100,000 builds and a log of 50 MB (ROUNDS=5)
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/bench/page/main.js $(or $(ROUNDS),5)

bench-fleet: build ## Measure one controller with thousands of agents: memory, CPU, dispatch, a herd (AGENTS=10000 HERD=2000 QUEUED=10000 IDLE=90 OUT=FILE)
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/bench/fleet/main.js AGENTS=$(AGENTS) HERD=$(HERD) QUEUED=$(QUEUED) IDLE=$(IDLE) BUILDS=$(BUILDS) OUT=$(OUT) PROFILE=$(PROFILE) PLAIN=$(PLAIN)

bench-redact: setup ## Measure how fast logs are redacted and written (MIB=512 ROUNDS=5)
	npx tsc -p tsconfig.tools.json
	node dist-tools/test/bench/redact/main.js $(or $(MIB),512) $(or $(ROUNDS),5)

deb: build ## Build the Debian package of both services into out/ (OUT=FOLDER)
	linux/deb/build.sh "$(or $(OUT),$(CURDIR)/out)"

bundle: build ## Make one package with all dependencies, for `millwright agent upgrade`, into out/ (OUT=FOLDER)
	src/agent/releases/bundle.sh "$(or $(OUT),$(CURDIR)/out)"

demo: build ## Build a sample app, debug and release, and show the result
	node test/demo/demo.mjs

demo-failures: build ## Build six broken apps and show how each failure is explained
	node test/demo/failures.mjs

run: build ## Start a controller and an agent to play with
	node test/demo/run.mjs

clean: ## Remove what was built and installed here
	rm -rf dist dist-tools node_modules coverage .demo .run out

.PHONY: hostile bench bench-fleet help setup build generate check toolchain test test-quick test-apple test-ionic test-postgres test-growing model faults replica-faults power-cut try-cordova secrets api-fuzz bench-redact demo demo-failures run clean test-install test-skew screenshots bench-page deb bundle test-upgrade
