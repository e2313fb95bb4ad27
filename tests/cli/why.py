"""why answers for measured and predicted rows, and for an id that does not exist."""
import csv
import hashlib
import json

from support import Workplace, small_study, vesica

with Workplace() as place:
    study = small_study(place)
    vesica("run", study)
    rows = list(csv.DictReader((study / "results/observations.tsv").open(encoding="utf-8"), delimiter="\t"))
    assert len({row["id"] for row in rows}) == len(rows), "ids repeat"
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in study.rglob("*")
              if path.is_file() and "results" not in path.relative_to(study).parts}
    measured = [row for row in rows if row["origin"] == "measured"]
    for row in measured[:3] + measured[-3:]:
        said, _ = vesica("why", study, row["id"])
        assert row["quantity"] in said, said
        assert any(known in said for known in hashes), f"no file's SHA-256 in:\n{said}"
        assert any(name in said for name in hashes.values()), said
        json.loads(vesica("why", study, row["id"], "--json")[0])
    version = vesica("--version")[0].split()[1]
    assert version in said, f"no version in:\n{said}"
    for row in [row for row in rows if row["origin"] == "predicted"][:2]:
        said, _ = vesica("why", study, row["id"])
        assert row["quantity"] in said and row["source"] in said, said
    _, about = vesica("why", study, "NOSUCHROW0", code=None)
    assert "NOSUCHROW0" in about, about
print("why: ok")
