"""Holds Vesica's readers of images and volumes against readers and writers that others wrote.

Run by tools/formats, which makes the environment and the program image_numbers. First our tests' files of one asymmetric,
anisotropic volume are read by pydicom, nibabel, SimpleITK, pynrrd and ITKIOScanco; then those (and mrcfile, tifffile, Pillow)
write the volume and Vesica reads it: the same numbers along the patient's axes and the same voxel, or a refusal by name with
the next step. Last, each file is cut short: nothing that is missing may be read as if it were there. Prints one line a case that differs, and counts; exit 1 when any differs.
"""
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

import formats_dicom
import formats_pictures
import formats_videos
import formats_volumes
from formats_common import LPS_MM, TRUTH, Case

NUMBERS = os.environ["IMAGE_NUMBERS"]


def told(paths):
    """What Vesica reads of each path."""
    done = subprocess.run([NUMBERS, *map(str, paths)], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"image_numbers ended with {done.returncode} after {done.stdout.count(chr(10))} files")
    return [json.loads(line) for line in done.stdout.splitlines()]


def difference(case, answer):
    """What differs from what was written, or None."""
    if case.refused is not None:
        if "refused" not in answer:
            return "is read, and was to be refused"
        if case.refused not in answer["refused"] or not answer["hint"]:
            return f"is refused with other words: {answer['refused']} ({answer['hint']})"
        return None
    if "refused" in answer:
        return f"is refused: {answer['refused']}"
    values = np.asarray(case.values, dtype=float)
    planes = np.array([[np.array(channel) for channel in plane] for plane in answer["planes"]])
    boxes = np.array(answer["boxes"])
    channels = answer["channels"]
    wanted = values if values.ndim == 4 else values[..., None]  # z, y, x, channel
    z, y, x, c = wanted.shape
    if (answer["width"], answer["height"], len(planes), channels) != (x, y, z, c):
        return f"has {answer['width']} x {answer['height']} x {len(planes)} voxels of {channels}, not {x} x {y} x {z} of {c}"
    if answer["orientation"] != ("LPS" if case.oriented else ""):
        return f"has axes {answer['orientation'] or 'as stored'!r}"
    ours = planes.reshape(z, c, y, x).transpose(0, 2, 3, 1)
    if not np.allclose(ours, wanted, rtol=0, atol=case.tolerance):
        return f"differs by up to {np.abs(ours - wanted).max():g}"
    box = boxes.reshape(c, -1, y, x).transpose(1, 2, 3, 0)
    if box.shape == wanted.shape and not np.allclose(box, wanted, rtol=0, atol=case.tolerance + case.box_tolerance):
        return f"differs in its box by up to {np.abs(box - wanted).max():g}"
    for axis, (mine, theirs) in enumerate(zip(answer["voxel_um"], case.voxel_um)):
        if (mine is None) != (theirs is None) or (mine is not None and abs(mine - theirs) > 1e-5 * theirs):
            return f"has a voxel of {mine} um along {'xyz'[axis]}, not {theirs}"
    if case.times_s is not None and not np.allclose(answer["times_s"], case.times_s, atol=1e-3):
        return f"has the times {answer['times_s']}, not {case.times_s}"
    missing = [note for note in case.notes if note not in answer["notes"]]
    if missing or (not case.notes and answer["notes"]):
        return f"has the notes {answer['notes']}, not {case.notes}"
    return None


def cut_short(cases, folder):
    """(case, path, share) of files that end early; of files that differ in the order of axes alone, the first."""
    for case in cases:
        if case.refused is not None or case.path.is_dir() or re.search(r"\D([1-9]|\d\d)\.(nii|nrrd|mha)$", case.name):
            continue
        whole = case.path.read_bytes()
        for share in (0.3, 0.6, 0.9):
            path = folder / f"{share}" / case.path.parent.name / case.path.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(whole[:int(share * len(whole))])
            yield case, path, share


def read_as_if_whole(case, answer):
    """Why the answer about a cut file is wrong, or None: it is refused, says that something is missing, or lost nothing."""
    if "refused" in answer:
        return None if answer["hint"] else "has no next step"
    if any(note.endswith("_missing") for note in answer["notes"]):
        return None
    why = difference(case, answer)
    return None if why is None else f"is read as if it were whole, and {why}"


def main():
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        subprocess.run([NUMBERS, "--write", str(folder / "ours")], check=True)
        problems, counts = [], {}
        for name, reader, values, voxel_mm in itertools.chain(formats_volumes.readings(folder / "ours"),
                                                              formats_dicom.readings(folder / "ours")):
            counts["our files read by others"] = counts.get("our files read by others", 0) + 1
            if values.shape != TRUTH.shape or not np.allclose(values, TRUTH, atol=1e-6):
                problems.append((name, reader, "reads other numbers"))
            elif not np.allclose(voxel_mm, LPS_MM, rtol=1e-6):
                problems.append((name, reader, f"reads a voxel of {voxel_mm} mm"))
        cases = [case for module in (formats_volumes, formats_dicom, formats_pictures, formats_videos) for case in module.cases(folder)]
        for case, answer in zip(cases, told([case.path for case in cases])):
            kind = f"{case.writer}: " + ("refused by name" if case.refused is not None else "read")
            counts[kind] = counts.get(kind, 0) + 1
            if why := difference(case, answer):
                problems.append((case.name, case.writer, why))
        cuts = list(cut_short(cases, folder / "cut"))
        for (case, path, share), answer in zip(cuts, told([path for _, path, _ in cuts])):
            kind = "cut files: " + ("refused" if "refused" in answer else "read in part, as said, or whole")
            counts[kind] = counts.get(kind, 0) + 1
            if why := read_as_if_whole(case, answer):
                problems.append((f"{case.name} cut at {share:.0%}", case.writer, why))
    for problem in problems:
        print(*problem, sep="\t")
    for kind, count in sorted(counts.items()):
        print(kind, count, sep="\t")
    print("differing", len(problems), sep="\t")
    sys.exit(1 if problems else 0)


main()
