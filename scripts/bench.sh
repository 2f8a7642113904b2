#!/usr/bin/env bash
# Benchmarks the functions and compares them with equivalent functions in Rust, Go, Python and Node.js.
#
# Usage: scripts/bench.sh [--rounds N] [--requests N] [--publish] [LANGUAGE…]
#
#   --rounds N     the number of cold starts of each language; the languages take turns (default: 15)
#   --requests N   the number of warm requests after each cold start (default: 300)
#   --publish      also update docs/performance.md and README.md with the results
#   LANGUAGE       cpp, rust, go, python, node or floor (default: all of them); floor is a function in C that does the
#                  minimum that any function must do
#
# The script first installs missing dependencies (scripts/install-deps.sh bench) and builds what has changed. It
# does not install Rust, Go or Node.js: it skips a language whose tool chain is missing or too old, and the tables
# say so. `--rounds 1 --requests 100000 cpp` reveals memory leaks: growth_kib in build/bench/results/performance.json.
# The script writes the results to build/bench/results, as Markdown, JSON, SVG and PNG. docs/performance.md describes the method.

set -euo pipefail
. "$(dirname "$0")/lib/common.sh"
. "$(dirname "$0")/lib/build.sh"

readonly all_languages=(cpp rust go python node floor)
readonly sources=$ROOT/tests/bench/peers peers=$ROOT/build/bench/peers logs=$ROOT/build/logs

rounds=15
requests=300
options=()
languages=()
while (($#)); do
  case $1 in
    --rounds) rounds=$(option_value "$@"); shift 2 ;;
    --requests) requests=$(option_value "$@"); shift 2 ;;
    --publish) options+=(--publish); shift ;;
    -h | --help) show_help ;;
    -*) usage_error "unknown argument $1" ;;
    *)
      [[ " ${all_languages[*]} " == *" $1 "* ]] || usage_error "unknown language $1: the languages are ${all_languages[*]}"
      languages+=("$1")
      shift
      ;;
  esac
done
for option in rounds requests; do
  [[ ${!option} =~ ^[1-9][0-9]{0,6}$ ]] || usage_error "--$option takes a number from 1 to 9999999"
done
if ((${#languages[@]} == 0)); then
  languages=("${all_languages[@]}")
elif ((${#options[@]})); then
  usage_error "--publish requires a run of all languages: name none"
fi

# lacks NEEDED TOOL VERSION-COMMAND…: prints the reason when TOOL is missing or older than NEEDED.
lacks() {
  local needed=$1 tool=$2 version
  shift 2
  command -v "$tool" >/dev/null || { printf '%s is not installed' "$tool" && return; }
  version=$("$@" | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)
  printf '%s\n' "$needed" "$version" | sort --check=quiet --version-sort ||
    printf '%s %s is installed, %s or later is required' "$tool" "$version" "$needed"
}

lacking_cpp() { :; }
lacking_floor() { :; }
lacking_python() { :; } # install-deps.sh installs it
lacking_rust() { lacks "$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$sources/rust/Cargo.toml")" cargo cargo --version; }
lacking_go() { lacks "$(sed -n 's/^go //p' "$sources/go/go.mod")" go env GOTOOLCHAIN=local go version; }
lacking_node() { lacks "$(sed -n 's/.*"node": ">=\(.*\)".*/\1/p' "$sources/node/package.json")" node node --version; }

build_cpp() { build release functions/all; }

build_rust() {
  CARGO_TARGET_DIR=$peers/rust logged "$logs/bench-rust.log" \
    cargo build --release --locked --manifest-path "$sources/rust/Cargo.toml"
}

build_go() {
  CGO_ENABLED=0 GOTOOLCHAIN=local logged "$logs/bench-go.log" \
    go build -C "$sources/go" -trimpath -ldflags='-s -w' -tags lambda.norpc -o "$peers/go/" ./cmd/...
}

# unchanged FILE COPY: succeeds when FILE equals its earlier COPY.
unchanged() { cmp --quiet "$1" "$2"; }

build_python() {
  local requirements=$sources/python/requirements.txt
  unchanged "$requirements" "$peers/python.installed" || {
    rm -rf "$peers/python"
    logged "$logs/bench-python.log" "$ROOT/build/venv/bin/python" -m pip install --disable-pip-version-check \
      --no-deps --target "$peers/python" --requirement "$requirements"
    cp "$requirements" "$peers/python.installed"
  }
  cp "$sources/python/app.py" "$peers/python"
}

# The function is bundled, as is usual for Node.js. AWS's runtime client has a part in C++ that needs the headers of
# Node.js: those of the system, if installed; otherwise node-gyp downloads them.
build_node() {
  local lock=$sources/node/package-lock.json
  mkdir -p "$peers/node"
  cp "$sources/node"/* "$peers/node"
  unchanged "$lock" "$peers/node.installed" || {
    [[ ! -d /usr/include/node ]] || export npm_config_nodedir=/usr
    logged "$logs/bench-node.log" npm ci --prefix "$peers/node"
    cp "$lock" "$peers/node.installed"
  }
  logged "$logs/bench-node-bundle.log" npm run build --prefix "$peers/node"
}

build_floor() {
  logged "$logs/bench-floor.log" cc -std=gnu11 -D_GNU_SOURCE -O2 -static -s -o "$peers/floor" "$sources/floor/floor.c"
}

"$ROOT/scripts/install-deps.sh" bench
mkdir -p "$peers"
build bench rig
measured=()
for language in "${languages[@]}"; do
  why=$("lacking_$language")
  if [[ $why ]]; then
    say "skipping $language: $why"
    options+=(--skipped "$language=$why")
  else
    say "building for $language"
    "build_$language"
    measured+=("$language")
  fi
done
((${#measured[@]})) || die "nothing to measure: all languages were skipped, for the reasons above"

exec "$ROOT/build/venv/bin/python" "$ROOT/tests/bench/bench.py" \
  --rig "$ROOT/build/bench/tests/bench/rig" --build "$ROOT/build/release" --peers "$peers" \
  --results "$ROOT/build/bench/results" --rounds "$rounds" --requests "$requests" "${options[@]}" "${measured[@]}"
