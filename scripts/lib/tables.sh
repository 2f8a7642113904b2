# The users table and its claims table, in DynamoDB Local or on AWS. Source it after common.sh, local.sh and aws.sh.
# shellcheck shell=bash

# table_options ARGUMENT…: parses the options that the table scripts share into table, claims_table and endpoint_url
# (empty for AWS); leaves the other arguments in arguments.
table_options() {
  local remote=false name
  table=Users claims_table='' endpoint_url='' arguments=()
  while (($#)); do
    case $1 in
      --table) table=$(option_value "$@"); shift 2 ;;
      --claims-table) claims_table=$(option_value "$@"); shift 2 ;;
      --endpoint-url) endpoint_url=$(option_value "$@"); shift 2 ;;
      -r | --remote) remote=true; shift ;;
      -h | --help) show_help ;;
      *) arguments+=("$1"); shift ;;
    esac
  done
  if [[ -z $claims_table ]]; then
    [[ $table == Users ]] && claims_table=UserClaims || claims_table=$table-claims
  fi
  for name in "$table" "$claims_table"; do
    [[ $name =~ ^[A-Za-z0-9_.-]{3,255}$ ]] || usage_error "$name is not a valid table name: 3 to 255 letters, digits, _, . or -"
  done
  [[ $table != "$claims_table" ]] || usage_error "users and claims must be in different tables, not both in $table"
  [[ $remote == false || -z $endpoint_url ]] || usage_error "--endpoint-url and --remote cannot be combined"
  [[ $remote == true ]] || endpoint_url=${endpoint_url:-http://127.0.0.1:8000}
}

# use_dynamodb ACTION: selects DynamoDB Local or AWS, as the options say; on AWS, asks for confirmation of ACTION.
use_dynamodb() {
  "$ROOT/scripts/install-deps.sh" run
  if [[ -n $endpoint_url ]]; then
    use_dynamodb_local "$endpoint_url"
  else
    use_aws
    confirm "On AWS, $1?"
  fi
}

# users_table create|populate|migrate|delete TABLE CLAIMS_TABLE …: runs tables/users_table.py; ends the script
# with its error if it fails.
users_table() {
  local error
  { error=$(run_module tables.users_table "$@" 2>&1 >&3) || die "$error"; } 3>&1
}
