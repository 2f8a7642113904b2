"""Adds an endpoint to template.yaml, and everything that cannot be derived from that file."""

from __future__ import annotations

import argparse
import sys

import yaml

from scaffold.changes import Changes, Refused, refuse_uncommitted_changes
from scaffold.contract import add_requests, add_to_openapi, add_to_readme
from scaffold.function import add_function
from scaffold.route import checked
from scaffold.stack import add_to_templates
from scaffold.tests import add_tests

NEXT = """{method} {path} works now: ./scripts/run-local.sh serves it, and it returns {result}. Next, fill in:
  functions/{program}/{program}.cpp: what it does, and what {program}.h says about that
  openapi.yaml, {operation}: the description, the request body if it has one, the responses and their schemas
  tests/unit/functions/{program}_test.cpp, tests/api/test_{program}.py: what the tests send and expect
  scripts/test-api.sh (at the end), postman_collection.json and tests/api/users.http (the last requests): the same
  README.md: the row in the table of the routes
docs/extending.md shows an example of each, and how to run the two tests while you edit. At the end, run:
  ./scripts/lint.sh --fix
  ./scripts/test.sh unit runtime api docs deploy
  ./scripts/lint.sh"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="new-endpoint.sh", add_help=False)
    parser.add_argument("--dirty", action="store_true")
    parser.add_argument("name")
    parser.add_argument("method", type=str.upper)
    parser.add_argument("path")
    given = parser.parse_args(arguments)
    changes = Changes()
    try:
        endpoint = checked(given.name, given.method, given.path, changes.text("template.yaml"))
        if not given.dirty:
            refuse_uncommitted_changes()
        for add in (add_function, add_to_templates, add_to_openapi, add_requests, add_to_readme, add_tests):
            add(changes, endpoint)
        for name in changes:
            if name.endswith(".yaml"):
                yaml.compose(changes.text(name))
        changes.write()
    except (Refused, OSError, yaml.YAMLError) as error:
        print(f"new-endpoint.sh: {error}", file=sys.stderr)
        return 1
    print("\n".join(["Wrote:", *(f"  {name}" for name in changes)]))
    result = "the id of a user that exists" if endpoint.has_user else "an empty object"
    print(NEXT.format(result=result, program=endpoint.program, operation=endpoint.operation, **vars(endpoint)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
