#!/usr/bin/env bash
# Installs the dependencies of the project on Debian 12 or 13, or Ubuntu 24.04 or 26.04, unless they are installed
# already. Another release of Debian or Ubuntu is tried, with a warning.
#
# Usage: scripts/install-deps.sh [template|unit|run|sbom|arm64|deploy|test|ci|bench]
#
#   template for the tests of template.yaml that need no build: Python tools
#   unit     for the unit tests: compiler, libraries
#   run      for scripts/run-local.sh: compiler, libraries, Java, DynamoDB Local, Swagger UI
#   sbom     for scripts/sbom.sh: debsecan, Python tools
#   arm64    run, and for the preset release-arm64: cross compiler, libraries, qemu (Debian only)
#   deploy   run, and for scripts/deploy.sh and load-test.sh: the AWS SAM CLI, hey
#   test     all of the above, and for scripts/test.sh: Clang with libFuzzer, Node.js, Docker, the tools in
#            tests/requirements.txt and tests/package.json (default)
#   ci       test, and for scripts/lint.sh: clang-tidy, ShellCheck
#   bench    run, the system packages of test, and for scripts/bench.sh: the tools in tests/bench/requirements.txt, and
#            the build tools of AWS's runtime client for Node.js
#
# apt installs system packages, as root or with sudo. Everything else is installed into build/: DynamoDB Local and
# Swagger UI (from Maven) into build/dynamodb-local and build/swagger-ui, Python tools (from PyPI) into build/venv*,
# Node.js tools (from npm) into build/node, tools built with Go into build/go, and libcurl and OpenSSL for static
# executables (scripts/build-static-libs.sh) into build/static-libs.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

readonly logs=$ROOT/build/logs
# shellcheck source=/dev/null
distribution=$([[ -r /etc/os-release ]] && . /etc/os-release && printf '%s %s' "$ID" "${VERSION_ID-unstable}") ||
  distribution=unknown
readonly distribution

python_packages=(ca-certificates python3 python3-venv)
build_packages=(
  g++ cmake ninja-build ccache pkg-config ca-certificates
  libcurl4-openssl-dev rapidjson-dev libssl-dev libfmt-dev uuid-dev libexpected-dev
  libcpp-httplib-dev libyaml-cpp-dev
)
unit_packages=(libgtest-dev libgmock-dev libbenchmark-dev)
run_packages=(
  "${python_packages[@]}" "${build_packages[@]}"
  curl dpkg-dev xz-utils patch make perl
  default-jre-headless maven # Java 17 or newer on every supported system
)
arm64_packages=(g++-aarch64-linux-gnu qemu-user-static)
deploy_packages=(hey)
# debsecan covers Debian only; Ubuntu does not package it.
sbom_packages=()
[[ $distribution != debian* ]] || sbom_packages+=(debsecan)
test_packages=("${unit_packages[@]}" clang libclang-rt-dev docker.io iptables busybox-static valgrind wrk)
# Newer releases of Debian package Docker's command line apart from its engine.
[[ $distribution == 'debian 12' || $distribution != debian* ]] || test_packages+=(docker-cli)
# A Node.js from elsewhere includes npm, and conflicts with the distribution's npm.
command -v npm >/dev/null || test_packages+=(nodejs npm)
# Ubuntu offers Chromium as a snap only, which does not run in a container; one test is skipped there.
[[ $distribution == ubuntu* ]] || test_packages+=(chromium)
ci_packages=(clang-tidy shellcheck)
bench_packages=(valgrind autoconf automake libtool)

check_distribution() {
  local supported='Debian 12 and 13, and Ubuntu 24.04 and 26.04'
  case $distribution in
    'debian 12' | 'debian 13' | 'ubuntu 24.04' | 'ubuntu 26.04') ;;
    debian* | ubuntu*) say "WARNING: tested on $supported only; this system is $distribution" >&2 ;;
    *) die "only $supported are supported; this system is $distribution" ;;
  esac
}

# missing_packages PACKAGE…: prints the packages that are not installed.
missing_packages() {
  local installed package
  installed=" $(dpkg-query -W -f '${Package}:${db:Status-Status} ' "$@" 2>/dev/null || true)"
  for package in "$@"; do
    [[ $installed == *" $package:installed "* ]] || printf '%s\n' "$package"
  done
}

