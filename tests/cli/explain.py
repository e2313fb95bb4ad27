"""`vesica explain`: paths, signs, checks, ranking, figure and logical model from the command line."""
import json
import re
import xml.etree.ElementTree as xml

from support import ROOT, Workplace, environment, vesica


def rows(text):
    lines = text.splitlines()
    return [dict(zip(lines[0].split("\t"), line.split("\t"))) for line in lines[1:]]


def check_paths():
    said, _ = vesica("explain", "miR-146a-5p", "--to", "TNF-alpha")
    assert re.match(r"(Unchecked|Checked): ", said), said[:200]
    assert "miR-146a-5p ⊣ NF-κB → TNF" in said and "lowers TNF" in said, said
    for word in ("hie.014", "[28]", "species: ", "route: ", "dose: ", '"miR-146a inhibits TLR4/NF-kB"'):
        assert word in said, f"{word} is missing: {said}"
    # Every spelling asks the same.
    same = vesica("explain", "mir146a", "--to", "TNF-α")[0]
    assert same == said
    table = rows(vesica("explain", "miR-146a-5p", "--to", "TNF", "--tsv")[0])
    signs = {"raises": 1, "lowers": -1, "unsigned": 0}
    for path in {row["path"] for row in table}:
        steps = {row["step"]: signs[row["sign"]] for row in table if row["path"] == path and row["sign"] != "carries"}
        product = 1
        for sign in steps.values():
            product *= sign
        assert {signs[row["path_sign"]] for row in table if row["path"] == path} == {product}
    for row in table:
        assert row["seed"] and row["reference"] and row["evidence"], row
        assert row["citation_supports_claim"] in ("yes", "partly", "no", "unchecked"), row
    unchecked = {row["path"] for row in table if int(row["unchecked_links"]) > 0}
    assert said.startswith("Unchecked") == bool(unchecked)


def check_filters():
    whole = json.loads(vesica("explain", "miR-146a-5p", "--disease", "hie", "--source", "ucmsc", "--json")[0])
    assert whole["schema"] == "vesica.explanation/1" and whole["paths"], whole["schema"]
    assert whole["source"] == "UC-MSC"
    for path in whole["paths"]:
        first = next(link for link in path["links"] if link["kind"] == "acts")
        assert all(row["source_cell"] == "hUC-MSC" for row in first["rows"]), first
    assert all(len(path["links"]) <= 2 for path in json.loads(
        vesica("explain", "miR-146a-5p", "--longest", 2, "--json")[0])["paths"])


def check_opposites():
    said, _ = vesica("explain", "Schwann cell", "--to", "angiogenesis")
    block = said[said.index("Links of opposite sign: angiogenesis"):]
    assert "raised by" in block and "lowered by" in block
    assert "sci.035" in block and "sci.036" in block, block


def check_ranking():
    said, _ = vesica("explain", "--to", "neuronal apoptosis")
    assert "Sources and cargoes by independent evidence" in said
    table = rows(vesica("explain", "--to", "neuronal apoptosis", "--tsv")[0])
    scores = [int(row["score"]) for row in table]
    assert scores == sorted(scores, reverse=True) and len(table) > 3
    for row in table:
        assert int(row["score"]) == int(row["supported"]) - int(row["against"]), row


def check_dose():
    words = ["--organ-share", 0.01, "--uptake-share", 1, "--cells", "1e8", "--copies", 0.00825, "--escape-share", 1]
    whole = json.loads(vesica("explain", "miR-146a-5p", "--to", "TNF", "--dose", "1.2e10", *words, "--json")[0])
    copies = whole["copies_per_cell"][0]
    assert copies["cargo"] == "miR-146a-5p" and abs(copies["copies_per_cell"] - 0.0099) < 1e-9, copies
    assert copies["verdict"] == "fails"
    said = vesica("explain", "miR-146a-5p", "--to", "TNF", "--dose", "1e10", "--route", "intranasal")[0]
    assert "distribution.intranasal.brain_share" in said and "from memory or chosen" in " ".join(said.split()), said
    again = vesica("explain", "miR-146a-5p", "--to", "TNF", "--dose", "1e10", "--route", "intranasal")[0]
    assert said == again


