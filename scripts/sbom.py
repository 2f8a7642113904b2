"""The bill of materials of the static executables (CycloneDX), and the same as a list of packages for debsecan."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL


def write(versions: Path, distribution: str, release: str, architecture: str, bill: Path) -> None:
    """A component for each source package in `versions`, a line with name and version for each."""
    bom = Bom()
    functions = Component(type=ComponentType.APPLICATION, name="users-api", description=f"the functions, {architecture}")
    bom.metadata.component = functions
    libraries = []
    for line in versions.read_text(encoding="utf-8").splitlines():
        name, version = line.split()
        url = PackageURL("deb", distribution, name, version, {"arch": "source", "distro": f"{distribution}-{release}"})
        libraries.append(Component(name=name, version=version, purl=url, bom_ref=url.to_string()))
    bom.components.update(libraries)
    bom.register_dependency(functions, libraries)
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"what was made is no CycloneDX: {fault}")
    bill.write_text(text + "\n", encoding="utf-8")


def status(bill: Path) -> None:
    """The components as dpkg's status file has packages that are installed."""
    for component in json.loads(bill.read_text(encoding="utf-8"))["components"]:
        print(f"Package: {component['name']}\nStatus: install ok installed\nVersion: {component['version']}\n")


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]), *sys.argv[3:6], Path(sys.argv[6]))
    else:
        status(Path(sys.argv[2]))
