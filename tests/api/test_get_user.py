from __future__ import annotations

import pytest

from support.user_fields import OPTIONAL
from support.users_api import UNKNOWN_ID, assert_problem, assert_user, only_on, path_of


def test_get_returns_the_user_with_its_etag(api, user):
    response = api.get(user["userId"])

    assert response.status_code == 200
    assert response.headers["Content-Type"].partition(";")[0] == "application/json"
    assert response.headers["ETag"] == '"1"'
    assert_user(response.json(), name="Ada Lovelace", email=user["email"], **OPTIONAL, version=1)
    assert response.json() == user


def test_the_id_may_be_in_upper_case(api, user):
    response = api.get(user["userId"].upper())

    assert response.status_code == 200
    assert response.json() == user


@pytest.mark.parametrize(
    "user_id",
    [
        UNKNOWN_ID,
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
    ],
    ids=["version 4", "nil", "max", "version 1", "version 7"],
)
def test_an_unknown_uuid_of_any_version_is_a_404(api, user_id):
    assert_problem(api.get(user_id), 404)


MALFORMED_IDS = [
    "1",
    "none",
    "5f0c7d6e2c1b4a9d8e3f1a2b3c4d5e6f",
    "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6",
    "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6ff",
    "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6g",
    "5f0c7d6e-2c1b-4a9d-8e3f+1a2b3c4d5e6f",
    "{5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f}",
    "urn:uuid:5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f",
    " 5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f",
    "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f ",
    "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6é",
    "名前",
    "x" * 1000,
]


@pytest.mark.parametrize("user_id", MALFORMED_IDS)
def test_an_id_that_is_not_a_uuid_is_reported(api, user_id):
    assert_problem(api.get(path_of(user_id)), 400, ("userId", "invalid_format"))


def test_instance_is_the_path_of_the_request(api):
    problem = assert_problem(api.get("not%20a%20uuid%3F"), 400, ("userId", "invalid_format"))

    assert problem["instance"] == f"{api.base_path}/users/not%20a%20uuid%3F"


def test_instance_has_no_query(api):
    response = api.request("GET", f"/users/{UNKNOWN_ID}", params={"secret": "1"})

    assert assert_problem(response, 404)["instance"] == f"{api.base_path}/users/{UNKNOWN_ID}"


def test_unknown_parameters_are_ignored(api, user):
    assert api.request("GET", f"/users/{user['userId']}", params={"pageSize": "x"}).json() == user


@only_on("local", "sam", "http", reason="an edge-optimized REST API rejects a GET with a body before routing")
def test_a_body_is_ignored(api, user):
    response = api.request("GET", f"/users/{user['userId']}", data="{", headers={"Content-Type": "text/plain"})

    assert response.json() == user
