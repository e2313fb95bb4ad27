"""Commands that the pages print work as printed, and what a page shows as their answer is what they answer."""
import re
import shlex
import shutil

from support import ROOT, Workplace, vesica

# What the commands of the pages find in the folder where they are typed.
STUDY = """
[[protocol]]
id = "uc"
[[protocol.steps]]
rotor = "SW 32 Ti"
rcf_g = 100000
minutes = 70
keep = "pellet"
"""
OWN = re.compile(r"\b(STUDY|FILE|FOLDER|MODEL|HOURS|my-study|edu-study|house\.toml|scenario\.toml)\b")  # of the reader


def commands(page):
    """(command, lines shown below it) of each block of code."""
    for block in re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.S | re.M):
        lines = block.replace("\\\n", " ").splitlines()
        starts = [at for at, line in enumerate(lines) if line.startswith("vesica ")]
        for at, end in zip(starts, [*starts[1:], len(lines)]):
            command = lines[at].split("   #")[0]
            if not OWN.search(command):
                yield command, [line.strip() for line in lines[at + 1:end] if line.strip() not in ("", "...")]


def main():
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "src").rglob("*.md"))]
    done = shown = 0
    with Workplace() as place:
        (place / "study.toml").write_text(STUDY)
        (place / "docs").mkdir()
        shutil.copy(ROOT / "docs/oral.xml", place / "docs")
        for page in pages:
            if page.name in ("tutorial.md", "cli.md"):  # one story over folders made by hand; syntax, generated
                continue
            for command, answer in commands(page):
                out, err = vesica(*shlex.split(command)[1:], code=(0, 1), cwd=place)
                missing = [line for line in answer if line not in out + err]
                assert not missing, f"{page.name}: {command}\nnot answered any more:\n" + "\n".join(missing)
                done += 1
                shown += len(answer)
    assert done >= 10 and shown >= 60, (done, shown)  # the search for blocks still finds them
    print(f"{done} commands, {shown} lines of answers")


main()
