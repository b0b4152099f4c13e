# `make fit` runs the main job on the bundled data, `make test` passes the tests.

# Homebrew keeps headers and libraries where the compiler does not look by itself.
ifeq ($(shell uname -s),Darwin)
export CPATH := $(shell brew --prefix)/include
export LIBRARY_PATH := $(shell brew --prefix)/lib:$(shell brew --prefix openblas)/lib
endif

.PHONY: fit test lint format setup

fit: setup
	swift build -c release --product sn-infer
	.build/release/sn-infer fit data/jla_binned.fits --output chains/jla_binned --force

test:
	@scripts/setup --tests
	swift test -c release

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

setup:
	@scripts/setup
