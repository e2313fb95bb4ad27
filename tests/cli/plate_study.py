"""A plate read at two times with one map: each against its own controls, with curves, maps and times in the report."""
import csv

from support import Workplace, vesica

DOSES = [0.5, 1.5, 4.5, 13.5, 40.5, 121.5]


def plate(scale, ec50):
    lines = ["<>," + ",".join(str(c + 1) for c in range(12))]
    for number, row in enumerate("ABCDEFGH"):
        off = 0.003 * (number - 3.5)
        wells = [0.1, 0.1 + scale + off] + [0.1 + off + scale / (1 + dose / ec50) for dose in DOSES]
        lines.append(row + "," + ",".join(f"{value:.5f}" for value in wells) + ",,,,")
    return "\n".join(lines) + "\n"


def drawn(title, cells):
    lines = [title + "," + ",".join(str(c + 1) for c in range(12))]
    lines += [row + "," + ",".join(cells) + "," * (12 - len(cells)) for row in "ABCDEFGH"]
    return "\n".join(lines) + "\n"


with Workplace() as place:
    study = place / "plates"
    (study / "raw").mkdir(parents=True)
    (study / "raw/24 h.csv").write_text(plate(1.0, 12))
    (study / "raw/48 h.csv").write_text(plate(2.0, 4))
    (study / "map.csv").write_text(
        drawn("samples", ["blank", "control"] + ["S1"] * 6) + "\n" +
        drawn("levels (ug/mL)", ["", ""] + [str(dose) for dose in DOSES]))
    (study / "study.toml").write_text('[[layout]]\nid = "plate 1"\nfile = "map.csv"\n')
    (study / "samples.csv").write_text("path,assay,layout,sample,kind,time_h\nraw/24 h.csv,viability,plate 1,,,24\n"
                                       "raw/48 h.csv,viability,plate 1,,,48\n,,,S1,culture,\n")
    vesica("run", study)
    rows = list(csv.DictReader((study / "results/observations.tsv").open(encoding="utf-8"), delimiter="\t"))
    middles = {row["time_h"]: float(row["value"]) for row in rows if row["quantity"] == "viability.ec50"}
    assert abs(middles["24"] / 12 - 1) < 0.03 and abs(middles["48"] / 4 - 1) < 0.03, middles
    report = (study / "results/report.html").read_text(encoding="utf-8")
    for wanted in ("Dose and response: S1, 24 h", "Dose and response: S1, 48 h", "signal, 24 h", "signal, 48 h"):
        assert wanted in report, wanted
    figure = (study / "results/figures/dose_response_1.tsv").read_text(encoding="utf-8")
    assert "\nwells\t" in figure and "\ncurve\t" in figure and "\nec50\t" in figure, figure[:400]

    # LDH over doses: cytotoxicity with intervals at each dose, EC50 and its figure on its own axis.
    ldh = place / "ldh"
    vesica("phantom", "viability", "--out", ldh, "--set", "ldh=true")
    vesica("run", ldh)
    rows = list(csv.DictReader((ldh / "results/observations.tsv").open(encoding="utf-8"), delimiter="\t"))
    shares = [row for row in rows if row["quantity"] == "viability.cytotoxicity"]
    assert len(shares) == 21 and all(row["interval"] == "fieller95" and row["at"] for row in shares), shares[:2]
    truth = {row["sample"]: float(row["value"])
             for row in csv.DictReader((ldh / "truth.tsv").open(encoding="utf-8"), delimiter="\t")}
    for row in rows:
        if row["quantity"] == "viability.ec50":
            assert abs(float(row["value"]) / truth[row["sample"]] - 1) < 0.2, row
    assert "Cytotoxicity" in (ldh / "results/figures/dose_response_1.svg").read_text(encoding="utf-8")
print("plate_study: ok")
