"""Shards measured apart and merged equal one run."""
from support import Workplace, small_study, expect_same, tables, undisturbed, vesica

with Workplace() as place:
    whole = undisturbed(place)
    study = small_study(place)
    parts = [place / f"part {i}" for i in (1, 2, 3)]
    for i, part in enumerate(parts, 1):
        vesica("run", study, "--shard", f"{i}/3", "--out", part)
    vesica("merge", study, *parts, "--out", place / "merged")
    expect_same(whole, tables(place / "merged"), "shards")
print("shards: ok")
