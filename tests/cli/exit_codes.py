"""Exit codes, and messages that name what is wrong and the next step."""
from support import Workplace, small_study, vesica

with Workplace() as place:
    study = small_study(place)

    def refused(code, *words, says=()):
        _, about = vesica(*words, code=code)
        for word in says:
            assert word.lower() in about.lower(), f"vesica {words}: '{word}' is not in:\n{about}"
        assert "terminate called" not in about and "what()" not in about, about

    refused(64)
    refused(64, "mesure", says=["mesure", "measure"])  # did you mean
    refused(64, "run", study, "--job", "2", says=["--job"])
    refused(64, "run", study, "--jobs", "many", says=["many"])
    refused(64, "run", study, "--shard", "5/2", says=["5/2"])
    refused(64, "measure", "ntaa", "x.csv", says=["ntaa", "nta"])
    refused(64, "predict", "spni", says=["spni", "spin"])
    refused(64, "describe", "no_such_thing", says=["no_such_thing"])
    refused(64, "evidence", "--json", "--tsv")
    refused(66, "run", place / "nowhere", says=["nowhere"])
    refused(66, "status", place / "nowhere", says=["nowhere"])
    refused(66, "new", place / "made", "--from", place / "nowhere", says=["nowhere"])
    refused(78, "predict", "spin", "--set", "no_such_field=1", says=["no_such_field"])

    (study / "study.toml").write_text('titel = "x"\n[[samples]]\nid = 3\nkind = \n', encoding="utf-8")
    _, about = vesica("run", study, code=78)
    assert "study.toml:4" in about, f"the line is not named:\n{about}"

    # A file that fails beside others that do not: 2, and the others are measured.
    other = small_study(place, "other")
    victim = sorted(path for path in other.rglob("*.csv"))[0]
    victim.write_bytes(victim.read_bytes()[:200])
    _, about = vesica("run", other, code=2)
    assert victim.name in about, about
    assert (other / "results" / "observations.tsv").stat().st_size > 1000
    vesica("run", other, "--strict", "--out", place / "strict", code=None)
print("exit codes: ok")
