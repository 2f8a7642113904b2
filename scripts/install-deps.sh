#!/usr/bin/env bash
# Installs the missing dependencies of the project on Debian 12 or 13, or Ubuntu 24.04 or 26.04. On other releases of
# Debian and Ubuntu, the script prints a warning and tries.
#
# Usage: scripts/install-deps.sh PURPOSE…
#        scripts/install-deps.sh test [SUITE…]
#
#   run        for scripts/run-local.sh: compiler, libraries, Java, DynamoDB Local, Swagger UI
#   release    for the preset release: compiler, libraries of static executables
#   deploy     for scripts/deploy.sh and load-test.sh: all of run and release, the AWS SAM CLI, hey
#   arm64      for the preset release-arm64: all of run and release, cross compiler, libraries, qemu (Debian only)
#   sbom       for scripts/sbom.sh: debsecan, Python tools
#   unit       for a preset with tests, such as dev: compiler, libraries
#   edit       for single tests and run-local.sh --preset dev, while you edit: all of run and unit, Python tools
#   template   for the tests of template.yaml that need no build: Python tools
#   scaffold   for scripts/new-endpoint.sh, new-service.sh and lint.sh --fix: Python tools, clang-format
#   lint       for scripts/lint.sh: Clang, clang-format, clang-tidy, ShellCheck
#   bench      for scripts/bench.sh
#   test       for scripts/test.sh with these suites (default: all suites)
#
# apt installs system packages, as root or with sudo. Everything else is installed into build/: DynamoDB Local, Swagger UI
# and OpenAPI Generator (from Maven) into build/dynamodb-local, build/swagger-ui and build/openapi-generator, Python tools
# (from PyPI) into build/venv*, Node.js tools (from npm) into build/node, tools built with Go into build/go, and libcurl,
# OpenSSL and c-ares for static executables (scripts/deps/build-static-libs.sh) into build/static-libs.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/build.sh"

readonly logs=$ROOT/build/logs
# shellcheck source=/dev/null
distribution=$([[ -r /etc/os-release ]] && . /etc/os-release && printf '%s %s' "$ID" "${VERSION_ID-unstable}") ||
  distribution=unknown
readonly distribution

# The parts of an installation: those with system packages, and those that are installed into build/.
declare -A packages=(
  [python]='ca-certificates python3 python3-venv'
  [compiler]='g++ cmake ninja-build ccache pkg-config ca-certificates libcurl4-openssl-dev rapidjson-dev libssl-dev
    libfmt-dev uuid-dev libexpected-dev libboost-dev libyaml-cpp-dev'
  [unit]='libgtest-dev libgmock-dev libbenchmark-dev'
  [static]='dpkg-dev xz-utils patch make perl'
  [run]='curl default-jre-headless maven' # Java 17 or newer on every supported system
  [arm64]='g++-aarch64-linux-gnu qemu-user-static'
  [deploy]='hey'
  [debsecan]='debsecan'
  [clang]='clang libclang-rt-dev'
  [coverage]='llvm'
  [shellcheck]='shellcheck'
  [docker]='docker.io iptables busybox-static'
  [node]='nodejs npm'
  [browser]='chromium'
  [valgrind]='valgrind'
  [wrk]='wrk'
  [bench]='valgrind autoconf automake libtool'
)
# debsecan covers Debian only; Ubuntu does not package it. Ubuntu offers Chromium as a snap only, which does not run in a
# container; one test is skipped there.
[[ $distribution == debian* ]] || packages[debsecan]='' packages[browser]=''
# Newer releases of Debian package Docker's command line apart from its engine.
[[ $distribution == 'debian 12' || $distribution != debian* ]] || packages[docker]+=' docker-cli'
# A Node.js from elsewhere includes npm, and conflicts with the distribution's npm.
! command -v npm >/dev/null || packages[node]=''

