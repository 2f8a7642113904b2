#!/usr/bin/env bash
# Writes a software bill of materials for the functions, and scans it for known vulnerabilities.
#
# Usage: scripts/sbom.sh [--executable FILE] [--scan [--source URL]]
#
#   --executable FILE  an executable of this project, such as a deployed one; each contains the list of its libraries
#                      (default: build/release/functions/get_user/bootstrap; all functions link the same ones)
#   --scan             look up the vulnerabilities in Debian's security tracker, over the internet; the tracker covers
#                      executables that were built on Debian only
#   --source URL       a mirror of the tracker's data
#                      (default: https://security-tracker.debian.org/tracker/debsecan/release/1)
#
# The bill of materials is build/sbom/<x86_64 or aarch64>.cdx.json, in the format CycloneDX. The scan prints all known
# vulnerabilities. If a fix exists for any of them, the exit status is 1; build and deploy again to get the fix.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"

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
[[ $scan == yes ]] || ((${#source[@]} == 0)) || usage_error '--source requires --scan'
[[ -e $executable ]] || die "$executable does not exist: build the preset release, or name an executable with --executable"

"$ROOT/scripts/install-deps.sh" sbom
sbom() { "$ROOT/build/venv/bin/python" "$ROOT/scripts/release/sbom.py" "$@"; }
written=$(sbom write "$executable" "$ROOT/build/sbom")
read -r bill distribution <<<"$written"
say "bill of materials: ${bill#"$ROOT"/}"
[[ $scan == yes ]] || exit 0

[[ $distribution == debian-* ]] || die "the security tracker covers Debian only, and the executable was built on $distribution"
command -v debsecan >/dev/null || die 'the scan needs debsecan, which is available on Debian only'
packages=$(mktemp)
trap 'rm -f "$packages"' EXIT
sbom status "$bill" >"$packages"
# vulnerabilities FORMAT OPTION…: prints those that debsecan finds; ends the script when the lookup fails.
vulnerabilities() {
  debsecan --suite "${distribution##*-}" --status "$packages" --whitelist '' "${source[@]}" --format "$@" ||
    die 'the lookup in the security tracker failed'
}
all=$(vulnerabilities detail)
fixed=$(vulnerabilities simple --only-fixed)
[[ -z $all ]] || printf '%s\n' "$all"
[[ -z $fixed ]] || die "the functions lack fixes for known vulnerabilities: ${fixed//$'\n'/, }"
say 'the functions contain every available fix for known vulnerabilities'
