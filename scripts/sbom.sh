#!/usr/bin/env bash
# Writes down what is linked into the functions, and asks Debian's security tracker what is known against it.
#
# Usage: scripts/sbom.sh [native|arm64] [--scan [--source URL]]
#
#   --scan          ask, which needs the internet, and Debian: the tracker is about no other distribution
#   --source URL    a mirror of the tracker's data (default: https://security-tracker.debian.org/tracker/debsecan/release/1)
#
# The bill is build/sbom/<native or arm64>.cdx.json, in CycloneDX. Flaws that have a fix end the script with status 1:
# ./scripts/install-deps.sh, or deploying anew, builds with it. Those without one yet are told as well.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

target='native' scan=no source=()
while (($#)); do
  case $1 in
    native | arm64) target=$1; shift ;;
    --scan) scan=yes; shift ;;
    --source) source=(--source "$(option_value "$@")"); shift 2 ;;
    -h | --help) show_help ;;
    *) usage_error "unknown argument $1" ;;
  esac
done
[[ $scan == yes ]] || ((${#source[@]} == 0)) || usage_error '--source goes with --scan'

readonly versions=$ROOT/build/static-libs/$target/versions bill=$ROOT/build/sbom/$target.cdx.json
"$ROOT/scripts/install-deps.sh" sbom
[[ -e $versions ]] || die "nothing is built for $target yet: ./scripts/install-deps.sh ${target/native/run}"
# shellcheck source=/dev/null
. /etc/os-release
mkdir -p "${bill%/*}"
sbom() { "$ROOT/build/venv/bin/python" "$ROOT/scripts/sbom.py" "$@"; }
sbom write "$versions" "$ID" "$VERSION_ID" "$target" "$bill"
say "the bill: ${bill#"$ROOT"/}, $(wc -l <"$versions") components"
[[ $scan == yes ]] || exit 0

[[ $ID == debian ]] || die "the tracker knows of Debian, not of $ID"
packages=$(mktemp)
trap 'rm -f "$packages"' EXIT
sbom status "$bill" >"$packages"
# flaws FORMAT OPTION…: those that debsecan finds; ends the script where it can't ask.
flaws() {
  debsecan --suite "$VERSION_CODENAME" --status "$packages" --whitelist '' "${source[@]}" --format "$@" ||
    die 'the tracker could not be asked'
}
all=$(flaws detail)
fixed=$(flaws simple --only-fixed)
[[ -z $all ]] || printf '%s\n' "$all"
[[ -z $fixed ]] || die "there are fixes that the functions lack: ${fixed//$'\n'/, }"
say 'no flaw is known that has a fix'
