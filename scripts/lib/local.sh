# The local API and DynamoDB Local. Source it after common.sh and processes.sh.
# shellcheck shell=bash

# use_dynamodb_local URL: makes every program that the script starts use this DynamoDB Local instead of AWS. No request
# leaves the machine, whatever account, region or endpoint the caller's environment names.
use_dynamodb_local() {
  unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CA_BUNDLE AWS_ENDPOINT_URL
  unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
  export AWS_ENDPOINT_URL_DYNAMODB=$1
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
}

# Prints the path of a Java of version 17 or newer: the one in PATH, or else one in /usr/lib/jvm.
find_java() {
  local java version
  for java in "$(command -v java)" /usr/lib/jvm/*/bin/java; do
    [[ -x $java ]] || continue
    version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
    ((${version:-0} < 17)) || { printf '%s' "$java"; return; }
  done
  die 'DynamoDB Local needs Java 17 or newer, which is neither in PATH nor in /usr/lib/jvm: apt-get install default-jre-headless'
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
