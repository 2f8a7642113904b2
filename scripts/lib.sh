# The functions that the scripts in this folder share. Bash scripts source it under `set -euo pipefail`.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly ROOT

say() { printf '==> %s\n' "$*"; }

# die MESSAGE: reports an error in one line and ends the script.
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

usage_error() {
  printf '%s: %s (see --help)\n' "${0##*/}" "$*" >&2
  exit 2
}

# Prints the comment at the top of the script, which is its help, and ends the script.
show_help() {
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
  exit 0
}

# option_value --option VALUE …: prints VALUE.
option_value() {
  [[ $# -ge 2 && $2 != -* ]] || usage_error "$1 needs a value"
  printf '%s' "$2"
}

# logged LOG COMMAND…: runs COMMAND with its output in LOG. If it fails, shows the end of LOG and ends the script.
logged() {
  local log=$1
  shift
  mkdir -p "${log%/*}"
  "$@" >"$log" 2>&1 || {
    tail -n 40 "$log" >&2
    die "command failed: $* (full output: $log)"
  }
}

# build PRESET [TARGET…]: configures a preset and builds what is out of date.
build() {
  local preset=$1 lock
  shift
  # Two builds at a time in one folder would disturb each other.
  mkdir -p "$ROOT/build"
  exec {lock}>"$ROOT/build/$preset.lock"
  flock "$lock"
  say "building $preset"
  local start=$SECONDS
  cd "$ROOT" || return
  logged "build/logs/configure-$preset.log" cmake --preset "$preset"
  local command=(cmake --build --preset "$preset" ${*:+--target "$@"})
  if [[ -t 1 ]]; then
    "${command[@]}"
  else
    logged "build/logs/build-$preset.log" "${command[@]}"
  fi
  exec {lock}>&-
  say "built $preset in $((SECONDS - start)) s"
}

# build_api PRESET: builds the functions and the local API.
build_api() { build "$1" functions/all scripts/local_api/all; }

# warn_of_old_libraries native|arm64: warns of libraries for which an update exists, and says how to get it.
warn_of_old_libraries() {
  local name version remedy outdated=$ROOT/build/static-libs/$1/outdated
  [[ -e $outdated ]] || return 0
  while read -r name version remedy; do
    say "WARNING: the functions link to an older version of $name than $version: $remedy"
  done <"$outdated"
}

# Succeeds when the preset release-arm64 can be built on this system.
can_cross_build() { grep -q '^ID=debian' /etc/os-release; }

port_in_use() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Prints a free port, below the range from which the system assigns ports to clients.
free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)); port_in_use "$port"; do :; done
  printf '%s' "$port"
}

started=() # process ids

# start LOG COMMAND…: runs COMMAND in the background until stop_started, or until the script ends.
start() {
  local log=$1
  shift
  setpriv --pdeathsig TERM "$@" >"$log" 2>&1 &
  started+=("$!")
}

# wait_for_port NAME PORT LOG: waits until the process that was started last listens on PORT.
wait_for_port() {
  local name=$1 port=$2 log=$3
  for _ in {1..300}; do
    ! port_in_use "$port" || return 0
    kill -0 "${started[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$log" >&2
  die "$name did not start (log: $log)"
}

