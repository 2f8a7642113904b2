# `sam build` calls `make build-<LogicalId>`, which puts the executable of the function into ARTIFACTS_DIR.
# README.md describes how to build and test.

build-CreateUser: function = create_user
build-GetUser:    function = get_user
build-ListUsers:  function = list_users
build-UpdateUser: function = update_user
build-DeleteUser: function = delete_user

# For a stack with Architecture=arm64, run `PRESET=release-arm64 sam build`: SAM does not pass on the architecture.
PRESET ?= release
bootstrap = build/$(PRESET)/functions/$(function)/bootstrap

targets = build-CreateUser build-GetUser build-ListUsers build-UpdateUser build-DeleteUser
.PHONY: $(targets)

$(targets):
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) --target functions/$(function)/bootstrap
	install -m 0755 $(bootstrap) "$${ARTIFACTS_DIR:?must be set by sam build}/"
	test ! -e jwks.json || install -m 0644 jwks.json "$$ARTIFACTS_DIR/"
