# Every target does its own set-up: packages (scripts/install-deps), configuration, build.
# BUILD and JOBS may be set: make test BUILD=out JOBS=1
BUILD ?= build
JOBS ?= $(shell nproc)
SANITIZE_BUILD ?= $(BUILD)-asan

.DEFAULT_GOAL := build
.PHONY: build build-all deps configure test test-fast test-asan test-tsan _sanitize-configure fuzz-build test-fuzz test-promises fuzz golden_path_demo \
        bench _bench-start bench-language bench-analysis bench-io bench-ledger bench-ledger-10m bench-match bench-page bench-peers bench-spare bench-store lint format docs clean install update-golden sbom coverage check-readme \
        check-reproducible help

deps:
	@scripts/install-deps

configure: deps
	@test -f $(BUILD)/build.ninja || cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo

# The program and the libraries that are installed: half of all there is.
build: configure
	@cmake --build $(BUILD) -j $(JOBS) --target pac_installed

build-all: configure
	@cmake --build $(BUILD) -j $(JOBS)

test: build-all test-asan
	@PAC_REQUIRE_GO=1 PAC_REQUIRE_PG=1 ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS) -LE slow

test-fast: build-all
	@ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS) -L fast -LE slow

# One build with AddressSanitizer and UndefinedBehaviorSanitizer, by clang, whose libFuzzer then also
# tries new inputs; the fast tests run in it.
_sanitize-configure: deps
	@test -f $(SANITIZE_BUILD)/build.ninja || cmake -S . -B $(SANITIZE_BUILD) -G Ninja \
	  -DCMAKE_BUILD_TYPE=Sanitize -DCMAKE_CXX_COMPILER=clang++-19 \
	  -DPAC_SANITIZE=address,undefined -DPAC_BENCH=OFF

test-asan: _sanitize-configure
	@cmake --build $(SANITIZE_BUILD) -j $(JOBS)
	@ctest --test-dir $(SANITIZE_BUILD) --output-on-failure -j $(JOBS) -L fast -LE slow

fuzz-build: _sanitize-configure
	@cmake --build $(SANITIZE_BUILD) -j $(JOBS) --target pac_fuzz

# A short run of each target: the committed inputs and a number of new ones, the same each time. Those
# that compile native code for each input are not in `make test`.
test-fuzz: fuzz-build
	@ctest --test-dir $(SANITIZE_BUILD) --output-on-failure -j $(JOBS) -L fuzz

