"""What the tests of the command line share. Each test is a script; it ends with 0, or with 77 after "SKIPPED: why"."""
import ctypes
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("VESICA") or str(ROOT / "build/dev/bin/vesica")
BINARY = pathlib.Path(os.environ.get("VESICA_BINARY_DIR") or ROOT / "build/dev")
COMMANDS = ["new", "run", "merge", "status", "why", "preparation", "exclude", "place", "edit", "undo", "redo", "history", "measure", "predict", "phantom",
            "describe", "evidence", "design", "explain", "check"]
# Files that an undisturbed run and any other way to the same state must have in common, byte for byte.
COMPARED = re.compile(r"(^|/)(observations|findings)\.tsv$|^figures/.*\.(tsv|svg)$")


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(77)


if not os.path.exists(PROGRAM):
    skip("the program is not built")


def environment(**changes):
    """The user's environment in English, without colours being forced either way."""
    kept = {name: value for name, value in os.environ.items()
            if name not in ("LANG", "LC_ALL", "LC_MESSAGES", "VESICA_LANG", "NO_COLOR", "TERM")}
    return kept | {name: str(value) for name, value in changes.items()}


def start(*words, **options):
    """Starts the program; stdout and stderr are pipes."""
    options.setdefault("env", environment())
    return subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            encoding="utf-8", **options)


def pause(child, seconds):
    """Waits so long, or until the child ends."""
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        pass


def vesica(*words, code=0, **options):
    """Runs the program to its end and expects an exit code, or one of several (None: any that is no crash). Returns
    (stdout, stderr)."""
    options.setdefault("env", environment())
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, encoding="utf-8", timeout=600,
                          **options)
    said = f"vesica {' '.join(map(str, words))}\nexit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    right = done.returncode in (range(131) if code is None else code if isinstance(code, tuple) else (code,))
    assert right and done.returncode != 70, f"wanted exit {code}: {said}"
    assert "AddressSanitizer" not in done.stderr and "runtime error:" not in done.stderr, said
    return done.stdout, done.stderr


class Workplace:
    """A temporary folder with a blank and Chinese characters in its name."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vesica 研究 "))
        return self.folder

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)


@functools.cache
def _demo_template():
    """The demo study, rendered once for each build of the program."""
    stamp = str(os.stat(PROGRAM).st_mtime_ns)
    folder = BINARY / "cli_demo"
    if not (folder / "stamp").exists() or (folder / "stamp").read_text() != stamp:
        fresh = pathlib.Path(tempfile.mkdtemp(prefix="demo-", dir=BINARY))
        vesica("phantom", "demo", "--out", fresh / "study")
        (fresh / "stamp").write_text(stamp)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            fresh.rename(folder)
        except OSError:  # another test was first
            shutil.rmtree(fresh)
    return folder / "study"


def demo_study(place, name="demo"):
    """A copy of the demo study below `place`: one of its files is truncated on purpose, so that its run ends with 2."""
    target = pathlib.Path(place) / name
    shutil.copytree(_demo_template(), target, ignore=shutil.ignore_patterns("results"))
    return target


SMALL = """[study]
id = "small"
title = "Two sources, three preparations each"
[[condition]]
id = "KC"
[[condition]]
id = "BMSC"
[[protocol]]
id = "uc"
[[protocol.steps]]
rcf_g = 10000
minutes = 30
keep = "supernatant"
[[protocol.steps]]
rcf_g = 100000
minutes = 70
keep = "pellet"
[[comparison]]
id = "size"
quantities = ["vesicle.diameter.mean"]
unit = "preparation"
groups = ["KC", "BMSC"]
[[scenario]]
id = "uc"
model = "spin"
protocol = "uc"
condition = "KC"
quantities = ["vesicle.diameter.mean"]
"""


def small_study(place, name="study"):
    """Six of the demo's files, all sound, with a sheet as text: its run ends with 0 and takes a second or two."""
    target = pathlib.Path(place) / name
    (target / "raw").mkdir(parents=True)
    rows = ["path,assay,sample,condition,kind,protocol,dilution"]
    for condition in ("KC", "BMSC"):
        for day in (1, 2, 3):
            file = f"raw/{condition}_d{day}-ExperimentSummary.csv"
            shutil.copy(_demo_template() / file.replace("raw/", "raw/nanosight/"), target / file)
            rows.append(f"{file},nta,{condition} {day},{condition},preparation,uc,1000")
    (target / "study.toml").write_text(SMALL, encoding="utf-8")
    (target / "samples.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return target


def tables(results):
    """name → bytes of what must not depend on how the results came about."""
    results = pathlib.Path(results)
    found = {str(path.relative_to(results)): path.read_bytes() for path in sorted(results.rglob("*"))
             if path.is_file() and COMPARED.search(str(path.relative_to(results)))}
    assert "observations.tsv" in found and "findings.tsv" in found, f"{results} has no tables: {sorted(found)}"
    assert any(name.endswith(".svg") for name in found), f"{results} has no figures"
    return found


def expect_same(one, other, what):
    assert sorted(one) == sorted(other), f"{what}: other files: {sorted(set(one) ^ set(other))}"
    for name in one:
        if one[name] == other[name]:
            continue
        lines = list(zip(one[name].decode().splitlines(), other[name].decode().splitlines()))
        first = next((i for i, (a, b) in enumerate(lines) if a != b), len(lines))
        shown = lines[first] if first < len(lines) else ("(ends)", "(goes on, or the other way round)")
        raise AssertionError(f"{what}: {name} differs in line {first + 1}:\n{shown[0][:400]}\n{shown[1][:400]}")


def undisturbed(place):
    """The tables of one run without interference."""
    study = small_study(place, "undisturbed")
    vesica("run", study)
    return tables(study / "results")


class SmallDisk:
    """A file system of its own in memory, for full and read-only disks; needs root and the right to mount."""

    def __init__(self, folder, size):
        self.folder = pathlib.Path(folder)
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() != 0 or self._mount(f"size={size}", 0) != 0:
            skip("mounting a small disk needs root and the right to mount")

    def _mount(self, options, flags):
        return self.libc.mount(b"tmpfs", os.fsencode(self.folder), b"tmpfs", flags, options.encode())

    def remount(self, size, read_only=False):
        ms_rdonly, ms_remount = 1, 32
        assert self._mount(f"size={size}", ms_remount | (ms_rdonly if read_only else 0)) == 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.libc.umount2(os.fsencode(self.folder), 2)
