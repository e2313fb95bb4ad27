"""tools/new_assay and tools/new_model in a copy of the sources: what they make compiles, passes its own test and the
contract tests, and the layers hold."""
import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ["VESICA_BINARY_DIR"])


def run(*command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def build(source):
    """The test of all promises with the new parts, compiled and linked as in this build. Only the new files and the two
    lists are compiled; all else comes from the libraries that are there."""
    commands = json.loads(run("ninja", "-t", "compdb", cwd=BINARY))
    like = next(one["command"] for one in commands if one["file"].endswith("src/vesica/assays/all.cpp"))
    testing = next(one["command"] for one in commands if one["output"].endswith("contract_test.cpp.o"))
    link = next(one["command"] for one in commands if one["output"].endswith("bin/vesica_promises_test"))
    files = [source / "src/vesica/assays/all.cpp", source / "src/vesica/models/all.cpp",
             *sorted((source / "src/vesica/assays/trial_count").glob("*.cpp")),
             *sorted((source / "src/vesica/models/trial_loss").glob("*.cpp")), source / "tests/contract_test.cpp"]

    def compile_one(file):
        words = shlex.split(testing if file.stem.endswith("_test") else like)
        target = source / (file.stem + "_" + file.parent.name + ".o")
        kept = [word for at, word in enumerate(words)
                if word not in ("-MD", "-o", "-c", "-MT", "-MF") and words[at - 1] not in ("-o", "-c", "-MT", "-MF")]
        kept = [f'-DVESICA_SOURCE_DIR="{source}"' if word.startswith("-DVESICA_SOURCE_DIR=") else word for word in kept]
        first = next(at for at, word in enumerate(kept) if word.startswith("-I"))
        words = kept[:first] + [f"-I{source}/src", f"-I{source}"] + kept[first:]
        run(*words, "-o", str(target), "-c", str(file), cwd=BINARY)
        return str(target)

    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("VESICA_JOBS") or os.cpu_count())) as pool:
        objects = list(pool.map(compile_one, files))
    run("ninja", "vesica_promises_test", cwd=BINARY)
    program = source / "vesica_promises_test"
    before, after = link.removeprefix(": && ").removesuffix(" && :").split(" -o bin/vesica_promises_test ")
    mine = [word for word in shlex.split(before) if not word.endswith("contract_test.cpp.o")]
    run(*mine, *objects, "-o", str(program), *shlex.split(after), cwd=BINARY)
    return program


def main():
    if not (ROOT / "src/vesica/assays/all.cpp").exists() or not (ROOT / "src/vesica/models/all.cpp").exists():
        print("SKIPPED: there is no list of assays or models")
        sys.exit(77)
    source = BINARY / "new_parts"
    shutil.rmtree(source, ignore_errors=True)
    for folder in ("src", "tests", "tools", "cmake", "docs", "phantoms", "evidence", "worker"):
        if (ROOT / folder).exists():
            shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("CMakeLists.txt", "CMakePresets.json", ".clang-format"):
        shutil.copy(ROOT / file, source / file)
    run("tools/new_assay", "trial_count", cwd=source)
    run("tools/new_model", "trial_loss", cwd=source)
    refused = subprocess.run(["tools/new_model", "trial_loss"], cwd=source, capture_output=True, text=True)
    assert refused.returncode != 0 and "exists already" in refused.stderr, refused.stderr
    run(sys.executable, "tools/check_layers", cwd=source)
    if shutil.which("clang-format-14"):
        made = [str(path) for name in ("assays/trial_count", "models/trial_loss")
                for path in (source / "src/vesica" / name).glob("*.[ch]*")]
        run("clang-format-14", "--dry-run", "--Werror", *made, cwd=source)
    program = build(source)
    for chosen in ("Contract.*", "TrialCount.*", "TrialLoss.*"):
        said = run(str(program), f"--gtest_filter={chosen}", cwd=source)
        assert "PASSED" in said and " 0 tests" not in said, said
    print("new parts: ok")


main()
