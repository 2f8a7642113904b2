# Ports, and processes in the background. Source it after common.sh.
# shellcheck shell=bash

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
