"""Many concurrent clients."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

CLIENTS = 16


def test_concurrent_requests_all_succeed(api):
    def create(number: int) -> dict:
        return api.another_client().create(name=f"Client {number}")

    with ThreadPoolExecutor(CLIENTS) as clients:
        created = list(clients.map(create, range(3 * CLIENTS)))

    assert len({user["userId"] for user in created}) == 3 * CLIENTS
    assert {user["name"] for user in created} == {f"Client {number}" for number in range(3 * CLIENTS)}
    for user in created:
        assert api.delete(user["userId"]).json() == user


def test_only_one_of_many_concurrent_changes_to_the_same_version_succeeds(api, user):
    def change(number: int) -> int:
        return api.another_client().put(user["userId"], {"name": f"Client {number}"}, headers={"If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(CLIENTS) as clients:
        statuses = sorted(clients.map(change, range(CLIENTS)))

    assert statuses == [200] + [412] * (CLIENTS - 1)
    assert api.get(user["userId"]).json()["version"] == 2


def test_each_concurrent_change_without_a_condition_gets_its_own_version(api, user):
    def change(number: int) -> int:
        return api.another_client().put(user["userId"], {"name": f"Client {number}"}).json()["version"]

    with ThreadPoolExecutor(CLIENTS) as clients:
        versions = sorted(clients.map(change, range(CLIENTS)))

    assert versions == list(range(2, CLIENTS + 2))
