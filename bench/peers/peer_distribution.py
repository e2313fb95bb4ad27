"""libRoadRunner on the physiologically based scenario of bench_distribution: the same SBML, subjects, rows and tolerances.

    peer_distribution.py            lines for tools/bench: speed (processor time) and how far apart the rows are
Both programs are held against each other at relative tolerances of 1e-9, subject by subject and organ by organ: allowed is
1e-5 of the largest value of the row plus 1e-9.
"""
import os
import pathlib
import re
import subprocess
import time

import roadrunner

ROOT = pathlib.Path(__file__).resolve().parents[2]
OURS = os.environ.get("BENCH_DISTRIBUTION", str(ROOT / "build/release/bin/bench_distribution"))
SUBJECTS, HOURS, ROWS = 200, 24, 25
RELATIVE, ABSOLUTE = 1e-6, 1e-10
FINE = 1e-9
NAME = f"libRoadRunner {roadrunner.__version__.split(';')[0]}"


def ours(*words, **environment):
    return subprocess.run([OURS, *words], check=True, capture_output=True, text=True,
                          env=dict(os.environ, **environment)).stdout


def subjects(text):
    found = []
    for line in text.splitlines():
        cells = line.split("\t")
        if cells[0] == "subject":
            found.append(([cell.split("=")[0] for cell in cells[1:]], [float(cell.split("=")[1]) for cell in cells[1:]], []))
        else:
            found[-1][2].append([float(cell) for cell in cells[1:]])
    return found


class Runner:
    def __init__(self, sbml, targets, relative, absolute):
        roadrunner.Logger.disableLogging()
        self.runner = roadrunner.RoadRunner(sbml)
        self.runner.timeCourseSelections = ["time"] + targets
        for key, value in {"relative_tolerance": relative, "absolute_tolerance": absolute,
                           "maximum_num_steps": 1_000_000}.items():
            self.runner.integrator.setValue(key, value)

        parameters = self.runner.model.getGlobalParameterIds()
        self.index = {name: k for k, name in enumerate(parameters)}

    def run(self, names, values):
        self.runner.reset()
        self.runner.model.setGlobalParameterValues([self.index[name] for name in names], values)
        return self.runner.simulate(0, HOURS, ROWS)


def main():
    sbml = ours("--sbml")
    targets = re.findall(r'<parameter id="(amount_\w+)"', sbml)
    runner = Runner(sbml, targets, RELATIVE, ABSOLUTE)
    everybody = subjects(ours("--rows", str(SUBJECTS)))
    start = time.process_time()
    for names, values, _ in everybody:
        runner.run(names, values)
    seconds = time.process_time() - start
    print("subjects of the physiologically based scenario", SUBJECTS / seconds, "1/s", NAME, sep="\t")
    fine = Runner(sbml, targets, FINE, FINE * ABSOLUTE / RELATIVE)
    worst = 0
    for names, values, rows in subjects(ours("--rows", str(SUBJECTS), VESICA_BENCH_RTOL=str(FINE))):
        theirs = fine.run(names, values)
        for k in range(len(targets)):
            column = [row[k] for row in rows]
            allowed = 1e-5 * max(abs(value) for value in column) + 1e-9
            worst = max(worst, max(abs(column[t] - theirs[t][k + 1]) for t in range(ROWS)) / allowed)
    print("largest difference over what is allowed", worst, "1", NAME, sep="\t")


main()
