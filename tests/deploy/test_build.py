"""What `sam build` makes of the project, set up as in samconfig.toml.example."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FUNCTIONS = {
    "CreateUser": "create_user",
    "GetUser": "get_user",
    "ListUsers": "list_users",
    "UpdateUser": "update_user",
    "DeleteUser": "delete_user",
}


@pytest.fixture(scope="module")
def built(sam: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sam")
    config = shutil.copy(REPOSITORY / "samconfig.toml.example", folder / "samconfig.toml")
    sam("build", "--config-file", str(config), "--build-dir", str(folder / "build"), "--template", "template.yaml")
    return folder / "build"


@pytest.mark.parametrize(("function", "folder"), FUNCTIONS.items())
def test_an_artifact_is_the_release_binary_stripped_and_nothing_else(
    built: Path, tmp_path: Path, function: str, folder: str
) -> None:
    artifact = built / function / "bootstrap"
    stripped = tmp_path / "bootstrap"
    binary = REPOSITORY / "build/release/functions" / folder / "bootstrap"
    subprocess.run(["strip", "-o", stripped, binary], check=True)

    assert [entry.name for entry in (built / function).iterdir()] == ["bootstrap"]
    assert artifact.read_bytes() == stripped.read_bytes()
    assert os.access(artifact, os.X_OK)


def test_make_refuses_to_build_for_nowhere() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "ARTIFACTS_DIR"}
    done = subprocess.run(
        ["make", "build-GetUser"], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode != 0
    assert "ARTIFACTS_DIR" in done.stderr
