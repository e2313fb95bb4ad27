"""Holds Vesica against libRoadRunner and COPASI over BioModels 1 to 100: all species, and what has a rate rule.

Run with the peers' environment (tools/bench makes it): build/bench/peers/bin/python bench/peers/agreement.py
It reads VESICA_DATA/corpora/biomodels_1_100.tar.xz, runs build/release/bin/model_rows and prints the table that
docs/biomodels_agreement.tsv publishes. All run from 0 to 100 with 101 rows at relative tolerance 1e-8. A difference is
given in units of what is allowed, 1e-5 * max|a| + 1e-9: 1 or less is agreement. Where two programs disagree, `reference`
columns say how far each is from two runs of Vesica at 1e-12 and 1e-13 by different methods, which must agree with each
other a hundred times better than that.
"""
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROWS = pathlib.Path(os.environ.get("MODEL_ROWS", ROOT / "build/release/bin/model_rows"))
END, STEPS, RELATIVE = 100, 100, 1e-8
PEER_ABSOLUTE, OUR_ABSOLUTE = 1e-14, 1e-12
MOST_STEPS = 1_000_000


def vesica(path, relative, absolute, method="auto"):
    done = subprocess.run([str(ROWS), path, "--to", str(END), "--steps", str(STEPS), "--rtol", repr(relative), "--atol",
                           repr(absolute), "--method", method], capture_output=True, text=True)
    if done.returncode:
        return None
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: [float(line[k]) for line in lines[1:]] for k, name in enumerate(lines[0]) if k}


def roadrunner_rows(path, names):
    import roadrunner
    roadrunner.Logger.disableLogging()
    runner = roadrunner.RoadRunner(path)
    for key, value in {"relative_tolerance": RELATIVE, "absolute_tolerance": PEER_ABSOLUTE,
                       "maximum_num_steps": MOST_STEPS}.items():
        runner.integrator.setValue(key, value)
    runner.timeCourseSelections = ["time"] + names
    rows = runner.simulate(0, END, STEPS + 1)
    return {name: [float(row[k + 1]) for row in rows] for k, name in enumerate(names)}


def copasi_rows(path, names):
    import basico
    model = basico.load_model(path)
    try:
        table = basico.run_time_course(duration=END, intervals=STEPS, automatic=False, use_sbml_id=True, r_tol=RELATIVE,
                                       a_tol=PEER_ABSOLUTE, max_steps=MOST_STEPS, use_numbers=True)
        particles = model.getModel().getQuantity2NumberFactor()
        units = {m.getSBMLId(): particles for m in model.getModel().getMetabolites()}
        units |= {m.getSBMLId(): 1 for m in model.getModel().getModelValues()}
        rows = {name: [float(value) / units[name] for value in table[name]] for name in names if name in units and name in table.columns}
        return rows if len(table) == STEPS + 1 else None
    finally:
        basico.remove_datamodel(model)


PEERS = {"roadrunner": roadrunner_rows, "copasi": copasi_rows}


def in_a_child(peer, path, names):
    """A peer in a process of its own: one that crashes or prints is one model without it."""
    done = subprocess.run([sys.executable, __file__, "--peer", peer, path] + names, capture_output=True, text=True, timeout=600)
    last = done.stdout.strip().splitlines()[-1:] or ["null"]
    return json.loads(last[0]) if done.returncode == 0 else None


def difference(a, b):
    """The largest over species and rows, in units of what is allowed; None when there is nothing to compare."""
    if not a or not b:
        return None
    worst = None
    for name in set(a) & set(b):
        if len(a[name]) != STEPS + 1 or len(b[name]) != STEPS + 1:
            raise RuntimeError(f"{name} does not have {STEPS + 1} rows")
        allowed = 1e-5 * max(abs(x) for x in a[name]) + 1e-9
        for x, y in zip(a[name], b[name]):
            if x != x and y != y:
                continue
            share = abs(x - y) / allowed
            worst = share if worst is None or not share <= worst else worst
    return worst


def shown(value):
    return "" if value is None else f"{value:.3g}"


def compare(model, path):
    rows = {"vesica": vesica(path, RELATIVE, OUR_ABSOLUTE)}
    rows |= {peer: in_a_child(peer, path, list(rows["vesica"] or {})) for peer in PEERS}
    pairs = [difference(rows[a], rows[b]) for a, b in (("roadrunner", "vesica"), ("copasi", "vesica"), ("roadrunner", "copasi"))]
    compared = max([len(set(rows["vesica"] or {}) & set(rows[peer] or {})) for peer in PEERS])
    line = [model, str(compared)] + [shown(pair) for pair in pairs]
    if all(pair is None or pair <= 1 for pair in pairs):
        ours = pairs[0] is not None or pairs[1] is not None
        refuses = "all refuse" if not any(rows.values()) else "vesica refuses" if not rows["vesica"] else "peers refuse"
        return line + ["agree" if ours else refuses] + [""] * 4
    exact, again = vesica(path, 1e-12, 1e-18), vesica(path, 1e-13, 1e-18, "rosenbrock")
    distances = [difference(exact, rows[name]) for name in ("vesica", "roadrunner", "copasi")]
    apart = pairs[0] is not None and pairs[0] > 1 or pairs[1] is not None and pairs[1] > 1
    return line + ["differ" if apart else "peers differ"] + [shown(d) for d in distances] + [shown(difference(exact, again))]


def main():
    if sys.argv[1:2] == ["--peer"]:
        print(json.dumps(PEERS[sys.argv[2]](sys.argv[3], sys.argv[4:])))
        return
    archive = pathlib.Path(os.environ["VESICA_DATA"]) / "corpora/biomodels_1_100.tar.xz"
    print("model", "species", "roadrunner", "copasi", "between_peers", "verdict", "vesica_from_reference",
          "roadrunner_from_reference", "copasi_from_reference", "references_apart", sep="\t")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive) as files:
            files.extractall(folder, filter="data")
        for path in sorted(pathlib.Path(folder).rglob("BIOMD*.xml")):
            print(*compare(path.stem, str(path)), sep="\t", flush=True)


main()
