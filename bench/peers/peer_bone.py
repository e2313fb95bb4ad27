"""BoneJ 2's Thickness, headless: its LocalThickness component with ImageJ, as BoneJ's command calls them.

As a peer of bench_bone it measures the gyroid that bench_bone wrote. By hand, on any mask of bytes (255 bone, 0 marrow):
    python3 bench/peers/peer_bone.py MASK.raw NX NY NZ EDGE
ImageJ comes from Maven Central. LocalThickness comes from the folder LOCAL_THICKNESS (a copy of
https://github.com/fiji/LocalThickness) when that is set, else from SciJava's repository. Both only run here: nothing of
them is linked or copied. Needs javac (openjdk-17-jdk-headless).
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
WORK = pathlib.Path(tempfile.gettempdir()) / "vesica_bench_bone"
CENTRAL = "https://repo1.maven.org/maven2/net/imagej/ij/1.54p/ij-1.54p.jar"
SCIJAVA = "https://maven.scijava.org/content/groups/public/sc/fiji/LocalThickness_/5.0.0/LocalThickness_-5.0.0.jar"


def fetched(url):
    path = WORK / url.rsplit("/", 1)[1]
    if not path.exists():
        with urllib.request.urlopen(url, timeout=60) as answer:
            path.write_bytes(answer.read())
    return path


def class_path():
    WORK.mkdir(exist_ok=True)
    jars, sources = [str(fetched(CENTRAL))], [str(HERE / "ThicknessPeer.java")]
    if os.environ.get("LOCAL_THICKNESS"):
        sources += [str(path) for path in pathlib.Path(os.environ["LOCAL_THICKNESS"]).glob("src/main/java/**/*.java")]
    else:
        jars.append(str(fetched(SCIJAVA)))
    classes = WORK / "classes"
    subprocess.run(["javac", "-nowarn", "-d", str(classes), "-cp", ":".join(jars), *sources], check=True)
    return ":".join([*jars, str(classes)])


def thickness(arguments):
    command = ["java", "-Xmx12g", "-Djava.awt.headless=true", "-cp", class_path(), "ThicknessPeer", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main():
    if len(sys.argv) > 1:
        print(thickness(sys.argv[1:]), end="")
        return
    side = (WORK / "side").read_text().strip()
    for line in thickness([str(WORK / "gyroid.raw"), side, side, side, "0.02"]).splitlines():
        words = line.split("\t")
        values = dict(zip(words[1::2], words[2::2]))
        print(f"{words[0]} imagej mean\t{values['mean']}\tmm\tBoneJ 2")
        print(f"{words[0]} imagej\t{values['seconds']}\ts\tBoneJ 2")


main()
