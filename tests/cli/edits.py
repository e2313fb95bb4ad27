"""exclude, undo and history: nothing is lost, and undoing everything gives the first tables back byte for byte."""
import csv
import json
import re

from support import Workplace, small_study, tables, vesica

with Workplace() as place:
    study = small_study(place)
    vesica("run", study)
    before = tables(study / "results")
    rows = list(csv.DictReader((study / "results/observations.tsv").open(encoding="utf-8"), delimiter="\t"))
    victim = next(row for row in rows if row["sample"] and row["origin"] == "measured")
    vesica("exclude", study, "--sample", victim["sample"], code=64)  # a reason is not optional
    vesica("exclude", study, "--sample", "no such sample", "--reason", "x", code=78)
    said, _ = vesica("exclude", study, "--sample", victim["sample"], "--reason", "管 leaked; \"quoted\"")
    assert re.search(r"\d", said), said
    vesica("run", study)
    after = tables(study / "results")
    assert after["findings.tsv"] != before["findings.tsv"], "excluding a sample changed no finding"
    history, _ = vesica("history", study)
    assert "管 leaked" in history and victim["sample"] in history, history
    vesica("undo", study)
    vesica("run", study)
    assert tables(study / "results") == before, "undo does not restore the tables"
    _, about = vesica("undo", study, code=64)  # no edit is in force
    said, _ = vesica("history", study, "--json")
    undo = max(edit["number"] for edit in json.loads(said)["edits"])
    vesica("undo", study, "--edit", undo)  # takes the undo back
    vesica("run", study)
    assert tables(study / "results") == after
    history, _ = vesica("history", study)
    assert history.count("管 leaked") >= 1
    vesica("undo", study, "--edit", "99999", code=None)
print("edits: ok")
