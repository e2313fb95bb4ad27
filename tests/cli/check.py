"""`vesica check`: the gaps of the founding bone study, plans without files, house rules, sheets, exit codes."""
import json
import zipfile

from support import ROOT, Workplace, vesica

BONE = ROOT / "tests/studies/bone_defect_isolation"
# Read out of sections 2.3 and 2.4 of the paper by people, before there was a checker.
GAPS = {"1": ("absent", ""), "2": ("absent", ""), "3": ("present", ""), "4": ("absent", "unclear"), "5": ("absent", ""),
        "6": ("absent", ""), "7": ("absent", "partly"), "8": ("absent", "partly"), "9": ("present", "")}
HOUSE = """[standard]
id = "our_lab"
title = "What our lab writes down"
[[item]]
id = "our_lab.1"
clause = "1"
title = "Medium"
asks = "The medium."
severity = "must"
source = "house rule"
wording_verified = true
verified = "our own"
[[item.part]]
test = "reporting.medium"
missing = "the medium"
where = "[reporting]"
write = 'medium = "DMEM"'
"""
PLAN = """[study]
title = "Planned"
[reporting]
medium = "DMEM"
[[condition]]
id = "A"
[[input]]
path = "raw/not there yet.csv"
assay = "nta"
sample = "EV-1"
condition = "A"
settings = { dilution = 1000 }
"""


def check_gaps():
    said = json.loads(vesica("check", BONE, "--standard", "ev_metric", "--json", code=1)[0])
    assert said["schema"] == "vesica.check/1"
    (standard,) = said["standards"]
    assert {item["clause"]: (item["state"], item["degree"]) for item in standard["items"]} == GAPS, standard
    assert abs(standard["score_percent"] - 200 / 9) < 1e-9
    text = vesica("check", BONE, code=1)[0]
    for part in ("score 22 % (2 of 9", "clone or catalogue number (TSG101)", "the rotor (uc step 4, uc step 5)",
                 'em_images = "', "MISEV2023", "ARRIVE 2.0", "does not apply to this study"):
        assert part in text, f"{part} is missing: {text}"
    rows = vesica("check", BONE, "--tsv", code=1)[0].splitlines()
    assert rows[0].startswith("standard\titem\tclause") and len({row.count("\t") for row in rows}) == 1


def check_plan_and_house_rules(place):
    study = place / "plan"
    (study / "rules").mkdir(parents=True)
    (study / "study.toml").write_text(PLAN, encoding="utf-8")
    (study / "rules" / "our_lab.toml").write_text(HOUSE, encoding="utf-8")
    said = json.loads(vesica("check", study, "--json", code=1)[0])
    states = {item["id"]: item["state"] for standard in said["standards"] for item in standard["items"]}
    assert states["misev2023.10"] == "present", "a planned NTA counts particles"
    assert states["our_lab.1"] == "present"
    vesica("check", study, "--standard", "our_lab", code=0)
    assert not (study / "results").exists(), "checking writes nothing"
    (study / "rules" / "our_lab.toml").write_text(HOUSE.replace("reporting.medium", "reporting.medum"), encoding="utf-8")
    said, errors = vesica("check", study, code=78)
    assert "our_lab.toml:14" in errors and 'Did you mean "medium"?' in errors, errors
    said, errors = vesica("check", study, "--standard", "ev_metrik", code=78)
    (study / "rules" / "our_lab.toml").unlink()
    said, errors = vesica("check", study, "--standard", "ev_metrik", code=78)
    assert 'Did you mean "ev_metric"?' in errors, errors
    (place / "own.toml").write_text(HOUSE.replace("reporting.medium", "reporting.serum"), encoding="utf-8")
    vesica("check", study, "--rules", place / "own.toml", "--standard", "our_lab", code=1)


def check_sheets(place):
    vesica("check", BONE, "--sheets", place / "sheets", code=1)
    table = (place / "sheets" / "ev_track.tsv").read_text(encoding="utf-8")
    assert "CD63; TSG101" in table and "185.3 nm" in table and "RIPA" in table, table
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(place / "sheets" / "ev_track.xlsx").namelist()
    assert not (place / "sheets" / "miflowcyt_ev.tsv").exists(), "no flow cytometry was done"
    out = place / "out"
    vesica("run", BONE, "--out", out)
    assert (out / "reporting" / "ev_track.xlsx").exists() and (out / "reporting" / "check.tsv").exists()
    report = (out / "report.html").read_text(encoding="utf-8")
    assert 'id="standards"' in report and "clone or catalogue number (TSG101)" in report


with Workplace() as folder:
    check_gaps()
    check_plan_and_house_rules(folder)
    check_sheets(folder)
print("ok")
