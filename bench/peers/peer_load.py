"""libRoadRunner and COPASI loading the models of bench_load: processor time of one thread."""
import os
import pathlib
import statistics
import subprocess
import tarfile
import tempfile
import time

import COPASI
import roadrunner

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPEATS = 3


def roadrunner_load(path):
    roadrunner.RoadRunner(path)


def copasi_load(path):
    data = COPASI.CRootContainer.addDatamodel()
    if not data.importSBML(path):
        raise RuntimeError("not imported")
    data.getModel().compileIfNecessary()
    COPASI.CRootContainer.removeDatamodel(data)


PEERS = {f"libRoadRunner {roadrunner.__version__.split(';')[0]}": roadrunner_load,
         f"COPASI {COPASI.__version__}": copasi_load}


def milliseconds(load, path, repeats=REPEATS):
    least = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        load(str(path))
        least = min(least, time.process_time() - start)
    return 1e3 * least


def unpacked(name, folder):
    with tarfile.open(pathlib.Path(os.environ["VESICA_DATA"]) / "corpora" / name) as files:
        files.extractall(folder, filter="data")


def main():
    roadrunner.Logger.disableLogging()
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder) / "made.xml"
        made.write_bytes(subprocess.run([str(ROOT / "build/release/bin/bench_load"), "--sbml"], check=True,
                                        capture_output=True).stdout)
        if os.environ.get("VESICA_DATA"):
            unpacked("biomodels_1_100.tar.xz", folder)
            unpacked("petab_benchmarks.tar.xz", folder)
        for name, load in PEERS.items():
            if os.environ.get("VESICA_DATA"):
                times = []
                for path in sorted(pathlib.Path(folder).rglob("BIOMD*.xml")):
                    try:
                        times.append(milliseconds(load, path))
                    except Exception:  # the peers refuse models with delays in ways of their own
                        pass
                print("load, median of BioModels 1 to 100", statistics.median(times), "ms", name, sep="\t", flush=True)
                chen = next(pathlib.Path(folder).rglob("model_Chen_MSB2009.xml"))
                print("load, Chen (500 species)", milliseconds(load, chen), "ms", name, sep="\t", flush=True)
            print("load, a made model of 356 species and 3,749 reactions", milliseconds(load, made, 1), "ms", name, sep="\t",
                  flush=True)


main()
