# What people type. Every target installs what it needs first; the work is done by the scripts in tools/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.PHONY: help demo test test-fast check-data check asan coverage bench fuzz dist clean
N ?= 30

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

demo: ## build Vesica, render the demo study, run it, say where the report is
	@tools/install build
	@tools/demo

test: ## build, and run every test
	@tools/install build test
	@tools/build dev
	@tools/test dev all

test-fast: ## build, and run the tests that take less than a second each
	@tools/install build test
	@tools/build dev
	@tools/test dev fast

check-data: ## tests on real files under VESICA_DATA
	@tools/install build test
	@tools/build dev
	@tools/test dev data

check: ## format, layers, headers, sizes, generated pages, fast tests
	@tools/install build test check
	@tools/check

asan: ## every test under the address and undefined-behaviour sanitizers
	@tools/install build test
	@tools/build asan
	@tools/test asan all

coverage: ## line and branch coverage by folder
	@tools/install build test coverage
	@tools/coverage

bench: ## speed beside other programs, as a table
	@tools/install build test bench
	@tools/bench

fuzz: ## each fuzz target for N seconds (make fuzz N=30)
	@tools/install build fuzz
	@tools/fuzz $(N)

dist: ## one folder that runs on other Linux systems, and its test in a bare Debian
	@tools/install build test dist
	@tools/dist
	@tools/test_dist

clean: ## remove build/, dist/ and demo/
	rm -rf build dist demo
