"""Hostile and broken files one by one: a message that names the file, an exit code of the table, never a crash."""
import io
import zipfile

from support import Workplace, demo_study, small_study, vesica


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


BOMB = zipped(**{"xl__worksheets__sheet1_xml": b"<worksheet>" + b" " * 300_000_000, "xl__workbook_xml": b"<workbook/>"})
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "' + b"x" * 1000 + b'">' + b"".join(
    b'<!ENTITY a%d "%s">' % (i, (b"&a%d;" % (i - 1) if i else b"&a;") * 10) for i in range(10)) + b"]><worksheet>&a9;</worksheet>"


def broken_files(summary, workbook):
    """name → bytes."""
    text = summary.decode("latin-1")
    files = {f"cut at {share} %.csv": summary[:len(summary) * share // 100] for share in (1, 10, 50, 90, 99)}
    files |= {
        "empty.csv": b"", "blank.csv": b"\n\n\n", "nul.csv": b"\0" * 5000, "one line.csv": b"x," * 200_000,
        "no line end.csv": b"a,b\n1,2", "quote.csv": b'a,b\n"1,2\n3,4\n', "noise.csv": bytes(range(256)) * 100,
        "utf-16.csv": b"\xff\xfe" + "sample,weight (g)\nA,1\n".encode("utf-16-le")[:-1],
        "mojibake.csv": "样品,重量 (g)\n甲,1\n".encode("gb18030")[:-3] + b"\xff\xff",
        "huge number.csv": b"sample,weight (g)\nA,1e99999\nB,-inf\nC,nan\nD,0x1p3\n",
        "re-saved.csv": text.replace(",", ";").encode("latin-1"),
        "twice.csv": summary + summary,
        "no numbers.csv": "".join(c for c in text if not c.isdigit()).encode("latin-1"),
        "cut.xlsx": workbook[:len(workbook) // 2], "empty.xlsx": b"", "text.xlsx": b"not a workbook",
        "bomb.xlsx": BOMB, "hollow.xlsx": zipped(), "entities.xlsx": zipped(xl__worksheets__sheet1_xml=ENTITIES,
                                                                            xl__workbook_xml=ENTITIES),
    }
    return files


def tomls():
    """name → text of study.toml, and what must be named."""
    return {
        "syntax": ('[study]\nid = "x\n', "study.toml:2"),
        "deep": ("[study]\nid = " + "[" * 5000 + "]" * 5000 + "\n", "study.toml"),
        "twice": ('[study]\nid = "a"\nid = "b"\n', "study.toml:3"),
        "unknown": ('[study]\nid = "a"\ntitel = "b"\n', "title"),
        "protocol": ('[study]\nid = "a"\n', "uc"),
        "condition": ('[study]\nid = "a"\n[[protocol]]\nid = "uc"\n[[condition]]\nid = "KC"\n', "BMSC"),
        "binary": ("\x00\x01\x02", "study.toml"),
    }


with Workplace() as place:
    demo = demo_study(place)
    good = sorted((demo / "raw/nanosight").glob("KC_d1*"))[0].read_bytes()
    book = (demo / "raw/bone.xlsx").read_bytes()
    for name, content in broken_files(good, book).items():
        path = place / name
        path.write_bytes(content)
        for assay in ("nta", "table"):
            said, about = vesica("measure", assay, path, "--tsv", code=(0, 2, 65, 66))
            assert name in about or said.count("\n") > 1, f"{assay}: {name} is not named:\n{about}"
    for name, (content, named) in tomls().items():
        study = small_study(place, f"toml {name}")
        (study / "study.toml").write_text(content, encoding="utf-8")
        _, about = vesica("run", study, code=(65, 78))
        assert named in about, f"{name}: '{named}' is not named:\n{about}"
print("bad input: ok")
