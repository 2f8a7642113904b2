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
DOMAIN_ONLY = {**DOMAIN, "DomainOnly": "true"}
VPC = {"UseVpc": "true"}
WAF = {"UseWaf": "true"}
BACKUP = {"UseBackup": "true"}
CANARY = {"CanaryDeployment": "true"}
ENCRYPTION = {"EncryptionKeyArn": KEY}

#: Each set of parameters with the resources that it adds; a name with a dot is in the nested stack before the dot.
ADDED = [
    (IAM, set()),
    (COGNITO, set()),
    (JWKS, set()),
    (SECRET, set()),
    ({"Architecture": "arm64"}, set()),
    (ENCRYPTION, set()),
    (API_KEY, {"ClientKey", "ClientKey.Key", "ClientKey.UsagePlan", "ClientKey.UsagePlanKey"}),
    (DOMAIN, {"CustomDomain", "CustomDomain.Certificate", "CustomDomain.DnsRecord", "CustomDomain.Domain", "CustomDomain.Mapping"}),
    (WAF, {"Waf", "Waf.Association", "Waf.Log", "Waf.Logging", "Waf.WebAcl"}),
    (BACKUP, {"Backup", "Backup.Plan", "Backup.Role", "Backup.Selection", "Backup.Vault"}),
    (
        CANARY,
        {"ServerlessDeploymentApplication"}.union(*(
            {f"{name}{part}" for part in ("DeploymentGroup", "Canary", "Canary.Failing", "Canary.Role")}
            for name in FUNCTIONS
        )),
    ),
    (
        VPC,
        {"Network", "Network.DynamoDbEndpoint", "Network.FunctionsSecurityGroup", "Network.RouteTable", "Network.RoutesOfSubnetA",
         "Network.RoutesOfSubnetB", "Network.SubnetA", "Network.SubnetB", "Network.Vpc"},
    ),
]  # fmt: skip
#: Nearly all parameters at once.
MOST = {
    **COGNITO, **ENCRYPTION, **API_KEY, **DOMAIN, **WAF, **BACKUP, **CANARY, **VPC, "AlarmTopicArn": TOPIC,
}  # fmt: skip

#: The authorizer of an HTTP API.
NATIVE_JWT = {"Authorization": "JWT", "JwtIssuer": "https://issuer.example/", "JwtAudience": "users"}
#: The sets for template-http.yaml, which lacks API keys, WAF and Cognito's own authorizer.
HTTP_SETS = [
    NATIVE_JWT, *(parameters for parameters, _ in ADDED if parameters not in (COGNITO, API_KEY, WAF)),
]  # fmt: skip
HTTP_MOST = {
    **NATIVE_JWT, **ENCRYPTION, **DOMAIN, **BACKUP, **CANARY, **VPC, "AlarmTopicArn": TOPIC,
}  # fmt: skip
each_set = pytest.mark.parametrize("parameters", [parameters for parameters, _ in ADDED], ids=lambda one: " ".join(one))
