#!/usr/bin/env python3
"""Runs the PEtab benchmark problems at their nominal parameters and holds every row against the shipped simulatedData.

Reads VESICA_DATA/corpora/petab_benchmarks.tar.xz, runs build/release/bin/model_rows (or MODEL_ROWS) once a condition and
evaluates the observables. Prints the table that docs/petab_agreement.tsv publishes. A row's difference is in units of
what is allowed, 1e-3 |b| + 1e-6 max|b| for the shipped value b and the largest of its observable: 1 or less is
agreement (the shipped tables come from different programs at their usual tolerances). PEtab as of version 1:
conditions, nominal values, overrides of parameters and starts, pre-equilibration, observables with parameters of their
own for each measurement.
"""
import collections
import csv
import math
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
ROWS = os.environ.get("MODEL_ROWS", str(ROOT / "build/release/bin/model_rows"))
RELATIVE, ABSOLUTE = "1e-10", "1e-14"
LONG = 1e7      # what "steady state" is run to (chosen: far beyond every time in these problems)
SETTLED = 1e-6  # relative change allowed over the last half of it
TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|([A-Za-z_]\w*)|(\*\*|<=|>=|==|!=|&&|\|\||.))")
FUNCTIONS = {"exp": math.exp, "log": math.log, "ln": math.log, "log10": math.log10, "log2": math.log2, "sqrt": math.sqrt,
             "pow": pow, "sin": math.sin, "cos": math.cos, "tan": math.tan, "tanh": math.tanh, "abs": abs, "min": min,
             "max": max, "piecewise": lambda value, condition, other: value if condition else other}


class Problem:
    def __init__(self, folder):
        self.folder = folder
        named = folder / f"{folder.name}.yaml"
        text = (named if named.exists() else min(folder.glob("*.yaml"))).read_text()
        self.files = dict(re.findall(r"(\w+)_files?:\s*\n?\s*-?\s*([^\s]+)", text))
        self.nominal = {row["parameterId"]: float(row["nominalValue"]) for row in self.table(self.files["parameter"])}
        self.observables = {row["observableId"]: row["observableFormula"] for row in self.table(self.files["observable"])}
        if not (folder / self.files["condition"]).exists():
            raise RuntimeError("its condition table is not in the corpus")
        self.conditions = {row["conditionId"]: row for row in self.table(self.files["condition"])}
        self.rows = self.table(next(folder.glob("simulatedData*.tsv")).name)
        for row in self.rows:  # one problem writes its headers without "Id"
            row.setdefault("simulationConditionId", row.get("simulationCondition"))
            row.setdefault("preequilibrationConditionId", row.get("preequilibrationCondition"))
        self.model = str(folder / self.files["sbml"])
        text = pathlib.Path(self.model).read_text(errors="replace")
        self.in_model = set(re.findall(r'\bid="(\w+)"', text))
        self.ruled = set(re.findall(r'<assignmentRule[^>]*variable="(\w+)"', text))

    def table(self, name):
        with open(self.folder / name, newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file, delimiter="\t"))

    def value(self, cell):
        try:
            return float(cell)
        except ValueError:
            return self.nominal[cell]

    def starts(self, condition):
        """What the condition and the nominal values set in the model."""
        found = {name: value for name, value in self.nominal.items() if name in self.in_model and name not in self.ruled}
        for name, cell in self.conditions[condition].items():
            if name in ("conditionId", "conditionName") or name not in self.in_model or not (cell or "").strip():
                continue
            value = self.value(cell.strip())
            if not math.isnan(value):
                found[name] = value
        return found


