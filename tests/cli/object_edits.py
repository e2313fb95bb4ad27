"""edit: objects taken away, joined, cut, drawn and left out hold through later runs and other settings, undo and redo
walk back and forth by file, ROIs of ImageJ go out and come in, and what finds nothing is told as a conflict."""
import csv
import json
import shutil
import struct
import zipfile

from support import Workplace, vesica

STUDY = """[study]
id = "nuclei"
title = "Two fields"
[settings.nuclei]
markers = ["edu=EdU"]
cut = "fixed"
cuts = [150]
"""
FIRST, SECOND = "raw/场 1.tif", "raw/f2.tif"


def count(study, part):
    with (study / "results/observations.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t")
                if row["quantity"] == "nuclei.count" and row["part"] == part and row["source"] == "nuclei"]
    assert len(rows) == 1, rows
    return int(float(rows[0]["value"]))


def state(study):
    return (study / "results/observations.tsv").read_bytes()


def objects(study, part):
    with next((study / "results/objects").glob(f"*{part}*objects.tsv")).open(encoding="utf-8") as file:
        return [(float(row["x_px"]), float(row["y_px"])) for row in csv.DictReader(file, delimiter="\t")]


def edit(study, what, *options, code=0):
    return vesica("edit", study, what, *options, "--reason", "seen; \"是\"", code=code)


