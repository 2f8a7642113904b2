"""The work of scripts/migrate.sh: makes users and claims that were not written together consistent.

To the functions, `foldedEmail` means that the user holds the claim on that address. Therefore every transaction here
sets or removes the attribute and the claim together.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .derived_attributes import derived, email_claim, folded_email
from .access import Item, Tables

WORKERS = 8  # the number of users, or claims, that are processed at a time
PROGRESS = 1000  # the number of users, or claims, between two lines of progress
ATTEMPTS = 5  # for a user, or claim, that changes meanwhile
REMEDY = "change or delete all but one of the users that share an address; repair or delete items that are not users"
CONTENDED = "concurrent changes, or throttling by DynamoDB, prevented every attempt"
REQUIRED = {"name": "S", "email": "S", "version": "N"}  # the attributes of a user


def reconcile(dynamodb: Any, table: str, claims: str) -> None:
    """Releases claims whose holder is deleted or has another address, claims every address that only one user has, and
    sets the derived attributes. If users or claims remain inconsistent, prints a line on each and exits with an error.
    """
    migration = _Migration(Tables(dynamodb, table, claims))
    with ThreadPoolExecutor(WORKERS) as workers:
        claim_counts = _count(migration.release_claims(workers), f"table {claims}: {{}} claims read")
        user_counts = _count(migration.update_users(workers), f"table {table}: {{}} users read")
    print(f"==> table {claims}: {claim_counts['released']} claims released")
    print(f"==> table {table}: {user_counts['changed']} users updated, {user_counts['current']} already up to date")
    for line in migration.inconsistencies():
        print(f"==> {line}")
    if left := claim_counts["left"] + user_counts["left"]:
        sys.exit(f"{left} inconsistent users or claims left: {REMEDY}; then run migrate.sh again")


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
        self._shared: set[str] = set()  # addresses that several users have
        self._rejected: dict[str, set[str]] = {}  # by address: the users that could not claim it
        self._holders: dict[str, str] = {}  # by address: the holder of its claim
        self._faults: list[str] = []

    def inconsistencies(self) -> Iterator[str]:
        for address, users in sorted(self._rejected.items()):
            holder = f", held by {self._holders[address]}" if address in self._holders else ""
            yield f"{address}: {' '.join(sorted(users))}{holder}"
        yield from sorted(self._faults)

    def release_claims(self, workers: ThreadPoolExecutor) -> Iterator[str]:
        """Yields the outcome for each claim on an address: kept, released or left."""
        for claims in self._tables.scan_email_claims():
            users = self._tables.users(claims.values())
            yield from workers.map(lambda claim: self._release(claim, claims[claim], users), claims)

    def update_users(self, workers: ThreadPoolExecutor) -> Iterator[str]:
        """Yields the outcome for each user: current, changed, left or deleted."""
        users = (user for page in self._tables.scan_users() for user in page if not _lacks(user))
        addresses = Counter(folded_email(user["email"]["S"]) for user in users)
        self._shared = {address for address, count in addresses.items() if count > 1}
        for page in self._tables.scan_users():
            holders = self._holders_for(page)
            yield from workers.map(lambda user: self._update(user, holders), page)

    def _release(self, claim: str, holder: str, users: dict[str, Item]) -> str:
        for _ in range(ATTEMPTS):
            user = users.get(holder)
            if user and (_lacks(user) or email_claim(user["email"]["S"]) == claim):
                return "kept"
            if self._tables.release(claim, holder, user):
                return "released"
            if self._tables.holders([claim]).get(claim) != holder:
                return "kept"  # the functions have deleted the claim, or given it to another user
            users = self._tables.users([holder])
        return self._leave(f"{claim}, held by {holder}: {CONTENDED}")

    def _update(self, user: Item, holders: dict[str, str]) -> str:
        user_id = user["userId"]["S"]
        for _ in range(ATTEMPTS):
            if lacks := _lacks(user):
                return self._leave(f"{user_id}: not a user, because it lacks {', '.join(lacks)}")
            wanted = derived(user_id, user["name"]["S"], user["email"]["S"])
            address = wanted["foldedEmail"]
            holder = holders.get(email_claim(address))
            if holder == user_id and all(user.get(name) == {"S": value} for name, value in wanted.items()):
                return "current"
            if holder == user_id or (holder is None and address not in self._shared):
                if self._tables.update_claiming(user, wanted):
                    return "changed"
            elif self._tables.update(user, {**wanted, "foldedEmail": None}):  # listings by name still find the user
                return self._leave_without_claim(address, user_id, holder)
            user = self._tables.users([user_id]).get(user_id)
            if user is None:
                return "deleted"
            holders = self._holders_for([user])
        return self._leave(f"{user_id}: {CONTENDED}")

    def _holders_for(self, users: list[Item]) -> dict[str, str]:
        return self._tables.holders(email_claim(user["email"]["S"]) for user in users if not _lacks(user))

    def _leave_without_claim(self, address: str, user_id: str, holder: str | None) -> str:
        self._rejected.setdefault(address, set()).add(user_id)
        if holder:
            self._holders[address] = holder
        return "left"

    def _leave(self, fault: str) -> str:
        self._faults.append(fault)
        return "left"


def _lacks(item: Item) -> list[str]:
    """Returns the required attributes that the item lacks."""
    return [name for name, kind in REQUIRED.items() if not item.get(name, {}).get(kind)]
