"""Each executable contains the table operations of its own route and no others."""

from __future__ import annotations

import pytest
from elftools.elf.elffile import ELFFile

from support.endpoints import PROGRAMS
from support.function import binary

pytestmark = pytest.mark.release

#: The classes of common/core/dynamodb that implement the ports, and the executables that need them.
OPERATIONS = {
    "TableCreator": "create_user",
    "TableReader": "get_user",
    "TableFinder": "list_users",
    "TableUpdater": "update_user",
    "TableRemover": "delete_user",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_executable_contains_no_operation_of_another_route(name: str) -> None:
    with binary(name).with_suffix(".debug").open("rb") as file:
        symbols = [symbol.name for symbol in ELFFile(file).get_section_by_name(".symtab").iter_symbols()]
    linked = {operation for operation in OPERATIONS if any(operation in symbol for symbol in symbols)}
    assert linked == {operation for operation, program in OPERATIONS.items() if program == name}
