"""Uses the API through the client of openapi-python-client. Arguments: the URL of the API, a bearer token."""

from __future__ import annotations

import sys
import uuid
from http import HTTPStatus

from users_api_client import AuthenticatedClient
from users_api_client.api.users import create_user, delete_user, get_user, list_users, update_user
from users_api_client.models import FieldErrorCode, Problem, User, UserCreation, UserPage, UserPatch
from users_api_client.types import UNSET

url, token = sys.argv[1:]
client = AuthenticatedClient(base_url=url, token=token)

other = create_user.sync(client=client, body=UserCreation(name="Grace Hopper", email=f"{uuid.uuid4()}@example.com"))
assert isinstance(other, User)

# Create a user.
email = f"{uuid.uuid4()}@example.com"
ada = create_user.sync(client=client, body=UserCreation(name="Ada Lovelace", email=email, age=36))
assert isinstance(ada, User)

# Get it, unless the client has its current version.
response = get_user.sync_detailed(ada.user_id, client=client)
assert response.parsed == ada
etag = response.headers["ETag"]
response = get_user.sync_detailed(ada.user_id, client=client, if_none_match=etag)
assert response.status_code == HTTPStatus.NOT_MODIFIED

# Find it by its email address.
page = list_users.sync(client=client, email=email)
assert isinstance(page, UserPage)
assert page.users == [ada]

# List all users, a page at a time.
users: list[User] = []
page = list_users.sync(client=client, page_size=1)
while True:
    assert isinstance(page, UserPage)
    users += page.users
    if not page.next_token:
        break
    page = list_users.sync(client=client, page_size=1, next_token=page.next_token)
assert ada in users
assert other in users

# Change it, unless it has changed meanwhile.
king = update_user.sync(ada.user_id, client=client, body=UserPatch(name="Ada King"), if_match=etag)
assert isinstance(king, User)
assert (king.name, king.age) == ("Ada King", 36)

# The second change of the same version fails.
problem = update_user.sync(ada.user_id, client=client, body=UserPatch(name="Ada Byron"), if_match=etag)
assert isinstance(problem, Problem)
assert problem.status == HTTPStatus.PRECONDITION_FAILED

# Remove the age: None is sent as null, and an omitted field is not sent.
king = update_user.sync(ada.user_id, client=client, body=UserPatch(age=None))
assert isinstance(king, User)
assert (king.name, king.age) == ("Ada King", UNSET)

# Read a problem. `errors` and `detail` are unset if the problem has none.
problem = create_user.sync(client=client, body=UserCreation(name="Another Ada", email=email))
assert isinstance(problem, Problem)
print(problem.title, problem.detail)
assert problem.errors
for error in problem.errors:
    print(error.field, error.code, error.message)
assert [error.code for error in problem.errors] == [FieldErrorCode.TAKEN]

# Delete it.
deleted = delete_user.sync(ada.user_id, client=client)
assert isinstance(deleted, User)

assert isinstance(delete_user.sync(other.user_id, client=client), User)
