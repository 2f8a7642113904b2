"""What scripts/migrate does with users and claims that are not in step, and with what goes on meanwhile.

Behind it are DynamoDB Local and the functions; its client lets a test have its say before each of its transactions.
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

import migration
import patience
import pytest
from botocore.exceptions import ClientError

from support import dynamodb_local
from support.dynamodb_local import claims_table
from support.events import rest_event
from support.function import Function
from support.in_step import address_claims, assert_claims_in_step, assert_in_step, items
from support.runtime_api import HttpReply

GONE = "4f8c1f5e-6f0a-4c55-9a53-7f6f1c1f0b0e"  # the id of no user
ROUNDS = 5  # how often a user is looked at who is changed meanwhile
ATTEMPTS = 8  # at a transaction that DynamoDB turns away


class Client:
    """DynamoDB's: before each transaction the next of `meanwhile` happens to its user, and replies are short."""

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
        reply = self._dynamodb.batch_get_item(RequestItems={table: {**request, "Keys": now}})
        return {**reply, "UnprocessedKeys": {table: {**request, "Keys": later}} if later else {}}


def turned_away(*codes: str) -> Callable[[str], None]:
    """DynamoDB's cancellation of a transaction for reasons with these codes."""

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
    left: list[str]  # a line on each
    end: str | None  # what it ended with, unless all went well


@dataclass
class Api:
    """The functions, each started when it is called first."""

    start: Callable[[str], Function]

    def __post_init__(self) -> None:
        self._started: dict[str, Function] = {}

    def create(self, email: str) -> HttpReply:
        return self._invoke("create_user", rest_event("POST", "/users", body={"name": "New", "email": email}))

    def update(self, user_id: str, **values: Any) -> HttpReply:
        return self._invoke("update_user", rest_event("PUT", f"/users/{user_id}", body=values))

    def delete(self, user_id: str) -> HttpReply:
        return self._invoke("delete_user", rest_event("DELETE", f"/users/{user_id}"))

    def _invoke(self, name: str, event: dict[str, Any]) -> HttpReply:
        if name not in self._started:
            self._started[name] = self.start(name)
        return self._started[name].invoke(event).http


