"""CloudFormation's processing of template.yaml: its two transforms, then the conditions and values of one set of parameters."""

from __future__ import annotations

import functools
import os
import re
from typing import Any

from samcli.lib.cfn_language_extensions import PseudoParameterValues, process_template
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from support.function import REPOSITORY

PSEUDO_PARAMETERS = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::StackId": "arn:aws:cloudformation:eu-central-1:123456789012:stack/users/0b7a3c55-93b3-4b0e-8c3e-0d9d3a6f1e77",
    "AWS::StackName": "users",
    "AWS::URLSuffix": "amazonaws.com",
}
KNOWN_BEFOREHAND = {
    **{"region": "Region", "account_id": "AccountId", "stack_id": "StackId", "stack_name": "StackName"},
    **{"partition": "Partition", "url_suffix": "URLSuffix"},
}
NO_VALUE = object()


def listed(value: Any) -> list[Any]:
    """Returns a policy's Action or Resource as a list."""
    return value if isinstance(value, list) else [value]


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


class Resources:
    """The resources and outputs of a template with these parameters.

    References to resources stay as they are: {"Ref": "UsersTable"}, {"Fn::GetAtt": ["UsersTable", "Arn"]}, and
    ${UsersTable} in a string.
    """

    def __init__(self, template: dict[str, Any], parameters: dict[str, Any]):
        self._parameters = parameters
        self._conditions = template.get("Conditions", {})
        for rule in template.get("Rules", {}).values():
            if self._holds(rule["RuleCondition"]):
                for assertion in rule["Assertions"]:
                    assert self._holds(assertion["Assert"]), assertion["AssertDescription"]
        self.resources: dict[str, Any] = self._present(template["Resources"])
        self.outputs: dict[str, Any] = self._present(template.get("Outputs", {}))

    def names(self, kind: str) -> set[str]:
        """Returns the logical ids of the resources of a type."""
        return {name for name, resource in self.resources.items() if resource["Type"] == kind}

    def properties(self, name: str) -> dict[str, Any]:
        return self.resources[name]["Properties"]

    def _present(self, definitions: dict[str, Any]) -> dict[str, Any]:
        return {
            name: self._resolve(definition)
            for name, definition in definitions.items()
            if "Condition" not in definition or self._holds({"Condition": definition["Condition"]})
        }

    def _holds(self, condition: dict[str, Any]) -> bool:
        ((function, argument),) = condition.items()
        match function:
            case "Condition":
                return self._holds(self._conditions[argument])
            case "Fn::Equals":
                return str(self._resolve(argument[0])) == str(self._resolve(argument[1]))
            case "Fn::Not":
                return not self._holds(argument[0])
            case "Fn::And":
                return all(self._holds(one) for one in argument)
            case "Fn::Or":
                return any(self._holds(one) for one in argument)
        raise NotImplementedError(function)

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [item for item in map(self._resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            match function:
                case "Ref" if argument == "AWS::NoValue":
                    return NO_VALUE
                case "Ref":
                    return self._parameters.get(argument, value)
                case "Fn::If":
                    condition, then, otherwise = argument
                    return self._resolve(then if self._holds({"Condition": condition}) else otherwise)
                case "Fn::Sub":
                    text, names = argument if isinstance(argument, list) else (argument, {})
                    return self._substitute(text, {name: self._resolve(item) for name, item in names.items()})
                case "Fn::Select":
                    index, items = self._resolve(argument)
                    return items[index] if isinstance(items, list) else {function: [index, items]}
                case "Fn::Split":
                    separator, text = self._resolve(argument)
                    return text.split(separator) if isinstance(text, str) else {function: [separator, text]}
        members = {name: self._resolve(item) for name, item in value.items()}
        return {name: item for name, item in members.items() if item is not NO_VALUE}

    def _substitute(self, text: str, names: dict[str, Any]) -> str:
        def replacement(match: re.Match[str]) -> str:
            known = {**self._parameters, **names}.get(match[1])
            if isinstance(known, dict):
                known = "${%s}" % known.get("Ref", ".".join(known.get("Fn::GetAtt", [])))
            return match[0] if known is None else str(known)

        return re.sub(r"\$\{([^!}]+)\}", replacement, text)


def source(file: str = "template.yaml") -> dict[str, Any]:
    """Returns a template of the project as it is."""
    return yaml_parse((REPOSITORY / file).read_text(encoding="utf-8"))


class Stack(Resources):
    """template.yaml with these parameters; the other parameters have their defaults."""

    def __init__(self, template: dict[str, Any] | None = None, /, **parameters: str):
        """Processes template.yaml, or another template, such as the one that `sam deploy` has packaged."""
        os.environ.setdefault("AWS_DEFAULT_REGION", PSEUDO_PARAMETERS["AWS::Region"])  # the transform requires a region
        template = template or source()
        if template["Globals"]["Function"]["CodeUri"] == ".":
            template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"  # where `sam deploy` puts the code
        for name, value in parameters.items():
            definition = template["Parameters"].get(name)
            assert definition, f"{name} is not a parameter of the template"
            allowed = [str(one) for one in definition.get("AllowedValues", [value])]
            assert value in allowed and re.fullmatch(definition.get("AllowedPattern", ".*"), value), f"{name}={value}"
            assert len(value) <= definition.get("MaxLength", len(value)), f"{name}={value} is too long"
        defaults = {name: definition["Default"] for name, definition in template["Parameters"].items()}
        # SAM's implementation of AWS::LanguageExtensions; it replaces references to parameters with their values.
        known = {name: PSEUDO_PARAMETERS[f"AWS::{word}"] for name, word in KNOWN_BEFOREHAND.items()}
        extended = process_template(template, {**defaults, **parameters}, PseudoParameterValues(**known))
        expanded = transform(extended, dict(parameters), _NoManagedPolicies())
        super().__init__(expanded, {**PSEUDO_PARAMETERS, **defaults, **parameters})

    def nested(self, name: str, **known: str) -> Resources:
        """Returns a nested stack with the parameters that this stack passes to it, and the values of those that are known."""
        properties = self.properties(name)
        template = yaml_parse((REPOSITORY / properties["TemplateURL"]).read_text(encoding="utf-8"))
        passed = properties.get("Parameters", {})
        assert passed.keys() == template.get("Parameters", {}).keys(), f"{name}: {sorted(passed)}"
        own = {
            "AWS::StackName": f"{PSEUDO_PARAMETERS['AWS::StackName']}-{name}",
            "AWS::StackId": PSEUDO_PARAMETERS["AWS::StackId"].replace("users", f"users-{name}").replace("0b7a3c55", "1c8b4d66"),
        }
        return Resources(template, {**PSEUDO_PARAMETERS, **own, **passed, **known})

    def all_resources(self) -> dict[str, dict[str, Any]]:
        """Returns the resources of this stack and of its nested stacks; a nested resource has the name of its stack as a prefix."""
        nested = {name: self.nested(name).resources for name in self.names("AWS::CloudFormation::Stack")}
        return self.resources | {f"{stack}.{name}": one for stack, many in nested.items() for name, one in many.items()}

    def routes(self, api: str = "Api") -> dict[tuple[str, str], dict[str, Any]]:
        """Returns the API's operations by method and path, except OPTIONS, which serve preflight requests."""
        return {
            (method.upper(), path): operation
            for path, operations in self.properties(api)["Body"]["paths"].items()
            for method, operation in operations.items()
            if method != "options"
        }

    def statements(self, role: str) -> list[dict[str, Any]]:
        """Returns all statements of a role, those of its inline policies first."""
        properties = self.properties(role)
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        for policy in properties.get("ManagedPolicyArns", []):
            documents.append(self.properties(policy["Ref"])["PolicyDocument"])
        return [statement for document in documents for statement in document["Statement"]]


@functools.cache
def stack(**parameters: str) -> Stack:
    return Stack(**parameters)


@functools.cache
def http_stack(**parameters: str) -> Stack:
    """Returns template-http.yaml with these parameters."""
    return Stack(source("template-http.yaml"), **parameters)
