"""The results of `sam build` with the settings of samconfig.toml.example."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from support.endpoints import FUNCTIONS, each_function
from support.function import REPOSITORY


@pytest.fixture(scope="module", params=["template.yaml", "template-http.yaml"])
def built(request: pytest.FixtureRequest, sam: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sam")
    config = shutil.copy(REPOSITORY / "samconfig.toml.example", folder / "samconfig.toml")
    sam("build", "--config-file", str(config), "--build-dir", str(folder / "build"), "--template", request.param)
    return folder / "build"


@each_function
def test_an_artifact_contains_the_release_binary_only(built: Path, function: str) -> None:
    artifact = built / function / "bootstrap"
    binary = REPOSITORY / "build/release/functions" / FUNCTIONS[function].program / "bootstrap"

    assert [entry.name for entry in (built / function).iterdir()] == ["bootstrap"]
    assert artifact.read_bytes() == binary.read_bytes()
    assert os.access(artifact, os.X_OK)


def test_the_built_template_has_no_yaml_aliases_because_cloudformation_rejects_them(built: Path) -> None:
    def aliases(file: Path) -> list[yaml.Token]:
        tokens = yaml.scan(file.read_text(encoding="utf-8"))
        return [token for token in tokens if isinstance(token, yaml.AliasToken)]

    assert aliases(REPOSITORY / "template.yaml")
    templates = list(built.rglob("template.yaml"))
    assert len(templates) > 8  # with the nested stacks
    assert [file for file in templates if aliases(file)] == []


def test_make_fails_without_artifacts_dir() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "ARTIFACTS_DIR"}
    done = subprocess.run(
        ["make", "build-GetUser"], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode != 0
    assert "ARTIFACTS_DIR" in done.stderr
