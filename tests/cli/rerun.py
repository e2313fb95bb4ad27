"""A rerun of an unchanged study executes nothing and touches no table; another build computes everything again."""
import os
import re
import struct
import subprocess

from support import PROGRAM, Workplace, environment, small_study, tables, vesica


def other_build(folder):
    """The program with another build id, as a release with a mended formula would have."""
    note = folder / "note"
    note.write_bytes(struct.pack("<III", 4, 20, 3) + b"GNU\0" + bytes(range(20)))
    subprocess.run(["objcopy", "--update-section", f".note.gnu.build-id={note}", PROGRAM, folder / "vesica"], check=True)
    return folder / "vesica"


with Workplace() as place:
    study = small_study(place)
    vesica("run", study)
    before = tables(study / "results")
    times = {path: path.stat().st_mtime_ns for path in (study / "results").rglob("*") if path.suffix in (".tsv", ".svg")}
    said, about = vesica("run", study)
    assert re.search(r"up to date|nothing|unchanged", (said + about).lower()), said + about
    assert tables(study / "results") == before
    assert all(path.stat().st_mtime_ns == time for path, time in times.items()), "tables were written again"
    raw = sorted(path for path in study.rglob("*.csv") if "results" not in path.parts)[0]
    stamp = raw.stat()
    os.utime(raw, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 10**9))  # touched, the same content
    vesica("run", study)
    assert tables(study / "results") == before, "a touched file changed the tables"
    vesica("run", study, "--verify")
    assert tables(study / "results") == before
    said, about = vesica("run", study, "--dry-run")
    assert tables(study / "results") == before
    assert "up to date  measure" in said + about and "to do" not in said + about, said + about
    done = subprocess.run([other_build(place), "run", study], capture_output=True, text=True, env=environment())
    assert re.search(r" 0 up to date", done.stdout + done.stderr), done.stdout + done.stderr
    columns = lambda found: [line.split(b"\t")[1:-1] for line in found["observations.tsv"].splitlines()]  # without id, run
    assert columns(tables(study / "results")) == columns(before), "another build with the same formulas gave other values"
print("rerun: ok")
