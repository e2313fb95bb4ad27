"""What the scripts in tools/ share: the files of the project, and reporting of problems."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEFT_OUT = {"build", "dist", "demo", ".git", "__pycache__"}
CODE = (".h", ".cpp")


def git(*words):
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout.decode()


def walk():
    return [path.relative_to(ROOT) for path in ROOT.rglob("*") if not LEFT_OUT & set(path.relative_to(ROOT).parts)]


def files():
    """Every file that belongs to the project, relative to its root: what git tracks or would add."""
    try:
        listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
        ours = pathlib.Path(git("rev-parse", "--show-toplevel").strip()) == ROOT
        found = [pathlib.Path(name) for name in listed if name] if ours else walk()
    except (OSError, subprocess.CalledProcessError):
        found = walk()
    return sorted(path for path in found if (ROOT / path).is_file())


def code_files():
    return [path for path in files() if path.suffix in CODE and path.parts[:2] != ("tools", "templates")]


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