def run(problem, starts, times):
    command = [ROWS, problem.model, "--all", "yes", "--rtol", RELATIVE, "--atol", ABSOLUTE, "--times",
               ",".join(repr(t) for t in times)]
    for name, value in starts.items():
        command += ["--set", f"{name}={value!r}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[0][:200])
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {float(line[0]): dict(zip(lines[0], map(float, line))) for line in lines[1:]}


def steady(problem, starts):
    rows = run(problem, starts, [LONG / 2, LONG])
    middle, end = rows[LONG / 2], rows[LONG]
    for name, value in end.items():
        if name != "time" and abs(value - middle[name]) > SETTLED * max(abs(value), 1e-9):
            raise RuntimeError(f"{name} has not settled at {LONG:g}")
    return end


def states_of(problem):
    """Ids whose values go over from one period to the next: species and what has a rate rule, but no assignment rule."""
    text = pathlib.Path(problem.model).read_text(errors="replace")
    species = re.findall(r'<species\b[^>]*?\bid="(\w+)"', text)
    rates = re.findall(r'<rateRule[^>]*variable="(\w+)"', text)
    return [name for name in dict.fromkeys(species + rates) if name not in problem.ruled]


def trajectory(problem, before, condition, times):
    starts = problem.starts(condition)
    if before:
        end = steady(problem, problem.starts(before))
        starts = {name: end[name] for name in states_of(problem)} | starts
    finite = sorted({t for t in times if not math.isinf(t)})
    rows = run(problem, starts, finite) if finite else {}
    if any(math.isinf(t) for t in times):
        rows[math.inf] = steady(problem, starts)
    return rows


def evaluate(formula, names):
    text, at = "", 0
    while at < len(formula.rstrip()):
        number, name, sign = (match := TOKEN.match(formula, at)).groups()
        at = match.end()
        if name and formula[at:].lstrip().startswith("("):
            text += f"F[{name!r}]"
        elif name:
            text += f"N[{name!r}]"
        else:
            text += number or {"^": "**", "&&": " and ", "||": " or "}.get(sign, sign)
    return eval(text, {"__builtins__": {}, "F": FUNCTIONS, "N": names})


def check(problem):
    wanted = collections.defaultdict(list)
    for row in problem.rows:
        wanted[row.get("preequilibrationConditionId") or "", row["simulationConditionId"]].append(row)
    for name, known, asked in (("conditions", problem.conditions, {c for _, c in wanted}),
                               ("observables", problem.observables, {row["observableId"] for row in problem.rows})):
        if asked - set(known):
            raise RuntimeError(f"the shipped table names {name} that the problem does not have")
    largest, pairs = collections.defaultdict(float), []
    for (before, condition), rows in wanted.items():
        states = trajectory(problem, before, condition, [float(row["time"]) for row in rows])
        overrides = {name: problem.value(cell.strip()) for name, cell in problem.conditions[condition].items()
                     if name not in ("conditionId", "conditionName") and name not in problem.in_model and (cell or "").strip()}
        for row in rows:
            names = problem.nominal | overrides | states[float(row["time"])]
            for k, cell in enumerate(filter(None, (row.get("observableParameters") or "").split(";"))):
                names[f"observableParameter{k + 1}_{row['observableId']}"] = problem.value(cell.strip())
            ours, shipped = evaluate(problem.observables[row["observableId"]], names), float(row["simulation"])
            largest[row["observableId"]] = max(largest[row["observableId"]], abs(shipped))
            pairs.append((row["observableId"], ours, shipped))
    shares = [abs(a - b) / (1e-3 * abs(b) + 1e-6 * largest[o]) if a != b else 0 for o, a, b in pairs]
    return len(wanted), len(pairs), max(shares), sum(share <= 1 for share in shares)


def main():
    archive = pathlib.Path(os.environ["VESICA_DATA"]) / "corpora/petab_benchmarks.tar.xz"
    print("problem", "conditions", "rows", "largest_difference", "rows_within", "verdict", sep="\t")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive) as files:
            files.extractall(folder, filter="data")
        for shipped in sorted(pathlib.Path(folder).rglob("simulatedData*.tsv")):
            name = str(shipped.parent.relative_to(folder)).split("Benchmark-Models/")[-1]
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            try:
                conditions, rows, worst, within = check(Problem(shipped.parent))
                print(name, conditions, rows, f"{worst:.3g}", within, "agree" if worst <= 1 else "differ", sep="\t", flush=True)
            except Exception as error:  # one problem that cannot be run is one line
                print(name, "", "", "", "", f"not run: {error}", sep="\t", flush=True)


main()
