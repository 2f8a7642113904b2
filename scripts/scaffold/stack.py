"""Adds an endpoint to the stack: its function, role, authorization and monitoring."""

from __future__ import annotations

import ast
import re

from scaffold.changes import ROOT, Changes, Refused
from scaffold.route import Endpoint, program_of


def add_to_templates(changes: Changes, endpoint: Endpoint) -> None:
    rest = f"Type: Api, Properties: {{RestApiId: !Ref Api, Method: {endpoint.method}"
    http = f"Type: HttpApi, Properties: {{ApiId: !Ref HttpApi, Method: {endpoint.method}"
    add_function_to_template(changes, endpoint, "template.yaml", rest)
    add_function_to_template(changes, endpoint, "template-http.yaml", http)
    read_or_write = "read" if endpoint.method == "GET" else "write"
    end_of_rest = "      # The gateway's own errors have the same form"
    add_authorization(changes, endpoint, "template.yaml", "*security", end_of_rest)
    add_authorization(changes, endpoint, "template-http.yaml", f"*{read_or_write}", "\n  ApiLog:\n")
    add_to_monitoring(changes, endpoint.name, endpoint.program)
    limit_stack_name(changes)


def add_function_to_template(changes: Changes, endpoint: Endpoint, template: str, event: str) -> None:
    name, path = endpoint.name, f"'{endpoint.path}'" if endpoint.has_user else endpoint.path
    changes.insert_before(
        template,
        "  # ---- All functions\n",
        f"""  # ---- {endpoint.method} {endpoint.path}

  {name}:
    <<: *function
    Properties:
      <<: *settings
      FunctionName: !Sub ${{AWS::StackName}}-{name}
      Role: !GetAtt {name}Role.Arn
      LoggingConfig: {{LogGroup: !Ref {name}Log, ApplicationLogLevel: !Ref LogLevel}}
      DeploymentPreference: {{Alarms: [!GetAtt {name}Canary.Outputs.Alarm], Role: !GetAtt {name}Canary.Outputs.Role}}
      Events: {{Route: {{{event}, Path: {path}}}}}}}

  {name}Role:
    Type: AWS::IAM::Role
    Properties:
      <<: *role
      Policies: [{{PolicyName: {name}, PolicyDocument: {{Version: '2012-10-17', Statement: [
{statements(permissions(changes, endpoint))}        {{Effect: Allow, Action: [logs:CreateLogStream, logs:PutLogEvents], Resource: !GetAtt {name}Log.Arn}}]}}}}]

  {name}Log: {{Type: AWS::Logs::LogGroup, Properties: {{<<: *log, LogGroupName: !Sub '/aws/lambda/${{AWS::StackName}}-{name}'}}}}
  {name}Canary: {{<<: *canary, Properties: {{TemplateURL: stack/canary.yaml, Parameters: {{Version: !Ref {name}.Version}}}}}}

""",
    )


def permissions(changes: Changes, endpoint: Endpoint) -> dict[str, set[str]]:
    """Returns the actions by table: those of a function that uses the same part of the store; none if the route has no user."""
    if not endpoint.has_user:
        return {}
    module = ast.parse(changes.text("tests/support/endpoints.py"))
    (of_functions,) = (
        ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "PERMISSIONS"
    )
    for name, actions in of_functions.items():
        program = ROOT / "functions" / program_of(name) / "main.cpp"
        if f"dynamodb::Table{endpoint.capability}>" in program.read_text(encoding="utf-8"):
            return actions
    raise Refused(
        f"no function of PERMISSIONS in tests/support/endpoints.py uses Table{endpoint.capability}, so the permissions"
        " that the endpoint needs are unknown; add the endpoint by hand"
    )


def statements(allowed: dict[str, set[str]]) -> str:
    """Returns the statements of a role."""
    lines = []
    for name, actions in allowed.items():
        table, slash, index = name.partition("/")
        resource = f"!Sub '${{{table}.Arn}}/{index}'" if slash else f"!GetAtt {table}.Arn"
        text = ", ".join(sorted(actions))
        lines.append(f"        {{Effect: Allow, Action: {f'[{text}]' if len(actions) > 1 else text}, Resource: {resource}}},\n")
    return "".join(lines)


