# The stack that samconfig.toml describes. Source it after common.sh and aws.sh.
# shellcheck shell=bash

# stack_options ARGUMENT…: parses the options that deploy.sh and cleanup.sh share, into environment and config; leaves the
# other arguments in arguments.
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

# use_stack: reads the name of the stack (into stack), its region and its profile from samconfig.toml. Selects the region
# and the profile in the environment; prints the account, the region and the stack.
use_stack() {
  if [[ ! -f $config ]]; then
    [[ $config == "$ROOT/samconfig.toml" ]] || die "$config does not exist"
    die "samconfig.toml does not exist: copy samconfig.toml.example to samconfig.toml, and check the stack names and regions in it"
  fi
  local settings profile
  config=$(realpath -- "$config") # SAM resolves a relative path from the template's folder
  # Check the settings before installing anything, if Python is available; install-deps.sh installs it.
  [[ -x /usr/bin/python3 ]] || "$ROOT/scripts/install-deps.sh" deploy
  settings=$(PYTHONPATH=$ROOT/scripts /usr/bin/python3 -m stacks.samconfig "$config" "$environment" 2>&1) || die "$settings"
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

# ask_stack COMMAND …: runs a command of stacks/stack.py; ends the script with its error if it fails.
ask_stack() {
  local error
  { error=$(run_module stacks.stack "$@" 2>&1 >&3) || die "$error"; } 3>&1
}

# sam COMMAND …: runs SAM with the settings of samconfig.toml.
sam() {
  "$ROOT/build/venv/bin/sam" "$1" --config-file "$config" --config-env "$environment" "${@:2}"
}
