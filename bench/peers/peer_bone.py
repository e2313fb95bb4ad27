"""BoneJ 2's Thickness, headless, as its command (ThicknessWrapper) calls it: Fiji's LocalThickness 5.0.0 with ImageJ.

As a peer of bench_bone it measures the gyroid that bench_bone wrote. By hand, on any mask of bytes (255 bone, 0 marrow):
    python3 bench/peers/peer_bone.py MASK.raw NX NY NZ EDGE [Tb.Th or Tb.Sp]
It prints mean, SD, maximum, seconds and processor seconds of each phase. BoneJ 2 itself is in no repository that
Maven Central holds; its Thickness is a dialog, a table and this one call, and LocalThickness does all the work. ImageJ comes
from Maven Central; LocalThickness from the folder LOCAL_THICKNESS (a copy of https://github.com/fiji/LocalThickness) when
that is set, else from SciJava's repository or GitHub. Both only run here: nothing of them is linked or copied. Needs javac
(openjdk-17-jdk-headless).
"""
import io
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
WORK = pathlib.Path(tempfile.gettempdir()) / "vesica_bench_bone"
IMAGEJ = "https://repo1.maven.org/maven2/net/imagej/ij/1.54p/ij-1.54p.jar"
SCIJAVA = "https://maven.scijava.org/content/groups/public/sc/fiji/LocalThickness_/5.0.0/LocalThickness_-5.0.0.jar"
GITHUB = "https://github.com/fiji/LocalThickness/archive/refs/tags/LocalThickness_-5.0.0.tar.gz"
SOURCES = "src/main/java/**/*.java"
RULES = ("imagej", "to_centre", "to_face")


def answer_of(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def fetched(url):
    path = WORK / url.rsplit("/", 1)[1]
    if not path.exists():
        path.write_bytes(answer_of(url))
    return path


def sources_of(folder):
    found = [str(path) for path in sorted(folder.glob(SOURCES))]
    if not found:
        sys.exit(f"peer_bone: no {SOURCES} in {folder}")
    return found


def local_thickness():
    """What to compile and what to put on the class path."""
    folder = os.environ.get("LOCAL_THICKNESS")
    if folder:
        return sources_of(pathlib.Path(folder)), []
    try:
        return [], [str(fetched(SCIJAVA))]
    except (urllib.error.URLError, TimeoutError) as error:
        print(f"peer_bone: {SCIJAVA}: {error}; trying GitHub", file=sys.stderr)
    folder = WORK / "LocalThickness"
    if not folder.exists():
        with tarfile.open(fileobj=io.BytesIO(answer_of(GITHUB))) as archive:
            archive.extractall(folder, filter="data")
    return sources_of(next(folder.iterdir())), []


def class_path():
    WORK.mkdir(exist_ok=True)
    try:
        (sources, jars), imagej = local_thickness(), str(fetched(IMAGEJ))
    except (urllib.error.URLError, TimeoutError) as error:
        sys.exit(f"peer_bone: LocalThickness or ImageJ cannot be fetched: {error}. Set LOCAL_THICKNESS to a copy of "
                 "https://github.com/fiji/LocalThickness")
    classes = WORK / "classes"
    subprocess.run(["javac", "-nowarn", "-d", str(classes), "-cp", ":".join([imagej, *jars]),
                    str(HERE / "ThicknessPeer.java"), *sources], check=True)
    return ":".join([imagej, *jars, str(classes)])


def thickness(arguments):
    command = ["java", "-Xmx12g", "-Djava.awt.headless=true", "-cp", class_path(), "ThicknessPeer", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    if len(sys.argv) > 1:
        print(thickness(sys.argv[1:]), end="")
        return
    side = (WORK / "side").read_text().strip()
    for line in thickness([str(WORK / "gyroid.raw"), side, side, side, "0.02"]).splitlines():
        words = line.split("\t")
        values = dict(zip(words[1::2], words[2::2]))
        print(f"{words[0]} imagej mean\t{values['mean']}\tmm\tBoneJ 2")
        for rule in RULES:  # BoneJ has one rule: its time stands beside each of ours
            print(f"{words[0]} {rule}\t{values['seconds']}\ts\tBoneJ 2")
            print(f"{words[0]} {rule} processor\t{values['processor']}\ts\tBoneJ 2")


if __name__ == "__main__":
    main()