# parts_of PURPOSE: prints the parts that it needs. Each suite of scripts/test.sh is a purpose, with the prefix "test ".
parts_of() {
  local run='python compiler run python-run' release='compiler static'
  local functions="unit $run $release python-test"
  case $1 in
    run) printf '%s ' "$run" ;;
    release) printf '%s ' "$release" ;;
    deploy) printf '%s ' "$run $release deploy python-deploy" ;;
    arm64) printf '%s ' "$run $release arm64 static-arm64" ;;
    sbom) printf '%s ' 'python debsecan python-run python-sbom' ;;
    unit) printf '%s ' 'compiler unit' ;;
    'test unit') printf '%s ' 'python compiler unit' ;;
    edit) printf '%s ' "$run unit python-test" ;;
    template) printf '%s ' 'python python-run python-test checkov' ;;
    scaffold) printf '%s ' 'python python-scaffold' ;;
    lint) printf '%s ' 'compiler unit clang shellcheck python python-run python-test' ;;
    bench) printf '%s ' "$functions bench python-bench" ;;
    'test reliability') printf '%s ' "$functions wrk go" ;;
    'test fuzz') printf '%s ' 'python compiler unit clang' ;;
    'test sam_local') printf '%s ' "$functions docker" ;;
    'test arm64')
      printf '%s ' "$functions"
      ! can_cross_build || printf '%s ' 'arm64 static-arm64'
      ;;
    'test docs') printf '%s ' "$functions node browser clients" ;;
    'test scaffold') printf '%s ' "$functions node" ;;
    'test deploy') printf '%s ' "$functions checkov" ;;
    'test operations') printf '%s ' "$functions deploy debsecan go" ;;
    'test sanitizers') printf '%s ' "$functions clang coverage valgrind" ;;
    'test integration' | 'test wire' | 'test runtime' | 'test local_api' | 'test api' | 'test emulator' | 'test bench')
      printf '%s ' "$functions"
      ;;
    *) usage_error "unknown purpose $1" ;;
  esac
}

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

# once WHAT STAMP FILE… -- COMMAND…: installs WHAT with COMMAND, unless that has already succeeded with the same content of
# all FILEs. The stamp contains no path, so that another clone can use a copy of what was installed.
once() {
  local what=$1 stamp=$2 sum=''
  shift 2
  while [[ $1 != -- ]]; do
    sum+=$(sha256sum <"$1")
    shift
  done
  shift
  [[ ! -f $stamp || $(<"$stamp") != "$sum" ]] || return 0
  local start=$SECONDS
  say "installing $what"
  "$@"
  say "installed $what in $((SECONDS - start)) s"
  printf '%s\n' "$sum" >"$stamp"
}

# install_static_libs native|arm64: builds the libraries of the static executables; builds them again when apt has
# another version of one of their packages, which may be a security fix, or when the compiler has changed.
install_static_libs() {
  local versions=$ROOT/build/static-libs/packages
  mkdir -p "${versions%/*}"
  # apt takes a second: ask it only when it knows something new.
  [[ $versions -nt /var/lib/dpkg/status && $versions -nt /var/lib/apt/lists && $versions -nt $0 ]] ||
    apt-cache policy gcc "libgcc-$(gcc -dumpversion)-dev" libc6-dev ca-certificates libc-ares-dev libcurl4-openssl-dev \
      libexpected-dev libfmt-dev libssl-dev rapidjson-dev uuid-dev | grep -E '^[a-z]|Installed|Candidate' >"$versions"
  once "libcurl, OpenSSL and c-ares for static executables ($1)" "$ROOT/build/static-libs/$1/stamp" \
    "$ROOT/scripts/deps/build-static-libs.sh" "$versions" -- "$ROOT/scripts/deps/build-static-libs.sh" "$1"
}

# install_with_maven NAME GOAL OPTION…: downloads what scripts/deps/NAME.pom.xml lists into build/NAME.
install_with_maven() {
  local name=$1
  shift
  rm -rf "$ROOT/build/$name"
  logged "$logs/$name.log" mvn --batch-mode --strict-checksums --file "$ROOT/scripts/deps/$name.pom.xml" "$@"
}

