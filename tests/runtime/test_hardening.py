"""Defences against an attacker who has found a flaw: how the deployed executables are built and linked."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from support.endpoints import PROGRAMS
from support.function import binary, build_folder

pytestmark = pytest.mark.release

EXECUTABLE, WRITABLE = 1, 2  # segment flags
PAGE = 4096


@pytest.fixture(params=PROGRAMS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def elf(name: str) -> Iterator[ELFFile]:
    with binary(name).open("rb") as file:
        yield ELFFile(file)


@pytest.fixture
def symbols(name: str) -> Iterator[dict[str, tuple[int, int]]]:
    """Yields the address and the size of each function; the executable itself has no symbols."""
    with binary(name).with_suffix(".debug").open("rb") as file:
        table = ELFFile(file).get_section_by_name(".symtab")
        yield {one.name: (one["st_value"], one["st_size"]) for one in table.iter_symbols()}


def test_the_executable_file_is_position_independent(elf: ELFFile) -> None:
    assert elf["e_type"] == "ET_DYN"
    dynamic = {tag.entry.d_tag: tag.entry.d_val for tag in elf.get_section_by_name(".dynamic").iter_tags()}
    assert dynamic["DT_FLAGS_1"] & 0x08000000  # DF_1_PIE


def test_no_segment_of_the_executable_file_is_both_writable_and_executable(elf: ELFFile) -> None:
    flags = [segment["p_flags"] for segment in elf.iter_segments("PT_LOAD")]
    assert not [flag for flag in flags if flag & WRITABLE and flag & EXECUTABLE]
    (stack,) = elf.iter_segments("PT_GNU_STACK")
    assert not stack["p_flags"] & EXECUTABLE


def test_at_run_time_relocated_data_is_read_only_and_writable_memory_is_not_executable(start, name: str, elf: ELFFile) -> None:
    (relro,) = elf.iter_segments("PT_GNU_RELRO")
    assert elf.get_section_by_name(".got.plt") is None  # lazy binding would need to write to it at run time
    first, end = relro["p_vaddr"] // PAGE * PAGE, (relro["p_vaddr"] + relro["p_memsz"]) // PAGE * PAGE
    assert first < end

    function = start(name)
    function.runtime.wait_until_idle()

    base, writable = None, []
    for line in Path(f"/proc/{function.process.pid}/maps").read_text(encoding="ascii").splitlines():
        found = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line)
        assert not {"w", "x"} <= set(found[3]), line
        begins, ends = int(found[1], 16), int(found[2], 16)
        if base is None and line.endswith("/bootstrap"):
            base = begins
        if base is not None and "w" in found[3] and begins < base + end and ends > base + first:
            writable.append(line)
    assert base is not None
    assert writable == []


@pytest.mark.skipif(platform.machine() != "x86_64", reason="searches for x86-64 instructions")
@pytest.mark.parametrize("names", [rf"_ZN\w*({len('users')}users|10serverless)", r"[Cc]url_", r"(SSL|EVP|ssl|tls)\w*_"])
def test_the_stack_is_guarded(elf: ELFFile, symbols: dict[str, tuple[int, int]], names: str) -> None:
    text = elf.get_section_by_name(".text")
    code, address = text.data(), text["sh_addr"]
    reads_guard = re.compile(rb"\x64[\x48\x4c][\x2b\x33\x3b\x8b].\x25\x28\x00\x00\x00", re.DOTALL)  # %fs:0x28

    guarded = [
        function
        for function, (begin, size) in symbols.items()
        if re.match(names, function) and reads_guard.search(code, begin - address, begin - address + size)
    ]

    assert len(guarded) > 10


@pytest.mark.parametrize("library", ["curl", "crypto", "ssl", "cares"])
def test_libraries_check_buffers_of_known_size(library: str) -> None:
    """_FORTIFY_SOURCE: a library calls the C library's checked functions, such as __memcpy_chk."""
    cache = (build_folder() / "CMakeCache.txt").read_text(encoding="utf-8")
    (folder,) = re.findall(r"^SERVERLESS_STATIC_LIBS:PATH=(.+)$", cache, re.MULTILINE)

    assert re.search(rb"\0__\w+_chk\0", (Path(folder) / f"lib/lib{library}.a").read_bytes())
