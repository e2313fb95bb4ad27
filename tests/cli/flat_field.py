"""flat and dark: pictures of even light and of no light correct every image of their assay before it is measured, the
controls too; a changed picture measures anew, a wrong one is told and nothing is measured without it."""
import csv
import shutil
import statistics

from support import Workplace, vesica

HEAD = "path,assay,sample,kind,part,role\n"
ROWS = "raw/a.tif,nuclei,W1,well,a,\nraw/n.tif,nuclei,,,,negative\n"
LIGHT = "raw/flat.tif,nuclei,,,,flat\nraw/dark.tif,nuclei,,,,dark\n"


def render(folder, *settings):
    options = [option for each in ("width=400", "height=400", "nuclei=60", "touching=0", "uneven_light=0.8", *settings)
               for option in ("--set", each)]
    vesica("phantom", "nuclei", "--out", folder, "--seed", 3, *options)


def brightness(study):
    """Brightness of every nucleus by its place."""
    with next((study / "results/objects").glob("*a*objects.tsv")).open(encoding="utf-8") as file:
        return {(float(row["x_px"]), float(row["y_px"])): float(row["nuclei"])
                for row in csv.DictReader(file, delimiter="\t")}


def light_at(x, y):
    """What the phantom does to the light of a field of 400 x 400."""
    return 1 - 0.8 * ((2 * x / 400 - 1) ** 2 + (2 * y / 400 - 1) ** 2) / 2


MEAN_LIGHT = 1 - 0.8 / 3


with Workplace() as place:
    study = place / "study"
    (study / "raw").mkdir(parents=True)
    render(place / "sample", "light_pictures=true")
    render(place / "control", "positive=0")
    render(place / "small", "width=300", "light_pictures=true")
    shutil.copy(place / "sample/nuclei.ome.tif", study / "raw/a.tif")
    shutil.copy(place / "control/nuclei.ome.tif", study / "raw/n.tif")
    shutil.copy(place / "sample/flat.ome.tif", study / "raw/flat.tif")
    shutil.copy(place / "sample/dark.ome.tif", study / "raw/dark.tif")
    (study / "study.toml").write_text('[study]\nid = "light"\ntitle = "Light"\n[settings.nuclei]\nmarkers = ["edu=EdU"]\n',
                                      encoding="utf-8")
    (study / "samples.csv").write_text(HEAD + ROWS, encoding="utf-8")
    vesica("run", study)
    before = brightness(study)

    (study / "samples.csv").write_text(HEAD + ROWS + LIGHT, encoding="utf-8")
    vesica("run", study)
    after = brightness(study)
    ratios = []
    for (x, y), value in after.items():
        u, v = min(before, key=lambda place: (place[0] - x) ** 2 + (place[1] - y) ** 2)
        if abs(u - x) + abs(v - y) < 1:
            ratios.append(value / before[u, v] * light_at(x, y) / MEAN_LIGHT)
    assert len(ratios) > 50, len(ratios)
    assert abs(statistics.median(ratios) - 1) < 0.01 and max(abs(each - 1) for each in ratios) < 0.05, sorted(ratios)
    assert statistics.stdev(after.values()) / statistics.mean(after.values()) < \
        0.9 * statistics.stdev(before.values()) / statistics.mean(before.values())
    said, about = vesica("run", study)
    assert "up to date" in (said + about).lower() or "nothing" in (said + about).lower(), said + about

    # Another picture of even light measures anew; one of another size is told, and nothing is measured without it.
    shutil.copy(place / "small/flat.ome.tif", study / "raw/flat.tif")
    _, about = vesica("run", study, code=2)
    assert "raw/dark.tif" in about and "300" in about and "400" in about, about
    (study / "raw/flat.tif").write_bytes(b"II*\0")
    _, about = vesica("run", study, code=2)
    assert "flat.tif" in about, about
    (study / "samples.csv").write_text(HEAD + ROWS + LIGHT.splitlines(keepends=True)[1], encoding="utf-8")
    _, about = vesica("run", study, code=2)
    assert "even light" in about, about
print("flat field: ok")
