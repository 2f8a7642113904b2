"""Correct behaviour of the API that OpenAPI cannot express."""

from __future__ import annotations

import schemathesis
from schemathesis import Case, Response
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import RejectedPositiveData

#: The faults, as (field, code), that a request may have although each of its values matches its schema.
BEYOND_SCHEMAS = {
    ("limit", "invalid_format"): lambda case: bool({"pageSize", "email"} & case.query.keys()),
    ("pageSize", "invalid_format"): lambda case: "email" in case.query,
    ("namePrefix", "invalid_format"): lambda case: "email" in case.query,
    ("nextToken", "invalid_format"): lambda case: "nextToken" in case.query,  # well formed, but not issued by the API
    # Schemathesis considers the header `0`, which does not match the pattern, valid.
    ("If-Match", "invalid_format"): lambda case: case.headers["If-Match"] == "0",
    ("If-None-Match", "invalid_format"): lambda case: case.headers["If-None-Match"] == "0",
}


#: The members of a problem that the gateway reports, and of one that a function reports.
GATEWAY_MEMBERS = {"type", "title", "status", "requestId"}
FUNCTION_MEMBERS = GATEWAY_MEMBERS | {"detail", "instance"}


def possible_members(status: int) -> list[set[str]]:
    """Returns the sets of members that a problem with this status may have."""
    if status in (400, 409, 422):
        return [FUNCTION_MEMBERS | {"errors"}]
    if status in (401, 403, 413, 500):
        return [GATEWAY_MEMBERS, FUNCTION_MEMBERS]
    if status in (429, 502, 504):
        return [GATEWAY_MEMBERS]
    return [FUNCTION_MEMBERS]


@schemathesis.check
def problem_fits_its_status(context: schemathesis.CheckContext, response: Response, case: Case) -> None:
    """One schema describes all problems; this checks what depends on the status."""
    is_described = case.method.upper() == case.operation.method.upper()  # otherwise, the gateway responds
    if response.status_code < 400 or not is_described:
        return
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["type"] == "about:blank"
    assert set(problem) in possible_members(response.status_code)
    assert response.status_code not in (409, 422) or len(problem["errors"]) == 1


def is_expected(fault: tuple[str, str], case: Case) -> bool:
    field, code = fault
    if code == "wrong_type" and isinstance(case.body, dict):
        return isinstance(case.body.get(field), float)  # JSON Schema considers 36.0 an integer
    return fault in BEYOND_SCHEMAS and BEYOND_SCHEMAS[fault](case)


def is_beyond_schemas(case: Case, response: Response) -> bool:
    errors = response.json().get("errors", [])
    faults = [(error["field"], error["code"]) for error in errors]
    return bool(faults) and all(is_expected(fault, case) for fault in faults)


@schemathesis.hook
def filter_failure(context: schemathesis.HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """Reports whether the failure is a real one."""
    if isinstance(failure, RejectedPositiveData):
        return not is_beyond_schemas(case, response)
    return True
