"""Every JSON Schema that Vesica prints is valid under Draft 4 and 2020-12, and accepts the defaults it states."""
import json
import tempfile
import tomllib

from support import skip, vesica

try:
    import jsonschema
except ImportError:
    skip("python3-jsonschema is not here")


def names(kind):
    said, _ = vesica("describe", kind, "--json")
    found = json.loads(said)
    listed = found if isinstance(found, list) else next(value for value in found.values() if isinstance(value, list))
    return [entry["id"] if isinstance(entry, dict) else entry for entry in listed]


checked = 0
for name in ["study", *names("assays"), *names("models")]:
    schema = json.loads(vesica("describe", name, "--json")[0])
    schema = schema.get("settings", schema)
    plain = {key: value for key, value in schema.items() if key != "$schema"}
    jsonschema.Draft4Validator.check_schema(plain)
    jsonschema.Draft202012Validator.check_schema(plain)
    defaults = {key: value["default"] for key, value in schema.get("properties", {}).items() if "default" in value}
    for validator in (jsonschema.Draft4Validator, jsonschema.Draft202012Validator):
        problems = list(validator(plain).iter_errors(defaults)) if name != "study" else []
        assert not problems, f"{name}: {problems[0].message}"
        if name != "study":
            assert list(validator(plain).iter_errors({"no_such_setting": 1})), f"{name} accepts unknown settings"
    checked += 1
# The schema of study.toml takes what Vesica itself writes, and refuses a key that does not exist.
schema = json.loads(vesica("describe", "study", "--json")[0])
with tempfile.TemporaryDirectory() as folder:
    vesica("phantom", "demo", "--out", f"{folder}/demo")
    with open(f"{folder}/demo/study.toml", "rb") as file:
        study = tomllib.load(file)
for validator in (jsonschema.Draft4Validator, jsonschema.Draft202012Validator):
    problems = list(validator(schema).iter_errors(study))
    assert not problems, f"study.toml: {problems[0].message}"
    assert list(validator(schema).iter_errors({**study, "study": {"titel": "x"}})), "the schema accepts unknown keys"
print(f"{checked} schemas: ok")
