#!/usr/bin/env bash
# Builds the users API, deploys it to AWS, prints its URL, and tries it out with scripts/test-api.sh.
#
# Usage: scripts/deploy.sh [ENVIRONMENT] [--yes] [--config FILE]
#
#   ENVIRONMENT     which of those in samconfig.toml (default: default)
#   --yes           do not show the changes and ask first, whatever samconfig.toml says
#   --config FILE   another file than samconfig.toml
#
# It takes your AWS credentials as every SDK does, unless samconfig.toml names a profile; the region from samconfig.toml;
# and installs the tools that are missing (scripts/install-deps.sh deploy). The functions are built for the stack's
# Architecture: for arm64, on Debian 12. The users that the trial makes it removes. With Authorization=AWS_IAM it signs
# with your credentials, which must be allowed execute-api:Invoke; the stack's API key it looks up; where a bearer token is asked
# for, it takes TOKEN from the environment, as test-api.sh does.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

stack_options "$@"
ask=()
case ${arguments[*]} in
  '') ;;
  --yes) ask=(--no-confirm-changeset) ;;
  *) usage_error "unknown arguments ${arguments[*]}" ;;
esac
use_stack

cd "$ROOT"
export PRESET=release
libraries=native
if [[ $(ask_stack architecture "$config" "$environment" "$stack") == arm64 ]]; then
  "$ROOT/scripts/install-deps.sh" arm64
  PRESET=release-arm64 libraries=arm64
fi
warn_of_old_libraries "$libraries"
say "building the functions with the preset $PRESET (build/logs/sam-build.log)"
logged "$ROOT/build/logs/sam-build.log" sam build

say "deploying the stack $stack"
sam deploy "${ask[@]}" || die "the stack $stack is not deployed"

url=$(ask_stack output "$stack" ApiUrl)
say "the API is at $url"
authorization=$(ask_stack parameter "$stack" Authorization)
mode=$(ask_stack parameter "$stack" AuthMode)
key=$(ask_stack parameter "$stack" RequireApiKey)
trial=("$url")
unset API_KEY
if [[ $key == true ]]; then
  API_KEY=$(ask_stack api_key "$stack")
  export API_KEY
fi
if [[ $authorization == COGNITO || $mode == jwt ]]; then
  if [[ -z ${TOKEN-} ]]; then
    say "NOT TRIED OUT: it asks for a bearer token, and TOKEN is not set; with one: scripts/test-api.sh $url"
    exit
  fi
else
  unset TOKEN # it is for another API
fi
if [[ $authorization == AWS_IAM ]]; then
  credentials=$(ask_stack credentials)
  mapfile -t credentials <<<"$credentials"
  export AWS_ACCESS_KEY_ID=${credentials[0]} AWS_SECRET_ACCESS_KEY=${credentials[1]} AWS_SESSION_TOKEN=${credentials[2]-}
  trial+=(--sign "$AWS_REGION")
fi
"$ROOT/scripts/test-api.sh" "${trial[@]}"
