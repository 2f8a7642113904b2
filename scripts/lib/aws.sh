# The account of the caller. Source it after common.sh.
# shellcheck shell=bash

# Prints the account and the region of the caller's environment; ends the script if the environment lacks either.
use_aws() {
  local identity
  # Lambda and most SDKs read AWS_REGION; boto3 and SAM read AWS_DEFAULT_REGION only.
  [[ -z ${AWS_REGION-} || -n ${AWS_DEFAULT_REGION-} ]] || export AWS_DEFAULT_REGION=$AWS_REGION
  identity=$(run_module stacks.identity 2>&1) || die "$identity"
  say "AWS: $identity"
}
