"""Edits made between two runs never vanish: SIGKILL at random moments of runs and of the edits themselves; what was
answered for stands in the history with its reason, what was killed stands there whole or not at all."""
import csv
import json
import os
import random
import signal
import time

from support import Workplace, expect_same, pause, small_study, start, tables, undisturbed, vesica

KILLS = int(os.environ.get("VESICA_KILLS") or 200)


def history(study):
    return json.loads(vesica("history", study, "--json")[0])["edits"]


def kill_after(child, seconds):
    """True when the child was killed before it ended."""
    pause(child, seconds)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    return child.returncode == -signal.SIGKILL


def main():
    random.seed(20261121)
    with Workplace() as place:
        began = time.monotonic()
        whole = undisturbed(place)
        length = time.monotonic() - began
        study = small_study(place)
        vesica("run", study)
        with (study / "results/observations.tsv").open(encoding="utf-8") as file:
            samples = sorted({row["sample"] for row in csv.DictReader(file, delimiter="\t") if row["sample"]})
        killed, promised, attempts = 0, {}, 0
        while killed < KILLS:
            attempts += 1
            reason = f"reason {attempts} 因"
            sample = random.choice(samples)
            if random.random() < 0.5:  # an edit that was answered, then a run that is killed
                said, _ = vesica("exclude", study, "--sample", sample, "--reason", reason, code=(0, 78))
                if said:  # 78: all its rows are set aside already
                    promised[reason] = sample
                began = time.monotonic()
                died = kill_after(start("run", study), random.uniform(0, length))
                killed += died
                if not died:  # the first run may have met a busy machine
                    length = min(length, time.monotonic() - began)
            else:  # the edit itself is killed
                killed += kill_after(start("exclude", study, "--sample", sample, "--reason", reason),
                                     random.uniform(0, 0.15))
            if random.random() < 0.7:  # few samples: most are set aside again and again
                vesica("undo", study, code=(0, 64))
            if random.random() < 0.2:
                vesica("redo", study, code=(0, 64))
            if killed % 20 == 0:
                there = {edit["reason"]: edit["match"] for edit in history(study)}
                for each, of in promised.items():
                    assert there.get(each) == {"sample": of}, f"{each} of {of} vanished after {killed} kills"
        edits = history(study)
        numbers = [edit["number"] for edit in edits]
        assert numbers == sorted(set(numbers)), "numbers of edits are not in order"
        assert all(edit["match"] and edit["reason"] for edit in edits if edit["action"] == "exclude"), "half an edit"
        while True:  # unlimited: everything is taken back, one by one
            _, about = vesica("undo", study, code=(0, 64))
            if "no edit to take back" in about:
                break
        vesica("run", study)
        expect_same(whole, tables(study / "results"), f"after {killed} kills and all edits undone")
        print(f"{killed} kills, {len(promised)} edits answered for, {len(edits)} events: none vanished: ok")


main()