def add_authorization(changes: Changes, endpoint: Endpoint, template: str, security: str, end: str) -> None:
    """Adds the authorization of the route to the paths of the API, which end before `end`."""
    method = f"{endpoint.method.lower()}: {{security: {security}}}"
    text = changes.text(template)
    of_path = re.search(rf"^          {re.escape(endpoint.path)}:(.*)\n((?:            .*\n)*)", text, re.MULTILINE)
    if of_path is None:
        changes.insert_before(template, end, f"          {endpoint.path}: {{{method}}}\n")
    elif of_path[1]:  # in one line
        changes.insert_after(template, of_path[0][: -len("}\n")], f", {method}")
    else:
        changes.insert_after(template, of_path[0], f"            {method}\n")


def add_to_monitoring(changes: Changes, name: str, program: str) -> None:
    add_to_alarm(changes, name, program)
    text = changes.text("stack/monitoring.yaml")
    last_line = re.findall(r'^            \["\.", "\.", "\.", "\${Name}-.*\]$', text, re.MULTILINE)[-1]
    line = f'            [".", ".", ".", "${{Name}}-{name}", {{"label": "{name}"}}]'
    changes.replace("stack/monitoring.yaml", text.replace(f"{last_line}\n", f"{last_line},\n{line}\n"))
    last_log = re.findall(r"^        - !Sub /aws/lambda/.*\n", text, re.MULTILINE)[-1]
    changes.insert_after("stack/monitoring.yaml", last_log, f"        - !Sub /aws/lambda/${{Name}}-{name}\n")


def add_to_alarm(changes: Changes, name: str, program: str) -> None:
    """Adds the function to the last alarm for throttled functions, or to a new one if that has ten metrics, the maximum
    for an alarm."""
    metric = f"""        - Id: {program}
          ReturnData: false
          MetricStat:
            Metric: {{Namespace: AWS/Lambda, MetricName: Throttles, Dimensions: [{{Name: FunctionName, Value: !Sub '${{Name}}-{name}'}}]}}
            Stat: Sum
            Period: 60
"""
    alarms = re.findall(r"^  FunctionsThrottled\d*:\n(?:    .*\n)*", changes.text("stack/monitoring.yaml"), re.MULTILINE)
    if not alarms:
        raise Refused("stack/monitoring.yaml has no alarm FunctionsThrottled")
    last = alarms[-1]
    metrics = "".join(re.findall(r"^        - Id: .*\n(?:          .*\n)*", last, re.MULTILINE))
    if metrics.count("- Id: ") < 10:
        changes.insert_after("stack/monitoring.yaml", metrics, metric)
        return
    number = len(alarms) + 1
    another = re.sub(r"FunctionsThrottled\d*:", f"FunctionsThrottled{number}:", last.replace(metrics, metric))
    another = re.sub(r"-functions-throttled[-\d]*", f"-functions-throttled-{number}", another)
    changes.insert_after("stack/monitoring.yaml", last, f"\n{another}")


def limit_stack_name(changes: Changes) -> None:
    pattern, replacement = longest_stack_name(changes.text("template.yaml"))
    text = changes.text("bootstrap.yaml")
    limited, count = re.subn(pattern, replacement, text)
    if count != 1:
        raise Refused(f"bootstrap.yaml must match “{pattern}” exactly once, not {count} times")
    if limited != text:
        changes.replace("bootstrap.yaml", limited)


def longest_stack_name(template: str) -> tuple[str, str]:
    """Returns a pattern and its replacement, which set the limit of bootstrap.yaml for the functions of the template.

    A function's name has at most 64 characters: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    """
    longest = max(re.findall(r"FunctionName: !Sub \$\{AWS::StackName\}(-\w+)", template), key=len)
    return r"MaxLength: \d+ # (.*) STACK-\w+", rf"MaxLength: {64 - len(longest)} # \1 STACK{longest}"
