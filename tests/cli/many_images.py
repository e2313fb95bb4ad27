"""A thousand small images, ten of them damaged: the run ends with 2, names the ten, measures the others and stays below
1 GB. The images come from here, so that no code of the program made them."""
import pathlib
import random
import resource
import struct

from support import PROGRAM, Workplace, vesica

SIDE, COUNT = 72, 1000
DAMAGED = sorted(random.Random(5).sample(range(COUNT), 10))


def tiff(seed):
    """A grey TIFF with a smooth gap between two rough sheets, 4 µm a pixel."""
    draw = random.Random(seed)
    left, right = 20 + seed % 5, 50 - seed % 7
    pixels = bytes(min(255, max(0, round(draw.gauss(120, 1 if left <= x < right else 18))))
                   for _ in range(SIDE) for x in range(SIDE))
    entries = [(256, 3, 1, SIDE), (257, 3, 1, SIDE), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8),
               (277, 3, 1, 1), (278, 3, 1, SIDE), (279, 4, 1, len(pixels))]
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels + directory + b"\0\0\0\0"


def damage(content, how):
    """Cut off in the pixels, cut off in the directory, pixels beyond the end, a width that nobody can hold, noise."""
    if how == 0:
        return content[:2000]
    if how == 1:
        return content[:-30]
    if how == 2:
        return content[:4] + struct.pack("<I", 2**31) + content[8:]
    if how == 3:
        return content.replace(struct.pack("<HHII", 256, 3, 1, SIDE), struct.pack("<HHII", 256, 4, 1, 2**31 - 1))
    return b"II*\0" + random.Random(1).randbytes(500)


with Workplace() as place:
    study = place / "study"
    (study / "raw").mkdir(parents=True)
    rows = ["path,assay,sample,condition,kind,time_h"]
    for number in range(COUNT):
        content = tiff(number)
        if number in DAMAGED:
            content = damage(content, DAMAGED.index(number) % 5)
        (study / f"raw/well_{number:04d}.tif").write_bytes(content)
        rows.append(f"raw/well_{number:04d}.tif,wound,well {number},{'AB'[number % 2]},culture,0")
    (study / "samples.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (study / "study.toml").write_text(
        '[study]\nid = "plate"\ntitle = "A thousand wells"\n[[condition]]\nid = "A"\n[[condition]]\nid = "B"\n'
        '[settings.wound]\npixel_um = 4\n[[comparison]]\nid = "open"\nquantities = ["wound.open_fraction"]\n'
        'unit = "culture"\ngroups = ["A", "B"]\n', encoding="utf-8")
    out, err = vesica("run", study, "--jobs", "2", code=2)
    said = out + err
    for number in DAMAGED:
        assert f"well_{number:04d}.tif" in said, f"well_{number:04d}.tif is not named:\n{said[-4000:]}"
    assert "10 failed" in said, said[-2000:]
    table = (study / "results/observations.tsv").read_text(encoding="utf-8").splitlines()
    head = table[0].split("\t")
    measured = {line.split("\t")[head.index("sample")] for line in table[1:]
                if line.split("\t")[head.index("quantity")] == "wound.open_fraction"
                and line.split("\t")[head.index("status")] == "ok"}
    assert len(measured) == COUNT - len(DAMAGED), len(measured)
    assert not measured & {f"well {number}" for number in DAMAGED}
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sanitized = b"__asan_init" in pathlib.Path(PROGRAM).read_bytes()  # its shadow is not the program's memory
    assert peak < 1024 or sanitized, f"{peak:.0f} MB"
print(f"many_images: ok ({peak:.0f} MB)")