install_packages() {
  local missing as_root=()
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die "sudo is not installed: run this as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing with apt: ${missing[*]}"
  local start=$SECONDS
  logged "$logs/apt-update.log" "${as_root[@]}" apt-get update
  # A system that has just booted may be installing upgrades: wait for the lock.
  logged "$logs/apt-install.log" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=600 "${missing[@]}"
  say "installed with apt in $((SECONDS - start)) s"
}

# once STAMP FILE… -- COMMAND…: runs COMMAND unless it has already succeeded with the same content of all FILEs.
once() {
  local stamp=$1 inputs=() sum
  shift
  while [[ $1 != -- ]]; do
    inputs+=("$1")
    shift
  done
  shift
  sum=$(sha256sum "${inputs[@]}")
  [[ ! -f $stamp || $(<"$stamp") != "$sum" ]] || return 0
  local start=$SECONDS
  "$@"
  say "${1##*/} took $((SECONDS - start)) s"
  printf '%s\n' "$sum" >"$stamp"
}

# install_static_libs native|arm64: builds the libraries of the static executables; builds them again when apt has
# another version of one of their packages, which may be a security fix, or when the compiler has changed.
install_static_libs() {
  local packages=$ROOT/build/static-libs/packages
  mkdir -p "${packages%/*}"
  apt-cache policy gcc "libgcc-$(gcc -dumpversion)-dev" libc6-dev ca-certificates libc-ares-dev libcurl4-openssl-dev \
    libexpected-dev libfmt-dev libssl-dev rapidjson-dev uuid-dev | grep -E '^[a-z]|Installed|Candidate' >"$packages"
  once "$ROOT/build/static-libs/$1/stamp" "$ROOT"/scripts/{build-static-libs.sh,curl.patch} "$packages" -- \
    "$ROOT/scripts/build-static-libs.sh" "$1"
}

install_dynamodb_local() {
  local folder=$ROOT/build/dynamodb-local
  say 'downloading DynamoDB Local with Maven'
  rm -rf "$folder"
  logged "$logs/dynamodb-local.log" mvn --batch-mode --strict-checksums \
    --file "$ROOT/scripts/dynamodb-local.pom.xml" dependency:copy-dependencies "-DoutputDirectory=$folder/lib"
}

