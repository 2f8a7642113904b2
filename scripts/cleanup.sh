#!/usr/bin/env bash
# Removes a deployed stack from AWS, and what SAM uploaded for it. It lists what goes and asks first.
#
# Usage: scripts/cleanup.sh [ENVIRONMENT] [--with-data] [--config FILE]
#
#   ENVIRONMENT     which of those in samconfig.toml (default: default)
#   --with-data     the tables and all users too; without it nothing is done that would lose them
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
# of_kind goes|stays: the resources of the stack that do, each as "TYPE NAME".
of_kind() { awk -v fate="$1" '$1 == fate { print $2, $3 }' <<<"$resources"; }
names_of_tables() { awk '$1 == "AWS::DynamoDB::Table" { print $2 }'; }
mapfile -t lost_tables < <(of_kind goes | names_of_tables)
mapfile -t kept_tables < <(of_kind stays | names_of_tables)

say "these go:"
of_kind goes | sed 's/^/    /'
say "these stay:"
of_kind stays | sed 's/^/    /'
if [[ $with_data == true ]]; then
  tables=("${lost_tables[@]}" "${kept_tables[@]}")
  say "and every user goes, with ${tables[*]}"
elif ((${#lost_tables[@]})); then
  die "the users would be lost with ${lost_tables[*]}: deploy with KeepTable=true first, or agree to it with --with-data"
fi
if [[ $with_data == false ]] && ((${#kept_tables[@]})); then
  say "while they are there, no stack can make tables of these names: docs/operations.md (Take a stack away) tells the ways out"
fi
confirm "Remove the stack $stack?"

sam delete --no-prompts || die "the stack $stack is not removed"
if [[ $with_data == true ]]; then
  for table in "${kept_tables[@]}"; do
    say "deleting the table $table"
    ask_stack drop "$table"
  done
fi
say "the stack $stack is gone"
