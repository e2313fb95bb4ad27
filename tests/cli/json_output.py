"""--json is one valid, versioned object on stdout, whatever happens."""
import json

from support import Workplace, small_study, vesica


def strict(text):
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")
    return json.loads(text, parse_constant=refuse)


with Workplace() as place:
    study = small_study(place)
    said, _ = vesica("predict", "spin", "--json")
    outcome = strict(said)
    assert outcome["schema"] == "vesica.outcome/1", outcome.get("schema")
    for member in ("observations", "issues", "artifacts", "run"):
        assert member in outcome, f"no {member}"
    row = outcome["observations"][0]
    for key in ("quantity", "unit", "value", "origin", "source", "status"):
        assert key in row, f"no {key} in {row}"
    assert all(row["origin"] == "predicted" for row in outcome["observations"])

    raw = sorted(path for path in study.rglob("*.csv") if "ummary" in path.name)
    assert raw, "the demo study has no summaries"
    said, _ = vesica("measure", "nta", raw[0], "--json")
    outcome = strict(said)
    assert outcome["schema"] == "vesica.outcome/1" and outcome["observations"], said[:500]
    (place / "broken.csv").write_text("not a table of an instrument\n")
    said, _ = vesica("measure", "nta", place / "broken.csv", "--json", code=None)
    outcome = strict(said)
    assert outcome["issues"], "a file that cannot be read leaves an issue"

    vesica("run", study)
    said, _ = vesica("status", study, "--json", code=None)
    strict(said)
    said, _ = vesica("history", study, "--json")
    strict(said)
    for words in (["assays"], ["models"], ["quantities"], ["nta"], ["spin"], ["study"]):
        said, _ = vesica("describe", *words, "--json")
        strict(said)
    said, _ = vesica("evidence", "--about", "rotor", "--json")
    strict(said)
print("json: ok")
