"""`vesica predict model.xml`: a user's reaction network from the command line and in a study. Truths are closed forms."""
import json
import math
import signal
import subprocess
import time

from support import PROGRAM, Workplace, environment, start, vesica

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
<model id="{id}" name="{name}" timeUnits="hour" substanceUnits="nmol" volumeUnits="litre" extentUnits="nmol">
<listOfUnitDefinitions>
<unitDefinition id="hour"><listOfUnits><unit kind="second" exponent="1" scale="0" multiplier="3600"/></listOfUnits></unitDefinition>
<unitDefinition id="nmol"><listOfUnits><unit kind="mole" exponent="1" scale="-9" multiplier="1"/></listOfUnits></unitDefinition>
</listOfUnitDefinitions>
"""
MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML">{}</math>'


def times(*names):
    return MATH.format("<apply><times/>" + "".join(f"<ci>{name}</ci>" for name in names) + "</apply>")


# A in 2 L decays at k = 0.5 /h from 10 nmol/L.
DECAY = HEAD.format(id="decay", name="Decay") + f"""
<listOfCompartments><compartment id="V" size="2" constant="true"/></listOfCompartments>
<listOfSpecies><species id="A" compartment="V" initialConcentration="10" hasOnlySubstanceUnits="false"
 boundaryCondition="false" constant="false"/></listOfSpecies>
