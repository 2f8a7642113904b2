#!/usr/bin/env bash
# Measures the functions beside those that Rust, Go, Python and Node.js make of the same work.
#
# Usage: scripts/bench.sh [--rounds N] [--requests N] [--publish] [LANGUAGE…]
#
#   --rounds N     cold starts of each, all of them in turn (default: 15)
#   --requests N   warm requests after each cold start (default: 300)
#   --publish      show the results in docs/performance.md as well
#   LANGUAGE       any of cpp, rust, go, python, node, floor (default: all); floor is the least that any function does
#
# It installs what is missing (scripts/install-deps.sh bench) and builds what has changed first. What it does not
# install are Rust, Go and Node.js: where one is missing or too old it is skipped, and the tables say so.
# `--rounds 1 --requests 100000 cpp` tells of leaks: growth_kib in build/bench/results/performance.json.
# The results, as Markdown, JSON, SVG and PNG: build/bench/results. docs/performance.md tells how it measures.

set -euo pipefail
. "$(dirname "$0")/lib.sh"

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
    *)
      [[ " ${all_languages[*]} " == *" $1 "* ]] || usage_error "unknown language $1: any of ${all_languages[*]}"
      languages+=("$1")
      shift
      ;;
  esac
done
for number in "$rounds" "$requests"; do
  [[ $number =~ ^[1-9][0-9]{0,6}$ ]] || usage_error "$number is not a number of 1 to 9999999"
done
if ((${#languages[@]} == 0)); then
  languages=("${all_languages[@]}")
elif ((${#options[@]})); then
  usage_error "only a run of all languages can be published"
fi

# lacks NEEDED TOOL VERSION-COMMAND…: says why, where TOOL is missing or older than NEEDED.
lacks() {
  local needed=$1 tool=$2 version
  shift 2
  command -v "$tool" >/dev/null || { printf 'there is no %s here' "$tool" && return; }
  version=$("$@" | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)
  printf '%s\n' "$needed" "$version" | sort --check=quiet --version-sort ||
    printf '%s %s or later is needed, this is %s' "$tool" "$needed" "$version"
}

lacking_cpp() { :; }
lacking_floor() { :; }
lacking_python() { :; } # install-deps.sh brings it
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

# unchanged FILE STAMP: whether FILE is what STAMP was copied from.
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

# Bundled, as the tools of its community do it. AWS's runtime client has a part in C++; the headers of Node.js that
# it needs are the system's where it has them, else node-gyp fetches them.
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
((${#measured[@]})) || die "nothing is left to measure"

exec "$ROOT/build/venv/bin/python" "$ROOT/tests/bench/bench.py" \
  --rig "$ROOT/build/bench/tests/bench/rig" --build "$ROOT/build/release" --peers "$peers" \
  --results "$ROOT/build/bench/results" --rounds "$rounds" --requests "$requests" "${options[@]}" "${measured[@]}"
