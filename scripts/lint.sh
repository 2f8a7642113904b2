#!/usr/bin/env bash
# Runs the static checks: ShellCheck, clang-format, scripts/lint/check-core.sh (common/core must be generic), and
# clang-tidy (scripts/lint/clang_tidy.py), which also reports the warnings of Clang.
#
# Usage: scripts/lint.sh [--fix]
#
#   --fix   only format the C++ files, which takes seconds
#
# The script first installs missing dependencies (scripts/install-deps.sh lint). All checks run, even if one fails. The
# full output is in build/lint. clang-tidy takes minutes.
# Exit status: 0 when every check passed.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

(($# <= 1)) || usage_error 'takes at most one argument, --fix'
fix=false
case ${1-} in
  '') ;;
  --fix) fix=true ;;
  -h | --help) show_help ;;
  *) usage_error "unknown argument $1" ;;
esac

readonly results=$ROOT/build/lint

# clang_format OPTION…: runs clang-format on the C++ files of the project.
clang_format() {
  find common examples functions scripts tests -path 'examples/*/build' -prune -o \( -name '*.h' -o -name '*.cpp' \) -print0 |
    xargs -0 build/venv/bin/clang-format "$@"
}

shell_scripts() { find scripts tests -name '*.sh' -print0 | xargs -0 shellcheck .ci/run; }
formatting() { clang_format --dry-run --Werror; }
core_is_generic() { scripts/lint/check-core.sh; }
clang_tidy() { cmake --preset clang && /usr/bin/python3 scripts/lint/clang_tidy.py; }

# check NAME TITLE: runs the function NAME, and shows the end of its output if it fails.
check() {
  say "$2"
  ("$1") >"$results/$1.log" 2>&1 || {
    failed+=("$1")
    tail -n 100 "$results/$1.log"
  }
}

cd "$ROOT"
if $fix; then
  scripts/install-deps.sh scaffold
  clang_format -i
  exit
fi
scripts/install-deps.sh lint
mkdir -p "$results"

failed=()
check shell_scripts 'ShellCheck'
check formatting 'clang-format; --fix formats the files'
check core_is_generic 'check-core.sh: common/core is generic'
check clang_tidy 'clang-tidy, which takes minutes'

((${#failed[@]} == 0)) || die "failed: ${failed[*]} (full output: build/lint)"
say 'every check passed'
