"""vesica new on five folders of different habits, on a folder of mixed content, and the sheet alone."""
import csv
import shutil
import statistics

from support import Workplace, vesica


def rows_of(results, origin="measured"):
    with (results / "observations.tsv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["origin"] == origin]


def without_run(rows):
    return sorted(tuple(value for name, value in row.items() if name != "run") for row in rows)


def habits(place):
    vesica("phantom", "habits", "--out", place / "habits")
    with (place / "habits/truth.tsv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file, delimiter="\t"))
    folders = sorted(path for path in (place / "habits").iterdir() if path.is_dir())
    assert len(folders) == 5, folders
    for folder in folders:
        study = place / f"study of {folder.name}"
        said, about = vesica("new", study, "--from", folder)
        files = [path for path in folder.rglob("*") if path.is_file()]
        for kind in ("→ nta", "dilution", "blank"):
            assert kind in said + about, f"{folder.name}: '{kind}' is not said:\n{said}{about}"
        for file in ("study.toml", "samples.xlsx", "results/report.html"):
            assert (study / file).stat().st_size > 0, f"{folder.name}: no {file}"
        measured = [row for row in rows_of(study / "results")
                    if row["quantity"] == "vesicle.diameter.mean" and row["replicate"]]
        wanted = [float(row["value"]) for row in truth if row["part"].startswith(folder.name)]
        assert wanted and measured, f"{folder.name}: nothing measured"
        found = statistics.mean(float(row["value"]) for row in measured)
        assert abs(found / statistics.mean(wanted) - 1) < 0.05, f"{folder.name}: {found} nm, true {wanted}"
        conditions = {row["condition"] for row in measured}
        assert conditions and all(conditions), f"{folder.name}: a file without a condition"
        assert len(files) >= len(wanted)
    chinese = rows_of(place / f"study of {folders[2].name}" / "results")
    assert {"对照组", "缺氧组"} <= {row["condition"] for row in chinese}
    weights = rows_of(place / f"study of {folders[4].name}" / "results")
    assert any(row["source"] == "table" for row in weights), "the table with decimal commas was not measured"


def sheet_alone(place):
    """The sheet that `new` writes runs without study.toml and gives the same rows; nothing raw is changed."""
    folder = place / "in place"
    shutil.copytree(sorted((place / "habits").iterdir())[4], folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    vesica("new", folder, "--from", folder)
    with_both = without_run(rows_of(folder / "results"))
    (folder / "study.toml").unlink()
    shutil.rmtree(folder / "results")
    vesica("run", folder)
    assert without_run(rows_of(folder / "results")) == with_both, "the sheet alone gives other rows"
    assert all(path.read_bytes() == content for path, content in before.items()), "a raw file was changed"
    _, about = vesica("new", folder, "--from", folder, code=None)
    assert "samples.xlsx" in about, f"an existing sheet is written over without a word:\n{about}"


def mixed(place):
    """What cannot be read is named, with what to do; the rest is measured."""
    folder = place / "mixed"
    folder.mkdir()
    good = sorted((place / "habits").rglob("*ExperimentSummary.csv"))[0]
    shutil.copy(good, folder / "good-ExperimentSummary.csv")
    (folder / "cut-ExperimentSummary.csv").write_bytes(good.read_bytes()[:3000])
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "scan.czi").write_bytes(b"ZISRAWFILE" + bytes(100))
    (folder / "old.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    (folder / "empty.csv").write_bytes(b"")
    (folder / "notes.rtf").write_bytes(b"{\\rtf1 notes}")
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 20)
    said, about = vesica("new", place / "mixed study", "--from", folder, code=2)
    for path in folder.iterdir():
        assert path.name in said + about, f"{path.name} is not named:\n{said}{about}"
    for hint in ("Fiji", ".xlsx", "truncated"):
        assert hint in said + about, f"nothing about '{hint}':\n{about}"
    assert any(row["replicate"] for row in rows_of(place / "mixed study/results"))
    (place / "empty").mkdir()
    _, about = vesica("new", place / "none", "--from", place / "empty", code=66)
    assert "empty" in about


def truths(place):
    """The truth of rendered files is no table of measurements; a user's own truth.tsv is one."""
    folder = place / "rendered"
    vesica("phantom", "nuclei", "--out", folder)
    shutil.move(folder / "truth.tsv", folder / "truth of the nuclei.tsv")
    (folder / "truth.tsv").write_text("sample\tcells\nNC\t12\nExo\t18\n")
    said, about = vesica("new", place / "rendered study", "--from", folder, "--no-report")
    said += about
    assert "1 file is left out, for it says what is true of rendered files: truth of the nuclei.tsv" in said, said
    assert "→ table: truth.tsv" in said, said
    assert "table: truth of the nuclei" not in said, said


def controls_that_are_there(place):
    """Nobody is asked for a control that lies in the folder."""
    folder = place / "uptake"
    vesica("phantom", "cell_uptake", "--out", place / "one uptake")
    image = sorted((place / "one uptake").rglob("*.tif"))[0]
    folder.mkdir()
    for name in ("Exo_1.ome.tif", "Exo_2.ome.tif"):
        shutil.copy(image, folder / name)
    said, about = vesica("new", place / "uptake study", "--from", folder, "--no-report")
    assert "dye_only" in said + about, said + about
    shutil.copy(image, folder / "dye only_1.ome.tif")
    said, about = vesica("new", place / "uptake study 2", "--from", folder, "--no-report")
    assert "dye_only" not in said + about, said + about


def rats_in_a_folder(place):
    """Files of several animals in one folder would become fields of one sample: that is asked."""
    folder = place / "plate"
    vesica("phantom", "nuclei", "--out", place / "one field")
    for group in ("NC", "Exo 5ug"):
        (folder / group).mkdir(parents=True)
        for rat in (1, 2, 3):
            shutil.copy(place / "one field/nuclei.ome.tif", folder / group / f"{group.split()[0]}_rat{rat}_DAPI.ome.tif")
    said, about = vesica("new", place / "plate study", "--from", folder, "--no-report")
    assert "→ nuclei: Exo 5ug, NC" in said + about, said + about
    assert "count independent things (\"rat1\", \"rat2\")" in said + about, said + about


with Workplace() as workplace:
    habits(workplace)
    sheet_alone(workplace)
    mixed(workplace)
    truths(workplace)
    rats_in_a_folder(workplace)
    controls_that_are_there(workplace)
print("new: ok")
