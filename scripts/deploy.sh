#!/usr/bin/env bash
# Builds the users API, deploys it to AWS, prints its URL, and tests it with scripts/test-api.sh.
#
# Usage: scripts/deploy.sh [ENVIRONMENT] [--yes] [--config FILE]
#
#   ENVIRONMENT     the environment in samconfig.toml (default: default)
#   --yes           deploy without asking for confirmation of the changes, whatever samconfig.toml says
#   --config FILE   use this file instead of samconfig.toml
#
# The script takes the region from samconfig.toml, and your AWS credentials from the profile that samconfig.toml names;
# without one, it finds them as the AWS SDKs do. It installs missing tools (scripts/install-deps.sh deploy), and builds
# for the Architecture of the stack; arm64 requires Debian.
#
# With KeepTable=true, the script also turns on the deletion protection of the tables. It turns the protection off only
# when KeepTable changes from true to false.
#
# The test deletes the users that it creates. With Authorization=AWS_IAM, it signs requests with your credentials, which
# must allow execute-api:Invoke. If the API requires an API key, the script looks the key up. If the API requires a
# bearer token, set TOKEN in the environment, as for test-api.sh.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/build.sh"
. "$(dirname "$0")/lib/aws.sh"
. "$(dirname "$0")/lib/stack.sh"

stack_options "$@"
ask=()
case ${arguments[*]} in
  '') ;;
  --yes) ask=(--no-confirm-changeset) ;;
  *) usage_error "unknown arguments ${arguments[*]}" ;;
esac
use_stack

cd "$ROOT"
ask_stack known_parameters "$config" "$environment"
ask_stack deployable "$stack"

export PRESET=release
libraries=native
if [[ $(ask_stack architecture "$config" "$environment" "$stack") == arm64 ]]; then
  "$ROOT/scripts/install-deps.sh" arm64
  PRESET=release-arm64 libraries=arm64
fi
warn_of_libraries "$libraries"
say "building the functions with the preset $PRESET (build/logs/sam-build.log)"
logged "$ROOT/build/logs/sam-build.log" sam build

say "deploying the stack $stack"
kept_before=$(ask_stack keeps_tables "$stack")
event_before=$(ask_stack last_event "$stack")
sam deploy "${ask[@]}" || {
  ask_stack deployable "$stack" # names the cause if the next deployment would be refused
  cause=$(ask_stack failure "$stack" "$event_before")
  die "the stack $stack was not deployed$cause"
}
# The template does not set the protection: CloudFormation could not roll back the creation of protected tables.
ask_stack protect "$stack" "$kept_before"

url=$(ask_stack output "$stack" ApiUrl)
say "API URL: $url"
authorization=$(ask_stack parameter "$stack" Authorization)
mode=$(ask_stack parameter "$stack" AuthMode)
key=$(ask_stack parameter "$stack" RequireApiKey)
ORIGIN=$(ask_stack parameter "$stack" AllowedOrigin)
[[ $ORIGIN != '*' ]] || ORIGIN=
export ORIGIN
test_arguments=("$url")
unset API_KEY
if [[ $key == true ]]; then
  API_KEY=$(ask_stack api_key "$stack")
  export API_KEY
fi
if [[ $authorization == COGNITO || $authorization == JWT || $mode == jwt ]]; then
  if [[ -z ${TOKEN-} ]]; then
    say "NOT TESTED: the API requires a bearer token, and TOKEN is not set; set it and run" \
      "${ORIGIN:+ORIGIN=$ORIGIN }scripts/test-api.sh $url"
    exit
  fi
else
  unset TOKEN # this API takes no token; do not send it one for another API
fi
if [[ $authorization == AWS_IAM ]]; then
  credentials=$(ask_stack credentials)
  mapfile -t credentials <<<"$credentials"
  export AWS_ACCESS_KEY_ID=${credentials[0]} AWS_SECRET_ACCESS_KEY=${credentials[1]} AWS_SESSION_TOKEN=${credentials[2]-}
  test_arguments+=(--sign "$AWS_REGION")
fi
"$ROOT/scripts/test-api.sh" "${test_arguments[@]}"
