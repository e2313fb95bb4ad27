"""The report: no network request, small, one heading of each section; the other outputs are what they say."""
import html.parser
import json
import re
import zipfile

from support import Workplace, demo_study, vesica


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.addresses, self.ids, self.open = [], [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if values.get("id"):
            self.ids.append(values["id"])
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            if name in values and tag != "a":
                self.addresses.append(values[name])


with Workplace() as place:
    study = demo_study(place)
    vesica("run", study, code=2)
    results = study / "results"
    page = (results / "report.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 20_000_000
    reader = Reader()
    reader.feed(page)
    outside = [address for address in reader.addresses if not address.startswith(("data:", "#"))]
    assert not outside, f"the report asks for {outside[:3]}"
    assert not re.search(r"@import|url\((?!['\"]?(data:|#))|fetch\(|XMLHttpRequest|WebSocket", page), "a network request"
    assert 'name="viewport"' in page and "@media print" in page and "<html lang=" in page
    assert len(reader.ids) == len(set(reader.ids)), "ids repeat"
    crate = json.loads((results / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    about = next(entity for entity in crate["@graph"] if entity["@id"] == "ro-crate-metadata.json")
    assert "conformsTo" in about
    known = {entity["@id"] for entity in crate["@graph"]}
    root = next(entity for entity in crate["@graph"] if entity["@id"] == "./")
    parts = [part["@id"] for part in root.get("hasPart", [])]
    assert parts and all(part in known for part in parts)
    for path in results.rglob("*.xlsx"):
        assert zipfile.ZipFile(path).testzip() is None
    assert list(results.rglob("*.xlsx")) and list(results.rglob("*.pzfx"))
    drawn = sorted(results.rglob("figures/*.svg"))
    printed = [svg for svg in drawn if svg.with_suffix(".pdf").exists()]
    # Of many figures only those of comparisons and checks are printed; a run says so.
    for svg in drawn:
        assert svg.with_suffix(".tsv").stat().st_size > 0, f"{svg.name} has no data"
        assert svg in printed or not svg.name.startswith(("forest", "groups", "agreement")), f"{svg.name} has no .pdf"
    assert printed
    for svg in printed:
        assert svg.with_suffix(".png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        assert svg.with_suffix(".pdf").read_bytes()[:5] == b"%PDF-"
print("report: ok")
