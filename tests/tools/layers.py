"""tools/check_layers finds what it is for: each broken rule in a small project of its own."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# (file, its content, what the complaint must say); None: no complaint.
CASES = [
    ("src/vesica/io/a.cpp", '#include "vesica/base/error.h"', None),
    ("src/vesica/io/a.cpp", '#include "vesica/table/t.h"', "rank 2"),
    ("src/vesica/base/a.cpp", '#include "vesica/study/study.h"', "must not include"),
    ("src/vesica/assays/nta/a.cpp", '#include "vesica/assays/table/t.h"', "neighbour"),
    ("src/vesica/assays/all.cpp", '#include "vesica/assays/nta/nta.h"', None),
    ("src/vesica/assays/nta/a_test.cpp", '#include "phantoms/nta.h"', None),
    ("src/vesica/assays/nta/a.cpp", '#include "phantoms/nta.h"', "rank 5"),
    ("src/vesica/stats/a.cpp", '#include "vesica/io/csv.h"', "sees no io"),
    ("src/vesica/io/a.h", "#include <nlohmann/json.hpp>", "move it into the .cpp"),
    ("src/vesica/io/a.h", "#include <fmt/format.h>", None),
    ("src/vesica/stats/a.h", "#include <Eigen/Dense>", None),
    ("src/vesica/io/a.h", "#include <Eigen/Dense>", "move it into the .cpp"),
    ("src/vesica/io/a.cpp", "#include <unistd.h>", "not portable"),
    ("src/vesica/base/os/a.cpp", "#include <sys/stat.h>", None),
    ("src/vesica/nowhere/a.cpp", "#include <string>", "no folder of docs/map.md"),
]


def main():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        project = pathlib.Path(folder)
        (project / "docs").mkdir()
        shutil.copy(ROOT / "docs/map.md", project / "docs/map.md")
        shutil.copytree(ROOT / "tools", project / "tools", ignore=shutil.ignore_patterns("__pycache__"))
        for name, content, wanted in CASES:
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content + "\n", encoding="utf-8")
            done = subprocess.run([sys.executable, "tools/check_layers"], cwd=project, capture_output=True, text=True)
            right = done.returncode == 0 if wanted is None else done.returncode == 1 and wanted in done.stdout
            if not right:
                failures.append(f"{name} with {content}: wanted {wanted}, got {done.stdout}{done.stderr}")
            path.unlink()
    print("\n".join(failures) or f"{len(CASES)} cases: ok")
    sys.exit(1 if failures else 0)


main()
