"""Sets of parameters of the template, by purpose."""

import pytest

from support.endpoints import FUNCTIONS

POOL = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_A1b2C3d4E"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/0b7a3c55-93b3-4b0e-8c3e-0d9d3a6f1e77"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:operators"

JWT = {"AuthMode": "jwt", "JwtIssuer": "https://issuer.example/", "JwtAudience": "users"}
JWKS = {**JWT, "JwksUrl": "https://issuer.example/.well-known/jwks.json"}
SECRET = {
    **JWT,
    "JwtAlgorithms": "HS256",
    "JwtSecretId": "users/jwt",
    "JwtSecretVersion": "0b7a3c55-93b3-4b0e-8c3e-0d9d3a6f1e77",
}

IAM = {"Authorization": "AWS_IAM"}
COGNITO = {"Authorization": "COGNITO", "UserPoolArn": POOL}
API_KEY = {"RequireApiKey": "true"}
DOMAIN = {"DomainName": "api.example.com", "HostedZoneId": "Z0123456789"}
VPC = {"UseVpc": "true"}
WAF = {"UseWaf": "true"}
BACKUP = {"UseBackup": "true"}
CANARY = {"CanaryDeployment": "true"}
ENCRYPTION = {"EncryptionKeyArn": KEY}

#: Each set of parameters with the resources that it adds.
ADDED = [
    (IAM, set()),
    (COGNITO, set()),
    (JWKS, set()),
    (SECRET, set()),
    ({"Architecture": "arm64"}, set()),
    (ENCRYPTION, set()),
    (API_KEY, {"ApiKey", "UsagePlan", "UsagePlanKey"}),
    (DOMAIN, {"Certificate", "DnsRecord", "Domain", "DomainMapping"}),
    (WAF, {"WafLog", "WafLogging", "WebAcl", "WebAclAssociation"}),
    (BACKUP, {"BackupPlan", "BackupRole", "BackupSelection", "BackupVault"}),
    (CANARY, {"CanaryRole", "ServerlessDeploymentApplication", *(f"{name}DeploymentGroup" for name in FUNCTIONS)}),
    (
        VPC,
        {"DynamoDbEndpoint", "FunctionsSecurityGroup", "RouteTable", "RoutesOfSubnetA", "RoutesOfSubnetB", "SubnetA",
         "SubnetB", "Vpc"},
    ),
]  # fmt: skip
each_set = pytest.mark.parametrize("parameters", [parameters for parameters, _ in ADDED], ids=lambda one: " ".join(one))
