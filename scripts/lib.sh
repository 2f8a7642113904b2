# What the scripts of this folder share. To be sourced by them, from bash, under `set -euo pipefail`.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly ROOT

say() { printf '==> %s\n' "$*"; }

# The script's one line about what is wrong, and its end.
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

usage_error() {
  printf '%s: %s (--help tells more)\n' "${0##*/}" "$*" >&2
  exit 2
}

# The comment at the top of the script is its help.
show_help() {
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
  exit 0
}

# option_value --option VALUE …: prints VALUE.
option_value() {
  [[ $# -ge 2 && $2 != -* ]] || usage_error "$1 needs a value"
  printf '%s' "$2"
}

# logged LOG COMMAND…: runs it with its output in LOG; a failure shows the end of LOG and ends the script.
logged() {
  local log=$1
  shift
  mkdir -p "${log%/*}"
  "$@" >"$log" 2>&1 || {
    tail -n 40 "$log" >&2
    die "this failed: $* (its whole output: $log)"
  }
}

# build PRESET [TARGET…]: configures and builds; what is up to date stays as it is.
build() {
  local preset=$1
  shift
  say "building $preset"
  cd "$ROOT" || return
  logged "build/logs/configure-$preset.log" cmake --preset "$preset"
  local command=(cmake --build --preset "$preset" ${*:+--target "$@"})
  if [[ -t 1 ]]; then
    "${command[@]}"
  else
    logged "build/logs/build-$preset.log" "${command[@]}"
  fi
}

# What runs locally: the functions, and the program that stands in for API Gateway.
build_release() { build release functions/all scripts/local_api/all; }

# warn_of_old_libraries native|arm64: says which fixes the functions lack, and what would bring them.
warn_of_old_libraries() {
  local name version remedy outdated=$ROOT/build/static-libs/$1/outdated
  [[ -e $outdated ]] || return 0
  while read -r name version remedy; do
    say "WARNING: the functions get an older $name than $version: $remedy"
  done <"$outdated"
}

# Whether the release-arm64 preset builds here.
can_cross_build() { grep -q '^ID=debian' /etc/os-release; }

port_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port that nobody listens on, below those that the system gives to clients.
free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)); port_in_use "$port"; do :; done
  printf '%s' "$port"
}

started=() # process ids

# start LOG COMMAND…: runs it beside the script until stop_started; it never outlives the script.
start() {
  local log=$1
  shift
  setpriv --pdeathsig TERM "$@" >"$log" 2>&1 &
  started+=("$!")
}

# Waits until the process that was started last listens on a port.
wait_for_port() {
  local name=$1 port=$2 log=$3
  for _ in {1..300}; do
    ! port_in_use "$port" || return 0
    kill -0 "${started[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$log" >&2
  die "$name did not start (its log: $log)"
}