# Fuzzes FUZZ_SECONDS each, all targets or FUZZ_TARGET: make fuzz FUZZ_TARGET=parse FUZZ_SECONDS=600
FUZZ_SECONDS ?= 60
FUZZ_TARGET ?= $(notdir $(wildcard tests/fuzz/corpus/*))
fuzz: fuzz-build
	@failed=; for target in $(FUZZ_TARGET); do \
	  tests/fuzz/run-fuzz $(SANITIZE_BUILD)/bin/pac-fuzz $$target $(FUZZ_SECONDS) || failed="$$failed $$target"; \
	done; [ -z "$$failed" ] || { echo "findings:$$failed, in $(SANITIZE_BUILD)/fuzz/findings" >&2; exit 1; }

# ThreadSanitizer: one rule set in many threads, and the threads of the ledger and of net. It does not see into native code (tests/concurrency).
test-tsan: deps
	@test -f build-tsan/build.ninja || cmake -S . -B build-tsan -G Ninja \
	  -DCMAKE_BUILD_TYPE=Sanitize -DCMAKE_CXX_COMPILER=clang++-19 -DPAC_SANITIZE=thread -DPAC_BENCH=OFF
	@cmake --build build-tsan -j $(JOBS) --target engine_api_test concurrency_test ledger_file_test ledger_witness_test net_test
	@build-tsan/bin/engine_api_test
	@build-tsan/bin/concurrency_test
	@build-tsan/bin/ledger_file_test --gtest_filter='CommitterTest.*:PipelineTest.*:StoreTest.AnyNumberOfThreads*:*Thread*'
	@build-tsan/bin/ledger_witness_test --gtest_filter='Witness*Threads*:WitnessedBatches*'
	@build-tsan/bin/net_test

# PREFIX and DESTDIR as usual.
PREFIX ?= /usr/local
install: build
	@cmake --install $(BUILD) --prefix "$(PREFIX)"

# What is made from the program itself: the page of the standard library.
docs: build
	@$(BUILD)/bin/pac doc --format markdown > $(BUILD)/stdlib.md
	@mv $(BUILD)/stdlib.md docs/stdlib.md

# Rewrites the expected messages in tests/golden; read the difference.
update-golden: build-all
	@$(BUILD)/bin/golden_test --update

golden_path_demo: build
	@scripts/golden-path-demo $(BUILD)/bin/pac

# Figures are merged into build/bench/summary.json, which starts from the committed copy.
bench: bench-language bench-analysis bench-spare bench-match bench-io bench-store

# What is measured compiles each time: the user's cache of objects stays out of it.
bench bench-language bench-analysis bench-spare bench-match bench-peers bench-io: export PAC_CACHE = off

_bench-start: build-all
	@mkdir -p $(BUILD)/bench
	@test -f $(BUILD)/bench/summary.json || cp bench/results/summary.json $(BUILD)/bench/summary.json

bench-language: _bench-start
	@$(BUILD)/bin/language_bench

bench-analysis: _bench-start
	@$(BUILD)/bin/analysis_bench

bench-spare: _bench-start
	@$(BUILD)/bin/spare_bench

# SETS="random_1k loan" measures those only.
bench-match: _bench-start
	@$(BUILD)/bin/match_bench $(SETS)

# Not part of `make bench`: it fetches other engines of rules from the npm registry.
bench-peers: _bench-start
	@scripts/bench-peers $(BUILD) $(SETS)

# Figures of the last runs into docs/performance.md and its plot.
bench-page: _bench-start
	@$(BUILD)/bin/bench_page $(BUILD)/bench/summary.json docs/performance.md docs/performance.svg

# Part of no other: the recording of 1,000,000 decisions takes some GB in build/bench/ledger.
bench-ledger: _bench-start
	@$(BUILD)/bin/ledger_bench

# Part of no other: 10,000,000 entries take 3 GB in build/bench/large and some minutes.
bench-ledger-10m: _bench-start
	@$(BUILD)/bin/large_ledger_bench

bench-io: _bench-start
	@$(BUILD)/bin/io_bench

bench-store: _bench-start
	@$(BUILD)/bin/store_bench

# What the ledger promises at length: 10,000 kills, 1,000 clean runs, each mutant and case of
# tampering, power lost at each operation. KILLS and CLEAN_RUNS say other numbers.
KILLS ?= 10000
CLEAN_RUNS ?= 1000
test-promises: export PAC_FIGURES = $(BUILD)/bench/summary.json
test-promises: _bench-start
	@PAC_REQUIRE_PG=1 PAC_CLEAN_RUNS=$(CLEAN_RUNS) $(BUILD)/bin/ledger_promises_test
	@$(BUILD)/bin/ledger_file_test --gtest_filter='PowerLoss*'
	@PAC_KILLS=$(KILLS) $(BUILD)/bin/ledger_kill_slow_test

format: deps
	@scripts/lint --files | xargs clang-format-19 -i

# FILES="a.cpp b.cpp" looks at those only.
lint: configure
	@scripts/lint $(BUILD) $(JOBS) $(FILES)

# What the program is linked with, as SPDX 2.3.
sbom: build
	@scripts/sbom $(BUILD) $(BUILD)/pac.spdx.json

# Lines and branches that the fast tests execute, in a build of its own.
coverage: deps
	@scripts/coverage build-coverage $(JOBS)

# Two builds of the program in different folders, compared; as long as two builds take.
check-reproducible: deps
	@scripts/check-reproducible

check-readme: build
	@scripts/check-readme $(BUILD)/bin/pac

help:
	@sed -n 's/^\([a-z][a-z_-]*\):.*/\1/p' Makefile | sort -u | tr '\n' ' '; echo

clean:
	@rm -rf $(BUILD) $(SANITIZE_BUILD) build-tsan build-coverage
