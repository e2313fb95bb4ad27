#!/usr/bin/env python3
"""Runs every study of this folder on the real files under VESICA_DATA and holds its rows against what was counted by
hand or by other means: the sets' own indexes and tables, connected pixels, eyes. Bounds are those that the pages of the
assays state."""
import csv
import pathlib
import runpy
import struct
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
studies = runpy.run_path(str(HERE.parents[1] / "tools/real_studies"))


def values(rows, quantity, target=""):
    """sample → value of the rows that have an answer."""
    return {row["sample"]: float(row["value"]) for row in rows
            if row["quantity"] == quantity and row["target"] == target and row["status"] == "ok"}


def table(path, delimiter="\t"):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def within(name, value, low, high, why):
    print(f"  {name}: {value:.4g}, wanted {low:.4g} to {high:.4g} ({why})")
    assert low <= value <= high, f"{name} is {value}, not within {low} to {high}: {why}"


def pooled(found, truth, low, high, why):
    assert sorted(found) == sorted(truth), f"other fields: {sorted(set(found) ^ set(truth))}"
    within("found less drawn by hand, of all", sum(found.values()) / sum(truth.values()) - 1, low, high, why)
    return sum(abs(found[name] - truth[name]) / truth[name] for name in truth) / len(truth)


def bbbc039(rows, data):
    truth = {row["file"].split("_")[1]: int(row["n_objects"]) for row in table(data / "nuclei/bbbc039/INDEX.tsv")}
    mean = pooled(values(rows, "nuclei.count"), truth, -0.05, 0.05, "973 outlines; the page states -3.1 %")
    within("mean error of a field", mean, 0, 0.05, "the aim of the assay")


def dsb2018(rows, data):
    truth = {row["id"][:12]: int(row["n_nuclei_truth"]) for row in table(data / "nuclei/dsb2018_bbbc038/INDEX.tsv")}
    mean = pooled(values(rows, "nuclei.count"), truth, -0.10, 0.10, "882 outlines; the page states -6.0 %")
    within("mean error of a field", mean, 0, 0.12, "the page states 8.9 %")


def percent_positive(rows, _):
    (share,) = values(rows, "nuclei.positive_rate", "ph3+").values()
    within("share of mitoses", share, 0.05, 0.09, "20 parts of the pH3 channel lie above Otsu's threshold, of about 300 nuclei")


def foci(rows, _):
    (cells,) = values(rows, "uptake.cells").values()
    within("whole nuclei", cells, 6, 6, "by eye; two more leave the field")
    (spots,) = values(rows, "uptake.spots_per_cell").values()
    (chance,) = values(rows, "uptake.false_spots_per_cell").values()
    within("spots of a nucleus", spots, 20, 150, "tens in each nucleus, by eye")
    within("of these by noise", chance, 0, 0.01 * spots, "the false-alarm rate")
    assert not values(rows, "uptake.positive_fraction"), "without a dye-only control there is no uptake"


def blobs(rows, data):
    truth = len(table(data / "puncta/haase_beads_blobs/blobs_statistics.csv", ","))
    (found,) = values(rows, "nuclei.count").values()
    # Objects by Otsu's threshold, touching blobs as one: three pairs come apart here, and faint ones lie below Otsu's.
    within("blobs", found, truth, 1.2 * truth, f"{truth} in the published table, where touching ones are one")


def parts_of(path, least):
    """Number of 8-connected parts of at least so many pixels of an uncompressed 8-bit TIFF in one strip."""
    data = path.read_bytes()
    order = ">" if data[:2] == b"MM" else "<"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    tags = {}
    for i in range(count):
        tag, kind, _, raw = struct.unpack_from(order + "HHI4s", data, at + 2 + 12 * i)
        tags[tag] = struct.unpack_from(order + ("H" if kind == 3 else "I"), raw)[0]
    width, height, start = tags[256], tags[257], tags[273]
    left = {i for i in range(width * height) if data[start + i] > 127}
    parts = 0
    while left:
        edge, size = [left.pop()], 0
        while edge:
            here = edge.pop()
            size += 1
            x, y = here % width, here // width
            for near in (j * width + i for j in (y - 1, y, y + 1) for i in (x - 1, x, x + 1) if 0 <= i < width):
                if near in left:
                    left.remove(near)
                    edge.append(near)
        parts += size >= least
    return parts


def vesicles(rows, data):
    truth = parts_of(data / "puncta/neubias_spots_vesicles/xy_8bit_binary__many_vesicles.tif", 3)
    (found,) = values(rows, "nuclei.count").values()
    within("vesicles", found, 0.98 * truth, 1.02 * truth, f"{truth} connected parts of 3 pixels and more")


def main():
    checks = {check.__name__: check for check in (bbbc039, dsb2018, percent_positive, foci, blobs, vesicles)}
    there = {path.parent.name for path in HERE.glob("*/study.toml")}
    assert there == set(checks), f"a study without checks, or checks without a study: {sorted(there ^ set(checks))}"
    with tempfile.TemporaryDirectory(prefix="vesica 研究 ") as place:
        for name, folder, rows in studies["run_all"](pathlib.Path(place)):
            print(f"{name}: {studies['counted'](rows)}", flush=True)
            assert (folder / "results/report.html").exists(), f"{name} has no report"
            checks[name](rows, pathlib.Path(studies["data_folder"]()))


if __name__ == "__main__":
    main()
