#!/usr/bin/env bash
# Checks what no test does: ShellCheck, clang-format, the build with Clang, clang-tidy.
#
# Usage: scripts/lint.sh
#
# It installs what is missing (scripts/install-deps.sh ci). Every check runs, whatever the others say; whole
# output: build/lint. Exit status: 0 when none of them has anything to say.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

case ${1-} in
  '') ;;
  -h | --help) show_help ;;
  *) usage_error "unknown argument $1" ;;
esac

readonly results=$ROOT/build/lint

# sources PATTERN…: the project's own files with such names.
sources() {
  local names=() pattern
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  find common functions scripts tests \( "${names[@]:1}" \) -print0
}

shell_scripts() { shellcheck scripts/*.sh scripts/migrate tests/support/*.sh tests/fuzz/*.sh .ci/run; }
formatting() { sources '*.h' '*.cpp' | xargs -0 clang-format-14 --dry-run --Werror; }
clang_build() { build clang; }
clang_tidy() { sources '*.cpp' | xargs -0 -n 1 -P "$(nproc)" clang-tidy -p build/clang --quiet; }

"$ROOT/scripts/install-deps.sh" ci
mkdir -p "$results"
cd "$ROOT"

failed=()
for check in shell_scripts formatting clang_build clang_tidy; do
  say "$check"
  ("$check") >"$results/$check.log" 2>&1 || {
    failed+=("$check")
    tail -n 100 "$results/$check.log"
  }
done

((${#failed[@]} == 0)) || die "failed: ${failed[*]} (whole output: build/lint)"
say 'nothing to complain about'
