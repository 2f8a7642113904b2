# Builds with the presets of CMake. Source it after common.sh.
# shellcheck shell=bash

# Removes builds and virtual environments from a time when the project was in another folder: they contain its path.
remove_moved_builds() {
  local cache venv
  for cache in "$ROOT"/build/*/CMakeCache.txt; do
    [[ ! -e $cache ]] || grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$ROOT" "$cache" || remove_moved "${cache%/*}"
  done
  for venv in "$ROOT"/build/venv*; do
    [[ ! -e $venv/bin/pip ]] || grep -qF "$ROOT/build/" "$venv/bin/pip" || remove_moved "$venv"
  done
}

remove_moved() {
  say "removing ${1#"$ROOT/"}: it was built when the project was in another folder"
  rm -rf "$1"
}

# build PRESET [TARGET…]: configures a preset and builds what is out of date.
build() {
  local preset=$1 lock
  shift
  # Concurrent builds in one folder would disturb each other.
  mkdir -p "$ROOT/build"
  exec {lock}>"$ROOT/build/$preset.lock"
  flock "$lock"
  say "building $preset (build/logs/build-$preset.log)"
  local start=$SECONDS
  cd "$ROOT" || return
  logged "build/logs/configure-$preset.log" cmake --preset "$preset"
  local command=(cmake --build --preset "$preset" ${*:+--target "$@"})
  if [[ -t 1 ]]; then
    "${command[@]}"
  else
    logged "build/logs/build-$preset.log" "${command[@]}"
  fi
  exec {lock}>&-
  say "built $preset in $((SECONDS - start)) s"
}

# build_api PRESET: builds the functions and the local API.
build_api() { build "$1" functions/all scripts/local_api/all; }

# warn_of_libraries native|arm64: prints a warning for each outdated static library, with the way to update it.
warn_of_libraries() {
  local warning warnings=$ROOT/build/static-libs/$1/warnings
  [[ -e $warnings ]] || return 0
  while read -r warning; do say "WARNING: $warning"; done <"$warnings"
}

# Succeeds when the preset release-arm64 can be built on this system.
can_cross_build() { grep -q '^ID=debian' /etc/os-release; }
