"""Repeating what DynamoDB turns away for the moment. The SDK repeats calls, a few times, but no cancelled transaction.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
"""

from __future__ import annotations

import random
from collections.abc import Callable
from time import sleep
from typing import Any

from botocore.exceptions import ClientError

PAUSES = (0.1, 0.5, 1, 2, 4, 8, 16)  # seconds, at most, before a call is tried again
#: As common/dynamodb/retry.cpp has them: short of throughput, or another transaction is at work on the same item.
PASSING = {
    "ProvisionedThroughputExceeded", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
    "ThrottlingError", "ThrottlingException", "TransactionConflict", "TransactionConflictException",
    "TransactionInProgressException",
}  # fmt: skip


def patiently(call: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:
    """Repeats the call, with pauses, while what turns it away may pass; the error of the last attempt is the caller's."""
    for pause in PAUSES:
        try:
            return call(**arguments)
        except ClientError as error:
            if not may_pass(error):
                raise
        sleep(random.uniform(pause / 2, pause))
    return call(**arguments)


def may_pass(error: ClientError) -> bool:
    """A refused condition beside a reason that may pass is no answer yet: the one may hide the other."""
    return not codes(error).isdisjoint(PASSING)


def codes(error: ClientError) -> set[str]:
    """What is the matter; with a cancelled transaction, all that is, with its actions."""
    reasons = error.response.get("CancellationReasons", [error.response["Error"]])
    return {reason["Code"] for reason in reasons} - {"None"}
