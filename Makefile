# What `sam build` calls: `make build-<LogicalId>` puts the function's executable into ARTIFACTS_DIR.
# To build and test, see README.md.

build-CreateUser: function = create_user
build-GetUser:    function = get_user
build-ListUsers:  function = list_users
build-UpdateUser: function = update_user
build-DeleteUser: function = delete_user

# For a stack with Architecture=arm64: PRESET=release-arm64 sam build; SAM does not say here which one it builds for
PRESET ?= release
bootstrap = build/$(PRESET)/functions/$(function)/bootstrap

targets = build-CreateUser build-GetUser build-ListUsers build-UpdateUser build-DeleteUser
.PHONY: $(targets)

$(targets):
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) --target functions/$(function)/bootstrap
	cp $(bootstrap) "$${ARTIFACTS_DIR:?is for sam build to set}/"
	test ! -e jwks.json || cp jwks.json "$$ARTIFACTS_DIR/"
