"""What scripts/migrate does: it brings users and claims in step that were not written together.

The functions take `foldedEmail` for a sign that the user holds the claim on that address. So a user never has the one
without the other: they come together, and go together.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from derived_attributes import derived, email_claim, folded_email
from tables import Item, Tables

WORKERS = 8  # so many users, or claims, at the same time
PROGRESS = 1000  # of them between two lines
ROUNDS = 5  # how often one is looked at that somebody changes meanwhile
WHAT_TO_DO = "change or delete all users of an address but one, mend or delete what is no user"
TURNED_AWAY = "others were at it, or DynamoDB turned it away, again and again"
NEEDED = {"name": "S", "email": "S", "version": "N"}  # what makes an item a user


def bring_in_step(dynamodb: Any, table: str, claims: str) -> None:
    """Releases claims whose holder is gone or has another address, claims every address that one user has, and sets the
    derived attributes; ends the program, with a line on each, if any is left.
    """
    migration = _Migration(Tables(dynamodb, table, claims))
    with ThreadPoolExecutor(WORKERS) as workers:
        claims_seen = _count(migration.release_claims(workers), f"table {claims}: {{}} claims seen")
        users_seen = _count(migration.bring_up_to_date(workers), f"table {table}: {{}} users seen")
    print(f"==> table {claims}: {claims_seen['released']} claims released")
    print(f"==> table {table}: {users_seen['changed']} users brought up to date, {users_seen['current']} were so already")
    for line in migration.left_over():
        print(f"==> {line}")
    if left := claims_seen["left"] + users_seen["left"]:
        sys.exit(f"{left} left: {WHAT_TO_DO}, and run it again")


def _count(outcomes: Iterator[str], progress: str) -> Counter[str]:
    counts = Counter()
    for outcome in outcomes:
        counts[outcome] += 1
        if counts.total() % PROGRESS == 0:
            print(f"==> {progress.format(counts.total())}", flush=True)
    return counts


class _Migration:
    def __init__(self, tables: Tables):
        self._tables = tables
        self._shared: set[str] = set()  # the addresses of several users
        self._without: dict[str, set[str]] = {}  # of an address, the users who could not have it
        self._holders: dict[str, str] = {}  # and who has it
        self._faults: list[str] = []

    def left_over(self) -> Iterator[str]:
        for address, users in sorted(self._without.items()):
            holder = f", held by {self._holders[address]}" if address in self._holders else ""
            yield f"{address}: {' '.join(sorted(users))}{holder}"
        yield from sorted(self._faults)

    def release_claims(self, workers: ThreadPoolExecutor) -> Iterator[str]:
        """Of each claim on an address what came of it: kept, released or left."""
        for claims in self._tables.scan_email_claims():
            users = self._tables.users(claims.values())
            yield from workers.map(lambda claim: self._release(claim, claims[claim], users), claims)

    def bring_up_to_date(self, workers: ThreadPoolExecutor) -> Iterator[str]:
        """Of each user what came of it: current, changed, left or gone."""
        users = (user for page in self._tables.scan_users() for user in page if not _lacks(user))
        addresses = Counter(folded_email(user["email"]["S"]) for user in users)
        self._shared = {address for address, count in addresses.items() if count > 1}
        for page in self._tables.scan_users():
            holders = self._holders_for(page)
            yield from workers.map(lambda user: self._bring_up_to_date(user, holders), page)

    def _release(self, claim: str, holder: str, users: dict[str, Item]) -> str:
        for _ in range(ROUNDS):
            user = users.get(holder)
            if user and (_lacks(user) or email_claim(user["email"]["S"]) == claim):
                return "kept"
            if self._tables.release(claim, holder, user):
                return "released"
            if self._tables.holders([claim]).get(claim) != holder:
                return "kept"  # if it is there: the functions have given it to somebody else
            users = self._tables.users([holder])
        return self._leave(f"{claim}, held by {holder}: {TURNED_AWAY}")

    def _bring_up_to_date(self, user: Item, holders: dict[str, str]) -> str:
        user_id = user["userId"]["S"]
        for _ in range(ROUNDS):
            if lacks := _lacks(user):
                return self._leave(f"{user_id}: no user, as it lacks {', '.join(lacks)}")
            wanted = derived(user_id, user["name"]["S"], user["email"]["S"])
            address = wanted["foldedEmail"]
            holder = holders.get(email_claim(address))
            if holder == user_id and all(user.get(name) == {"S": value} for name, value in wanted.items()):
                return "current"
            if holder == user_id or (holder is None and address not in self._shared):
                if self._tables.update_claiming(user, wanted):
                    return "changed"
            elif self._tables.update(user, {**wanted, "foldedEmail": None}):  # its name can be found all the same
                return self._leave_without(address, user_id, holder)
            user = self._tables.users([user_id]).get(user_id)
            if user is None:
                return "gone"
            holders = self._holders_for([user])
        return self._leave(f"{user_id}: {TURNED_AWAY}")

    def _holders_for(self, users: list[Item]) -> dict[str, str]:
        return self._tables.holders(email_claim(user["email"]["S"]) for user in users if not _lacks(user))

    def _leave_without(self, address: str, user_id: str, holder: str | None) -> str:
        self._without.setdefault(address, set()).add(user_id)
        if holder:
            self._holders[address] = holder
        return "left"

    def _leave(self, fault: str) -> str:
        self._faults.append(fault)
        return "left"


def _lacks(item: Item) -> list[str]:
    return [name for name, kind in NEEDED.items() if not item.get(name, {}).get(kind)]
