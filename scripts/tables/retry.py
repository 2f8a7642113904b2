"""Retries of calls that fail temporarily. The SDK retries calls a few times, but not cancelled transactions.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
"""

from __future__ import annotations

import random
from collections.abc import Callable
from time import sleep
from typing import Any

from botocore.exceptions import ClientError

WAITS = (0.1, 0.5, 1, 2, 4, 8, 16)  # the maximum seconds before each retry
#: Throttling, and conflicts with other transactions on the same item; see also common/core/dynamodb/retry.cpp.
TEMPORARY = {
    "ProvisionedThroughputExceeded", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
    "ThrottlingError", "ThrottlingException", "TransactionConflict", "TransactionConflictException",
    "TransactionInProgressException",
}  # fmt: skip


def with_retries(call: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:
    """Retries the call until it succeeds, fails permanently, or has used up WAITS; raises the error of the last attempt."""
    for wait in WAITS:
        try:
            return call(**arguments)
        except ClientError as error:
            if not is_temporary(error):
                raise
        sleep(random.uniform(wait / 2, wait))
    return call(**arguments)


def is_temporary(error: ClientError) -> bool:
    """Returns whether a retry may succeed. An error with a failed condition and a temporary reason counts as temporary,
    because the temporary reason may hide another failed condition.
    """
    return not error_codes(error).isdisjoint(TEMPORARY)


def error_codes(error: ClientError) -> set[str]:
    """Returns the code of the error; for a cancelled transaction, the codes of all its actions."""
    reasons = error.response.get("CancellationReasons", [error.response["Error"]])
    return {reason["Code"] for reason in reasons} - {"None"}