def check_files(place):
    svg, qual = place / "路径.svg", place / "paths.sbml"
    vesica("explain", "miR-146a-5p", "--figure", svg, "--qual", qual)
    tree = xml.parse(svg)
    texts = ["".join(one.itertext()) for one in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert "miR-146a-5p" in texts and "IRAK1" in texts, texts
    first = svg.read_bytes(), qual.read_bytes()
    vesica("explain", "miR-146a-5p", "--figure", svg, "--qual", qual)
    assert first == (svg.read_bytes(), qual.read_bytes()), "the same question gives other bytes"
    space = "{http://www.sbml.org/sbml/level3/version1/qual/version1}"
    inputs = [one for one in xml.parse(qual).iter(space + "input")]
    assert {one.get(space + "sign") for one in inputs} >= {"positive", "negative"}
    for ending, magic in ((".png", b"\x89PNG"), (".pdf", b"%PDF")):
        vesica("explain", "miR-146a-5p", "--to", "TNF", "--figure", place / ("a" + ending))
        assert (place / ("a" + ending)).read_bytes().startswith(magic)


# A slow twin: the graph and its simple paths once more, from the tables and the page alone.

def table(name):
    return rows((ROOT / "evidence" / f"{name}.tsv").read_text(encoding="utf-8"))


def parts(cell):
    return [part.strip() for part in cell.split(";") if part.strip()]


def fold(text):
    for greek, word in {"α": "alpha", "β": "beta", "κ": "kappa", "–": " ", "‑": " "}.items():
        text = text.replace(greek, word)
    text = text.lower()
    for british, american in {"aemi": "emi", "oedem": "edem", "isation": "ization", "haemo": "hemo"}.items():
        text = text.replace(british, american)
    return "".join(c for c in text if c.isalnum() or c == "+")


def words(text):
    return " " + " ".join(re.sub(r"[^a-z0-9+]+", " ", text.lower().replace("aemi", "emi")).split()) + " "


class Twin:
    def __init__(self):
        self.names = {row["id"]: row for row in table("names")}
        self.spelled = {}
        for row in self.names.values():
            slot = row["kind"] if row["kind"] in ("source", "disease") else "node"
            for text in [row["name"]] + parts(row["aliases"]):
                self.spelled[slot, fold(text)] = (row, 1)
            for text in parts(row["opposites"]):
                self.spelled[slot, fold(text)] = (row, -1)
        outcomes = {}
        for row in table("outcomes"):
            if row["outcome"]:
                sign = {"higher": 1, "lower": -1, "unsigned": 0}[row["sign"]]
                outcomes.setdefault(row["effect"], []).append((row["outcome"], sign))
        self.links = {}
        for row in table("mechanisms"):
            source = None if row["source_cell"].startswith("n/a") else self.find("source", row["source_cell"])[0]["id"]
            sign = {"activates": 1, "inhibits": -1}.get(row["relation"], 0)
            for target, turn in self.nodes(row["target"], None):
                for actor, actor_turn in self.nodes(row["cargo"], source):
                    self.link(actor, target, sign * turn * actor_turn, row)
                for outcome, change in outcomes.get(row["effect"], []):
                    self.link(target, outcome, change * sign * turn, row)

    def find(self, slot, text):
        found = self.spelled.get((slot, fold(text))) or self.spelled.get((slot, fold(re.sub(r"\([^()]*(\([^()]*\))?[^()]*\)", "", text))))
        assert found, text
        return found

    def nodes(self, text, source):
        row, turn = self.find("node", text)
        ids = parts(row["parts"]) or [row["id"]]
        return [(source + "." + i if source and self.names[i]["kind"] == "preparation" else i, turn) for i in ids]

    def link(self, actor, target, sign, row):
        if actor != target:
            self.links.setdefault(actor, {}).setdefault((target, sign), []).append(self.systems(row["disease"]))

    def systems(self, disease):
        text, out = words(disease), set()
        for row in self.names.values():
            if row["kind"] == "disease" and any(words(one) in text for one in [row["name"]] + parts(row["aliases"])):
                while parts(row["broader"]):
                    row = self.names[parts(row["broader"])[0]]
                out.add(row["id"])
        return out

    def paths(self, start, goals, longest=6):
        found = []

        def walk(node, seen, signs, systems):
            for (target, sign), rows_systems in self.links.get(node, {}).items():
                kept = [one for one in rows_systems if not one or not systems or one & systems or systems == {"any"}]
                if not kept or target in seen:
                    continue
                together = set().union(*kept) if all(kept) else set(systems)
                shared = together if systems == {"any"} else systems & together
                if target in goals:
                    found.append((tuple(seen[1:]) + (target,), tuple(signs) + (sign,)))
                elif len(seen) < longest:
                    walk(target, seen + [target], signs + [sign], shared)

        walk(start, [start], [], {"any"})
        return sorted(found)


def check_twin():
    twin = Twin()
    signs = {"raises": 1, "lowers": -1, "unsigned": 0}
    kinds = {"apoptosis": {"apoptosis", "neuronal_apoptosis"}, "inflammation": {"inflammation", "neuroinflammation",
             "cytokines", "tnf", "il1b", "il6", "il16"}}
    questions = [("mir_146a", "tnf"), ("mir_146a", "bbb"), ("mir_653", "inflammation"), ("mir_124", "motor"),
                 ("hdac1", "apoptosis"), ("vegf", "neuron_survival"), ("uc_msc.exosome", "repair"), ("uc_msc.exosome", "inflammation"),
                 ("mir_146a", "neuronal_injury"), ("mir_17", "apoptosis"), ("kc.exosome", "angiogenesis"), ("mir_653", "bbb")]
    total = 0
    for start, goal in questions:
        whole = json.loads(vesica("explain", start, "--to", goal, "--json", code=(0, 1))[0])
        ours = sorted((tuple(link["to"]["id"] for link in path["links"]), tuple(signs[link["sign"]] for link in path["links"]))
                      for path in whole["paths"])
        theirs = twin.paths(start, kinds.get(goal, {goal}))
        assert ours == theirs, f"{start} to {goal}: only here {set(ours) - set(theirs)}, only there {set(theirs) - set(ours)}"
        total += len(ours)
    assert total > 50, total
    print(f"explain: {total} paths of {len(questions)} questions equal those of the twin")


def check_bad_input(place):
    cases = {
        ("miR-146q",): "miR-146", ("miR-146a-5p", "--to", "TMF"): "Did you mean", ("--disease", "hei"): "HIE",
        ("miR-146a-5p", "--source", "ucmcs"): "UC-MSC", ("miR-146a-5p", "--longest", "0"): "--longest",
        ("miR-146a-5p", "--figure", "a.jpg"): ".jpg", ("miR-146a-5p", "--dose", "-1"): "--dose",
        ("miR-146a-5p", "--dose", "many"): "many", ("miR-146a-5p", "--route", "intranasal"): "--dose",
        ("miR-146a-5p", "--dose", "1e9", "--organ-share", "2"): "--organ-share",
        ("miR-146a-5p", "--json", "--tsv"): "--tsv", ("hie",): '--disease "hie"',
    }
    for words, named in cases.items():
        _, about = vesica("explain", *words, code=64)
        assert named in about, f"{words}: '{named}' is not named: {about}"
    said, _ = vesica("explain", "miR-146a-5p", "--to", "bone regeneration", code=1)
    assert said.startswith("No path of at most 6 links from miR-146a-5p to bone regeneration."), said
    assert "nearest" in said
    vesica("explain", "miR-146a-5p", "--figure", place / "no folder" / "a.svg", code=73)


def main():
    check_paths()
    check_filters()
    check_opposites()
    check_ranking()
    check_dose()
    check_twin()
    with Workplace() as place:
        check_files(place)
        check_bad_input(place)
    said = vesica("--lang=zh", "explain", "miR-146a-5p", "--to", "TNF", env=environment())[0]
    assert re.search(r"[\u4e00-\u9fff]", said.splitlines()[0]), "the first line has no Chinese"


main()
