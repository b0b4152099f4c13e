# `make fit` runs the main job on the bundled data, `make test` passes the tests.

SOURCES := Package.swift Sources Snippets Tests notebooks-as-scripts Benchmarks Fuzz

# Homebrew keeps headers and libraries where the compiler does not look by itself.
ifeq ($(shell uname -s),Darwin)
export CPATH := $(shell brew --prefix)/include
export LIBRARY_PATH := $(shell brew --prefix)/lib:$(shell brew --prefix openblas)/lib
endif

.PHONY: fit test test-full test-mpi install uninstall notebooks docs bench fuzz fuzz-smoke lint format setup

fit: setup
	swift build -c release --product sn-infer
	.build/release/sn-infer fit data/jla_binned.fits --output chains/jla_binned --force

test:
	@scripts/setup --tests
	swift test -c release

# The same with the heavier studies.
test-full:
	@scripts/setup --tests --mpi
	SN_INFER_FULL_TESTS=1 swift test -c release
	scripts/test-mpi --full

# A small program by the MPI that there is.
test-mpi:
	@scripts/setup --mpi
	scripts/test-mpi

# The Swift runtime is part of the program, so that machines without a toolchain run it; they need the C libraries of `setup`.
PREFIX ?= /usr/local
SHARE := $(DESTDIR)$(PREFIX)/share
COMPLETIONS := bash:$(SHARE)/bash-completion/completions/sn-infer zsh:$(SHARE)/zsh/site-functions/_sn-infer \
  fish:$(SHARE)/fish/vendor_completions.d/sn-infer.fish
install: setup
	swift build -c release --static-swift-stdlib --scratch-path .build/static --product sn-infer
	install -D .build/static/release/sn-infer $(DESTDIR)$(PREFIX)/bin/sn-infer
	for pair in $(COMPLETIONS); do \
	  mkdir -p $$(dirname "$${pair#*:}") && \
	  .build/static/release/sn-infer --generate-completion-script $${pair%%:*} >"$${pair#*:}" || exit 1; \
	done

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/sn-infer $(foreach pair,$(COMPLETIONS),$(lastword $(subst :, ,$(pair))))

# Tests of what notebooks share, and their short forms; without --quick those on flows do what the paper did, in hours.
SUPERNOVAE := supernova-posterior hmc-versus-nhf
FLOWS := gaussian-mixture leapfrog-robustness kinetic-energies symmetric-densities thin-manifolds
notebooks: setup
	swift build --package-path notebooks-as-scripts -c release --build-tests
	swift test --package-path notebooks-as-scripts -c release --skip-build
	notebooks-as-scripts/.build/release/own-likelihood
	notebooks-as-scripts/.build/release/public-models
	for name in $(SUPERNOVAE) $(FLOWS); do \
	  env -u OPENBLAS_CORETYPE notebooks-as-scripts/.build/release/$$name --quick \
	    --output .build/notebooks/$$name || exit 1; \
	done

# In .build/docs, for docc preview or a web server.
docs: setup
	scripts/docs

# OPENBLAS_CORETYPE would choose kernels for another processor than this one.
bench: setup
	env -u OPENBLAS_CORETYPE swift package --package-path Benchmarks --disable-sandbox benchmark

# A million damaged inputs to all readers, under the address sanitizer; about an hour.
fuzz: setup
	Fuzz/sanitized-cfitsio Fuzz/.build/cfitsio
	PKG_CONFIG_PATH=$(CURDIR)/Fuzz/.build/cfitsio/lib/pkgconfig swift build --package-path Fuzz \
	  --scratch-path Fuzz/.build/sanitized -c release --sanitize=address
	ASAN_OPTIONS=detect_leaks=0 Fuzz/.build/sanitized/release/Fuzz --tolerance 4

# As many as two minutes allow, without the sanitizer.
fuzz-smoke: setup
	swift build --package-path Fuzz -c release
	Fuzz/.build/release/Fuzz --seconds 120

lint:
	swift format lint --strict --recursive $(SOURCES)

format:
	swift format --in-place --recursive $(SOURCES)

setup:
	@scripts/setup
