"""SIGKILL at random moments, half of them right after a file was moved into place (between rename and commit): the
store stays sound, no run is left half-done, and the next run completes to the tables of an undisturbed one."""
import ctypes
import os
import random
import select
import shutil
import signal
import sqlite3
import struct
import time

from support import Workplace, expect_same, pause, small_study, start, tables, undisturbed, vesica

KILLS = int(os.environ.get("VESICA_KILLS") or 200)
LIBC = ctypes.CDLL(None, use_errno=True)
IN_CLOSE_WRITE, IN_MOVED_TO, IN_CREATE = 0x8, 0x80, 0x100


def moved(watcher, folder, events, deadline, child):
    """Waits until so many files were moved into `folder` or below, until the deadline, or until the child ends."""
    watched = set()
    while time.monotonic() < deadline and events > 0 and child.poll() is None:
        for path, _, _ in os.walk(folder):  # passes over what vanishes meanwhile
            if path not in watched and LIBC.inotify_add_watch(watcher, os.fsencode(path), IN_MOVED_TO) >= 0:
                watched.add(path)
        if select.select([watcher], [], [], 0.002)[0]:
            data, at = os.read(watcher, 65536), 0
            while at < len(data):
                _, mask, _, length = struct.unpack_from("iIII", data, at)
                events -= bool(mask & IN_MOVED_TO)
                at += 16 + length


def check_stores(folder):
    for path in folder.rglob("*"):
        if path.is_file() and path.read_bytes()[:16] == b"SQLite format 3\0":
            copy = path.with_name(path.name + ".copy")
            for ending in ("", "-wal", "-journal"):
                if path.with_name(path.name + ending).exists():
                    shutil.copy(path.with_name(path.name + ending), copy.with_name(copy.name + ending))
            with sqlite3.connect(copy) as store:
                said = store.execute("PRAGMA integrity_check").fetchall()
                assert said == [("ok",)], f"{path.name} is corrupt: {said[:3]}"
                assert not store.execute("PRAGMA foreign_key_check").fetchall(), f"{path.name}: dangling rows"
            store.close()
            for ending in ("", "-wal", "-shm", "-journal"):
                copy.with_name(copy.name + ending).unlink(missing_ok=True)


def main():
    random.seed(20261120)
    with Workplace() as place:
        began = time.monotonic()
        whole = undisturbed(place)
        length = time.monotonic() - began
        study = small_study(place)
        results, killed, finished = study / "results", 0, 0
        while killed < KILLS:
            began = time.monotonic()
            child = start("run", study, "--jobs", str(random.choice([1, 2])))
            if random.random() < 0.5:
                watcher = LIBC.inotify_init()
                moved(watcher, results, random.randint(1, 40), time.monotonic() + length, child)
                os.close(watcher)
            else:
                pause(child, random.uniform(0, length))
            child.send_signal(signal.SIGKILL)
            _, about = child.communicate()
            if child.returncode == -signal.SIGKILL:
                killed += 1
            else:
                assert child.returncode == 0, f"exit {child.returncode}: {about}"
                finished += 1
                length = min(length, time.monotonic() - began)  # the first run may have met a busy machine
            if killed % 10 == 0 and results.exists():
                check_stores(results)
            if child.returncode == 0 or random.random() < 0.15:  # mostly go on from where it was killed
                if child.returncode == 0:
                    expect_same(whole, tables(results), f"after {killed} kills")
                shutil.rmtree(results, ignore_errors=True)
        vesica("run", study)
        check_stores(results)
        expect_same(whole, tables(results), f"after {killed} kills")
        left = [path for path in results.rglob("*") if path.suffix in (".tmp", ".part") or path.name.startswith(".tmp")]
        assert not left, f"temporary files stay: {left}"
        said, _ = vesica("status", study, code=None)
        print(f"{killed} kills, {finished} runs completed in between: ok")


main()
