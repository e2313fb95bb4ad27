"""Images and volumes through the program: files and folders as inputs, what is up to date, what is refused by name."""
import struct
import zlib

from support import Workplace, vesica


def png(width, height, value):
    """A grey PNG of value(x, y), made without any code of the program."""
    rows = b"".join(b"\0" + bytes(value(x, y) for x in range(width)) for y in range(height))

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def scratch(gap):
    return png(120, 90, lambda x, y: 128 if abs(x - 60) < gap else 60 + (x * 7919 + y * 104729) % 97)


def nrrd(side):
    """A cube of bone within a cube of nothing, 20 um voxels, as NRRD: the worker reads it."""
    inside = range(side // 4, side * 3 // 4)
    voxels = bytes(200 if x in inside and y in inside and z in inside else 20
                   for z in range(side) for y in range(side) for x in range(side))
    return (f"NRRD0004\ntype: uchar\ndimension: 3\nsizes: {side} {side} {side}\nspacings: 0.02 0.02 0.02\n"
            "encoding: raw\n\n").encode() + voxels


def series(place):
    """Folders are inputs; a run without changes does nothing, one more frame measures its series again."""
    raw = place / "raw"
    for culture, gaps in {"c1": (30, 20, 10), "c2": (28, 24, 20)}.items():
        (raw / culture).mkdir(parents=True)
        for t, gap in enumerate(gaps):
            (raw / culture / f"frame_{t:02d}.png").write_bytes(scratch(gap))
    said, about = vesica("new", place / "study", "--from", raw)
    assert "2 ×" in said + about and "wound" in said + about, said + about
    report = (place / "study/results/report.html").read_text(encoding="utf-8")
    assert "data:image/jpeg;base64," in report, "no images in the report"
    pictures = list((place / "study/results/images").glob("*overlay*.png"))
    assert len(pictures) == 6 and all(picture.stat().st_size < 300_000 for picture in pictures), pictures
    said, about = vesica("run", place / "study")
    assert "0 executed" in said + about, said + about
    (raw / "c2/frame_03.png").write_bytes(scratch(16))
    said, about = vesica("run", place / "study")
    assert "1 executed" in said + about, said + about
    (raw / "c2/frame_01.png").unlink()
    vesica("run", place / "study")
    report = (place / "study/results/report.html").read_text(encoding="utf-8")
    assert "numbers are missing in the series" in report, "a gap in a series is not told"


def slices(place):
    """Slices without a log are not taken for a scratch, and forty pictures of a scratch not for a scan."""
    scans = place / "scans"
    (scans / "rat 1").mkdir(parents=True)
    (scans / "dish").mkdir()
    for z in range(24):
        (scans / "rat 1" / f"slice_{z:04d}.png").write_bytes(
            png(64, 64, lambda x, y: 200 if (x // 8 + y // 8 + z // 8) % 3 == 0 else 40 + (x * 31 + y * 17 + z) % 9))
        # As in phase contrast most greys are near the middle: sums of four even numbers.
        (scans / "dish" / f"img_{z:04d}.png").write_bytes(png(120, 90, lambda x, y: 128 if abs(x - 60) < 40 - z else
                                                          56 + sum((x * a + y * b) % 37 for a, b in
                                                                   ((7919, 104729), (7907, 1299), (6841, 523), (11, 4447)))))
    said = "".join(vesica("new", place / "scans study", "--from", scans, "--no-report"))
    kinds = {line.split("→ ")[1].split(":")[0]: line for line in said.splitlines() if "→ " in line}
    assert "rat 1" in kinds["bone_ct"] and "dish" in kinds["wound"], said
    assert "look like slices of a scan" in said and "look like moments of a series" in said, said


def single(place):
    (place / "cube.nrrd").write_bytes(nrrd(24))
    said, _ = vesica("measure", "bone_ct", place / "cube.nrrd", "--tsv", code=None)
    assert "bone.volume_fraction" in said, said
    (place / "scan.czi").write_bytes(b"ZISRAWFILE" + bytes(200))
    _, about = vesica("measure", "wound", place / "scan.czi", code=None)
    assert "bfconvert" in about, about
    (place / "cut.nrrd").write_bytes(nrrd(24)[:3000])
    said, about = vesica("measure", "bone_ct", place / "cut.nrrd", code=None)
    assert "cut.nrrd" in said + about, said + about
    (place / "nothing").mkdir()
    _, about = vesica("measure", "wound", place / "nothing", code=None)
    assert "no series of images" in about, about


with Workplace() as workplace:
    series(workplace)
    slices(workplace)
    single(workplace)
print("images: ok")
