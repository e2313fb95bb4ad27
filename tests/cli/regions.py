"""Regions and labels beside images: counts by region are those of the table of nuclei, a changed file is measured again,
`new` leaves such files out of the sheet, regions of one animal are compared in pairs."""
import csv
import json
import shutil

from support import Workplace, vesica

STUDY = """[study]
id = "sections"
title = "Sections"
[settings.nuclei]
markers = ["edu=EdU"]
cut = "fixed"
cuts = [150]
"""


def table(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def rows(study, sample):
    return {(row["quantity"], row["target"]): row for row in table(study / "results/observations.tsv")
            if row["sample"] == sample}


def outlines(parts):
    """Named rectangles as QuPath exports them."""
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"objectType": "annotation", "name": name}, "geometry": {
            "type": "Polygon", "coordinates": [[[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]]}}
        for name, x0, y0, x1, y1 in parts]})


with Workplace() as place:
    study = place / "study"
    (study / "raw").mkdir(parents=True)
    for number in (1, 2, 3):
        vesica("phantom", "nuclei", "--out", place / str(number), "--seed", number, "--set", "width=300", "--set",
               "height=300", "--set", f"nuclei={30 + 5 * number}")
        shutil.copy(place / str(number) / "nuclei.ome.tif", study / f"raw/大鼠{number}.tif")
        (study / f"raw/大鼠{number}_regions.geojson").write_text(
            outlines([("皮层", 0, 0, 300, 120), ("core", 50, 100, 250, 300), ("core", 0, 290, 50, 300)]), encoding="utf-8")
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    (study / "samples.csv").write_text("path,assay,sample,kind\n" + "".join(
        f"raw/大鼠{n}.tif,nuclei,R{n},animal\n" for n in (1, 2, 3)), encoding="utf-8")
    vesica("run", study)
    for number in (1, 2, 3):
        found = rows(study, f"R{number}")
        nuclei = table(next((study / "results/objects").glob(f"R{number}-*objects.tsv")))
        for region in ("皮层", "core"):
            inside = [one for one in nuclei if one[f"in {region}"] == "1"]
            for one in nuclei:
                x, y = float(one["x_px"]), float(one["y_px"])
                in_core = (50 <= x + 0.5 < 250 and y + 0.5 >= 100) or (x + 0.5 < 50 and y + 0.5 >= 290)
                near = min(abs(x - 49.5), abs(x - 249.5), abs(y - 99.5), abs(y - 289.5)) < 1  # on the rim
                if region == "core" and not near:
                    assert (one["in core"] == "1") == in_core, one
            count = found[("nuclei.count", region)]
            assert float(count["value"]) == len(inside) > 0, count
            area = found[("nuclei.field_area", region)]
            pixels = 300 * 120 if region == "皮层" else 200 * 200 + 50 * 10
            assert abs(float(area["value"]) - pixels * 0.65 ** 2 * 1e-6) < 1e-9, area
            share = found[("nuclei.positive_fraction", f"edu+ in {region}")]
            positive = sum(one["edu+"] == "1" for one in inside)
            assert abs(float(share["value"]) - positive / len(inside)) < 1e-9 and share["interval"] == "wilson95", share
            density = found[("nuclei.positive_density", f"edu+ in {region}")]
            assert abs(float(density["value"]) - positive / float(area["value"])) < 1e-6, density
    report = (study / "results/report.html").read_text(encoding="utf-8")
    assert "皮层" in report and "overlap" in report

    # Nothing to do, until what lies beside an image changes.
    said, about = vesica("run", study)
    assert " 0 executed" in said + about, (said, about)
    (study / "raw/大鼠2_regions.geojson").write_text(outlines([("core", 0, 0, 300, 300)]), encoding="utf-8")
    vesica("run", study)
    second = rows(study, "R2")
    assert second[("nuclei.count", "core")]["value"] == second[("nuclei.count", "")]["value"]
    assert ("nuclei.count", "皮层") not in second
    (study / "raw/大鼠2_regions.geojson").write_text('{"type": "FeatureCollection", "features": [{}]}', encoding="utf-8")
    _, about = vesica("run", study, code=2)
    assert "大鼠2_regions.geojson" in about and "QuPath" in about, about

    # Two regions of one animal, in pairs.
    pairs = place / "pairs"
    (pairs / "raw").mkdir(parents=True)
    lines = ["path,assay,sample,condition,kind,parent,block,part,regions"]
    for number in (1, 2, 3):
        shutil.copy(study / f"raw/大鼠{number}.tif", pairs / f"raw/{number}.tif")
        lines.append(f",,R{number},,animal,,,,")
        for region, box in (("lesion", (0, 0, 300, 100)), ("healthy", (0, 100, 300, 300))):
            (pairs / f"raw/{number}_{region}.geojson").write_text(outlines([("area", *box)]), encoding="utf-8")
            lines.append(f"raw/{number}.tif,nuclei,R{number} {region},{region},region,R{number},R{number},{region},{region}")
    (pairs / "samples.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (pairs / "study.toml").write_text(
        STUDY + '[[comparison]]\nid = "pairs"\nquantities = ["nuclei.density"]\ntarget = "area"\nunit = "region"\n',
        encoding="utf-8")
    vesica("run", pairs)
    answers = [row for row in table(pairs / "results/findings.tsv") if row["quantity"] == "nuclei.density"]
    assert len(answers) == 1 and "Paired" in answers[0]["answer"], answers

    # A new study takes the images and leaves what belongs to them where it is.
    (pairs / "raw/1_regions.geojson").write_text(outlines([("all", 0, 0, 9, 9)]), encoding="utf-8")
    said, about = vesica("new", place / "made", "--from", pairs / "raw")
    said += about
    assert "nuclei: 1.tif, 2.tif, 3.tif" in said and "7 files of labels or regions" in said, said

    # Labels that Cellpose saved "in folders": found, named, hashed, and no inputs; its _seg.npy is told with its way out.
    cells = place / "cells"
    (cells / "raw/masks").mkdir(parents=True)
    for number in (1, 2, 3):
        shutil.copy(pairs / f"raw/{number}.tif", cells / f"raw/{number}.tif")
        shutil.copy(next((pairs / "results/objects").glob(f"R{number}*labels.tif")), cells / f"raw/masks/{number}_cp_masks.tif")
        (cells / f"raw/{number}_seg.npy").write_bytes(b"\x93NUMPY")
    said, about = vesica("new", place / "cells made", "--from", cells / "raw", "--no-report")
    said += about
    assert "nuclei: 1.tif, 2.tif, 3.tif" in said and "masks/1_cp_masks.tif" in said and "→ nuclei: masks" not in said, said
    (cells / "study.toml").write_text(STUDY + 'labels = "cp_masks"\n', encoding="utf-8")
    (cells / "samples.csv").write_text("path,assay,sample,kind\n" + "".join(
        f"raw/{n}.tif,nuclei,C{n},culture\n" for n in (1, 2, 3)), encoding="utf-8")
    vesica("run", cells)
    for number in (1, 2, 3):
        assert rows(cells, f"C{number}")[("nuclei.count", "")]["value"] == \
               rows(pairs, f"R{number} lesion")[("nuclei.count", "")]["value"]
    said, about = vesica("run", cells)
    assert " 0 executed" in said + about, (said, about)
    shutil.copy(cells / "raw/masks/2_cp_masks.tif", cells / "raw/masks/1_cp_masks.tif")
    vesica("run", cells)
    assert rows(cells, "C1")[("nuclei.count", "")]["value"] == rows(cells, "C2")[("nuclei.count", "")]["value"]
    shutil.rmtree(cells / "raw/masks")
    _, about = vesica("run", cells, code=2)
    assert "1_seg.npy" in about and "Save masks as PNG/tif" in about, about
print("regions: ok")
