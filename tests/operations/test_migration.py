"""scripts/migrate.sh with inconsistent users and claims, and with concurrent changes.

The tests use DynamoDB Local and the functions. Their client lets a test act before each transaction of the migration.
"""

from __future__ import annotations

import random
import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tables import migration
import pytest
from tables import retry
from botocore.exceptions import ClientError

from support import dynamodb_local
from support.consistency import address_claims, assert_claims_consistent, assert_consistent, items
from support.dynamodb_local import claims_table
from support.events import rest_event
from support.function import Function
from support.runtime_api import HttpResponse

UNKNOWN_ID = "4f8c1f5e-6f0a-4c55-9a53-7f6f1c1f0b0e"  # the id of no user
ROUNDS = 5  # the attempts for a user that changes meanwhile
ATTEMPTS = 8  # the attempts for a transaction that DynamoDB rejects
CONTENDED = "concurrent changes, or throttling by DynamoDB, prevented every attempt"


class Client:
    """A client of DynamoDB that calls the next action of `meanwhile` before each transaction, and returns short pages."""

    def __init__(self, dynamodb: Any):
        self.meanwhile: deque[Callable[[str], Any]] = deque()
        self.reads: list[dict[str, Any]] = []
        self._dynamodb = dynamodb

    def transact_write_items(self, **arguments: Any) -> Any:
        if self.meanwhile:
            (action,) = arguments["TransactItems"][0].values()
            self.meanwhile.popleft()(action["Key"]["userId"]["S"])
        return self._dynamodb.transact_write_items(**arguments)

    def scan(self, **arguments: Any) -> Any:
        self.reads.append(arguments)
        return self._dynamodb.scan(Limit=3, **arguments)

    def batch_get_item(self, **arguments: Any) -> Any:
        ((table, request),) = arguments["RequestItems"].items()
        self.reads.append(request)
        now, later = request["Keys"][:2], request["Keys"][2:]
        response = self._dynamodb.batch_get_item(RequestItems={table: {**request, "Keys": now}})
        return {**response, "UnprocessedKeys": {table: {**request, "Keys": later}} if later else {}}


def reject(*codes: str) -> Callable[[str], None]:
    """Returns an action that cancels a transaction for reasons with these codes."""

    def cancel(_: str) -> None:
        reasons = [{"Code": code} for code in codes]
        error = {"Code": "TransactionCanceledException", "Message": f"Transaction cancelled {codes}"}
        raise ClientError({"Error": error, "CancellationReasons": reasons}, "TransactWriteItems")

    return cancel


@dataclass
class Done:
    released: int
    changed: int
    current: int
    left: list[str]  # one line per user or claim
    error: str | None  # the message with which the migration ends, unless it succeeds


@dataclass
class Api:
    """The functions, each started at its first call."""

    start: Callable[[str], Function]

    def __post_init__(self) -> None:
        self._started: dict[str, Function] = {}

    def create(self, email: str) -> HttpResponse:
        return self._invoke("create_user", rest_event("POST", "/users", body={"name": "New", "email": email}))

    def update(self, user_id: str, **values: Any) -> HttpResponse:
        return self._invoke("update_user", rest_event("PUT", f"/users/{user_id}", body=values))

    def delete(self, user_id: str) -> HttpResponse:
        return self._invoke("delete_user", rest_event("DELETE", f"/users/{user_id}"))

    def _invoke(self, name: str, event: dict[str, Any]) -> HttpResponse:
        if name not in self._started:
            self._started[name] = self.start(name)
        return self._started[name].invoke(event).http