<listOfParameters><parameter id="k" value="0.5" constant="true"/></listOfParameters>
<listOfReactions><reaction id="loss" reversible="false">
<listOfReactants><speciesReference species="A" stoichiometry="1" constant="true"/></listOfReactants>
<kineticLaw>{times("k", "A", "V")}</kineticLaw></reaction></listOfReactions>
</model></sbml>
"""


def rates(**formulas):
    """Parameters that follow rate rules: name → (start, MathML)."""
    parameters = "".join(f'<parameter id="{n}" value="{v}" constant="false"/>' for n, (v, _) in formulas.items())
    rules = "".join(f'<rateRule variable="{n}">{MATH.format(m)}</rateRule>' for n, (_, m) in formulas.items())
    return (HEAD.format(id="m", name="") + f"<listOfParameters>{parameters}</listOfParameters>"
            f"<listOfRules>{rules}</listOfRules></model></sbml>")


RUNAWAY = rates(x=(1, "<apply><power/><ci>x</ci><cn>2</cn></apply>"))
DIVIDES = rates(x=(1, "<apply><divide/><cn>1</cn><apply><minus/><ci>x</ci><cn>1</cn></apply></apply>"))
ROOT = rates(x=(1, "<apply><minus/><apply><root/><ci>x</ci></apply></apply>"), y=(1, "<apply><root/><apply><minus/><ci>y</ci><cn>2</cn></apply></apply>"))
ALGEBRAIC = RUNAWAY.replace("rateRule variable=\"x\"", "algebraicRule").replace("/rateRule", "/algebraicRule")


def rows(text):
    lines = text.splitlines()
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"))) for line in lines[1:]]


def close(value, truth, relative=1e-4):
    assert abs(float(value) - truth) <= relative * abs(truth), f"{value} is not {truth}"


def check_single(model):
    said, about = vesica("predict", model, "--to", 4, "--points", 5)
    assert "Decay (1 species, 1 reaction, 1 parameter), 0 to 4 h" in said, said
    assert "nmol/L" in said and "explicit" in said and "Work:" in said, said
    table = rows(vesica("predict", model, "--to", 4, "--points", 5, "--tsv")[0])
    assert [row["at"] for row in table] == ["0", "1", "2", "3", "4"]
    for row in table:
        assert row["quantity"] == "model.concentration" and row["target"] == "A" and row["unit"] == "nmol/L"
        assert row["time_h"] == row["at"] and row["origin"] == "predicted" and row["status"] == "ok"
        close(row["value"], 10 * math.exp(-0.5 * float(row["at"])))
    changed = rows(vesica("predict", model, "--to", 2, "--set", "k=1", "--set", "A=3", "--amounts", "--tsv", "--select",
                          "A,V,k,loss", "--points", 2)[0])
    last = {row["target"]: row for row in changed if row["at"] == "2"}
    close(last["A"]["value"], 6 * math.exp(-2))
    assert last["A"]["quantity"] == "model.amount" and last["A"]["unit"] == "nmol"
    close(last["loss"]["value"], 6 * math.exp(-2))
    assert last["loss"]["quantity"] == "model.rate" and last["V"]["value"] == "2" and last["k"]["value"] == "1"
    dosed = rows(vesica("predict", model, "--to", 4, "--points", 5, "--dose", "A=6@1+2x2", "--tsv")[0])
    close(dosed[3]["value"], (10 * math.exp(-0.5) + 3) * math.exp(-1) + 3)
    whole = json.loads(vesica("predict", model, "--to", 4, "--points", 5, "--json")[0])
    assert whole["schema"] == "vesica.outcome/1" and len(whole["observations"]) == 5
    assert whole["run"]["settings"]["to"] == 4 and whole["run"]["inputs"][0]["sha256"], whole["run"]
    for method in ("explicit", "rosenbrock", "cvodes"):
        table = rows(vesica("predict", model, "--to", 4, "--points", 2, "--method", method, "--rtol", "1e-8", "--tsv")[0])
        close(table[-1]["value"], 10 * math.exp(-2), 1e-6)


def check_usage(model):
    cases = {
        ("--select", "los"): 'Did you mean "loss"', ("--set", "kk=1"): '"kk"', ("--dose", "B=1@0"): '"B"',
        ("--points", "1"): "points", ("--set", "k=fast"): "fast", ("--method", "rosenbrok"): "rosenbrock",
        ("--sample", "5"): "--vary", ("--vary", "k=uniform(0,1)"): "--sample", ("--figure", "a.jpg"): ".jpg",
        ("--steady-state",): "--to", ("--amounts", "--concentrations"): "--amounts", ("--json", "--tsv"): "--tsv",
        ("--dose", "A=x@0"): "--dose", ("--sample", "5", "--vary", "k=lognorm(1,2)"): "--vary",
        ("--sample", "5", "--vary", "k=uniform(0,1)", "--individuals", "t.tsv"): "--individuals",
    }
    for words, named in cases.items():
        _, about = vesica("predict", model, "--to", 4, *words, code=64)
        assert named in about, f"{words}: '{named}' is not named: {about}"
    assert "--to is missing" in vesica("predict", model, code=64)[1]
    assert "spin" in vesica("predict", "spin", "--to", 4, code=64)[1]
    assert "nowhere.xml" in vesica("predict", model.parent / "nowhere.xml", "--to", 4, code=66)[1]
    vesica("predict", model, "--to", 4, "--figure", model.parent / "no folder" / "a.svg", code=73)
    # An option before the command, with "=".
    assert "用法" in vesica("--lang=zh", "predict", "--help")[0]


def check_individuals(place, model):
    table = place / "rats.tsv"
    table.write_text("individual\tk\tdose.A\nrat 1\t1\t\nrat 2\t\t4\nrat 3\t0.25\t6@1\n", encoding="utf-8")
    got = rows(vesica("predict", model, "--to", 2, "--points", 3, "--individuals", table, "--tsv")[0])
    last = {row["sample"]: float(row["value"]) for row in got if row["at"] == "2"}
    close(last["rat 1"], 10 * math.exp(-2))
    close(last["rat 2"], 12 * math.exp(-1))
    close(last["rat 3"], 10 * math.exp(-0.5) + 3 * math.exp(-0.25))
    comma = place / "rats.csv"
    comma.write_text("individual;k\nrat 1;1,0\nrat 2;0,25\n", encoding="utf-8")
    got = rows(vesica("predict", model, "--to", 2, "--points", 2, "--individuals", comma, "--tsv")[0])
    close(got[-1]["value"], 10 * math.exp(-0.5))
    for text, named in {"individual\tkk\na\t1\n": "rats.tsv:1:2", "individual\tk\na\tx\n": "rats.tsv:2:2",
                        "who\tk\na\t1\n": "rats.tsv:1:1", "individual\tk\n": "rats.tsv",
                        "individual\tdose.A\na\t1@\n": "rats.tsv:2:2"}.items():
        table.write_text(text, encoding="utf-8")
        _, about = vesica("predict", model, "--to", 2, "--individuals", table, code=65)
        assert named in about, about


def check_ensembles(place, model):
    words = ["predict", model, "--to", 2, "--points", 3, "--sample", 2000, "--vary", "k=lognormal(0.5,0.2)"]
    one, many = (vesica(*words, "--tsv", "--jobs", jobs)[0] for jobs in (1, 4))
    assert one == many, "threads change the rows"
    assert one != vesica(*words, "--tsv", "--seed", 2)[0], "the seed changes nothing"
    values = sorted(float(row["value"]) for row in rows(one) if row["at"] == "2")
    assert len(values) == 2000
    close(values[1000], 10 * math.exp(-1), 0.03)
    close(values[100], 10 * math.exp(-math.exp(1.645 * 0.2)), 0.05)
    said, _ = vesica(*words, "--figure", place / "band.svg")
    assert "2,000 individuals" in said and "95 %" in said, said
    svg = (place / "band.svg").read_text(encoding="utf-8")
    assert "Concentration (nmol/L)" in svg and "Time (h)" in svg and 'class="band"' in svg
    vesica("predict", model, "--to", 2, "--figure", place / "one.png", "--select", "A,k")
    assert (place / "one.png").read_bytes()[:4] == b"\x89PNG" and (place / "one-2.png").exists(), "one file a unit"


def check_memory(model):
    """Ten times the individuals, the same memory; measured by the system."""
    def peak(sample):
        done = subprocess.run(["/usr/bin/time", "-f", "%M", PROGRAM, "predict", str(model), "--to", "2", "--sample",
                               str(sample), "--vary", "k=uniform(0.1,1)", "--tsv", "--jobs", "2"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment())
        assert done.returncode == 0, done.stderr
        return int(done.stderr.split()[-1]) / 1024
    try:
        few, many = peak(3000), peak(20000)
    except FileNotFoundError:
        print("memory: /usr/bin/time is not here")
        return
    assert many < few * 1.3 + 8, f"3,000 individuals take {few:.0f} MB, 20,000 take {many:.0f} MB"
    print(f"peak memory: {few:.0f} MB for 3,000 individuals, {many:.0f} MB for 20,000")


def check_failures(place):
    for name, text, row_code in (("runaway", RUNAWAY, 2), ("divides", DIVIDES, 2), ("root", ROOT, 2)):
        model = place / f"{name}.xml"
        model.write_text(text, encoding="utf-8")
        said, about = vesica("predict", model, "--to", 4, "--points", 9, "--select", "x", "--tsv", code=row_code)
        table = rows(said)
        failed = [row for row in table if row["status"] == "not_converged"]
        assert failed and all(row["value"] == "" for row in failed), said
        assert "time" in about and ('"x"' in about or '"y"' in about), about
    for name, text, named in (("cut", DECAY[:600], "cut.xml"), ("binary", "\x00\x01", "binary.xml"), ("empty", "", "empty.xml"),
                              ("other", "<html></html>", "other.xml"), ("algebraic", ALGEBRAIC, "algebraic rule"),
                              ("entities", DECAY.replace("<sbml", "<!DOCTYPE a [<!ENTITY b 'c'>]><sbml"), "entities.xml")):
        model = place / f"{name}.xml"
        model.write_text(text, encoding="utf-8")
        _, about = vesica("predict", model, "--to", 4, code=65)
        assert named.lower() in about.lower(), f"{name}: '{named}' is not named: {about}"


def check_interrupt(model):
    running = start("predict", model, "--to", 2000, "--points", 1001, "--sample", 1_000_000, "--vary", "k=uniform(0.1,1)")
    time.sleep(1.5)
    assert running.poll() is None, "it ended too early to interrupt"
    running.send_signal(signal.SIGINT)
    begun = time.monotonic()
    running.communicate(timeout=60)
    assert running.returncode == 130, running.returncode
    assert time.monotonic() - begun < 10, "it took too long to stop"


def check_written(place, model):
    out = place / "written.xml"
    vesica("predict", model, "--write-sbml", out, "--set", "k=1")
    close(rows(vesica("predict", out, "--to", 2, "--points", 2, "--tsv")[0])[-1]["value"], 10 * math.exp(-2))


def check_check(place, model):
    said, _ = vesica("predict", model, "--check")
    assert "Decay (1 species" in said and "time h" in said and "This model runs; nothing is wrong" in said, said
    wrong = place / "wrong.xml"
    wrong.write_text(DECAY.replace("<ci>V</ci></apply>", "<ci>V</ci><ci>nothing</ci></apply>"), encoding="utf-8")
    said, _ = vesica("predict", wrong, "--check", code=1)
    assert "nothing" in said and "does not run" in said and "line " in said, said
    vesica("predict", wrong, "--to", 1, code=65)
    algebraic = place / "algebraic rule.xml"
    algebraic.write_text(ALGEBRAIC, encoding="utf-8")
    said, _ = vesica("predict", algebraic, "--check", code=1)
    assert "lgebraic rule" in said and "does not run" in said, said
    vesica("predict", model, "--check", "--json", code=64)


def check_steady(place):
    fed = place / "fed.xml"  # dx/dt = 2 - x
    fed.write_text(rates(x=(0, "<apply><minus/><cn>2</cn><ci>x</ci></apply>")), encoding="utf-8")
    said, _ = vesica("predict", fed, "--steady-state", "--select", "x")
    assert "steady state" in said and "stable" in said, said
    table = rows(vesica("predict", fed, "--steady-state", "--select", "x", "--tsv")[0])
    assert len(table) == 1 and table[0]["part"] == "steady_state" and table[0]["at"] == "", table
    close(table[0]["value"], 2, 1e-6)
    grows = place / "grows.xml"
    grows.write_text(rates(x=(1, "<cn>1</cn>")), encoding="utf-8")
    said, about = vesica("predict", grows, "--steady-state", "--select", "x", "--tsv", code=2)
    assert rows(said)[0]["status"] == "not_converged" and "rest" in about, about


STUDY = """[study]
id = "clearance"
title = "Labelled vesicles"
[[condition]]
id = "rat"
[[scenario]]
id = "pk"
model = "network"
file = "clearance.xml"
condition = "rat"
settings = { set = { k = 0.25 } }
[[scenario.map]]
symbol = "A"
quantity = "other.mass_concentration"
target = "label"
unit = "ug/L"
"""


def check_study(place):
    study = place / "study"
    study.mkdir()
    (study / "clearance.xml").write_text(DECAY, encoding="utf-8")
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    (study / "plasma.csv").write_text("sample,time_h,label (ug/mL)\nr1,1,0.008\nr1,4,0.004\nr2,1,0.007\nr2,4,0.003\n",
                                      encoding="utf-8")
    (study / "samples.csv").write_text("path,assay,sample,condition,kind\nplasma.csv,table,,,\n,,r1,rat,animal\n"
                                       ",,r2,rat,animal\n", encoding="utf-8")
    vesica("run", study)
    table = rows((study / "results/observations.tsv").read_text(encoding="utf-8"))
    predicted = {row["time_h"]: row for row in table if row["origin"] == "predicted"}
    assert sorted(predicted) == ["1", "4"], "predicted where measured"
    close(predicted["4"]["value"], 0.01 * math.exp(-1))
    assert predicted["4"]["unit"] == "ug/mL" and predicted["4"]["source"] == "network"
    findings = (study / "results/findings.tsv").read_text(encoding="utf-8")
    assert "4 values of 2 samples" in findings, findings
    why = vesica("why", study, predicted["4"]["id"])[0]
    assert "clearance.xml" in why and "network" in why, why
    assert "2 up to date" in vesica("run", study)[1]
    (study / "clearance.xml").write_text(DECAY.replace('"10"', '"20"'), encoding="utf-8")
    assert "1 executed, 1 up to date" in vesica("run", study)[1], "a changed model is predicted again"
    table = rows((study / "results/observations.tsv").read_text(encoding="utf-8"))
    close(next(row["value"] for row in table if row["origin"] == "predicted" and row["time_h"] == "4"), 0.02 * math.exp(-1))
    # What cannot be converted names both units; a missing file fails its scenario alone.
    (study / "study.toml").write_text(STUDY.replace('unit = "ug/L"\n', ""), encoding="utf-8")
    _, about = vesica("run", study, code=2)
    assert "nmol/L" in about and "ug/mL" in about, about
    (study / "study.toml").write_text(STUDY.replace("clearance.xml", "../secret.xml"), encoding="utf-8")
    assert "leads out" in vesica("run", study, code=2)[1]
    (study / "clearance.xml").unlink()
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    assert "clearance.xml" in vesica("run", study, code=2)[1]
    # The same scenario without a study.
    (place / "clearance.xml").write_text(DECAY, encoding="utf-8")
    (place / "pk.toml").write_text(STUDY.replace("settings = {", "settings = { to = 4, points = 2,"), encoding="utf-8")
    close(rows(vesica("predict", place / "pk.toml", "--tsv")[0])[-1]["value"], 0.01 * math.exp(-1))


with Workplace() as place:
    model = place / "decay.xml"
    model.write_text(DECAY, encoding="utf-8")
    check_single(model)
    check_usage(model)
    check_individuals(place, model)
    check_ensembles(place, model)
    check_memory(model)
    check_failures(place)
    check_interrupt(model)
    check_written(place, model)
    check_check(place, model)
    check_steady(place)
    check_study(place)
    assert "Reaction network" in vesica("describe", "network")[0]
print("predict a network: ok")
