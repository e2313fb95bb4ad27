"""What the scripts in tools/ share: the files of the project, and reporting of problems."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEFT_OUT = {"build", "dist", "demo", ".git", "__pycache__"}
CODE = (".h", ".cpp")


def files():
    """Every file that belongs to the project, relative to its root: what git tracks or would add."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                                capture_output=True, check=True).stdout.decode().split("\0")
        found = [pathlib.Path(name) for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*")
                 if not LEFT_OUT & set(path.relative_to(ROOT).parts)]
    return sorted(path for path in found if (ROOT / path).is_file())


def code_files():
    return [path for path in files() if path.suffix in CODE]


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8")


def finish(problems, what):
    """Prints the problems, or one line that there are none, and exits with 1 or 0."""
    for problem in problems:
        print(problem)
    if problems:
        print(f"{what}: {len(problems)} problem{'s' if len(problems) > 1 else ''}")
    else:
        print(f"{what}: ok")
    sys.exit(1 if problems else 0)
