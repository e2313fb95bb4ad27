"""tools/new_assay and tools/new_model in a copy of the sources: what they make compiles, passes its own test and the
contract tests, and the layers hold."""
import os
import pathlib
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
    # Built as tools/build does: the compiler cache then serves every file that is as in the project itself.
    run("tools/build", "dev", "vesica_promises_test", "vesica_assays_test", "vesica_models_test", cwd=source)
    for program, chosen in (("vesica_promises_test", "Contract.*"), ("vesica_assays_test", "TrialCount.*"),
                            ("vesica_models_test", "TrialLoss.*")):
        said = run(str(source / "build/dev/bin" / program), f"--gtest_filter={chosen}", cwd=source)
        assert "PASSED" in said and " 0 tests" not in said, said
    print("new parts: ok")


main()
