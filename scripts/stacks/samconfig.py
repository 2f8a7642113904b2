"""Reads the settings of an environment from samconfig.toml.

Uses the standard library only, so that the scripts can check the settings before they install anything.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from typing import Any


def settings(config: str, environment: str, command: str) -> dict[str, Any]:
    """Returns the settings that SAM uses for a command, such as `deploy`."""
    try:
        with open(config, "rb") as file:
            environments = {name: value for name, value in tomllib.load(file).items() if isinstance(value, dict)}
    except (OSError, tomllib.TOMLDecodeError) as error:
        sys.exit(f"cannot read {config}: {error}")
    if environment not in environments:
        sys.exit(f"{config} has no environment {environment}; it has {', '.join(environments)}")
    commands = environments[environment]
    return {
        name: value
        for one in ("global", command)
        for name, value in commands.get(one, {}).get("parameters", {}).items()
    }


def main() -> None:
    """Prints the name of the stack, its region and the profile, each on a line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("config")
    parser.add_argument("environment")
    options = parser.parse_args()
    parameters = settings(options.config, options.environment, "deploy")
    if missing := {"stack_name", "region"} - parameters.keys():
        sys.exit(f"{options.config} does not set {' and '.join(sorted(missing))} for {options.environment}")
    print(parameters["stack_name"], parameters["region"], parameters.get("profile", ""), sep="\n")


if __name__ == "__main__":
    main()