@dataclass
class OldVersion:
    """The behaviour of functions that predate the claims."""

    dynamodb: Any
    table: str

    def update(self, user_id: str, email: str) -> None:
        self.dynamodb.update_item(
            TableName=self.table,
            Key={"userId": {"S": user_id}},
            UpdateExpression="SET email = :email, version = version + :one",
            ExpressionAttributeValues={":email": {"S": email}, ":one": {"N": "1"}},
        )

    def touch(self, user_id: str) -> None:
        """Writes a new version of a user with the same values."""
        self.dynamodb.update_item(
            TableName=self.table,
            Key={"userId": {"S": user_id}},
            UpdateExpression="SET version = version + :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    def delete(self, user_id: str) -> None:
        self.dynamodb.delete_item(TableName=self.table, Key={"userId": {"S": user_id}})


@pytest.fixture
def table(dynamodb: Any) -> Iterator[str]:
    with dynamodb_local.users_table(dynamodb) as name:
        yield name


@pytest.fixture
def client(dynamodb: Any) -> Client:
    return Client(dynamodb)


@pytest.fixture
def reconcile(table: str, capsys: pytest.CaptureFixture[str]) -> Callable[[Any], Done]:
    """Returns a function that runs the migration with a client."""

    def run(client: Any) -> Done:
        end = None
        try:
            migration.reconcile(client, table, claims_table(table))
        except SystemExit as error:
            end = str(error)
        out = capsys.readouterr().out
        released = re.search(f"==> table {claims_table(table)}: (\\d+) claims released\n", out)
        users = re.search(f"==> table {table}: (\\d+) users updated, (\\d+) already up to date\n", out)
        assert released and users, out
        left = [line.removeprefix("==> ") for line in out[users.end() :].splitlines()]
        assert bool(left) == bool(end)
        return Done(int(released[1]), int(users[1]), int(users[2]), left, end)

    return run


@pytest.fixture
def migrate(
    reconcile: Callable[[Any], Done], client: Client, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Done]:
    """Returns a function that runs the migration for one user at a time, and asserts that every action of `meanwhile` ran."""
    monkeypatch.setattr(migration, "WORKERS", 1)

    def run() -> Done:
        done = reconcile(client)
        assert not client.meanwhile
        return done

    return run


@pytest.fixture
def api(start: Callable[[str], Function]) -> Api:
    return Api(start)


@pytest.fixture
def old_version(dynamodb: Any, table: str) -> OldVersion:
    return OldVersion(dynamodb, table)


@pytest.fixture
def claim(dynamodb: Any, table: str) -> Callable[[str, str], Any]:
    """Returns a function that adds a claim on an address for a user, even if no user has the id or the address."""

    def claim(email: str, user_id: str) -> None:
        item = {"claim": {"S": f"email#{email}"}, "userId": {"S": user_id}}
        dynamodb.put_item(TableName=claims_table(table), Item=item)

    return claim


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits before retries, in seconds; the tests skip them."""
    recorded: list[float] = []
    monkeypatch.setattr(retry, "sleep", recorded.append)
    return recorded


# Inconsistent tables.


def test_consistent_users_are_not_written(migrate, add, client):
    for number in range(10):
        add(f"user{number}@example.com")
    assert migrate() == Done(released=0, changed=10, current=0, left=[], error=None)
    client.transact_write_items = None

    assert migrate() == Done(released=0, changed=0, current=10, left=[], error=None)


def test_lost_claims_are_created_again(migrate, add, dynamodb, table):
    ids = [add(f"user{number}@example.com") for number in range(10)]
    migrate()
    for number in (3, 8):
        dynamodb.delete_item(TableName=claims_table(table), Key={"claim": {"S": f"email#user{number}@example.com"}})

    assert migrate() == Done(released=0, changed=2, current=8, left=[], error=None)

    assert len(assert_consistent(dynamodb, table)) == len(ids)


def test_changes_by_an_old_version_are_reconciled(migrate, add, dynamodb, table, old_version):
    changed, deleted, moved = add("old@example.com"), add("deleted@example.com"), add("reused@example.com")
    migrate()
    old_version.update(changed, "New@example.com")
    old_version.delete(deleted)
    old_version.update(moved, "elsewhere@example.com")
    newcomer = add("reused@example.com")

    assert migrate() == Done(released=3, changed=3, current=0, left=[], error=None)

    assert_consistent(dynamodb, table)
    assert address_claims(dynamodb, table) == {
        "email#new@example.com": changed,
        "email#elsewhere@example.com": moved,
        "email#reused@example.com": newcomer,
    }


def test_a_user_cannot_return_to_an_old_address_without_its_claim(migrate, add, api, dynamodb, table, old_version):
    user = add("old@example.com")
    add("shared@example.com")
    migrate()
    old_version.update(user, "shared@example.com")
    assert migrate().error

    assert api.create("old@example.com").status == 201
    assert api.update(user, email="old@example.com").status == 409

    assert_claims_consistent(dynamodb, table)


def test_tables_restored_to_different_times_are_reconciled(migrate, add, dynamodb, table, api, claim):
    moved, swapped, other = add("moved@example.com"), add("one@example.com"), add("two@example.com")
    migrate()
    assert api.update(moved, email="there@example.com").status == 200
    created = api.create("created@example.com").json["userId"]
    for name in ("moved@example.com", "there@example.com", "gone@example.com"):
        claim(name, UNKNOWN_ID)
    claim("one@example.com", other)
    claim("two@example.com", swapped)
    dynamodb.delete_item(TableName=claims_table(table), Key={"claim": {"S": "email#created@example.com"}})

    assert migrate() == Done(released=5, changed=4, current=0, left=[], error=None)

    assert_consistent(dynamodb, table)
    assert address_claims(dynamodb, table) == {
        "email#there@example.com": moved,
        "email#one@example.com": swapped,
        "email#two@example.com": other,
        "email#created@example.com": created,
    }


def test_idempotency_records_are_kept(migrate, dynamodb, table):
    item = {"claim": {"S": "once#0123"}, "userId": {"S": UNKNOWN_ID}, "expiresAt": {"N": "4000000000"}}
    dynamodb.put_item(TableName=claims_table(table), Item=item)

    assert migrate() == Done(released=0, changed=0, current=0, left=[], error=None)

    assert items(dynamodb, claims_table(table)) == [item]


def test_the_holder_of_a_shared_address_is_reported(migrate, add, dynamodb, table):
    holder = add("shared@example.com")
    migrate()
    others = sorted(add(address) for address in ("Shared@example.com", "SHARED@example.com"))

    done = migrate()

    assert done.left == [f"shared@example.com: {' '.join(others)}, held by {holder}"]
    assert done.error.startswith("2 inconsistent users or claims left: change or delete all but one of the users that share an address; ")
    assert done.current == 1
    assert address_claims(dynamodb, table) == {"email#shared@example.com": holder}
    assert len(assert_claims_consistent(dynamodb, table)) == 3


def test_users_who_share_an_address_are_found_by_name(migrate, add, dynamodb, table):
    ids = [add("shared@example.com", name) for name in ("Zoë", "Özil")]

    assert len(migrate().left) == 1

    assert len(assert_claims_consistent(dynamodb, table)) == 2
    assert {(user["userId"]["S"], user["nameKey"]["S"]) for user in items(dynamodb, table)} == {
        (ids[0], f"zoe\x1f{ids[0]}"),
        (ids[1], f"ozil\x1f{ids[1]}"),
    }


BROKEN = {
    "no address": ({"name": {"S": "Ada"}, "version": {"N": "1"}}, "email"),
    "no version": ({"name": {"S": "Ada"}, "email": {"S": "broken@example.com"}}, "version"),
    "an empty name": ({"name": {"S": ""}, "email": {"S": "broken@example.com"}, "version": {"N": "1"}}, "name"),
    "an address of another type": ({"name": {"S": "Ada"}, "email": {"N": "1"}, "version": {"N": "1"}}, "email"),
    "no attributes": ({}, "name, email, version"),
}


@pytest.mark.parametrize(("attributes", "lacks"), BROKEN.values(), ids=BROKEN)
def test_an_item_that_is_not_a_user_is_reported_and_left(migrate, add, dynamodb, table, claim, attributes, lacks):
    user = add("user@example.com")
    broken = {"userId": {"S": "x"}, **attributes}
    dynamodb.put_item(TableName=table, Item=broken)
    claim("broken@example.com", "x")

    done = migrate()

    assert (done.changed, done.left) == (1, [f"x: not a user, because it lacks {lacks}"])
    assert done.error.startswith("1 inconsistent users or claims left: ")
    assert broken in items(dynamodb, table)
    assert address_claims(dynamodb, table) == {"email#user@example.com": user, "email#broken@example.com": "x"}


def test_a_claim_without_a_holder_is_released(migrate, add, dynamodb, table):
    add("user@example.com")
    dynamodb.put_item(TableName=claims_table(table), Item={"claim": {"S": "email#user@example.com"}})

    assert migrate() == Done(released=1, changed=1, current=0, left=[], error=None)

    assert_consistent(dynamodb, table)


# Concurrent changes, between the read of a user or a claim and the transaction.


def test_a_user_who_changes_its_address_meanwhile_keeps_the_new_one(migrate, add, client, api, dynamodb, table):
    user = add("old@example.com")
    client.meanwhile.append(lambda user: api.update(user, email="new@example.com"))

    assert migrate() == Done(released=0, changed=1, current=0, left=[], error=None)

    assert_consistent(dynamodb, table)
    assert address_claims(dynamodb, table) == {"email#new@example.com": user}


def test_a_user_whose_old_address_is_taken_meanwhile_does_not_share_it(
    migrate, add, client, api, dynamodb, table
):
    add("old@example.com")
    client.meanwhile.append(
        lambda user: (api.update(user, email="new@example.com"), api.create("old@example.com"))
    )

    assert migrate() == Done(released=0, changed=1, current=0, left=[], error=None)

    assert len(assert_consistent(dynamodb, table)) == 2


def test_an_address_taken_meanwhile_belongs_to_its_new_holder(migrate, add, client, api, dynamodb, table):
    user = add("wanted@example.com")
    client.meanwhile.append(lambda _: api.create("wanted@example.com"))

    done = migrate()

    (newcomer,) = address_claims(dynamodb, table).values()
    assert done.left == [f"wanted@example.com: {user}, held by {newcomer}"]
    assert newcomer != user
    assert len(assert_claims_consistent(dynamodb, table)) == 2


def test_a_user_who_is_deleted_meanwhile_leaves_no_claim(migrate, add, client, api, dynamodb, table):
    add("gone@example.com")
    client.meanwhile.append(api.delete)

    assert migrate() == Done(released=0, changed=0, current=0, left=[], error=None)

    assert items(dynamodb, table) == items(dynamodb, claims_table(table)) == []


def test_a_user_who_is_changed_meanwhile_is_read_again(migrate, add, client, api, dynamodb, table):
    add("busy@example.com")
    client.meanwhile.extend([lambda user: api.update(user, name="Zoë")] * (ROUNDS - 1))

    assert migrate() == Done(released=0, changed=1, current=0, left=[], error=None)

    (user,) = assert_consistent(dynamodb, table)
    assert (user["nameInitial"]["S"], user["version"]["N"]) == ("z", "7")


def test_a_user_who_is_changed_repeatedly_is_left_and_the_others_are_updated(migrate, add, client, old_version, dynamodb, table):
    for number in range(5):
        add(f"user{number}@example.com")
    changed: list[str] = []
    client.meanwhile.extend([lambda user: (changed.append(user), old_version.touch(user))] * ROUNDS)

    done = migrate()

    assert len(set(changed)) == 1
    assert done.changed == 4
    assert done.left == [f"{changed[0]}: {CONTENDED}"]
    assert done.error
    assert migrate().error is None
    assert len(assert_consistent(dynamodb, table)) == 5


def test_a_user_who_gives_up_a_shared_address_meanwhile_keeps_the_new_one(migrate, add, client, api, dynamodb, table):
    ids = {add("shared@example.com"), add("shared@example.com")}
    moved: list[str] = []
    client.meanwhile.append(lambda user: (moved.append(user), api.update(user, email="own@example.com")))

    done = migrate()

    assert done.left == [f"shared@example.com: {(ids - set(moved)).pop()}"]
    assert address_claims(dynamodb, table) == {"email#own@example.com": moved[0]}
    assert migrate().error is None
    assert len(assert_consistent(dynamodb, table)) == 2


def test_a_claim_whose_holder_returns_to_the_address_meanwhile_is_kept(migrate, add, client, api, dynamodb, table, claim):
    user = add("here@example.com")
    migrate()
    claim("there@example.com", user)
    client.meanwhile.append(lambda user: api.update(user, email="there@example.com"))

    assert migrate() == Done(released=0, changed=0, current=1, left=[], error=None)

    assert_consistent(dynamodb, table)
    assert address_claims(dynamodb, table) == {"email#there@example.com": user}


def test_a_claim_whose_holder_changes_meanwhile_is_read_again(migrate, add, client, old_version, dynamodb, table, claim):
    user = add("here@example.com")
    migrate()
    claim("there@example.com", user)
    client.meanwhile.extend([old_version.touch] * (ROUNDS - 1))

    assert migrate() == Done(released=1, changed=0, current=1, left=[], error=None)

    assert_consistent(dynamodb, table)


def test_a_claim_whose_holder_changes_repeatedly_is_left(migrate, add, client, old_version, claim):
    user = add("here@example.com")
    migrate()
    claim("there@example.com", user)
    client.meanwhile.extend([old_version.touch] * ROUNDS)

    done = migrate()

    assert (done.released, done.current) == (0, 1)
    assert done.left == [f"email#there@example.com, held by {user}: {CONTENDED}"]
    assert done.error


def test_a_released_address_is_free_for_other_users_only(
    migrate, add, client, api, dynamodb, table, old_version
):
    """The functions do not claim an address that is already the user's foldedEmail."""
    user = add("old@example.com")
    migrate()
    old_version.update(user, "new@example.com")
    responses: list[HttpResponse] = []

    def after_release(user: str) -> None:
        responses.extend([api.create("old@example.com"), api.update(user, email="old@example.com")])

    client.meanwhile.extend([lambda _: None, after_release])

    assert migrate().released == 1

    assert [response.status for response in responses] == [201, 409]
    assert len(assert_consistent(dynamodb, table)) == 2


def test_a_claim_whose_holder_is_restored_meanwhile_is_kept(migrate, add, client, dynamodb, table, old_version):
    user = add("user@example.com")
    migrate()
    (item,) = items(dynamodb, table)
    old_version.delete(user)
    client.meanwhile.append(lambda _: dynamodb.put_item(TableName=table, Item=item))

    assert migrate() == Done(released=0, changed=0, current=1, left=[], error=None)

    assert len(assert_consistent(dynamodb, table)) == 1


def test_a_claim_that_another_user_gets_meanwhile_is_kept(migrate, client, api, dynamodb, table, claim):
    claim("user@example.com", UNKNOWN_ID)

    def meanwhile(_: str) -> None:
        dynamodb.delete_item(TableName=claims_table(table), Key={"claim": {"S": "email#user@example.com"}})
        assert api.create("user@example.com").status == 201

    client.meanwhile.append(meanwhile)

    assert migrate() == Done(released=0, changed=0, current=1, left=[], error=None)

    assert len(assert_consistent(dynamodb, table)) == 1


# Rejections by DynamoDB.

TEMPORARY = ["ThrottlingError", "ProvisionedThroughputExceeded", "TransactionConflict"]


@pytest.mark.parametrize("code", TEMPORARY)
def test_a_temporary_rejection_is_retried_with_increasing_waits(
    migrate, add, client, dynamodb, table, waits, code
):
    for number in range(3):
        add(f"user{number}@example.com")
    client.meanwhile.extend([reject("None", code)] * (ATTEMPTS - 1))

    assert migrate() == Done(released=0, changed=3, current=0, left=[], error=None)

    assert len(assert_consistent(dynamodb, table)) == 3
    assert len(waits) == ATTEMPTS - 1
    assert waits == sorted(waits)
    assert 0 < waits[0] < 1 < waits[-1] < 20


@pytest.mark.parametrize("code", TEMPORARY)
def test_a_user_that_dynamodb_rejects_repeatedly_is_left_and_the_others_are_updated(
    migrate, add, client, dynamodb, table, waits, code
):
    for number in range(3):
        add(f"user{number}@example.com")
    client.meanwhile.extend([reject(code, "None")] * (ROUNDS * ATTEMPTS))

    done = migrate()

    assert (done.changed, len(done.left)) == (2, 1)
    assert done.left[0].endswith(f": {CONTENDED}")
    assert done.error
    assert len(assert_claims_consistent(dynamodb, table)) == 3


def test_a_transaction_conflict_may_hide_that_a_condition_holds(migrate, add, client, api, dynamodb, table, waits):
    """A failed condition that is reported together with a conflict is not final: in this test, every condition holds."""
    add("user@example.com")
    client.meanwhile.append(reject("TransactionConflict", "ConditionalCheckFailed"))

    assert migrate() == Done(released=0, changed=1, current=0, left=[], error=None)

    assert len(waits) == 1


@pytest.mark.parametrize("code", ["ValidationError", "ItemCollectionSizeLimitExceeded"])
def test_a_permanent_rejection_ends_the_migration(migrate, add, client, waits, code):
    add("user@example.com")
    client.meanwhile.append(reject("None", code))

    with pytest.raises(ClientError, match=code):
        migrate()

    assert waits == []


def test_a_rejected_read_is_retried(migrate, add, client, waits, monkeypatch):
    add("user@example.com")
    migrate()
    for read in ("scan", "batch_get_item"):
        rejections = iter([True, False])
        original = getattr(client, read)

        def reject_first(original=original, rejections=rejections, **arguments: Any) -> Any:
            if next(rejections, False):
                raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException", "Message": ""}}, "Scan")
            return original(**arguments)

        monkeypatch.setattr(client, read, reject_first)

    assert migrate() == Done(released=0, changed=0, current=1, left=[], error=None)

    assert len(waits) == 2


def test_every_read_is_strongly_consistent(migrate, add, client, old_version):
    add("user@example.com")
    client.meanwhile.append(old_version.touch)
    migrate()
    migrate()

    assert client.reads
    assert all(read["ConsistentRead"] for read in client.reads)


# Concurrent traffic.

LEGACY = 400  # users
CALLERS = 3
CALLS = range(100, 1500)  # the minimum and the maximum for each caller


def test_the_migration_succeeds_while_the_functions_serve_requests(reconcile, add, start, dynamodb, table):
    """Callers change the addresses of users and change them back, rename and delete users, and take unclaimed addresses."""
    emails = [f"Legacy{number}@example.com" for number in range(LEGACY)]
    ids = [add(email) for email in emails]
    apis = [Api(start) for _ in range(CALLERS)]
    for api in apis:  # this starts the functions
        assert [api.create("").status, api.update(UNKNOWN_ID).status, api.delete(UNKNOWN_ID).status] == [400, 400, 404]
    migrated = threading.Event()

    def call(number: int) -> Counter[int]:
        api, rng, statuses = apis[number], random.Random(number), Counter()
        while statuses.total() < (CALLS.start if migrated.is_set() else CALLS.stop):
            one = rng.randrange(LEGACY)
            calls = (
                lambda: api.update(ids[one], email=f"moved{one}@example.com"),
                lambda: api.update(ids[one], email=emails[one].upper()),
                lambda: api.update(ids[one], name=f"Name {one}"),
                lambda: api.delete(ids[one]),
                lambda: api.create(emails[one]),
            )
            statuses[rng.choices(calls, weights=(3, 3, 3, 1, 1))[0]().status] += 1
        return statuses

    with ThreadPoolExecutor(CALLERS) as callers:
        calls = [callers.submit(call, number) for number in range(CALLERS)]
        try:
            done = reconcile(dynamodb)
        finally:
            migrated.set()
        statuses = sum((one.result() for one in calls), Counter())

    assert_claims_consistent(dynamodb, table)
    assert min(statuses[200], done.changed) > 0
    assert set(statuses) <= {200, 201, 404, 409, 503}

    for line in done.left:  # the remedy in its message
        if sharing := re.fullmatch(r"\S+@example.com: (.*?)(, held by \S+)?", line):
            for user in sharing[1].split()[0 if sharing[2] else 1 :]:
                assert apis[0].delete(user).status == 200
    assert reconcile(dynamodb).error is None
    assert_consistent(dynamodb, table)
