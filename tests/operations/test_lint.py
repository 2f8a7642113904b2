"""lint.sh, with a stand-in for clang-tidy, which takes minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.checkout import assert_succeeded, copy_to, run
from support.scripts import run_script

SOURCE = "functions/get_user/get_user.cpp"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which stand-ins that find nothing replace the slow tools."""
    copy_to(tmp_path)
    found_nothing = "#!/bin/sh\n"
    (tmp_path / "scripts/install-deps.sh").write_text(found_nothing)
    (tmp_path / "scripts/lint/clang_tidy.py").write_text("")
    (tmp_path / "bin").mkdir()
    for name in ("cmake", "shellcheck"):
        (tmp_path / "bin" / name).write_text(found_nothing)
        (tmp_path / "bin" / name).chmod(0o755)
    return tmp_path


def lint(checkout: Path, *arguments: str) -> tuple[int, str]:
    done = run(checkout, checkout / "scripts/lint.sh", *arguments, PATH=f"{checkout}/bin:/usr/bin:/bin")
    return done.returncode, done.stdout


def test_fix_formats_the_sources(checkout: Path) -> None:
    formatted = (checkout / SOURCE).read_text(encoding="utf-8")
    (checkout / SOURCE).write_text(formatted.replace("return", "  return \n"), encoding="utf-8")

    assert_succeeded(run(checkout, checkout / "scripts/lint.sh", "--fix"))

    assert (checkout / SOURCE).read_text(encoding="utf-8") == formatted


def test_sources_without_a_finding_pass(checkout: Path) -> None:
    status, output = lint(checkout)

    assert (status, output.splitlines()[-1]) == (0, "==> every check passed")


@pytest.mark.parametrize(
    ("file", "text", "failed"),
    [
        (SOURCE, "int  x;\n", "formatting"),
        ("common/core/http/uri.cpp", "#include \"users/user.h\"\n", "core_is_generic"),
        ("bin/shellcheck", "#!/bin/sh\nexit 1\n", "shell_scripts"),
        ("bin/cmake", "#!/bin/sh\nexit 1\n", "clang_tidy"),
        ("scripts/lint/clang_tidy.py", "raise SystemExit(1)\n", "clang_tidy"),
    ],
)
def test_each_check_can_fail(checkout: Path, file: str, text: str, failed: str) -> None:
    (checkout / file).write_text(text, encoding="utf-8")

    status, output = lint(checkout)

    assert status == 1
    assert f"failed: {failed} (" in output


@pytest.mark.parametrize(
    ("file", "text", "violation"),
    [
        ("common/core/http/uri.cpp", "// the e-mail\n", "term of the domain"),
        ("common/core/http/uri.cpp", "// a name prefix\n", "term of the domain"),
        ("common/core/http/email.h", "#pragma once\n", "term of the domain in the name"),
        ("tests/unit/core/http/uri_test.cpp", "int email;\n", "term of the domain"),
        ("tests/contract/versioned_table_contract.cpp", "int email;\n", "term of the domain"),
        ("common/core/http/uri.cpp", '#include "name.h"\n', "include from outside the core"),
        ("common/core/http/uri.cpp", "#include <orders/order.h>\n", "include from outside the core"),
        ("common/core/http/uri.cpp", '#include "core/app/serve.h"\n', "include of a folder that comes later in FOLDERS"),
        ("common/core/http/uri.cpp", "#include <core/app/serve.h>\n", "include of a folder that comes later in FOLDERS"),
        ("common/core/other/file.cpp", '#include "core/http/uri.h"\n', "folder that FOLDERS in check-core.sh does not list"),
        ("common/core/net/transport.h", "#include <curl/curl.h>\n", "library type in a core header"),
        ("common/core/net/transport.h", "struct ssl_st;\n", "library type in a core header"),
    ],
)
def test_each_rule_of_the_core_is_checked(checkout: Path, file: str, text: str, violation: str) -> None:
    (checkout / file).parent.mkdir(exist_ok=True)
    (checkout / file).write_text(text, encoding="utf-8")

    done = run(checkout, checkout / "scripts/lint/check-core.sh")

    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == f"{file}:1: {violation}: {text.rstrip()}"
    assert len(done.stdout.splitlines()) == 2  # the other one is the script's summary


def test_wrong_arguments_are_usage_errors() -> None:
    assert run_script("lint.sh", "--all").returncode == 2
    assert run_script("lint.sh", "--fix", "common").returncode == 2
