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
    start = time.perf_counter()
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return time.perf_counter() - start, done.stdout + done.stderr


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
    first, _ = seconds("run", str(study))
    print("first run of the study", f"{first:.4g}", "s", sep="\t")
    again, said = seconds("run", str(study))
    executed = re.search(r"(\d+) executed", said)
    assert executed and executed.group(1) == "0", said[-2000:]
    again = min(again, seconds("run", str(study))[0])
    print("rerun, nothing changed", f"{again:.4g}", "s", "< 2", sep="\t")
    print("status", f"{seconds('status', str(study))[0]:.4g}", "s", sep="\t")
