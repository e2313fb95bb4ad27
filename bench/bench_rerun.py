"""A study of 20,000 files: the first run, the rerun that finds nothing to do, and status."""
import os
import pathlib
import re
import subprocess
import tempfile
import time

PROGRAM = os.environ["VESICA"]
FILES = int(os.environ.get("VESICA_BENCH_FILES") or 20_000)
CONDITIONS = 4
STUDY = """[study]
id = "bench"
title = "Twenty thousand small tables"
[[comparison]]
id = "weight"
quantities = ["other.mass"]
target = "weight"
unit = "preparation"
"""


def seconds(*words):
    """Seconds by the clock, seconds of processor time, and what was said."""
    start, before = time.perf_counter(), os.times()
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True)
    clock, after = time.perf_counter() - start, os.times()
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return clock, processor, done.stdout + done.stderr


with tempfile.TemporaryDirectory(prefix="vesica bench ") as folder:
    study = pathlib.Path(folder)
    (study / "study.toml").write_text(STUDY)
    rows = ["path,assay,sample,condition,replicate,kind"]
    for i in range(FILES):
        condition, sample, replicate = i % CONDITIONS, i // CONDITIONS // 10, i // CONDITIONS % 10
        path = study / f"raw/c{condition}/s{condition}x{sample}_{replicate}.csv"
        rows.append(f"{path.relative_to(study)},table,s{condition}x{sample},c{condition},{replicate},preparation")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"sample,weight (g)\ns{condition}x{sample},{200 + sample % 17 + 0.1 * replicate}\n")
    (study / "samples.csv").write_text("\n".join(rows) + "\n")
    print("first run of the study", f"{seconds('run', str(study))[0]:.4g}", "s", sep="\t")
    reruns = [seconds("run", str(study)) for _ in range(2)]
    for _, _, said in reruns:
        executed = re.search(r"(\d+) executed", said)
        assert executed and executed.group(1) == "0", said[-2000:]
    print("rerun, nothing changed", f"{min(clock for clock, _, _ in reruns):.4g}", "s", "< 2", sep="\t")
    print("rerun, processor time", f"{min(processor for _, processor, _ in reruns):.4g}", "s", "< 2", sep="\t")
    print("status", f"{seconds('status', str(study))[0]:.4g}", "s", sep="\t")
