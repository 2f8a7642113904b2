"""--watch: a rebuilt function replaces its previous build."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from local_api.harness import GATED, eventually, write_function

OLD = "serve(lambda event: proxy_response('old'))"
NEW = "serve(lambda event: proxy_response('new'))"


def restarts(api):
    return [line for line in api.log if line["message"] == "Echo was rebuilt and restarts"]


def test_a_rebuilt_function_replaces_the_previous_build(start):
    api = start(OLD, options=("--watch",))
    assert api.get().json == "old"
    [old] = api.environments()

    write_function(api.build_dir, "echo", NEW)
    eventually(lambda: restarts(api))

    assert api.get().json == "new"
    eventually(lambda: old not in api.environments())
    assert api.errors() == []


def test_the_previous_build_finishes_a_request_in_progress(start):
    api = start(GATED, options=("--watch", "--max-environments", "1"))
    with ThreadPoolExecutor() as pool:
        first = pool.submit(api.get)
        api.wait_until_serving(1)
        write_function(api.build_dir, "echo", NEW)
        eventually(lambda: restarts(api))
        second = pool.submit(api.get)
        api.open_gate()

        assert first.result().json == "Echo-1"
        assert second.result().json == "new"
    assert api.errors() == []


def test_a_function_restarts_only_after_its_build_is_complete(start):
    api = start(OLD, options=("--watch",))
    assert api.get().json == "old"
    bootstrap = write_function(api.build_dir, "echo", OLD)

    longest_pause = 0.0
    last_write = start_time = time.monotonic()
    while last_write < start_time + 2:
        this_write = time.monotonic()
        with bootstrap.open("a") as file:
            file.write("#")
        longest_pause = max(longest_pause, time.monotonic() - last_write)
        last_write = this_write
        time.sleep(0.05)

    restarts_so_far = restarts(api)
    longest_pause = max(longest_pause, time.monotonic() - last_write)

    # A build that pauses for half a second counts as complete; a slow machine may make this one pause.
    assert restarts_so_far == [] or longest_pause > 0.4
    write_function(api.build_dir, "echo", NEW)
    eventually(lambda: api.get().json == "new")


def test_without_watch_the_first_build_remains(start):
    api = start(OLD)
    assert api.get().json == "old"

    write_function(api.build_dir, "echo", NEW)
    time.sleep(1.5)

    assert api.get().json == "old"


def test_a_signal_ends_the_program_while_it_watches(start):
    api = start(options=("--watch",))

    assert api.stop() == 0
