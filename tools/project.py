"""What the scripts in tools/ share: the files of the project, and reporting of problems."""
import pathlib
import subprocess
import sys
import venv

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


def peer_python(folder, requirements):
    """The interpreter of an environment for other people's programs under build/bench, made at need from the list
    `requirements`; None when it cannot be made (no network)."""
    place = ROOT / "build/bench" / folder
    python, stamp, wanted = place / "bin/python", place / "requirements.txt", text_of(requirements)
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    print("Making an environment for the peers ...", file=sys.stderr)
    try:
        venv.create(place, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    done = subprocess.run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", requirements],
                          cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        return None
    stamp.write_text(wanted)
    return python


def finish(problems, what):
    """Prints the problems, or one line that there are none, and exits with 1 or 0."""
    for problem in problems:
        print(problem)
    if problems:
        print(f"{what}: {len(problems)} problem{'s' if len(problems) > 1 else ''}")
    else:
        print(f"{what}: ok")
    sys.exit(1 if problems else 0)