# Stops the started processes in reverse order: sends TERM, and KILL to those that still run five seconds later.
stop_started() {
  local i pid
  trap '' INT TERM HUP # a second Ctrl-C must not interrupt this
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

# use_dynamodb_local URL: makes every program that the script starts use this DynamoDB Local instead of AWS. No request
# leaves the machine, whatever account, region, endpoint or proxy the caller's environment names.
use_dynamodb_local() {
  unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CA_BUNDLE AWS_ENDPOINT_URL
  unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
  export AWS_ENDPOINT_URL_DYNAMODB=$1
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
  export no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost
}

# confirm QUESTION: ends the script unless the user enters "yes".
confirm() {
  local input=
  printf '%s [yes/no] ' "$1"
  read -r input || true
  [[ -t 0 ]] || printf '%s\n' "$input" # a terminal shows the input itself
  [[ $input == yes ]] || die 'not confirmed, nothing was done'
}

# Prints the account and the region of the caller's environment, and ends the script when it has none.
use_aws() {
  local identity
  # Lambda and most SDKs read AWS_REGION; boto3 and SAM read AWS_DEFAULT_REGION only.
  [[ -z ${AWS_REGION-} || -n ${AWS_DEFAULT_REGION-} ]] || export AWS_DEFAULT_REGION=$AWS_REGION
  identity=$("$ROOT/build/venv/bin/python" "$ROOT/scripts/aws_identity.py" 2>&1) || die "$identity"
  say "AWS: $identity"
}

# table_options ARGUMENT…: parses the options that the table scripts share into table, claims_table and endpoint_url
# (empty for AWS); leaves the others in arguments.
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
    [[ $name =~ ^[A-Za-z0-9_.-]{3,255}$ ]] || usage_error "$name is not a valid table name"
  done
  [[ $table != "$claims_table" ]] || usage_error "users and claims must be in different tables, not both in $table"
  [[ $remote == false || -z $endpoint_url ]] || usage_error "--endpoint-url and --remote cannot be combined"
  [[ $remote == true ]] || endpoint_url=${endpoint_url:-http://127.0.0.1:8000}
}

# use_dynamodb ACTION: selects the DynamoDB that table_options found; on AWS, asks the user to confirm ACTION.
use_dynamodb() {
  "$ROOT/scripts/install-deps.sh" run
  if [[ -n $endpoint_url ]]; then
    use_dynamodb_local "$endpoint_url"
  else
    use_aws
    confirm "On AWS, $1?"
  fi
}

# users_table create|populate|migrate|delete TABLE CLAIMS_TABLE …: runs users_table.py; its failure ends the script.
users_table() {
  local error
  { error=$("$ROOT/build/venv/bin/python" "$ROOT/scripts/users_table.py" "$@" 2>&1 >&3) || die "$error"; } 3>&1
}

# Prints the path of a Java of version 17 or newer: that of PATH, or else another one that is installed.
find_java() {
  local java version
  for java in "$(command -v java)" /usr/lib/jvm/*/bin/java; do
    [[ -x $java ]] || continue
    version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
    ((${version:-0} < 17)) || { printf '%s' "$java"; return; }
  done
  die 'DynamoDB Local needs Java 17 or newer, which is neither in PATH nor in /usr/lib/jvm'
}

# start_dynamodb_local PORT LOG STORAGE…: starts DynamoDB Local; STORAGE is -inMemory, or -dbPath DIR.
start_dynamodb_local() {
  local port=$1 log=$2 lib=$ROOT/build/dynamodb-local/lib java
  java=$(find_java) || exit
  shift 2
  start "$log" "$java" "-Djava.library.path=$lib" -cp "$lib/*" \
    software.amazon.dynamodb.services.local.main.ServerRunner -disableTelemetry -sharedDb -port "$port" "$@"
  wait_for_port 'DynamoDB Local' "$port" "$log"
}

# start_local_api PRESET PORT LOG OPTION…: starts the local API with the executables of the preset.
start_local_api() {
  local folder=$ROOT/build/$1 port=$2 log=$3
  shift 3
  start "$log" "$folder/scripts/local_api/local_api" --template "$ROOT/template.yaml" --build-dir "$folder" \
    --port "$port" --docs "$ROOT/build/swagger-ui" --env "AWS_ENDPOINT_URL_DYNAMODB=$AWS_ENDPOINT_URL_DYNAMODB" "$@"
  wait_for_port 'the local API' "$port" "$log"
}

# stack_options ARGUMENT…: parses the options that deploy.sh and cleanup.sh share into environment and config; leaves the
# others in arguments.
stack_options() {
  environment=default config=$ROOT/samconfig.toml arguments=()
  local named=false
  while (($#)); do
    case $1 in
      --config) config=$(option_value "$@"); shift 2 ;;
      -h | --help) show_help ;;
      -*) arguments+=("$1"); shift ;;
      *)
        [[ $named == false ]] || usage_error "takes one environment, not $environment and $1"
        environment=$1 named=true
        shift
        ;;
    esac
  done
}

# use_stack: reads the name of the stack, into stack, its region and its profile from samconfig.toml, and prints them.
use_stack() {
  if [[ ! -f $config ]]; then
    [[ $config == "$ROOT/samconfig.toml" ]] || die "$config does not exist"
    die "samconfig.toml does not exist: cp samconfig.toml.example samconfig.toml, and check its stack names and regions"
  fi
  local settings profile
  config=$(realpath -- "$config") # SAM resolves a relative path from the template's folder
  # Check the settings before installing anything, if Python is available; install-deps.sh installs it.
  [[ -x /usr/bin/python3 ]] || "$ROOT/scripts/install-deps.sh" deploy
  settings=$(/usr/bin/python3 "$ROOT/scripts/samconfig.py" "$config" "$environment" 2>&1) || die "$settings"
  "$ROOT/scripts/install-deps.sh" deploy
  mapfile -t settings <<<"$settings"
  stack=${settings[0]} AWS_DEFAULT_REGION=${settings[1]} profile=${settings[2]-}
  if [[ -n $profile ]]; then # it overrides the environment's credentials, as in SAM
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    export AWS_PROFILE=$profile
  fi
  export AWS_DEFAULT_REGION AWS_REGION=$AWS_DEFAULT_REGION SAM_CLI_TELEMETRY=0
  use_aws
  say "stack: $stack"
}

# ask_stack COMMAND …: runs a command of stack.py; its failure ends the script.
ask_stack() {
  local error
  { error=$("$ROOT/build/venv/bin/python" "$ROOT/scripts/stack.py" "$@" 2>&1 >&3) || die "$error"; } 3>&1
}

# sam COMMAND …: runs SAM with the settings of samconfig.toml.
sam() {
  "$ROOT/build/venv/bin/sam" "$1" --config-file "$config" --config-env "$environment" "${@:2}"
}