install_swagger_ui() {
  local folder=$ROOT/build/swagger-ui
  say 'downloading Swagger UI with Maven'
  rm -rf "$folder"
  logged "$logs/swagger-ui.log" mvn --batch-mode --strict-checksums \
    --file "$ROOT/scripts/swagger-ui.pom.xml" dependency:unpack-dependencies "-DoutputDirectory=$folder" \
    "-DmarkersDirectory=$folder"
  mv "$folder"/META-INF/resources/webjars/swagger-ui/*/* "$folder"
}

# install_python_packages VENV REQUIREMENTS
install_python_packages() {
  local folder=$1 requirements=$2
  say "installing with pip: ${requirements#"$ROOT/"}"
  [[ -x $folder/bin/python ]] || logged "$logs/venv.log" /usr/bin/python3 -m venv "$folder"
  logged "$logs/pip-install.log" "$folder/bin/python" -m pip install --disable-pip-version-check \
    --requirement "$requirements"
}

install_node_packages() {
  local folder=$ROOT/build/node
  say 'installing with npm: tests/package.json'
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$ROOT/tests/package.json" "$ROOT/tests/package-lock.json" "$folder"
  logged "$logs/npm-ci.log" npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund
}

# These tools are available as Go source only. The Go tool chain is one of the Python packages.
install_go_tools() {
  local go=$ROOT/build/go
  local command=(env GOPATH="$go" GOBIN="$go/bin" GOCACHE="$go/cache" GOTOOLCHAIN=local GOFLAGS=-modcacherw
    "$ROOT/build/venv/bin/go")
  say 'building actionlint and the linearizability checker with Go'
  logged "$logs/actionlint.log" "${command[@]}" install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
  logged "$logs/linearizability.log" "${command[@]}" -C "$linearizability" install .
}

readonly purposes='template, unit, run, sbom, arm64, deploy, test, ci, bench'
(($# <= 1)) || usage_error "takes one of: $purposes"
purpose=${1-test}
case $purpose in
  template) packages=("${python_packages[@]}") ;;
  unit) packages=("${build_packages[@]}" "${unit_packages[@]}") ;;
  run | arm64) packages=("${run_packages[@]}") ;;
  sbom) packages=("${python_packages[@]}" "${sbom_packages[@]}") ;;
  deploy) packages=("${run_packages[@]}" "${deploy_packages[@]}") ;;
  test) packages=("${run_packages[@]}" "${sbom_packages[@]}" "${deploy_packages[@]}" "${test_packages[@]}") ;;
  ci) packages=("${run_packages[@]}" "${sbom_packages[@]}" "${deploy_packages[@]}" "${test_packages[@]}" "${ci_packages[@]}") ;;
  bench) packages=("${run_packages[@]}" "${test_packages[@]}" "${bench_packages[@]}") ;;
  -h | --help) show_help ;;
  *) usage_error "unknown argument $1: must be one of $purposes" ;;
esac

# Two runs in one clone would overwrite each other's files.
mkdir -p "$logs"
exec {lock}>"$ROOT/build/installing"
flock --nonblock "$lock" || { say 'waiting for another script that installs into build/'; flock "$lock"; }

check_distribution
cross_builds=no
if [[ $purpose == arm64 || $purpose == test || $purpose == ci ]]; then
  if can_cross_build; then
    cross_builds=yes
    packages+=("${arm64_packages[@]}")
  elif [[ $purpose == arm64 ]]; then
    die 'cross-building for arm64 requires Debian: Ubuntu hosts the packages of other architectures elsewhere'
  fi
fi
install_packages "${packages[@]}"
[[ $purpose != unit ]] || exit 0
readonly venv=$ROOT/build/venv checkov_venv=$ROOT/build/venv-checkov
readonly run_requirements=$ROOT/scripts/requirements.txt test_requirements=$ROOT/tests/requirements.txt
readonly deploy_requirements=$ROOT/scripts/requirements-deploy.txt
readonly sbom_requirements=$ROOT/scripts/requirements-sbom.txt
readonly bench_requirements=$ROOT/tests/bench/requirements.txt
readonly linearizability=$ROOT/tests/reliability/linearizability
readonly checkov_requirements=$ROOT/tests/requirements-checkov.txt
[[ $purpose == template || $purpose == sbom ]] && builds=no || builds=yes
# The downloads wait for the network while the compiler needs the processor.
{
  once "$venv/stamp-run" "$run_requirements" -- install_python_packages "$venv" "$run_requirements"
  if [[ $builds == yes ]]; then
    once "$ROOT/build/dynamodb-local/stamp" "$ROOT/scripts/dynamodb-local.pom.xml" -- install_dynamodb_local
    once "$ROOT/build/swagger-ui/stamp" "$ROOT/scripts/swagger-ui.pom.xml" -- install_swagger_ui
  fi
} &
downloads=$!
if [[ $builds == yes ]]; then
  install_static_libs native
  [[ $cross_builds == no ]] || install_static_libs arm64
fi
wait "$downloads"
if [[ $purpose == deploy ]]; then
  once "$venv/stamp-deploy" "$run_requirements" "$deploy_requirements" -- \
    install_python_packages "$venv" "$deploy_requirements"
fi
if [[ $purpose == sbom ]]; then
  once "$venv/stamp-sbom" "$run_requirements" "$sbom_requirements" -- install_python_packages "$venv" "$sbom_requirements"
fi
if [[ $purpose == template || $purpose == test || $purpose == ci ]]; then
  once "$venv/stamp-test" "$run_requirements" "$deploy_requirements" "$sbom_requirements" "$test_requirements" -- \
    install_python_packages "$venv" "$test_requirements"
  once "$checkov_venv/stamp" "$checkov_requirements" -- install_python_packages "$checkov_venv" "$checkov_requirements"
fi
if [[ $purpose == test || $purpose == ci ]]; then
  once "$ROOT/build/go/stamp" "$ROOT/scripts/install-deps.sh" "$linearizability"/* -- install_go_tools
  once "$ROOT/build/node/stamp" "$ROOT/tests/package.json" "$ROOT/tests/package-lock.json" -- install_node_packages
fi
if [[ $purpose == bench ]]; then
  once "$venv/stamp-bench" "$run_requirements" "$deploy_requirements" "$test_requirements" "$bench_requirements" -- \
    install_python_packages "$venv" "$bench_requirements"
fi
