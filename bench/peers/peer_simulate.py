"""libRoadRunner and COPASI on the models of bench_simulate: processor time, one thread, rows and tolerances alike."""
import os
import pathlib
import random
import statistics
import subprocess
import tarfile
import tempfile
import time

import COPASI
import roadrunner

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELATIVE, ABSOLUTE, REPEATS, MOST_STEPS = 1e-6, 1e-12, 10, 1_000_000
INDIVIDUALS = 200
GIVEN = {"scale": (1, 0.15), "clearance": (12, 0.4), "filtration": (4, 0.3), "absorption": (0.9, 0.4), "p_muscle": (0.8, 0.2),
         "p_fat": (4, 0.2), "p_liver": (2.5, 0.2)}


class RoadRunner:
    name = f"libRoadRunner {roadrunner.__version__.split(';')[0]}"

    def __init__(self, path, relative=RELATIVE, absolute=ABSOLUTE):
        roadrunner.Logger.disableLogging()
        self.runner = roadrunner.RoadRunner(path)
        for key, value in {"relative_tolerance": relative, "absolute_tolerance": absolute,
                           "maximum_num_steps": MOST_STEPS}.items():
            self.runner.integrator.setValue(key, value)

    def run(self, end, rows, values=()):
        self.runner.reset()
        for name, value in values:
            self.runner.setValue(name, value)
        self.runner.simulate(0, end, rows)


class Copasi:
    name = f"COPASI {COPASI.__version__}"

    def __init__(self, path, relative=RELATIVE, absolute=ABSOLUTE):
        self.data = COPASI.CRootContainer.addDatamodel()
        if not self.data.importSBML(path):
            raise RuntimeError("not imported")
        self.task = self.data.getTask("Time-Course")
        self.model = self.data.getModel()
        method = self.task.getMethod()
        method.getParameter("Relative Tolerance").setDblValue(relative)
        method.getParameter("Absolute Tolerance").setDblValue(absolute)
        method.getParameter("Max Internal Steps").setUIntValue(MOST_STEPS)

    def run(self, end, rows, values=()):
        problem = self.task.getProblem()
        problem.setDuration(end)
        problem.setStepNumber(rows - 1)
        problem.setTimeSeriesRequested(True)
        changed = COPASI.ObjectStdVector()
        for name, value in values:
            if name == "lumen":
                item = self.model.getMetabolite(name)
                item.setInitialConcentration(value)
                changed.append(item.getInitialConcentrationReference())
            else:
                item = self.model.getModelValue(name)
                item.setInitialValue(value)
                changed.append(item.getInitialValueReference())
        if values:
            self.model.updateInitialValues(changed)
        if not self.task.process(True):
            raise RuntimeError("failed")


def processor_seconds(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def milliseconds(peer, path):
    simulator = peer(path)
    return 1e3 * statistics.median(processor_seconds(lambda: simulator.run(100, 101)) for _ in range(REPEATS))


def biomodels(peer, folder):
    times = []
    for path in sorted(pathlib.Path(folder).rglob("BIOMD*.xml")):
        try:
            times.append(milliseconds(peer, str(path)))
        except Exception:  # the peers refuse models with delays in ways of their own
            pass
    print("simulate, median of BioModels 1 to 100", statistics.median(times), "ms", peer.name, sep="\t", flush=True)
    print("simulate, sum of BioModels 1 to 100", sum(times), "ms", peer.name, sep="\t", flush=True)


def ensemble(peer, path):
    simulator = peer(path, RELATIVE, 1e-9)
    generator = random.Random(1)

    def all_of_them():
        for _ in range(INDIVIDUALS):
            values = [(name, median * generator.lognormvariate(0, sd)) for name, (median, sd) in GIVEN.items()]
            simulator.run(24, 97, values + [("lumen", 100.0)])
    print("individuals of a 16-state physiologically based model", INDIVIDUALS / processor_seconds(all_of_them), "1/s", peer.name,
          sep="\t", flush=True)


def unpacked(name, folder):
    with tarfile.open(pathlib.Path(os.environ["VESICA_DATA"]) / "corpora" / name) as files:
        files.extractall(folder, filter="data")


def main():
    with tempfile.TemporaryDirectory() as folder:
        if os.environ.get("VESICA_DATA"):
            unpacked("biomodels_1_100.tar.xz", folder)
            unpacked("petab_benchmarks.tar.xz", folder)
        model = pathlib.Path(folder) / "pbpk.xml"
        model.write_bytes(subprocess.run([str(ROOT / "build/release/bin/bench_simulate"), "--sbml"], check=True,
                                         capture_output=True).stdout)
        for peer in (RoadRunner, Copasi):
            if os.environ.get("VESICA_DATA"):
                biomodels(peer, folder)
                chen = next(pathlib.Path(folder).rglob("model_Chen_MSB2009.xml"))
                print("simulate, Chen (500 species)", milliseconds(peer, str(chen)), "ms", peer.name, sep="\t", flush=True)
            ensemble(peer, str(model))


main()
