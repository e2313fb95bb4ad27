"""`vesica preparation`: the page of a preparation, planted contradictions, lots, from raw tables to JSON."""
import json
import shutil

from support import Workplace, vesica


def study(place, plant, *settings):
    folder = place / plant
    vesica("phantom", "preparations", "--out", folder, "--set", f"plant={plant}", *settings)
    vesica("run", folder)
    return folder


def told(folder):
    return json.loads(vesica("preparation", folder, "--json")[0])


def check_consistent(place):
    folder = study(place, "none")
    all_of_it = told(folder)
    assert all_of_it["schema"] == "vesica.preparation/1"
    assert len(all_of_it["preparations"]) == 12
    assert not [f for f in all_of_it["findings"] if f["kind"] == "contradiction"]
    purity = next(f for f in all_of_it["findings"] if f["kind"] == "purity")
    for one in purity["details"]["preparations"]:
        assert one["low"] < one["particles_per_ug"] < one["high"], one
        assert 0.4 < one["of_ceiling"] < 0.9, one  # the phantom says 0.6
        assert one["verdict"] == "compatible"
    lots = next(f for f in all_of_it["findings"] if f["id"] == "lots_vesicle.concentration")
    assert {c["name"] for c in lots["details"]["components"]} == {"lot", "donor", "residual"}
    report = (folder / "results/report.html").read_text(encoding="utf-8")
    for words in ("Quality of the preparations", "Control chart of", "Sizes reconciled", "What is missing"):
        assert words in report or words == "What is missing", words
    rows = (folder / "results/observations.tsv").read_text(encoding="utf-8")
    assert rows.count("vesicle.particles_per_protein\t") == 12
    return folder


def check_page(folder):
    page, _ = vesica("preparation", folder, "EV03")
    for words in ("EV03", "lot: L03", "What each method gives", "Sizes reconciled (nm)", "Purity", "Markers", "1:1000",
                  "What the protocol carries over"):
        assert words in page, f"{words} is missing: {page}"
    _, said = vesica("preparation", folder, "EV3", code=64)
    assert "EV03" in said, said


def check_planted(place):
    for plant, kind in (("microscopy", "tem"), ("protein", "protein"), ("dilution", "dilution"), ("marker", "marker")):
        found = [f for f in told(study(place, plant))["findings"] if f["kind"] == "contradiction"]
        mine = [f for f in found if f["details"]["sample"] == "EV02"]
        assert kind in {f["details"]["contradiction"] for f in mine}, (plant, found)
        assert len(mine) == len(found), (plant, found)
    blank = told(study(place, "blank"))
    assert sum(f["details"].get("contradiction") == "blank" for f in blank["findings"]) == 12


def check_criteria_and_storage(place, folder):
    again = place / "strict"
    shutil.copytree(folder, again, ignore=shutil.ignore_patterns("results"))
    toml = (again / "study.toml").read_text(encoding="utf-8")
    (again / "study.toml").write_text(toml.replace("high = 180", "high = 90"), encoding="utf-8")
    vesica("run", again)
    release = next(f for f in told(again)["findings"] if f["kind"] == "release")
    assert {v["verdict"] for v in release["details"]["verdicts"]} == {"fail"}, release["answer"]
    (again / "study.toml").write_text(toml.replace('quantity = "vesicle.concentration"', 'quantity = "vesicle.conc"'),
                                      encoding="utf-8")
    _, said = vesica("run", again, code=None)
    assert "vesicle.conc" in said, said
    (again / "study.toml").write_text(toml, encoding="utf-8")
    sheet = (again / "samples.csv").read_text(encoding="utf-8")
    (again / "samples.csv").write_text(sheet.replace(",-80,0,", ",cold,0,", 1), encoding="utf-8")
    _, said = vesica("run", again, code=None)
    assert "storage_c" in said and "no number" in said, said


with Workplace() as place:
    plain = check_consistent(place)
    check_page(plain)
    check_planted(place)
    check_criteria_and_storage(place, plain)
print("preparation: ok")
