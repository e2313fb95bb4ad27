"""Holds SBML as Vesica writes it against the original in libRoadRunner and COPASI: the same program must give the same rows.

Run with the peers' environment (tools/bench makes it): build/bench/peers/bin/python bench/peers/written.py [STRIDE]
It reads BioModels 1 to 100 and every STRIDE-th case (5 unless told) of the SBML Test Suite from VESICA_DATA/corpora, writes
each by build/release/bin/bench_load --rewrite, and prints counts and the models that differ: by more than 1e-6 of the largest
value of a symbol, plus 1e-9. Cases whose events tie at random may differ, and so do the Level 2 cases with stoichiometryMath
in COPASI, which leaves it out of the original (00068: 1.499 where the suite says 2.998) and knows what Vesica writes for it.
"""
import collections
import math
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WRITER = pathlib.Path(os.environ.get("BENCH_LOAD", ROOT / "build/release/bin/bench_load"))
END, STEPS, RELATIVE, ABSOLUTE = 10, 10, 1e-9, 1e-14


def roadrunner_rows(text):
    import roadrunner
    roadrunner.Logger.disableLogging()
    runner = roadrunner.RoadRunner(text)
    runner.integrator.relative_tolerance = RELATIVE
    runner.integrator.absolute_tolerance = ABSOLUTE
    names = sorted(list(runner.model.getFloatingSpeciesIds()) + list(runner.model.getGlobalParameterIds()))
    runner.timeCourseSelections = ["time"] + names
    rows = runner.simulate(0, END, STEPS + 1)
    return {name: [float(row[k + 1]) for row in rows] for k, name in enumerate(names)}


def copasi_rows(text):
    import basico
    model = basico.load_model_from_string(text)
    if model is None:
        raise RuntimeError("not loaded")
    try:
        table = basico.run_time_course(duration=END, intervals=STEPS, automatic=False, use_sbml_id=True, r_tol=RELATIVE,
                                       a_tol=ABSOLUTE, max_steps=1_000_000)
        if len(table) != STEPS + 1:
            raise RuntimeError("not run")
        return {name: [float(value) for value in table[name]] for name in table.columns}
    finally:
        basico.remove_datamodel(model)


def differs(before, after):
    for name in before.keys() & after.keys():
        allowed = 1e-9 + 1e-6 * max((abs(x) for x in before[name] if math.isfinite(x)), default=0)
        for x, y in zip(before[name], after[name]):
            if math.isnan(x) != math.isnan(y) or abs(x - y) > allowed:
                return f"{name}: {x:.9g} and {y:.9g}"
    return None


def judged(rows, original, written):
    try:
        before = rows(original)
    except Exception:
        return "the original does not run", None
    try:
        after = rows(written)
    except Exception as error:
        return "only the original runs", str(error).splitlines()[0][:150]
    difference = differs(before, after)
    return ("differs" if difference else "equal"), difference


def main():
    stride = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    corpora = pathlib.Path(os.environ["VESICA_DATA"]) / "corpora"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("biomodels_1_100.tar.xz", "sbml_test_suite.tar.xz"):
            with tarfile.open(corpora / name) as files:
                files.extractall(folder, filter="data")
        models = sorted(pathlib.Path(folder).rglob("BIOMD*.xml"))
        models += sorted(pathlib.Path(folder).rglob("semantic/*/*-sbml-*.xml"))[::stride]
        for program, rows in (("libRoadRunner", roadrunner_rows), ("COPASI", copasi_rows)):
            counts = collections.Counter()
            for path in models:
                done = subprocess.run([str(WRITER), "--rewrite", str(path)], capture_output=True, encoding="utf-8")
                if done.returncode:
                    counts["refused by Vesica"] += 1
                    continue
                verdict, why = judged(rows, path.read_text(encoding="utf-8", errors="replace"), done.stdout)
                counts[verdict] += 1
                if why:
                    print(program, path.name, verdict, why, sep="\t", flush=True)
            print(program, ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()), sep="\t", flush=True)


main()
