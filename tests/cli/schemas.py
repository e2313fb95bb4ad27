"""Every JSON Schema that Vesica prints is valid under Draft 4 and 2020-12, and accepts the defaults it states."""
import json

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
print(f"{checked} schemas: ok")
