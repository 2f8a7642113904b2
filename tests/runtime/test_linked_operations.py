"""Each executable contains the table operations that its route needs, and no others."""

from __future__ import annotations

import re

import pytest
from elftools.elf.elffile import ELFFile

from support.endpoints import PROGRAMS
from support.function import REPOSITORY, binary

pytestmark = pytest.mark.release

#: The classes of common/core/dynamodb that implement the ports.
OPERATIONS = {"TableCreator", "TableFinder", "TableReader", "TableRemover", "TableUpdater"}


#: DynamoDB's operations on items.
#: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
REQUESTS = {
    "BatchExecuteStatement", "BatchGetItem", "BatchWriteItem", "DeleteItem", "ExecuteStatement", "ExecuteTransaction", "GetItem",
    "PutItem", "Query", "Scan", "TransactGetItems", "TransactWriteItems", "UpdateItem",
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_executable_contains_no_operation_of_another_route(name: str) -> None:
    with binary(name).with_suffix(".debug").open("rb") as file:
        symbols = [symbol.name for symbol in ELFFile(file).get_section_by_name(".symtab").iter_symbols()]
    linked = {operation for operation in OPERATIONS if any(operation in symbol for symbol in symbols)}
    source = (REPOSITORY / "functions" / name / "main.cpp").read_text()
    named = OPERATIONS & set(re.findall(r"\bTable\w+", source))
    assert linked == named if PROGRAMS[name].permissions else linked <= named


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_executable_can_send_only_the_requests_that_its_role_allows(name: str) -> None:
    with binary(name).open("rb") as file:
        constants = ELFFile(file).get_section_by_name(".rodata").data().decode("latin-1")
    function = PROGRAMS[name]
    allowed = {action.removeprefix("dynamodb:") for action in function.actions}
    if function.uses_transactions:
        allowed = allowed - {"PutItem", "DeleteItem"} | {"TransactWriteItems"}
    named = re.findall(rf"(?<![A-Za-z])({'|'.join(REQUESTS)})\0", constants)
    assert set(named) == allowed
