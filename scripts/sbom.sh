#!/usr/bin/env bash
# Writes down what is linked into the functions, and asks Debian's security tracker what is known against it.
#
# Usage: scripts/sbom.sh [--executable FILE] [--scan [--source URL]]
#
#   --executable FILE  a bootstrap of this project, such as one that was deployed; each says what is linked into it
#                      (default: build/release/functions/get_user/bootstrap; all five have the same)
#   --scan             ask, which needs the internet; the tracker is about no other distribution than Debian
#   --source URL       a mirror of the tracker's data (default: https://security-tracker.debian.org/tracker/debsecan/release/1)
#
# The bill is build/sbom/<x86_64 or aarch64>.cdx.json, in CycloneDX. Flaws that have a fix end the script with status 1: what is
# built or deployed anew has it. Those without one yet are told as well.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

executable=$ROOT/build/release/functions/get_user/bootstrap scan=no source=()
while (($#)); do
  case $1 in
    --executable) executable=$(option_value "$@"); shift 2 ;;
    --scan) scan=yes; shift ;;
    --source) source=(--source "$(option_value "$@")"); shift 2 ;;
    -h | --help) show_help ;;
    *) usage_error "unknown argument $1" ;;
  esac
done
[[ $scan == yes ]] || ((${#source[@]} == 0)) || usage_error '--source goes with --scan'
[[ -e $executable ]] || die "there is no $executable: build the functions, or name one that was built before"

"$ROOT/scripts/install-deps.sh" sbom
sbom() { "$ROOT/build/venv/bin/python" "$ROOT/scripts/sbom.py" "$@"; }
written=$(sbom write "$executable" "$ROOT/build/sbom")
read -r bill distribution <<<"$written"
say "the bill: ${bill#"$ROOT"/}"
[[ $scan == yes ]] || exit 0

[[ $distribution == debian-* ]] || die "the tracker knows of Debian, not of $distribution"
command -v debsecan >/dev/null || die 'debsecan asks the tracker, and Debian alone has it'
packages=$(mktemp)
trap 'rm -f "$packages"' EXIT
sbom status "$bill" >"$packages"
# flaws FORMAT OPTION…: those that debsecan finds; ends the script where it can't ask.
flaws() {
  debsecan --suite "${distribution##*-}" --status "$packages" --whitelist '' "${source[@]}" --format "$@" ||
    die 'the tracker could not be asked'
}
all=$(flaws detail)
fixed=$(flaws simple --only-fixed)
[[ -z $all ]] || printf '%s\n' "$all"
[[ -z $fixed ]] || die "there are fixes that the functions lack: ${fixed//$'\n'/, }"
say 'no flaw is known that has a fix'