install_swagger_ui() {
  local folder=$ROOT/build/swagger-ui
  install_with_maven swagger-ui dependency:unpack-dependencies "-DoutputDirectory=$folder" "-DmarkersDirectory=$folder"
  mv "$folder"/META-INF/resources/webjars/swagger-ui/*/* "$folder"
}

# install_python_packages NAME VENV REQUIREMENTS…: the last file includes the files before it.
install_python_packages() {
  local name=$1 folder=$2
  shift 2
  once "Python packages ($name)" "$folder/stamp-$name" "$@" -- install_requirements "$folder" "${!#}"
}

install_requirements() {
  local folder=$1 requirements=$2
  [[ -x $folder/bin/python ]] || logged "$logs/venv.log" /usr/bin/python3 -m venv "$folder"
  logged "$logs/pip-install.log" "$folder/bin/python" -m pip install --disable-pip-version-check \
    --requirement "$requirements"
}

install_node_packages() {
  local folder=$ROOT/build/node
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$ROOT/tests/package.json" "$ROOT/tests/package-lock.json" "$folder"
  logged "$logs/npm-ci.log" npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund
}

# Runs the Go tool chain, which is one of the Python packages.
go() {
  local folder=$ROOT/build/go
  env GOPATH="$folder" GOBIN="$folder/bin" GOCACHE="$folder/cache" GOTOOLCHAIN=local GOFLAGS=-modcacherw \
    "$venv/bin/go" "$@"
}

install_go_tools() {
  logged "$logs/actionlint.log" go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
  logged "$logs/linearizability.log" go -C "$linearizability" install .
}

install_go_client() {
  logged "$logs/oapi-codegen.log" go install github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2
  logged "$logs/go-client.log" go -C "$clients/go" mod download
}

purposes=()
case ${1-} in
  -h | --help) show_help ;;
  '') usage_error 'the purpose is missing' ;;
  test)
    shift
    (($#)) || set -- unit integration wire runtime local_api api docs deploy operations reliability fuzz emulator sam_local \
      arm64 sanitizers bench scaffold
    for suite in "$@"; do purposes+=("test $suite"); done
    ;;
  *) purposes=("$@") ;;
esac
parts=' '
for purpose in "${purposes[@]}"; do parts+=$(parts_of "$purpose"); done

# needs PART: succeeds when one of the purposes needs the part.
needs() { [[ $parts == *" $1 "* ]]; }

# Two runs in one clone would overwrite each other's files.
mkdir -p "$logs"
exec {lock}>"$ROOT/build/installing"
flock --nonblock "$lock" || { say 'waiting for another script that installs into build/'; flock "$lock"; }

remove_moved_builds
check_distribution
! needs static-arm64 || can_cross_build ||
  die 'cross-building for arm64 requires Debian: Ubuntu hosts the packages of other architectures elsewhere'
wanted=''
for part in "${!packages[@]}"; do
  ! needs "$part" || wanted+=" ${packages[$part]}"
done
read -r -d '' -a wanted <<<"$wanted" || true
install_packages "${wanted[@]}"

readonly build=$ROOT/build
readonly venv=$build/venv linearizability=$ROOT/tests/reliability/linearizability clients=$ROOT/tests/docs/clients
readonly run=$ROOT/scripts/deps/requirements.txt deploy=$ROOT/scripts/deps/requirements-deploy.txt
readonly sbom=$ROOT/scripts/deps/requirements-sbom.txt scaffold=$ROOT/scripts/deps/requirements-scaffold.txt
readonly test=$ROOT/tests/requirements.txt bench=$ROOT/tests/bench/requirements.txt
# The downloads wait for the network while the compiler needs the processor.
{
  # The requirements of the benchmark include those of the tests, which include all others.
  if needs python-bench; then
    install_python_packages bench "$venv" "$run" "$deploy" "$sbom" "$scaffold" "$test" "$bench"
  elif needs python-test; then
    install_python_packages test "$venv" "$run" "$deploy" "$sbom" "$scaffold" "$test"
  else
    ! needs python-run || install_python_packages run "$venv" "$run"
    ! needs python-deploy || install_python_packages deploy "$venv" "$run" "$deploy"
    ! needs python-sbom || install_python_packages sbom "$venv" "$run" "$sbom"
    ! needs python-scaffold || install_python_packages scaffold "$venv" "$scaffold"
  fi
  ! needs checkov || install_python_packages checkov "$build/venv-checkov" "$ROOT/tests/requirements-checkov.txt"
  if needs clients; then
    install_python_packages clients "$build/venv-clients" "$clients/requirements.txt"
    once 'oapi-codegen' "$build/go/stamp-client" "$ROOT/scripts/install-deps.sh" "$clients"/go/go.* -- install_go_client
  fi
  ! needs go || once 'actionlint and the linearizability checker' "$build/go/stamp" "$ROOT/scripts/install-deps.sh" \
    "$linearizability"/* -- install_go_tools
} &
python_and_go=$!
{
  if needs run; then
    once 'DynamoDB Local' "$build/dynamodb-local/stamp" "$ROOT/scripts/deps/dynamodb-local.pom.xml" -- \
      install_with_maven dynamodb-local dependency:copy-dependencies "-DoutputDirectory=$build/dynamodb-local/lib"
    once 'Swagger UI' "$build/swagger-ui/stamp" "$ROOT/scripts/deps/swagger-ui.pom.xml" -- install_swagger_ui
  fi
  ! needs clients || once 'OpenAPI Generator' "$build/openapi-generator/stamp" \
    "$ROOT/scripts/deps/openapi-generator.pom.xml" -- \
    install_with_maven openapi-generator dependency:copy-dependencies "-DoutputDirectory=$build/openapi-generator"
  ! needs node || once 'Node.js packages' "$build/node/stamp" "$ROOT/tests/package.json" "$ROOT/tests/package-lock.json" -- \
    install_node_packages
} &
java_and_node=$!
! needs static || install_static_libs native
! needs static-arm64 || install_static_libs arm64
wait "$python_and_go"
wait "$java_and_node"
