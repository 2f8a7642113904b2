"""Each executable contains the table operations that its main.cpp names, and no others."""

from __future__ import annotations

import re

import pytest
from elftools.elf.elffile import ELFFile

from support.endpoints import PROGRAMS
from support.function import REPOSITORY, binary

pytestmark = pytest.mark.release

#: The classes of common/core/dynamodb that implement the ports.
OPERATIONS = {"TableCreator", "TableFinder", "TableReader", "TableRemover", "TableUpdater"}


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_executable_contains_no_operation_of_another_route(name: str) -> None:
    with binary(name).with_suffix(".debug").open("rb") as file:
        symbols = [symbol.name for symbol in ELFFile(file).get_section_by_name(".symtab").iter_symbols()]
    linked = {operation for operation in OPERATIONS if any(operation in symbol for symbol in symbols)}
    source = (REPOSITORY / "functions" / name / "main.cpp").read_text()
    named = OPERATIONS & set(re.findall(r"\bTable\w+", source))
    assert linked == named if PROGRAMS[name].permissions else linked <= named
