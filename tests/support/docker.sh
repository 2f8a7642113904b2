# A Docker engine for a suite: the running one, or one that the suite starts. Source this file after scripts/lib.sh.
# shellcheck shell=bash

# use_docker FOLDER: gives docker and SAM an engine. On failure, the last line of FOLDER.log states the cause. An engine
# that is started here keeps its files in FOLDER and has Lambda's image without pulling it.
use_docker() {
  local folder=$1 image=public.ecr.aws/lambda/provided:al2023-x86_64
  ! docker info >"$folder.log" 2>&1 || return 0
  if ((EUID != 0)); then
    printf 'no Docker engine responds, and only root can start one\n' >>"$folder.log"
    return 1
  fi
  mkdir -p "$folder"
  export DOCKER_HOST=unix://$folder/socket
  start "$folder.log" dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" --host "$DOCKER_HOST"
  for _ in {1..300}; do
    if docker info >/dev/null 2>&1; then
      bare_image "$folder/image" | docker import - "$image" >/dev/null
      return
    fi
    # shellcheck disable=SC2154 # lib.sh sets it
    kill -0 "${started[-1]}" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# bare_image FOLDER: writes a tar file of an image's file system with a shell and nothing else. SAM puts its emulator into
# it; a bootstrap that runs there needs nothing from an image.
bare_image() {
  mkdir -p "$1/bin" "$1/tmp" "$1/var/task" "$1/var/runtime"
  cp "$(command -v busybox)" "$1/bin/"
  local command
  for command in sh mv chmod; do ln -sf busybox "$1/bin/$command"; done
  tar -C "$1" -c .
}
