"""Uses the API through the Python client of OpenAPI Generator. Arguments: the URL of the API, a bearer token."""

from __future__ import annotations

import sys
import uuid
from http import HTTPStatus

from users_client import ApiClient, ApiException, Configuration, Problem, User, UserCreation, UserPatch, UsersApi

url, token = sys.argv[1:]
api = UsersApi(ApiClient(Configuration(host=url, access_token=token)))

other = api.create_user(UserCreation(name="Grace Hopper", email=f"{uuid.uuid4()}@example.com"))

# Create a user.
email = f"{uuid.uuid4()}@example.com"
ada = api.create_user(UserCreation(name="Ada Lovelace", email=email, age=36))

# Get it, unless the client has its current version.
response = api.get_user_with_http_info(ada.user_id)
assert response.data == ada
assert response.headers
etag = response.headers["ETag"]
try:
    api.get_user(ada.user_id, if_none_match=etag)
    raise AssertionError("304 is an exception")
except ApiException as exception:
    assert exception.status == HTTPStatus.NOT_MODIFIED

# Find it by its email address.
assert api.list_users(email=email).users == [ada]

# List all users, a page at a time.
page = api.list_users(page_size=1)
users: list[User] = page.users
while page.next_token:
    page = api.list_users(page_size=1, next_token=page.next_token)
    users += page.users
assert ada in users
assert other in users

# Change it, unless it has changed meanwhile.
king = api.update_user(ada.user_id, UserPatch(name="Ada King"), if_match=etag)
assert (king.name, king.age) == ("Ada King", 36)

# The second change of the same version fails.
try:
    api.update_user(ada.user_id, UserPatch(name="Ada Byron"), if_match=etag)
    raise AssertionError("412 is an exception")
except ApiException as exception:
    assert exception.status == HTTPStatus.PRECONDITION_FAILED

# Remove the age: None is sent as null, and an omitted field is not sent.
king = api.update_user(ada.user_id, UserPatch(age=None))
assert (king.name, king.age) == ("Ada King", None)

# Read a problem. `errors` and `detail` are None if the problem has none.
try:
    api.create_user(UserCreation(name="Another Ada", email=email))
    raise AssertionError("409 is an exception")
except ApiException as exception:
    assert isinstance(exception.data, Problem)
    problem: Problem = exception.data
print(problem.title, problem.detail)
assert problem.errors
for error in problem.errors:
    print(error.var_field, error.code, error.message)
assert [error.code for error in problem.errors] == ["taken"]

# Delete it.
api.delete_user(ada.user_id)

api.delete_user(other.user_id)
