# `sam build` calls `make build-<LogicalId>`, which puts the executable of the function into ARTIFACTS_DIR.
# README.md describes how to build and test.

# For a stack with Architecture=arm64, run `PRESET=release-arm64 sam build`: SAM does not pass on the architecture.
PRESET ?= release
# The name of the function's folder: get_user for GetUser.
function = $(shell printf '%s' '$*' | sed 's/\([A-Z]\)/_\L\1/g; s/^_//')
bootstrap = build/$(PRESET)/functions/$(function)/bootstrap

build-%:
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) --target functions/$(function)/bootstrap
	install -m 0755 $(bootstrap) "$${ARTIFACTS_DIR:?must be set by sam build}/"
	test ! -e jwks.json || install -m 0644 jwks.json "$$ARTIFACTS_DIR/"
