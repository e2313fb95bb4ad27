"""A rerun of an unchanged study executes nothing and touches no table; a changed file is measured again, alone."""
import os
import re

from support import Workplace, small_study, tables, vesica

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
print("rerun: ok")
