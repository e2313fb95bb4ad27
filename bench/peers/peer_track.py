"""trackpy with numba, one process, on the frames of bulk_water (VESICA_DATA): processor time a frame, compiling left
out. Without the data there is nothing to compare."""
import importlib.metadata
import os
import pathlib
import sys
import time
import warnings

warnings.filterwarnings("ignore")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")
root = os.environ.get("VESICA_DATA")
if not root:
    sys.exit("VESICA_DATA is not set")
import numpy
import pandas
import trackpy
from PIL import Image

PROGRAM = "trackpy " + importlib.metadata.version("trackpy")
trackpy.quiet()
files = sorted(pathlib.Path(root, "nta/trackpy_bulk_water").glob("*.png"))
whole = [numpy.asarray(Image.open(path))[..., 1] for path in files]


def locate(frames, unit):
    found = []
    for number, frame in enumerate(frames):
        spots = trackpy.locate(frame, 11, minmass=20 * unit, invert=True)
        spots["frame"] = number
        found.append(spots)
    return pandas.concat(found, ignore_index=True)


for frames, unit, how in ((whole, 1, "whole counts"), ([frame / 255 for frame in whole], 1 / 255, "nothing rounded")):
    trackpy.link(locate(frames[:3], unit), 5, memory=3)  # compiles
    start = time.process_time()
    spots = locate(frames, unit)
    middle = time.process_time()
    trackpy.link(spots, 5, memory=3)
    end = time.process_time()
    per = 1000 / len(frames)
    for what, seconds in (("spots", middle - start), ("links", end - middle), ("spots and links", end - start)):
        print(f"{what} of a frame, processor time, {how}", seconds * per, "ms", PROGRAM, sep="\t")
