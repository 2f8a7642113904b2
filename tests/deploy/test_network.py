"""The VPC of the functions; the WAF and the domain of the API."""

import pytest

from deploy.parameters import DOMAIN, DOMAIN_ONLY, VPC, WAF
from support.cloudformation import stack
from support.endpoints import FUNCTIONS, arn


def test_the_vpc_has_a_route_to_the_tables_only() -> None:
    functions = stack(**VPC)
    api = functions.nested("Network")
    endpoint = api.properties("DynamoDbEndpoint")
    (statement,) = endpoint["PolicyDocument"]["Statement"]
    group = api.properties("FunctionsSecurityGroup")

    for function in FUNCTIONS:
        # The outputs exist only once the whole nested stack exists, including the routes to DynamoDB.
        assert functions.properties(function)["VpcConfig"] == {
            "SubnetIds": {"Fn::Split": [",", {"Fn::GetAtt": ["Network", "Outputs.SubnetIds"]}]},
            "SecurityGroupIds": [{"Fn::GetAtt": ["Network", "Outputs.SecurityGroupId"]}],
        }
    assert api.outputs["SubnetIds"]["Value"] == "${SubnetA},${SubnetB}"
    assert api.outputs["SecurityGroupId"]["Value"] == {"Ref": "FunctionsSecurityGroup"}
    assert (endpoint["VpcEndpointType"], endpoint["ServiceName"]) == ("Gateway", "com.amazonaws.eu-central-1.dynamodb")
    assert endpoint["RouteTableIds"] == [{"Ref": "RouteTable"}]
    assert statement["Resource"] == [arn("UsersTable"), "${UsersTable.Arn}/index/*", arn("ClaimsTable")]
    for subnet in ("A", "B"):
        assert api.properties(f"RoutesOfSubnet{subnet}") == {
            "SubnetId": {"Ref": f"Subnet{subnet}"},
            "RouteTableId": {"Ref": "RouteTable"},
        }
    assert not api.names("AWS::EC2::Route") | api.names("AWS::EC2::InternetGateway") | api.names("AWS::EC2::NatGateway")
    assert {name: api.properties("Vpc")[name] for name in ("EnableDnsSupport", "EnableDnsHostnames")} == {
        "EnableDnsSupport": True,
        "EnableDnsHostnames": True,
    }
    assert [api.properties(f"Subnet{subnet}") for subnet in "AB"] == [
        {
            "VpcId": {"Ref": "Vpc"},
            "CidrBlock": block,
            "AvailabilityZone": {"Fn::Select": [zone, {"Fn::GetAZs": ""}]},
        }
        for zone, block in enumerate(("10.0.0.0/25", "10.0.0.128/25"))
    ]
    assert "SecurityGroupIngress" not in group
    assert [(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [
        ("tcp", 443, 443)
    ]


def test_the_waf_protects_the_stage_and_allows_large_bodies() -> None:
    api = stack(**WAF, WafRateLimit="300").nested("Waf")
    (rate, *managed) = api.properties("WebAcl")["Rules"]
    groups = {
        rule["Statement"]["ManagedRuleGroupStatement"]["Name"]: rule["Statement"]["ManagedRuleGroupStatement"]
        for rule in managed
    }

    assert rate["Action"] == {"Block": {}}
    assert rate["Statement"] == {"RateBasedStatement": {"Limit": "300", "AggregateKeyType": "IP"}}
    assert api.properties("Association") == {
        "WebACLArn": {"Fn::GetAtt": ["WebAcl", "Arn"]},
        "ResourceArn": "arn:aws:apigateway:eu-central-1::/restapis/${Api}/stages/${ApiProdStage}",
    }
    assert set(groups) == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesCommonRuleSet",
    }
    # Any value other than None would only count the requests that the groups block.
    assert [rule["OverrideAction"] for rule in managed] == [{"None": {}}] * len(groups)
    # The group blocks bodies larger than 8 KB; the contract allows 16 KiB.
    assert groups["AWSManagedRulesCommonRuleSet"]["RuleActionOverrides"] == [
        {"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}
    ]


def test_the_log_of_the_waf_redacts_queries_and_credentials() -> None:
    api = stack(**WAF).nested("Waf")
    logging = api.properties("Logging")

    assert api.properties("Log")["LogGroupName"].startswith("aws-waf-logs-")
    assert logging["LogDestinationConfigs"] == ["arn:aws:logs:eu-central-1:123456789012:log-group:${Log}"]
    assert logging["RedactedFields"] == [
        {"QueryString": {}},
        {"SingleHeader": {"Name": "authorization"}},
        {"SingleHeader": {"Name": "x-api-key"}},
    ]


def test_the_domain_has_a_certificate_a_dns_record_and_the_stage() -> None:
    root = stack(**DOMAIN)
    api = root.nested("CustomDomain")
    record = api.properties("DnsRecord")

    assert api.properties("Certificate")["DomainValidationOptions"] == [
        {"DomainName": "api.example.com", "HostedZoneId": "Z0123456789"}
    ]
    assert api.properties("Domain")["DomainNameConfigurations"] == [
        {"CertificateArn": {"Ref": "Certificate"}, "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2"}
    ]
    assert api.properties("Mapping") == {
        "DomainName": {"Ref": "Domain"},
        "ApiId": {"Ref": "Api"},
        "Stage": {"Ref": "ApiProdStage"},
    }
    assert (record["Name"], record["Type"], record["HostedZoneId"]) == ("api.example.com", "A", "Z0123456789")
    assert record["AliasTarget"] == {
        "DNSName": {"Fn::GetAtt": ["Domain", "RegionalDomainName"]},
        "HostedZoneId": {"Fn::GetAtt": ["Domain", "RegionalHostedZoneId"]},
    }
    assert root.outputs["ApiUrl"]["Value"] == "https://api.example.com"


@pytest.mark.parametrize(("parameters", "disabled"), [({}, False), (DOMAIN, False), (DOMAIN_ONLY, True)])
def test_only_domain_only_disables_the_name_that_api_gateway_assigns(
    parameters: dict[str, str], disabled: bool
) -> None:
    # CloudFormation updates the API before the domain is ready: an update that sets both would leave no working name meanwhile.
    endpoint = stack(**parameters).properties("Api")["Body"]["x-amazon-apigateway-endpoint-configuration"]

    assert endpoint["disableExecuteApiEndpoint"] is disabled
