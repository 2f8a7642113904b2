# What `sam build` calls: `make build-<LogicalId>` puts the function's executable into ARTIFACTS_DIR.
# To build and test, see README.md.

build-CreateUser: function = create_user
build-GetUser:    function = get_user
build-ListUsers:  function = list_users
build-UpdateUser: function = update_user
build-DeleteUser: function = delete_user

targets = build-CreateUser build-GetUser build-ListUsers build-UpdateUser build-DeleteUser
.PHONY: $(targets)

$(targets):
	cmake --preset release
	cmake --build --preset release --target functions/$(function)/bootstrap
	strip -o "$${ARTIFACTS_DIR:?is for sam build to set}/bootstrap" build/release/functions/$(function)/bootstrap
