# Every target does its own set-up: packages (scripts/install-deps), configuration, build.
# BUILD and JOBS may be set: make test BUILD=out JOBS=1
BUILD ?= build
JOBS ?= $(shell nproc)
SANITIZE_BUILD ?= $(BUILD)-asan

.DEFAULT_GOAL := build
.PHONY: build deps configure test test-fast test-asan test-tsan golden_path_demo bench lint format \
        docs clean install update-golden

deps:
	@scripts/install-deps

configure: deps
	@test -f $(BUILD)/build.ninja || cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo

build: configure
	@cmake --build $(BUILD) -j $(JOBS)

test: build test-asan
	@ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS) -LE slow

test-fast: build
	@ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS) -L fast -LE slow

# One build with AddressSanitizer and UndefinedBehaviorSanitizer; the fast tests run in it.
test-asan: deps
	@test -f $(SANITIZE_BUILD)/build.ninja || cmake -S . -B $(SANITIZE_BUILD) -G Ninja \
	  -DCMAKE_BUILD_TYPE=Debug -DPAC_SANITIZE=address,undefined -DPAC_BENCH=OFF
	@cmake --build $(SANITIZE_BUILD) -j $(JOBS)
	@ctest --test-dir $(SANITIZE_BUILD) --output-on-failure -j $(JOBS) -L fast -LE slow

# ThreadSanitizer over the engine: sessions of one rule set side by side.
test-tsan: deps
	@test -f build-tsan/build.ninja || cmake -S . -B build-tsan -G Ninja \
	  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DPAC_SANITIZE=thread -DPAC_BENCH=OFF
	@cmake --build build-tsan -j $(JOBS) --target engine_api_test
	@build-tsan/bin/engine_api_test

# PREFIX and DESTDIR as usual.
PREFIX ?= /usr/local
install: build
	@cmake --install $(BUILD) --prefix $(PREFIX)

# What is made from the program itself: the page of the standard library.
docs: build
	@$(BUILD)/bin/pac doc --format markdown > docs/stdlib.md

# Rewrites the expected messages in tests/golden; read the difference.
update-golden: build
	@$(BUILD)/bin/golden_test --update

golden_path_demo: build
	@scripts/golden-path-demo $(BUILD)/bin/pac

# Figures are merged into build/bench/summary.json, which starts from the committed copy.
bench: build
	@mkdir -p $(BUILD)/bench
	@test -f $(BUILD)/bench/summary.json || cp bench/results/summary.json $(BUILD)/bench/summary.json 2>/dev/null || true
	@$(BUILD)/bin/language_bench

format: deps
	@git ls-files '*.h' '*.cpp' | xargs clang-format-19 -i

lint: configure
	@git ls-files '*.h' '*.cpp' | xargs clang-format-19 --dry-run -Werror
	@git ls-files 'runtime/*.cpp' 'compiler/*.cpp' 'cli/*.cpp' | xargs clang-tidy-19 -p $(BUILD) --quiet

clean:
	@rm -rf $(BUILD) $(SANITIZE_BUILD) build-tsan build-coverage