with Workplace() as place:
    study = place / "study"
    (study / "raw").mkdir(parents=True)
    for seed, name in ((5, FIRST), (6, SECOND)):
        vesica("phantom", "nuclei", "--out", place / str(seed), "--seed", seed, "--set", "width=300", "--set", "height=300",
               "--set", "nuclei=40", "--set", "touching=0")
        shutil.copy(place / str(seed) / "nuclei.ome.tif", study / name)
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    (study / "samples.csv").write_text(f"path,assay,sample,kind,part\n{FIRST},nuclei,W1,well,a\n{SECOND},nuclei,W1,well,b\n",
                                       encoding="utf-8")
    _, about = edit(study, FIRST, "--remove", "10,10", code=66)
    assert "no results" in about, about
    vesica("run", study)
    before, whole, other = count(study, "a"), state(study), count(study, "b")
    inner = [(x, y) for x, y in objects(study, "a") if 40 < x < 260 and 40 < y < 260]
    (x0, y0), (x1, y1), (x2, y2) = inner[0], inner[len(inner) // 2], inner[-1]

    vesica("edit", study, FIRST, "--remove", f"{x0},{y0}", code=64)  # a reason is not optional
    edit(study, FIRST, code=64)
    edit(study, FIRST, "--remove", "ten,20", code=64)
    edit(study, FIRST, "--remove", "5000,20", code=78)
    edit(study, FIRST, "--add", "10,10", code=64)
    _, about = edit(study, "W1", "--remove", f"{x0},{y0}", code=64)  # two files
    assert FIRST in about and SECOND in about, about
    _, about = edit(study, "W2", "--remove", "9,9", code=66)
    assert "W2" in about, about

    edit(study, FIRST, "--remove", f"{x0},{y0}")
    edit(study, FIRST, "--split", f"{x1},{y1 - 30} {x1},{y1 + 30}", "--leave-out", f"{x2},{y2},12", "--name", "bubble")
    edit(study, SECOND, "--add", "150,150,4")
    said, _ = vesica("run", study)
    assert count(study, "a") == before - 1 + 1 - 1, (before, count(study, "a"))
    assert count(study, "b") in (other, other + 1)
    corrected = state(study)

    # Other settings: the edits find their objects again, and say so when they do not.
    (study / "study.toml").write_text(STUDY + "blur_um = 0.6\ncorrection = 0.6\n", encoding="utf-8")
    vesica("run", study)
    assert abs(count(study, "a") - (before - 1)) <= 1
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    vesica("run", study)
    assert state(study) == corrected, "going back to the settings does not go back to the tables"

    # Taken back and done again, by file.
    history = json.loads(vesica("history", study, "--input", SECOND, "--json")[0])["edits"]
    assert len(history) == 1 and history[0]["kind"] == "add", history
    for _ in range(3):
        vesica("undo", study, "--input", FIRST)
    vesica("undo", study, "--input", FIRST, code=64)
    vesica("undo", study, "--input", "f2.tif")
    vesica("run", study)
    assert state(study) == whole, "all edits undone, other tables"
    for _ in range(3):
        vesica("redo", study, "--input", FIRST)
    vesica("redo", study, "--input", FIRST, code=64)
    vesica("redo", study)
    vesica("run", study)
    assert state(study) == corrected, "all edits done again, other tables"

    # A region that is moved by its name, and a field of which nothing is left.
    edit(study, SECOND, "--region", "0,0 150,0 150,300 0,300", "--name", "half")
    vesica("run", study)
    half = count(study, "b")
    edit(study, SECOND, "--region", "0,0 300,0 300,300 0,300", "--name", "half")
    vesica("run", study)
    assert half < count(study, "b"), "the region was not moved"
    edit(study, SECOND, "--move", "-150,0", "--name", "half")
    vesica("run", study)
    assert count(study, "b") == half, "shifted by half of the width, the region is the first one again"
    geometry = json.loads(vesica("history", study, "--input", SECOND, "--json")[0])["edits"][-1]["geometry"]
    assert geometry["polygon"][0] == -150 and geometry["name"] == "half", geometry
    _, about = edit(study, SECOND, "--move", "1,1", code=64)  # which?
    assert "--name" in about, about
    _, about = edit(study, SECOND, "--move", "1,1", "--name", "third", code=78)
    assert "third" in about and "history" in about, about
    edit(study, SECOND, "--move", "5", "--name", "half", code=64)
    vesica("undo", study, "--input", SECOND)
    vesica("undo", study, "--input", SECOND)
    vesica("undo", study, "--input", SECOND)

    # A straight line of ImageJ as a region: what lies to its left, here the upper half (type 3, x1 y1 x2 y2 as reals).
    line = bytearray(64)
    line[:8] = b"Iout" + struct.pack(">hh", 227, 3 << 8)
    line[18:34] = struct.pack(">4f", 0, 150, 300, 150)
    (place / "line.roi").write_bytes(line)
    vesica("run", study)
    all_of_them = objects(study, "b")
    edit(study, SECOND, "--region", place / "line.roi")
    vesica("run", study)
    assert abs(count(study, "b") - sum(y < 150 for _, y in all_of_them)) <= 2, "the line is no border"
    vesica("undo", study, "--input", SECOND)
    edit(study, SECOND, "--leave-out", place / "line.roi", code=(65, 78))  # nothing lies within a line

    # Objects by their number in the table, points with full-width commas.
    vesica("run", study)
    third = objects(study, "b")[2]
    edit(study, SECOND, "--remove", "#3")
    at = json.loads(vesica("history", study, "--input", SECOND, "--json")[0])["edits"][-1]["geometry"]["at"]
    assert abs(at[0] - third[0]) < 3 and abs(at[1] - third[1]) < 3, (at, third)
    _, about = edit(study, SECOND, "--remove", "#9999", code=78)
    assert "#9999" in about, about
    vesica("undo", study, "--input", SECOND)
    edit(study, SECOND, "--add", "150，150，4")
    vesica("undo", study, "--input", SECOND)

    # Outlines of ImageJ: the ones that went out come in; a rejected one goes.
    for _ in range(3):
        vesica("undo", study, "--input", FIRST)
    vesica("run", study)
    rois = next((study / "results/objects").glob("*a*rois.zip"))
    edit(study, FIRST, "--accept", rois)
    assert not [one for one in json.loads(vesica("history", study, "--input", FIRST, "--json")[0])["edits"][6:]
                if one["action"] == "correct"], "regions that are the objects make no event"
    with zipfile.ZipFile(rois) as all_of_them, zipfile.ZipFile(place / "two.zip", "w") as two:
        for name in all_of_them.namelist()[:2]:
            two.writestr(name, all_of_them.read(name))
    edit(study, FIRST, "--reject", place / "two.zip")
    vesica("run", study)
    assert count(study, "a") == before - 2
    edit(study, FIRST, "--reject", place / "no.zip", code=66)
    (place / "bad.zip").write_bytes(b"PK no zip")
    edit(study, FIRST, "--reject", place / "bad.zip", code=65)

    # A composite of ImageJ (here a ring, two pieces) is one region with a hole; what beside it is none is named.
    def composite(*boxes):
        numbers = [n for x0, y0, x1, y1 in boxes for n in (0, x0, y0, 1, x1, y0, 1, x1, y1, 1, x0, y1, 4)]
        head = bytearray(64)
        head[:8] = b"Iout" + struct.pack(">hh", 227, 1 << 8)
        head[36:40] = struct.pack(">I", len(numbers))
        return bytes(head) + struct.pack(f">{len(numbers)}f", *numbers)

    with zipfile.ZipFile(place / "ring.zip", "w") as ring:
        ring.writestr("ring.roi", composite((0, 0, 300, 300), (75, 75, 225, 225)))
        ring.writestr("broken.roi", composite((0, 0, 9, 9))[:80])
    all_of_them = objects(study, "a")
    said, _ = edit(study, FIRST, "--region", place / "ring.zip")
    assert "broken.roi" in said and "left out" in said, said
    vesica("run", study)
    outside = sum(not (75 < x < 225 and 75 < y < 225) for x, y in all_of_them)
    assert abs(count(study, "a") - outside) <= 3, (count(study, "a"), outside)  # nuclei on the hole's rim
    vesica("undo", study, "--input", FIRST)
    vesica("run", study)

    # Under another name and another part the file keeps its edits, and its history is found by either name.
    corrected = count(study, "a")
    (study / FIRST).rename(study / "raw/first.tif")
    sheet = (study / "samples.csv").read_text(encoding="utf-8")
    (study / "samples.csv").write_text(sheet.replace(FIRST, "raw/first.tif").replace(",a\n", ",field 1\n"), encoding="utf-8")
    _, about = vesica("run", study)
    assert "is not used" not in about and "are not used" not in about, about
    assert count(study, "field 1") == corrected
    for name in (FIRST, "raw/first.tif", "first.tif"):
        assert "reject" in vesica("history", study, "--input", name)[0] or \
               "remove" in vesica("history", study, "--input", name)[0], name
    said, _ = vesica("undo", study, "--input", "raw/first.tif", "--count", "2")
    assert "take 2 edits back" in said, said
    vesica("run", study)
    assert count(study, "field 1") == corrected + 2
    said, _ = vesica("redo", study, "--input", "raw/first.tif", "--count", "2")
    assert "put 2 edits in force again" in said, said
    vesica("undo", study, "--edit", "1", "--count", "2", code=64)
    vesica("undo", study, "--count", "0", code=64)
    (study / "raw/first.tif").rename(place / "away.tif")
    _, about = vesica("run", study, code=None)
    assert "are not used" in about, about
    (place / "away.tif").rename(study / FIRST)
    (study / "samples.csv").write_text(sheet, encoding="utf-8")
    vesica("run", study)
    assert count(study, "a") == corrected

    # Outlines of nuclei that the segmentation takes for one, as of Cellpose or StarDist: all of them are the objects.
    touching = place / "touching"
    (touching / "raw").mkdir(parents=True)
    vesica("phantom", "nuclei", "--out", place / "t", "--seed", 3, "--set", "width=300", "--set", "height=300",
           "--set", "nuclei=60", "--set", "touching=0.8")
    shutil.copy(place / "t/nuclei.ome.tif", touching / "raw/t.tif")
    (touching / "samples.csv").write_text("path,assay,sample,kind,part\nraw/t.tif,nuclei,T1,well,a\n", encoding="utf-8")
    (touching / "study.toml").write_text(STUDY, encoding="utf-8")
    vesica("run", touching)
    parted = count(touching, "a")
    shutil.copy(next((touching / "results/objects").glob("*rois.zip")), place / "all.zip")
    (touching / "study.toml").write_text(STUDY + "shape = 0.3\nneck = 1\n", encoding="utf-8")
    vesica("run", touching)
    assert count(touching, "a") < parted, "the settings join nothing"
    edit(touching, "raw/t.tif", "--accept", place / "all.zip")
    vesica("run", touching)
    assert count(touching, "a") == parted, (count(touching, "a"), parted)
    # The same file as regions: each is looked at under its own name.
    vesica("undo", touching)
    edit(touching, "raw/t.tif", "--region", place / "all.zip")
    kinds = json.loads(vesica("history", touching, "--json")[0])["edits"]
    assert sum(one.get("kind") == "region" for one in kinds) == parted, "one region an outline"

    # An object that is not there any more is a conflict with the number of its edit.
    edit(study, SECOND, "--merge", "20,20 280,280", code=(0, 78))
    report = (study / "results/report.html").read_text(encoding="utf-8")
    assert "是" in report, "the reason stands in the report"
print("object edits: ok")