@dataclass
class OldVersion:
    """What the functions did before there were claims."""

    dynamodb: Any
    table: str

    def update(self, user_id: str, email: str) -> None:
        self.dynamodb.update_item(
            TableName=self.table,
            Key={"userId": {"S": user_id}},
            UpdateExpression="SET email = :email, version = version + :one",
            ExpressionAttributeValues={":email": {"S": email}, ":one": {"N": "1"}},
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
def bring_in_step(table: str, capsys: pytest.CaptureFixture[str]) -> Callable[[Any], Done]:
    """Runs it with a client."""

    def run(client: Any) -> Done:
        end = None
        try:
            migration.bring_in_step(client, table, claims_table(table))
        except SystemExit as error:
            end = str(error)
        out = capsys.readouterr().out
        released = re.search(f"==> table {claims_table(table)}: (\\d+) claims released\n", out)
        users = re.search(f"==> table {table}: (\\d+) users brought up to date, (\\d+) were so already\n", out)
        assert released and users, out
        left = [line.removeprefix("==> ") for line in out[users.end() :].splitlines()]
        assert bool(left) == bool(end)
        return Done(int(released[1]), int(users[1]), int(users[2]), left, end)

    return run


@pytest.fixture
def migrate(
    bring_in_step: Callable[[Any], Done], client: Client, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Done]:
    """Runs it for one user after the other; everything happens that was to happen meanwhile."""
    monkeypatch.setattr(migration, "WORKERS", 1)

    def run() -> Done:
        done = bring_in_step(client)
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
    """Has an address claimed for a user, whoever that is."""

    def claim(email: str, user_id: str) -> None:
        item = {"claim": {"S": f"email#{email}"}, "userId": {"S": user_id}}
        dynamodb.put_item(TableName=claims_table(table), Item=item)

    return claim


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Those that it would have made."""
    made: list[float] = []
    monkeypatch.setattr(patience, "sleep", made.append)
    return made


# What is not in step.


def test_users_in_step_are_not_written(migrate, add, client):
    for number in range(10):
        add(f"user{number}@example.com")
    assert migrate() == Done(released=0, changed=10, current=0, left=[], end=None)
    client.transact_write_items = None

    assert migrate() == Done(released=0, changed=0, current=10, left=[], end=None)


def test_lost_claims_are_made_anew(migrate, add, dynamodb, table):
    ids = [add(f"user{number}@example.com") for number in range(10)]
    migrate()
    for number in (3, 8):
        dynamodb.delete_item(TableName=claims_table(table), Key={"claim": {"S": f"email#user{number}@example.com"}})

    assert migrate() == Done(released=0, changed=2, current=8, left=[], end=None)

    assert len(assert_in_step(dynamodb, table)) == len(ids)


def test_what_an_old_version_changed_and_deleted_comes_in_step(migrate, add, dynamodb, table, old_version):
    changed, deleted, followed = add("old@example.com"), add("deleted@example.com"), add("followed@example.com")
    migrate()
    old_version.update(changed, "New@example.com")
    old_version.delete(deleted)
    old_version.update(followed, "elsewhere@example.com")
    follower = add("followed@example.com")

    assert migrate() == Done(released=3, changed=3, current=0, left=[], end=None)

    assert_in_step(dynamodb, table)
    assert address_claims(dynamodb, table) == {
        "email#new@example.com": changed,
        "email#elsewhere@example.com": followed,
        "email#followed@example.com": follower,
    }


def test_an_address_that_was_left_is_not_taken_back_without_its_claim(migrate, add, api, dynamodb, table, old_version):
    user = add("old@example.com")
    add("shared@example.com")
    migrate()
    old_version.update(user, "shared@example.com")
    assert migrate().end

    assert api.create("old@example.com").status == 201
    assert api.update(user, email="old@example.com").status == 409

    assert_claims_in_step(dynamodb, table)


def test_tables_restored_to_different_times_come_in_step(migrate, add, dynamodb, table, api, claim):
    moved, swapped, other = add("moved@example.com"), add("one@example.com"), add("two@example.com")
    migrate()
    assert api.update(moved, email="there@example.com").status == 200
    created = api.create("created@example.com").json["userId"]
    for name in ("moved@example.com", "there@example.com", "gone@example.com"):
        claim(name, GONE)
    claim("one@example.com", other)
    claim("two@example.com", swapped)
    dynamodb.delete_item(TableName=claims_table(table), Key={"claim": {"S": "email#created@example.com"}})

    assert migrate() == Done(released=5, changed=4, current=0, left=[], end=None)

    assert_in_step(dynamodb, table)
    assert address_claims(dynamodb, table) == {
        "email#there@example.com": moved,
        "email#one@example.com": swapped,
        "email#two@example.com": other,
        "email#created@example.com": created,
    }


def test_claims_of_keys_stay(migrate, dynamodb, table):
    item = {"claim": {"S": "once#0123"}, "userId": {"S": GONE}, "expiresAt": {"N": "4000000000"}}
    dynamodb.put_item(TableName=claims_table(table), Item=item)

    assert migrate() == Done(released=0, changed=0, current=0, left=[], end=None)

    assert items(dynamodb, claims_table(table)) == [item]


def test_who_holds_a_shared_address_is_named(migrate, add, dynamodb, table):
    holder = add("shared@example.com")
    migrate()
    others = sorted(add(address) for address in ("Shared@example.com", "SHARED@example.com"))

    done = migrate()

    assert done.left == [f"shared@example.com: {' '.join(others)}, held by {holder}"]
    assert done.end.startswith("2 left: change or delete all users of an address but one, ")
    assert done.current == 1
    assert address_claims(dynamodb, table) == {"email#shared@example.com": holder}
    assert len(assert_claims_in_step(dynamodb, table)) == 3


def test_users_of_a_shared_address_are_found_by_name(migrate, add, dynamodb, table):
    ids = [add("shared@example.com", name) for name in ("Zoë", "Özil")]

    assert len(migrate().left) == 1

    assert len(assert_claims_in_step(dynamodb, table)) == 2
    assert {(user["userId"]["S"], user["nameKey"]["S"]) for user in items(dynamodb, table)} == {
        (ids[0], f"zoe\x1f{ids[0]}"),
        (ids[1], f"ozil\x1f{ids[1]}"),
    }


BROKEN = {
    "no address": ({"name": {"S": "Ada"}, "version": {"N": "1"}}, "email"),
    "no version": ({"name": {"S": "Ada"}, "email": {"S": "broken@example.com"}}, "version"),
    "an empty name": ({"name": {"S": ""}, "email": {"S": "broken@example.com"}, "version": {"N": "1"}}, "name"),
    "an address of another type": ({"name": {"S": "Ada"}, "email": {"N": "1"}, "version": {"N": "1"}}, "email"),
    "nothing": ({}, "name, email, version"),
}


@pytest.mark.parametrize(("attributes", "lacks"), BROKEN.values(), ids=BROKEN)
def test_an_item_that_is_no_user_is_named_and_left(migrate, add, dynamodb, table, claim, attributes, lacks):
    user = add("user@example.com")
    broken = {"userId": {"S": "x"}, **attributes}
    dynamodb.put_item(TableName=table, Item=broken)
    claim("broken@example.com", "x")

    done = migrate()

    assert (done.changed, done.left) == (1, [f"x: no user, as it lacks {lacks}"])
    assert done.end.startswith("1 left: ")
    assert broken in items(dynamodb, table)
    assert address_claims(dynamodb, table) == {"email#user@example.com": user, "email#broken@example.com": "x"}


def test_a_claim_of_nobody_is_released(migrate, add, dynamodb, table):
    add("user@example.com")
    dynamodb.put_item(TableName=claims_table(table), Item={"claim": {"S": "email#user@example.com"}})

    assert migrate() == Done(released=1, changed=1, current=0, left=[], end=None)

    assert_in_step(dynamodb, table)


# What goes on meanwhile, between the reading of a user or a claim and the transaction.


def test_a_user_who_moves_meanwhile_has_the_address_that_it_moved_to(migrate, add, client, api, dynamodb, table):
    user = add("old@example.com")
    client.meanwhile.append(lambda user: api.update(user, email="new@example.com"))

    assert migrate() == Done(released=0, changed=1, current=0, left=[], end=None)

    assert_in_step(dynamodb, table)
    assert address_claims(dynamodb, table) == {"email#new@example.com": user}


def test_who_moves_while_somebody_takes_the_old_address_is_not_said_to_share_it(
    migrate, add, client, api, dynamodb, table
):
    add("old@example.com")
    client.meanwhile.append(
        lambda user: (api.update(user, email="new@example.com"), api.create("old@example.com"))
    )

    assert migrate() == Done(released=0, changed=1, current=0, left=[], end=None)

    assert len(assert_in_step(dynamodb, table)) == 2


def test_an_address_that_somebody_takes_meanwhile_is_theirs(migrate, add, client, api, dynamodb, table):
    user = add("wanted@example.com")
    client.meanwhile.append(lambda _: api.create("wanted@example.com"))

    done = migrate()

    (newcomer,) = address_claims(dynamodb, table).values()
    assert done.left == [f"wanted@example.com: {user}, held by {newcomer}"]
    assert newcomer != user
    assert len(assert_claims_in_step(dynamodb, table)) == 2


def test_a_user_who_is_deleted_meanwhile_leaves_nothing_behind(migrate, add, client, api, dynamodb, table):
    add("gone@example.com")
    client.meanwhile.append(api.delete)

    assert migrate() == Done(released=0, changed=0, current=0, left=[], end=None)

    assert items(dynamodb, table) == items(dynamodb, claims_table(table)) == []


def test_a_user_who_is_changed_meanwhile_is_looked_at_again(migrate, add, client, api, dynamodb, table):
    add("busy@example.com")
    client.meanwhile.extend([lambda user: api.update(user, name="Zoë")] * (ROUNDS - 1))

    assert migrate() == Done(released=0, changed=1, current=0, left=[], end=None)

    (user,) = assert_in_step(dynamodb, table)
    assert (user["nameInitial"]["S"], user["version"]["N"]) == ("z", "7")


def test_a_user_who_is_changed_all_the_time_is_left_and_the_others_go_on(migrate, add, client, api, dynamodb, table):
    for number in range(5):
        add(f"user{number}@example.com")
    changed: list[str] = []
    client.meanwhile.extend([lambda user: (changed.append(user), api.update(user, age=5))] * ROUNDS)

    done = migrate()

    assert len(set(changed)) == 1
    assert done.changed == 4
    assert done.left == [f"{changed[0]}: others were at it, or DynamoDB turned it away, again and again"]
    assert done.end
    assert migrate().end is None
    assert len(assert_in_step(dynamodb, table)) == 5


def test_who_moves_away_from_a_shared_address_meanwhile_has_the_new_one(migrate, add, client, api, dynamodb, table):
    ids = {add("shared@example.com"), add("shared@example.com")}
    moved: list[str] = []
    client.meanwhile.append(lambda user: (moved.append(user), api.update(user, email="own@example.com")))

    done = migrate()

    assert done.left == [f"shared@example.com: {(ids - set(moved)).pop()}"]
    assert address_claims(dynamodb, table) == {"email#own@example.com": moved[0]}
    assert migrate().end is None
    assert len(assert_in_step(dynamodb, table)) == 2


def test_a_claim_whose_holder_comes_back_to_it_meanwhile_is_kept(migrate, add, client, api, dynamodb, table, claim):
    user = add("here@example.com")
    migrate()
    claim("there@example.com", user)
    client.meanwhile.append(lambda user: api.update(user, email="there@example.com"))

    assert migrate() == Done(released=0, changed=0, current=1, left=[], end=None)

    assert_in_step(dynamodb, table)
    assert address_claims(dynamodb, table) == {"email#there@example.com": user}


def test_a_claim_whose_holder_changes_meanwhile_is_looked_at_again(migrate, add, client, api, dynamodb, table, claim):
    user = add("here@example.com")
    migrate()
    claim("there@example.com", user)
    client.meanwhile.extend(lambda user, age=age: api.update(user, age=age) for age in range(20, 20 + ROUNDS - 1))

    assert migrate() == Done(released=1, changed=0, current=1, left=[], end=None)

    assert_in_step(dynamodb, table)


def test_a_claim_whose_holder_changes_all_the_time_is_left(migrate, add, client, api, claim):
    user = add("here@example.com")
    migrate()
    claim("there@example.com", user)
    client.meanwhile.extend([lambda user: api.update(user, age=5)] * ROUNDS)

    done = migrate()

    assert (done.released, done.current) == (0, 1)
    assert done.left == [
        f"email#there@example.com, held by {user}: others were at it, or DynamoDB turned it away, again and again"
    ]
    assert done.end


def test_an_address_is_free_for_others_alone_once_its_claim_is_released(
    migrate, add, client, api, dynamodb, table, old_version
):
    """The functions don't ask for the claim on an address that the user has already, by its foldedEmail."""
    user = add("old@example.com")
    migrate()
    old_version.update(user, "new@example.com")
    replies: list[HttpReply] = []

    def after_release(user: str) -> None:
        replies.extend([api.create("old@example.com"), api.update(user, email="old@example.com")])

    client.meanwhile.extend([lambda _: None, after_release])

    assert migrate().released == 1

    assert [reply.status for reply in replies] == [201, 409]
    assert len(assert_in_step(dynamodb, table)) == 2


def test_a_claim_whose_holder_is_put_back_meanwhile_is_kept(migrate, add, client, dynamodb, table, old_version):
    user = add("user@example.com")
    migrate()
    (item,) = items(dynamodb, table)
    old_version.delete(user)
    client.meanwhile.append(lambda _: dynamodb.put_item(TableName=table, Item=item))

    assert migrate() == Done(released=0, changed=0, current=1, left=[], end=None)

    assert len(assert_in_step(dynamodb, table)) == 1


def test_a_claim_that_somebody_else_gets_meanwhile_is_kept(migrate, client, api, dynamodb, table, claim):
    claim("user@example.com", GONE)

    def meanwhile(_: str) -> None:
        dynamodb.delete_item(TableName=claims_table(table), Key={"claim": {"S": "email#user@example.com"}})
        assert api.create("user@example.com").status == 201

    client.meanwhile.append(meanwhile)

    assert migrate() == Done(released=0, changed=0, current=1, left=[], end=None)

    assert len(assert_in_step(dynamodb, table)) == 1


# When DynamoDB turns it away.

PASSING = ["ThrottlingError", "ProvisionedThroughputExceeded", "TransactionConflict"]


@pytest.mark.parametrize("code", PASSING)
def test_what_dynamodb_turns_away_is_tried_again_after_longer_and_longer_pauses(
    migrate, add, client, dynamodb, table, pauses, code
):
    for number in range(3):
        add(f"user{number}@example.com")
    client.meanwhile.extend([turned_away("None", code)] * (ATTEMPTS - 1))

    assert migrate() == Done(released=0, changed=3, current=0, left=[], end=None)

    assert len(assert_in_step(dynamodb, table)) == 3
    assert len(pauses) == ATTEMPTS - 1
    assert pauses == sorted(pauses)
    assert 0 < pauses[0] < 1 < pauses[-1] < 20


@pytest.mark.parametrize("code", PASSING)
def test_a_user_whom_dynamodb_turns_away_all_the_time_is_left_and_the_others_go_on(
    migrate, add, client, dynamodb, table, pauses, code
):
    for number in range(3):
        add(f"user{number}@example.com")
    client.meanwhile.extend([turned_away(code, "None")] * (ROUNDS * ATTEMPTS))

    done = migrate()

    assert (done.changed, len(done.left)) == (2, 1)
    assert done.left[0].endswith(": others were at it, or DynamoDB turned it away, again and again")
    assert done.end
    assert len(assert_claims_in_step(dynamodb, table)) == 3


def test_a_conflict_hides_what_is_behind_it(migrate, add, client, api, dynamodb, table, pauses):
    """A condition refused beside it is no answer yet: here there is nothing to refuse."""
    add("user@example.com")
    client.meanwhile.append(turned_away("TransactionConflict", "ConditionalCheckFailed"))

    assert migrate() == Done(released=0, changed=1, current=0, left=[], end=None)

    assert len(pauses) == 1


@pytest.mark.parametrize("code", ["ValidationError", "ItemCollectionSizeLimitExceeded"])
def test_what_does_not_pass_ends_it(migrate, add, client, pauses, code):
    add("user@example.com")
    client.meanwhile.append(turned_away("None", code))

    with pytest.raises(ClientError, match=code):
        migrate()

    assert pauses == []


def test_pages_that_dynamodb_turns_away_are_read_again(migrate, add, client, pauses, monkeypatch):
    add("user@example.com")
    migrate()
    for read in ("scan", "batch_get_item"):
        turn_away = iter([True, False])
        original = getattr(client, read)

        def once_more(original=original, turn_away=turn_away, **arguments: Any) -> Any:
            if next(turn_away, False):
                raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException", "Message": ""}}, "Scan")
            return original(**arguments)

        monkeypatch.setattr(client, read, once_more)

    assert migrate() == Done(released=0, changed=0, current=1, left=[], end=None)

    assert len(pauses) == 2


def test_every_read_is_strongly_consistent(migrate, add, client, api):
    add("user@example.com")
    client.meanwhile.append(lambda user: api.update(user, age=5))
    migrate()
    migrate()

    assert client.reads
    assert all(read["ConsistentRead"] for read in client.reads)


# Traffic.

LEGACY = 400  # users
CALLERS = 3
CALLS = range(100, 1500)  # of each, at least and at most


def test_it_goes_along_with_the_functions_at_work(bring_in_step, add, start, dynamodb, table):
    """Callers move users away and back, rename and delete them, and take addresses that are not claimed yet."""
    emails = [f"Legacy{number}@example.com" for number in range(LEGACY)]
    ids = [add(email) for email in emails]
    apis = [Api(start) for _ in range(CALLERS)]
    for api in apis:  # starts the functions
        assert [api.create("").status, api.update(GONE).status, api.delete(GONE).status] == [400, 400, 404]
    migrated = threading.Event()

    def call(number: int) -> Counter[int]:
        api, chance, statuses = apis[number], random.Random(number), Counter()
        while statuses.total() < (CALLS.start if migrated.is_set() else CALLS.stop):
            one = chance.randrange(LEGACY)
            calls = (
                lambda: api.update(ids[one], email=f"moved{one}@example.com"),
                lambda: api.update(ids[one], email=emails[one].upper()),
                lambda: api.update(ids[one], name=f"Name {one}"),
                lambda: api.delete(ids[one]),
                lambda: api.create(emails[one]),
            )
            statuses[chance.choices(calls, weights=(3, 3, 3, 1, 1))[0]().status] += 1
        return statuses

    with ThreadPoolExecutor(CALLERS) as callers:
        calls = [callers.submit(call, number) for number in range(CALLERS)]
        try:
            done = bring_in_step(dynamodb)
        finally:
            migrated.set()
        statuses = sum((one.result() for one in calls), Counter())

    assert_claims_in_step(dynamodb, table)
    assert min(statuses[200], done.changed) > 0
    assert set(statuses) <= {200, 201, 404, 409, 503}

    for line in done.left:  # what it says to do
        if sharing := re.fullmatch(r"\S+@example.com: (.*?)(, held by \S+)?", line):
            for user in sharing[1].split()[0 if sharing[2] else 1 :]:
                assert apis[0].delete(user).status == 200
    assert bring_in_step(dynamodb).end is None
    assert_in_step(dynamodb, table)
