"""What samconfig.toml says of an environment: no more than Python is needed to know whether anything is worth installing."""

from __future__ import annotations

import argparse
import sys
import tomllib
from typing import Any


def deploy_settings(config: str, environment: str) -> dict[str, Any]:
    """What `sam deploy` would take from it."""
    try:
        with open(config, "rb") as file:
            environments = {name: value for name, value in tomllib.load(file).items() if isinstance(value, dict)}
    except (OSError, tomllib.TOMLDecodeError) as error:
        sys.exit(f"cannot read {config}: {error}")
    if environment not in environments:
        sys.exit(f"{config} has no environment {environment}, but {', '.join(environments)}")
    commands = environments[environment]
    return {
        name: value
        for command in ("global", "deploy")
        for name, value in commands.get(command, {}).get("parameters", {}).items()
    }


def main() -> None:
    """Prints the stack's name, its region and the profile, a line each."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("config")
    parser.add_argument("environment")
    options = parser.parse_args()
    parameters = deploy_settings(options.config, options.environment)
    if missing := {"stack_name", "region"} - parameters.keys():
        sys.exit(f"{options.config} names no {' and no '.join(sorted(missing))} for {options.environment}")
    print(parameters["stack_name"], parameters["region"], parameters.get("profile", ""), sep="\n")


if __name__ == "__main__":
    main()
