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
    assert "missing in the series" in report, "a gap in a series is not told"


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


def avi(frames, width, height, seconds):
    """Grey frames as an uncompressed AVI of 24 bits, rows bottom-up, every frame shown for some seconds."""
    def chunk(kind, content):
        return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    micro, scale, rate = (int(seconds * 1e6), int(seconds), 1) if seconds >= 1 else (int(seconds * 1e6), 1, round(1 / seconds))
    main = struct.pack("<10I", micro, 0, 0, 0x10, len(frames), 0, 1, 0, width, height) + bytes(16)
    stream = b"vidsDIB " + struct.pack("<10I", 0, 0, 0, scale, rate, 0, len(frames), 0, 0, 0) + bytes(8)
    form = struct.pack("<IIIHHII", 40, width, height, 1, 24, 0, width * height * 3) + bytes(16)
    movie = b"movi" + b"".join(
        chunk(b"00db", b"".join(bytes(v for x in range(width) for v in [frame(x, y)] * 3) for y in reversed(range(height))))
        for frame in frames)
    header = b"hdrl" + chunk(b"avih", main) + chunk(b"LIST", b"strl" + chunk(b"strh", stream) + chunk(b"strf", form))
    return chunk(b"RIFF", b"AVI " + chunk(b"LIST", header) + chunk(b"LIST", movie))


def micrographs(place):
    """An electron micrograph is no scratch: it goes to the assay of micrographs."""
    folder = place / "micrographs"
    folder.mkdir()
    header = bytearray(1024)  # MRC 2014: columns, rows, sections, mode 0, the mark and a little-endian stamp
    header[0:16] = struct.pack("<4i", 40, 40, 1, 0)
    header[208:216] = b"MAP " + bytes((0x44, 0x44, 0, 0))
    (folder / "map.mrc").write_bytes(bytes(header) + bytes(range(40)) * 40)
    (folder / "gap.png").write_bytes(scratch(30))
    said = "".join(vesica("new", place / "micrographs study", "--from", folder, "--no-report"))
    assert "tem: map.mrc" in said and "wound: gap.png" in said, said
    assert 'Nothing says what these images show: "wound" is guessed' in said, said


def scratch_video(place):
    """A video is a series like any other: the same gap as in single pictures, no times of playing taken for times."""
    gaps = (30, 24, 18, 12)
    grey = [lambda x, y, gap=gap: 128 if abs(x - 60) < gap else 60 + (x * 7919 + y * 104729) % 97 for gap in gaps]
    films = place / "films"
    (films / "pictures").mkdir(parents=True)
    (films / "played.avi").write_bytes(avi(grey, 120, 90, 0.1))
    (films / "taken.avi").write_bytes(avi(grey, 120, 90, 3600))
    for t, frame in enumerate(grey):
        (films / "pictures" / f"frame_{t}.png").write_bytes(png(120, 90, frame))
    said, about = vesica("new", place / "films study", "--from", films)
    assert "2 × an AVI video → wound" in said + about, said + about
    assert "how fast its 4 frames are played" in said + about, said + about

    def rows(*words):
        lines = [line.split("\t") for line in vesica("measure", "wound", *words, "--tsv")[0].splitlines()]
        return [dict(zip(lines[0], line)) for line in lines[1:]]

    def values(rows, quantity):
        return [float(row["value"]) for row in rows if row["quantity"] == quantity and row["value"]]

    taken, pictures = rows(films / "taken.avi"), rows(films / "pictures", "--set", "interval_h=1")
    for quantity in ("wound.open_fraction", "wound.edge_speed_px"):
        one, other = values(taken, quantity), values(pictures, quantity)
        assert one and len(one) == len(other) and all(abs(a - b) < 1e-6 + 1e-3 * abs(b) for a, b in zip(one, other)), (
            quantity, one, other)
    speed = values(taken, "wound.edge_speed_px")[0]
    assert abs(speed - 6) < 1, f"edges move by 6 pixels an hour, not {speed}"
    assert not values(rows(films / "played.avi"), "wound.edge_speed_px"), "a time of playing became a speed"
    whole = (films / "taken.avi").read_bytes()
    (films / "cut.avi").write_bytes(whole[:len(whole) // 2])
    _, about = vesica("measure", "wound", films / "cut.avi", "--tsv", code=None)
    assert "cut.avi" in about, about


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
    scratch_video(workplace)
    micrographs(workplace)
    single(workplace)
print("images: ok")
