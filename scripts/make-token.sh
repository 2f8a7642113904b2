#!/usr/bin/env bash
# Creates a bearer token, signed with HS256, for an API whose functions require one (AUTH_MODE=jwt).
#
# Usage: JWT_SECRET=… scripts/make-token.sh --issuer ISSUER --audience AUDIENCE [--scope SCOPES] [--subject SUBJECT]
#
#   JWT_SECRET            environment variable: the secret of the API, at least 32 bytes
#   --issuer ISSUER       the `iss` of the token; must be the API's JWT_ISSUER
#   --audience AUDIENCE   the `aud` of the token; must be the API's JWT_AUDIENCE
#   --scope SCOPES        the scopes that the token grants (default: "users:read users:write")
#   --subject SUBJECT     the `sub` of the token, which identifies the caller (default: somebody)
#
# The token is valid for an hour.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

issuer='' audience='' scope='users:read users:write' subject=somebody
while (($#)); do
  case $1 in
    --issuer) issuer=$(option_value "$@"); shift 2 ;;
    --audience) audience=$(option_value "$@"); shift 2 ;;
    --scope) scope=$(option_value "$@"); shift 2 ;;
    --subject) subject=$(option_value "$@"); shift 2 ;;
    -h | --help) show_help ;;
    *) usage_error "unknown argument $1" ;;
  esac
done
[[ -n $issuer ]] || usage_error '--issuer is missing'
[[ -n $audience ]] || usage_error '--audience is missing'
[[ -n ${JWT_SECRET-} ]] || usage_error 'JWT_SECRET is not set'
(($(LC_ALL=C; printf %s "${#JWT_SECRET}") >= 32)) || usage_error 'JWT_SECRET must have at least 32 bytes'

export JWT_SECRET
exec /usr/bin/python3 - "$issuer" "$audience" "$scope" "$subject" <<'PYTHON'
import base64, hashlib, hmac, json, os, sys, time


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


issuer, audience, scope, subject = sys.argv[1:]
now = int(time.time())
claims = {"iss": issuer, "aud": audience, "sub": subject, "scope": scope, "iat": now, "exp": now + 3600}
text = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
print(text + "." + encoded(hmac.digest(os.environb[b"JWT_SECRET"], text.encode(), hashlib.sha256)))
PYTHON
