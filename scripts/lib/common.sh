# A known environment, and functions for messages and arguments. Every script in scripts/ sources it first, under
# `set -euo pipefail`.
# shellcheck shell=bash

# Settings of the caller for other programs must not change what the scripts do. Proxies, mirrors and credentials stay.
unset LANGUAGE CDPATH CC CXX CPP CFLAGS CXXFLAGS CPPFLAGS LDFLAGS DESTDIR MAKEFLAGS PYTHONHOME PYTHONPATH VIRTUAL_ENV
unset CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH LIBRARY_PATH PYTEST_ADDOPTS "${!GTEST_@}"
# Git sets these for its hooks, and then every command of git, in any folder, would work on that repository.
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_COMMON_DIR GIT_NAMESPACE GIT_PREFIX
unset PIP_PREFIX PIP_TARGET PIP_USER PIP_REQUIRE_VIRTUALENV
unset CMAKE_BUILD_TYPE CMAKE_GENERATOR CMAKE_INSTALL_PREFIX CMAKE_PREFIX_PATH CMAKE_TOOLCHAIN_FILE
unset BOOST_ROOT Boost_ROOT Boost_DIR
export LC_ALL=C.UTF-8
umask 022
export no_proxy=${no_proxy:+$no_proxy,}127.0.0.1,localhost NO_PROXY=${NO_PROXY:+$NO_PROXY,}127.0.0.1,localhost

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
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

# confirm QUESTION: ends the script unless the user enters "yes".
confirm() {
  local input=
  printf '%s [yes/no] ' "$1"
  read -r input || true
  [[ -t 0 ]] || printf '%s\n' "$input" # a terminal shows the input itself
  [[ $input == yes ]] || die 'not confirmed: nothing was done'
}

# run_module MODULE ARGUMENT…: runs a Python module in scripts/ with the installed packages.
run_module() { PYTHONPATH=$ROOT/scripts "$ROOT/build/venv/bin/python" -m "$@"; }
