"""tools/check_types finds two types of one name wherever they are written, and nothing else."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = "namespace vesica {\nstruct CurvePoint { double x; };\n}\n"
# (a second file, its content, whether it is a problem)
CASES = [
    ("src/a.cpp", "namespace vesica {\nstruct CurvePoint { int n; };\n}\n", True),
    ("src/a.h", "namespace vesica { class CurvePoint final : public Base<int> { int n; }; }", True),
    ("src/a.h", "namespace vesica { using CurvePoint = int; }", True),
    ("src/a.cpp", "namespace vesica { enum class CurvePoint : int { kOne }; }", True),
    ("src/a.cpp", "namespace vesica { template <typename T> struct CurvePoint { T n; }; }", True),
    ("src/a.cpp", "namespace vesica { namespace { struct CurvePoint { int n; }; } }", False),
    ("src/a.cpp", "namespace vesica::nta { struct CurvePoint { int n; }; }", False),
    ("src/a.cpp", "namespace vesica { struct Other { struct CurvePoint { int n; }; }; }", False),
    ("src/a.cpp", "namespace vesica { void f() { struct CurvePoint { int n; }; } }", False),
    ("src/a.cpp", "namespace vesica { struct CurvePoint; using P = CurvePoint; const char* s = \"struct CurvePoint {\"; }", False),
    ("src/a.cpp", "namespace vesica { const int n = 1'000; }  // struct CurvePoint {", False),
]


def main():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        project = pathlib.Path(folder)
        (project / "src").mkdir()
        (project / "src/curve.h").write_text(HEADER)
        shutil.copytree(ROOT / "tools", project / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        for name, content, wanted in CASES:
            (project / name).write_text(content + "\n", encoding="utf-8")
            done = subprocess.run([sys.executable, "tools/check_types"], cwd=project, capture_output=True, text=True)
            if (done.returncode == 1 and "vesica::CurvePoint" in done.stdout) != wanted or done.returncode > 1:
                failures.append(f"{name} with {content}: wanted {wanted}, got {done.stdout}{done.stderr}")
            (project / name).unlink()
    print("\n".join(failures) or f"{len(CASES)} cases: ok")
    sys.exit(1 if failures else 0)


main()
