# The developer's loop; CI (.ci/run) does the same as `make check test demo deploy`.
.DEFAULT_GOAL := help
.PHONY: help build fmt check test test-mariadb fuzz docs demo bench deploy

sources := Package.swift Sources Tests

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build the program for development
	scripts/install-packages
	swift build

fmt: ## Format all Swift files in place
	swift format --in-place --recursive --parallel $(sources)

check: ## Complain about formatting, changing nothing
	swift format lint --strict --recursive --parallel $(sources)

test: ## Install what tests need and run all of them; ARGS go to swift test
	scripts/test $(ARGS)

test-mariadb: ## Run the tests of the loop and of the whole program over a real MariaDB server
	POBSYNC_TEST_DATABASE=mariadb scripts/test --filter 'ReconcilerTests|EndToEndTests'

fuzz: build ## Ask the API for what nobody would ask for, as its own description allows
	scripts/fuzz-api

docs: ## Make the reference pages of docs/ that the program prints
	scripts/make-docs

demo: ## Back up a directory of this machine over ssh on loopback, and clean up
	scripts/demo

deploy: ## Run the units in a systemd, and the compose file in a dockerd, of their own
	scripts/check-systemd "$$(swift build --show-bin-path)/pobsync"
	scripts/check-container

bench: ## Measure fleets of growing size, a large site's pages, and backups beside rsync, restic, Borg and rsnapshot
	scripts/bench --all
