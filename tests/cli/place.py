"""place: a cylinder put by hand is measured, survives everything but an undo, and belongs to the content of its file."""
import csv
import json
import shutil

from support import Workplace, tables, vesica

STUDY = """[study]
id = "skulls"
title = "Two skulls"
[[condition]]
id = "SA"
[[condition]]
id = "NC"
[[comparison]]
id = "new_bone"
quantities = ["bone.volume_fraction"]
unit = "animal"
groups = ["NC", "SA"]
[settings.bone_ct]
region = "calvaria"
threshold = 19000
mil_directions = 0
histograms = false
"""
ASIDE, REASON = "4.6,4.4,3", "the suture was taken for the margin; \"左\""


def rows(study, sample):
    with (study / "results/observations.tsv").open(encoding="utf-8") as file:
        return {row["quantity"]: row for row in csv.DictReader(file, delimiter="\t") if row["sample"] == sample}


def executed(study, *words):
    said, about = vesica("run", study, *words)
    line = next(line for line in (said + about).splitlines() if "work items" in line)
    return int(line.split(" executed")[0].split()[-1])


with Workplace() as place:
    study = place / "study"
    (study / "raw").mkdir(parents=True)
    for number, ingrowth in ((1, 0.4), (2, 0.8)):
        vesica("phantom", "calvaria", "--out", place / str(number), "--seed", number, "--set", "voxel_um=150", "--set",
               f"ingrowth_mm={ingrowth}")
        shutil.copy(place / str(number) / "animal.tif", study / f"raw/鼠{number}.tif")
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    (study / "samples.csv").write_text("path,assay,sample,condition,kind\nraw/鼠1.tif,bone_ct,rat 1,SA,animal\n"
                                       "raw/鼠2.tif,bone_ct,rat 2,NC,animal\n", encoding="utf-8")
    _, about = vesica("place", study, "rat 1", "--centre-mm", ASIDE, "--reason", REASON, code=66)
    assert "no results" in about, about
    vesica("run", study)
    first, other = rows(study, "rat 1"), rows(study, "rat 2")
    before = tables(study / "results")
    vesica("place", study, "rat 1", "--centre-mm", ASIDE, code=64)  # a reason is not optional
    vesica("place", study, "rat 1", "--centre-mm", "1,2", "--reason", "x", code=64)
    vesica("place", study, "rat 1", "--centre-mm", ASIDE, "--radius-mm", "-1", "--reason", "x", code=64)
    _, about = vesica("place", study, "rat 3", "--centre-mm", ASIDE, "--reason", "x", code=66)
    assert "rat 3" in about and "rat 1" in about, about  # did you mean
    _, about = vesica("place", study, "rat 1", "--centre-mm", "4.6,4.4,300", "--reason", "x", code=78)
    assert "outside of the volume" in about and "鼠1.tif" in about and "corner of the first voxel" in about, about
    _, about = vesica("place", study, "rat 1", "--centre-mm", ASIDE, "--axis", "0,0,0", "--reason", "x", code=78)
    assert "no direction" in about, about
    _, about = vesica("place", study, "rat 1", "--centre-mm", ASIDE, "--height-mm", "1", "--reason", "x", code=78)
    assert "tables" in about, about
    (study / "raw/鼠1.tif").rename(place / "away.tif")
    _, about = vesica("place", study, "rat 1", "--centre-mm", ASIDE, "--reason", "x", code=66)
    assert "not there" in about, about
    (place / "away.tif").rename(study / "raw/鼠1.tif")
    assert json.loads(vesica("history", study, "--json")[0])["edits"] == [], "a refused placement left an event"

    said, _ = vesica("place", study, "rat 1", "--centre-mm", ASIDE, "--reason", REASON, "--author", "Li")
    assert "Edit 1" in said, said
    status, _ = vesica("status", study)
    assert "stale: 1" in status, status
    planned = "".join(vesica("run", study, "--dry-run"))
    assert planned.count("to do") == 1 and "鼠1.tif" in planned.split("to do")[1].splitlines()[0], planned
    assert executed(study) == 1, "more than the placed input was measured again"
    placed = rows(study, "rat 1")
    assert rows(study, "rat 2") == other, "another input changed"
    assert placed["bone.volume_fraction"]["value"] != first["bone.volume_fraction"]["value"]
    assert float(placed["bone.defect.outside_margin"]["value"]) > float(first["bone.defect.outside_margin"]["value"])
    why, _ = vesica("why", study, placed["bone.volume_fraction"]["id"])
    assert REASON in why and "centre_mm = 4.6, 4.4, 3" in why and "Li" in why, why
    history, _ = vesica("history", study)
    assert REASON in history and "cylinder" in history and "鼠1.tif" in history, history
    event = json.loads(vesica("history", study, "--json")[0])["edits"][0]
    assert event["action"] == "correct" and event["kind"] == "cylinder", event
    assert event["geometry"]["centre_mm"] == [4.6, 4.4, 3] and len(event["match"]["sha256"]) == 64, event
    report = (study / "results/report.html").read_text(encoding="utf-8")
    assert "placed by hand: the suture was taken for the margin" in report

    # What is settled stays: a new start, other settings, a new name of the file and another reading of it.
    after = tables(study / "results")
    assert executed(study) == 0
    (study / "raw/鼠1.tif").rename(study / "raw/renamed.tif")
    sheet = (study / "samples.csv").read_text(encoding="utf-8")
    (study / "samples.csv").write_text(sheet.replace("raw/鼠1.tif", "raw/renamed.tif"), encoding="utf-8")
    vesica("run", study, "--verify")
    assert rows(study, "rat 1")["bone.volume_fraction"]["value"] == placed["bone.volume_fraction"]["value"]
    (study / "study.toml").write_text(STUDY.replace("19000", "18000"), encoding="utf-8")
    vesica("run", study)
    assert rows(study, "rat 1")["bone.defect.outside_margin"]["value"] != "0"
    assert "placed by hand" in (study / "results/report.html").read_text(encoding="utf-8")
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    (study / "raw/renamed.tif").rename(study / "raw/鼠1.tif")
    (study / "samples.csv").write_text(sheet, encoding="utf-8")
    vesica("run", study)
    assert tables(study / "results") == after

    # Another content under the name is not what the user looked at.
    shutil.copy(study / "raw/鼠1.tif", place / "kept.tif")
    shutil.copy(study / "raw/鼠2.tif", study / "raw/鼠1.tif")
    said, about = vesica("run", study)
    assert "is not used" in said + about, said + about
    assert rows(study, "rat 1")["bone.volume_fraction"]["value"] == other["bone.volume_fraction"]["value"]
    shutil.copy(place / "kept.tif", study / "raw/鼠1.tif")
    vesica("run", study)
    assert tables(study / "results") == after

    vesica("undo", study)
    assert executed(study) == 0, "the earlier measurement did not come back"
    assert tables(study / "results") == before, "undo does not restore the tables"
    undo = json.loads(vesica("history", study, "--json")[0])["edits"][-1]["number"]
    vesica("undo", study, "--edit", undo)
    vesica("run", study)
    assert tables(study / "results") == after, "undoing the undo does not bring the placement back"

    # The last placement decides; a place named by the file's name.
    vesica("place", study, "鼠1.tif", "--centre-mm", "5.1,5,3", "--axis", "-0.05,0,1", "--radius-mm", "2.4", "--reason", "y")
    vesica("run", study)
    radius = rows(study, "rat 1")["bone.defect.radius"]
    assert float(radius["value"]) == 2.4, radius
print("place: ok")
