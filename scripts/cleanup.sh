#!/usr/bin/env bash
# Removes a deployed stack from AWS, and what SAM uploaded for it. It lists what goes and asks first.
#
# Usage: scripts/cleanup.sh [ENVIRONMENT] [--with-data] [--config FILE]
#
#   ENVIRONMENT     which of those in samconfig.toml (default: default)
#   --with-data     the table and all users too; without it nothing is done that would lose them
#   --config FILE   another file than samconfig.toml
#
# Backups outlive it in any case, and so does SAM's own bucket, which other stacks of the account may use.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

stack_options "$@"
case ${arguments[*]} in
  '') with_data=false ;;
  --with-data) with_data=true ;;
  *) usage_error "unknown arguments ${arguments[*]}" ;;
esac
use_stack

resources=$(ask_stack resources "$stack")
# of_kind goes|stays [TYPE]: the resources of the stack that do, each as "TYPE NAME".
of_kind() { awk -v fate="$1" -v type="${2-}" '$1 == fate && (!type || $2 == type) { print $2, $3 }' <<<"$resources"; }
lost_table=$(of_kind goes AWS::DynamoDB::Table)
kept_table=$(of_kind stays AWS::DynamoDB::Table)

say "these go:"
of_kind goes | sed 's/^/    /'
say "these stay:"
of_kind stays | sed 's/^/    /'
if [[ $with_data == true ]]; then
  say "and every user goes: ${lost_table:-$kept_table}"
elif [[ -n $lost_table ]]; then
  die "the users would be lost with ${lost_table#* }: deploy with KeepTable=true first, or agree to it with --with-data"
fi
confirm "Remove the stack $stack?"

sam delete --no-prompts || die "the stack $stack is not removed"
if [[ $with_data == true && -n $kept_table ]]; then
  say "deleting the table ${kept_table#* }"
  ask_stack drop "${kept_table#* }"
fi
say "the stack $stack is gone"
