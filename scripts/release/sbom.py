"""Writes the bill of materials of a static executable (CycloneDX), and converts it to a list of packages for debsecan.

    sbom.py write EXECUTABLE FOLDER    writes FOLDER/<architecture>.cdx.json; prints its name and the distribution
    sbom.py status BILL                prints the components as installed packages, in the format of dpkg's status file
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from packageurl import PackageURL

ARCHITECTURES = {"EM_X86_64": "x86_64", "EM_AARCH64": "aarch64"}


def linked_into(executable: Path) -> tuple[str, dict[str, str]]:
    """Returns the architecture of the executable, and the list that the build added to it: the distribution, and the
    source packages with their versions.
    """
    try:
        with executable.open("rb") as file:
            elf = ELFFile(file)
            section = elf.get_section_by_name(".libraries")
            if section is None:
                sys.exit(
                    f"sbom.sh: {executable} has no list of its libraries: it is not a static executable of this project"
                )
            lines = section.data().decode("ascii").splitlines()
            return ARCHITECTURES[elf["e_machine"]], dict(line.split() for line in lines)
    except ELFError:
        sys.exit(f"sbom.sh: cannot read {executable}: it is not an ELF executable")
    except OSError as error:
        sys.exit(f"sbom.sh: cannot read {executable}: {error}")


def write(executable: Path, folder: Path) -> None:
    architecture, packages = linked_into(executable)
    distribution = packages.pop("distribution")
    system, release, _ = distribution.split("-")
    bom = Bom()
    functions = Component(type=ComponentType.APPLICATION, name="users-api", description=f"the functions, {architecture}")
    bom.metadata.component = functions
    libraries = []
    for name, version in packages.items():
        url = PackageURL("deb", system, name, version, {"arch": "source", "distro": f"{system}-{release}"})
        libraries.append(Component(name=name, version=version, purl=url, bom_ref=url.to_string()))
    bom.components.update(libraries)
    bom.register_dependency(functions, libraries)
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise ValueError(f"the bill of materials is not valid CycloneDX: {fault}")
    folder.mkdir(parents=True, exist_ok=True)
    bill = folder / f"{architecture}.cdx.json"
    bill.write_text(text + "\n", encoding="utf-8")
    print(bill, distribution)


def status(bill: Path) -> None:
    for component in json.loads(bill.read_text(encoding="utf-8"))["components"]:
        print(f"Package: {component['name']}\nStatus: install ok installed\nVersion: {component['version']}\n")


if __name__ == "__main__":
    command, *paths = sys.argv[1:]
    {"write": write, "status": status}[command](*map(Path, paths))