# Ends what was started, the last first: TERM, and KILL for what is still there five seconds later.
stop_started() {
  local i pid
  trap '' INT TERM HUP # a second Ctrl-C must not leave half of them behind
  for ((i = ${#started[@]} - 1; i >= 0; i--)); do
    pid=${started[i]}
    kill "$pid" 2>/dev/null || continue
    for _ in {1..50}; do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
  done
  started=()
}

# use_dynamodb_local URL: from here on AWS means this DynamoDB Local, for every program started: whatever
# account, region, endpoint or proxy the caller's environment names, nothing leaves the machine.
use_dynamodb_local() {
  unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CA_BUNDLE AWS_ENDPOINT_URL
  unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
  export AWS_ENDPOINT_URL_DYNAMODB=$1
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
  export no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost
}

# confirm QUESTION: ends the script unless the answer is "yes"; no answer is none.
confirm() {
  local answer=
  printf '%s [yes/no] ' "$1"
  read -r answer || true
  [[ -t 0 ]] || printf '%s\n' "$answer" # which no terminal has shown
  [[ $answer == yes ]] || die 'not confirmed, nothing was done'
}

# Says which account and region the caller's environment means, and ends the script when it means none.
use_aws() {
  local identity
  # Lambda and most SDKs know the first name, boto3 and SAM only the second.
  [[ -z ${AWS_REGION-} || -n ${AWS_DEFAULT_REGION-} ]] || export AWS_DEFAULT_REGION=$AWS_REGION
  identity=$("$ROOT/build/venv/bin/python" "$ROOT/scripts/aws_identity.py" 2>&1) || die "$identity"
  say "AWS: $identity"
}

# table_options ARGUMENT…: what the scripts for tables share, in table, claims_table and endpoint_url (empty is AWS); the
# rest in arguments.
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
    [[ $name =~ ^[A-Za-z0-9_.-]{3,255}$ ]] || usage_error "$name is no name for a table"
  done
  [[ $table != "$claims_table" ]] || usage_error "users and their claims are in two tables, not both in $table"
  [[ $remote == false || -z $endpoint_url ]] || usage_error "either --endpoint-url or --remote"
  [[ $remote == true ]] || endpoint_url=${endpoint_url:-http://127.0.0.1:8000}
}

# use_dynamodb ACTION: from here on DynamoDB is where table_options found it; on AWS only if the user agrees to ACTION.
use_dynamodb() {
  "$ROOT/scripts/install-deps.sh" run
  if [[ -n $endpoint_url ]]; then
    use_dynamodb_local "$endpoint_url"
  else
    use_aws
    confirm "On AWS, $1?"
  fi
}

# users_table create|populate|migrate|delete TABLE CLAIMS_TABLE …: progress is for the reader, the one line on what failed is the script's.
users_table() {
  local error
  { error=$("$ROOT/build/venv/bin/python" "$ROOT/scripts/users_table.py" "$@" 2>&1 >&3) || die "$error"; } 3>&1
}

# start_dynamodb_local PORT LOG STORAGE…: STORAGE is -inMemory, or -dbPath DIR.
start_dynamodb_local() {
  local port=$1 log=$2 lib=$ROOT/build/dynamodb-local/lib java
  java=$(echo /usr/lib/jvm/java-17-openjdk-*/bin/java)
  shift 2
  start "$log" "$java" "-Djava.library.path=$lib" -cp "$lib/*" \
    software.amazon.dynamodb.services.local.main.ServerRunner -disableTelemetry -sharedDb -port "$port" "$@"
  wait_for_port 'DynamoDB Local' "$port" "$log"
}

# start_local_api PORT LOG OPTION…: the release binaries behind the local API; local_api may name another build of it.
start_local_api() {
  local port=$1 log=$2
  shift 2
  start "$log" "${local_api-$ROOT/build/release/scripts/local_api/local_api}" --template "$ROOT/template.yaml" \
    --build-dir "$ROOT/build/release" --port "$port" --docs "$ROOT/build/swagger-ui" \
    --env "AWS_ENDPOINT_URL_DYNAMODB=$AWS_ENDPOINT_URL_DYNAMODB" "$@"
  wait_for_port 'the local API' "$port" "$log"
}

# stack_options ARGUMENT…: what deploy.sh and cleanup.sh share, in environment and config; the rest in arguments.
stack_options() {
  environment=default config=$ROOT/samconfig.toml arguments=()
  local named=false
  while (($#)); do
    case $1 in
      --config) config=$(option_value "$@"); shift 2 ;;
      -h | --help) show_help ;;
      -*) arguments+=("$1"); shift ;;
      *)
        [[ $named == false ]] || usage_error "one environment, not $environment and $1"
        environment=$1 named=true
        shift
        ;;
    esac
  done
}

# use_stack: finds the name of the stack, in stack, and its region, and whose account it is in.
use_stack() {
  if [[ ! -f $config ]]; then
    [[ $config == "$ROOT/samconfig.toml" ]] || die "there is no file $config"
    die "no samconfig.toml: cp samconfig.toml.example samconfig.toml, and look at its stack names and regions"
  fi
  local settings profile
  config=$(realpath -- "$config") # as SAM takes it from the template's folder
  # Before anything is installed, where Python is there; it is one of the first things that are.
  [[ -x /usr/bin/python3 ]] || "$ROOT/scripts/install-deps.sh" deploy
  settings=$(/usr/bin/python3 "$ROOT/scripts/samconfig.py" "$config" "$environment" 2>&1) || die "$settings"
  "$ROOT/scripts/install-deps.sh" deploy
  mapfile -t settings <<<"$settings"
  stack=${settings[0]} AWS_DEFAULT_REGION=${settings[1]} profile=${settings[2]-}
  if [[ -n $profile ]]; then # to SAM it comes before the environment's credentials, so here as well
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    export AWS_PROFILE=$profile
  fi
  export AWS_DEFAULT_REGION AWS_REGION=$AWS_DEFAULT_REGION SAM_CLI_TELEMETRY=0
  use_aws
  say "the stack: $stack"
}

# ask_stack QUESTION …: one of the functions of stack.py; what fails there ends the script.
ask_stack() {
  local error
  { error=$("$ROOT/build/venv/bin/python" "$ROOT/scripts/stack.py" "$@" 2>&1 >&3) || die "$error"; } 3>&1
}

# sam COMMAND …: with the settings of samconfig.toml.
sam() {
  "$ROOT/build/venv/bin/sam" "$1" --config-file "$config" --config-env "$environment" "${@:2}"
}
