#!/usr/bin/env bash
# Deletes a deployed stack from AWS, and the files that SAM uploaded for it. It lists the resources and asks for
# confirmation first.
#
# Usage: scripts/cleanup.sh [ENVIRONMENT] [--with-data] [--config FILE]
#
#   ENVIRONMENT     the environment in samconfig.toml (default: default)
#   --with-data     also delete the tables, with all users; without it, the script deletes no users
#   --config FILE   use this file instead of samconfig.toml
#
# The script never deletes backups, nor SAM's bucket, which other stacks of the account may use.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/aws.sh"
. "$(dirname "$0")/lib/stack.sh"

stack_options "$@"
case ${arguments[*]} in
  '') with_data=false ;;
  --with-data) with_data=true ;;
  *) usage_error "unknown arguments ${arguments[*]}" ;;
esac
use_stack

resources=$(ask_stack resources "$stack")
# list_resources deleted|kept: prints the resources that are deleted with the stack, or kept, each as "TYPE NAME".
list_resources() { awk -v fate="$1" '$1 == fate { print $2, $3 }' <<<"$resources"; }
names_of_tables() { awk '$1 == "AWS::DynamoDB::Table" { print $2 }'; }
mapfile -t deleted_tables < <(list_resources deleted | names_of_tables)
mapfile -t kept_tables < <(list_resources kept | names_of_tables)

say "to be deleted with the stack:"
list_resources deleted | sed 's/^/    /'
say "to be kept:"
list_resources kept | sed 's/^/    /'
if [[ $with_data == true ]]; then
  tables=("${deleted_tables[@]}" "${kept_tables[@]}")
  say "to be deleted as well: the tables ${tables[*]} with every user"
elif ((${#deleted_tables[@]})); then
  die "this would delete the users in ${deleted_tables[*]}: to keep them, deploy with KeepTable=true first;" \
    "to delete them, add --with-data"
fi
if [[ $with_data == false ]] && ((${#kept_tables[@]})); then
  say "no stack can create tables with these names while they exist; see docs/operations.md"
fi
confirm "Delete the stack $stack?"

sam delete --no-prompts || die "the stack $stack was not deleted"
if [[ $with_data == true ]]; then
  for table in "${kept_tables[@]}"; do
    say "deleting the table $table"
    ask_stack drop "$table"
  done
fi
say "the stack $stack is deleted"
