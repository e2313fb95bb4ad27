"""Ctrl-C ends with 130 and a sentence; the same command then completes to the tables of an undisturbed run."""
import signal
import time

from support import Workplace, small_study, expect_same, start, tables, undisturbed, vesica

with Workplace() as place:
    whole = undisturbed(place)
    interrupted = 0
    for round_number in range(6):
        study = small_study(place, f"study {round_number}")
        child = start("run", study, "--jobs", "1")
        deadline = time.monotonic() + 10
        while not (study / "results").exists() and child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(0.02 * round_number)
        child.send_signal(signal.SIGINT)
        _, about = child.communicate(timeout=60)
        if child.returncode == 130:
            interrupted += 1
            assert about.strip(), "nothing is said about the interruption"
        else:
            assert child.returncode == 0, f"exit {child.returncode}: {about}"  # it had finished already
        vesica("run", study)
        expect_same(whole, tables(study / "results"), "after Ctrl-C")
    assert interrupted, "no run was long enough to be interrupted"
print(f"{interrupted} interruptions: ok")
