#!/usr/bin/env bash
# Runs the static checks: ShellCheck, clang-format, the generic core (scripts/lint/check-core.sh), and clang-tidy
# (scripts/lint/clang_tidy.py), which also reports the warnings of Clang.
#
# Usage: scripts/lint.sh
#
# The script first installs missing dependencies (scripts/install-deps.sh lint). All checks run, even if one fails. The full
# output is in build/lint.
# Exit status: 0 when every check passed.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

case ${1-} in
  '') ;;
  -h | --help) show_help ;;
  *) usage_error "unknown argument $1" ;;
esac

readonly results=$ROOT/build/lint

# sources PATTERN…: prints the C++ files of the project that match, separated by null bytes.
sources() {
  local names=() pattern
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  find common examples functions scripts tests -path 'examples/*/build' -prune -o \( "${names[@]:1}" \) -print0
}

shell_scripts() { find scripts tests -name '*.sh' -print0 | xargs -0 shellcheck .ci/run; }
formatting() { sources '*.h' '*.cpp' | xargs -0 "$ROOT/build/venv/bin/clang-format" --dry-run --Werror; }
core_is_generic() { scripts/lint/check-core.sh; }
clang_tidy() {
  cmake --preset clang
  /usr/bin/python3 scripts/lint/clang_tidy.py
}

"$ROOT/scripts/install-deps.sh" lint
mkdir -p "$results"
cd "$ROOT"

failed=()
for check in shell_scripts formatting core_is_generic clang_tidy; do
  say "$check"
  ("$check") >"$results/$check.log" 2>&1 || {
    failed+=("$check")
    tail -n 100 "$results/$check.log"
  }
done

((${#failed[@]} == 0)) || die "failed: ${failed[*]} (full output: build/lint)"
say 'nothing to complain about'
