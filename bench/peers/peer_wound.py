"""ImageJ, on a screen that nobody sees (its filters need menus), on the same frames: the steps of the wound-healing macro of Suarez-Arnedo 2020
(10.1371/journal.pone.0232565: contrast, variance of radius 20, threshold 0 to 100, holes, particles, widths row by row)
written again, timed inside ImageJ so that starting Java does not count."""
import pathlib
import resource
import subprocess
import sys
import tempfile

FRAMES = sorted((pathlib.Path(tempfile.gettempdir()) / "vesica_bench_wound").glob("*.tif"))
JARS = [path for path in (pathlib.Path("/usr/share/java/ij.jar"),) if path.exists()]
SAMPLE = 4  # frames: each takes seconds
MACRO = """
setBatchMode(true);
begin = getTime();
for (k = 0; k < %d; k++) {
  open("%s" + (1000 + k * 10) + ".tif");
  run("8-bit");
  run("Set Scale...", "distance=0");
  run("Enhance Contrast...", "saturated=0.001");
  run("Variance...", "radius=20");
  setThreshold(0, 100);
  run("Convert to Mask");
  run("Fill Holes");
  run("Set Measurements...", "area redirect=None decimal=3");
  run("Analyze Particles...", "size=100-Infinity display clear");
  width = getWidth();
  height = getHeight();
  sum = 0;
  for (y = 0; y < height; y++) {
    low = -1;
    high = -1;
    for (x = 0; x < width; x++) {
      if (getPixel(x, y) > 0) {
        if (low < 0) low = x;
        high = x;
      }
    }
    if (low >= 0) sum += high - low;
  }
  close("*");
}
print("seconds " + (getTime() - begin) / 1000);
print("version " + getVersion());
"""

if not JARS or not FRAMES:
    sys.exit("ImageJ or the frames are not here")
with tempfile.TemporaryDirectory() as folder:
    macro = pathlib.Path(folder) / "wound.ijm"
    macro.write_text(MACRO % (SAMPLE, FRAMES[0].as_posix().removesuffix("1000.tif")))
    done = subprocess.run(["xvfb-run", "-a", "java", "-Xmx2g", "-jar", str(JARS[0]), "-ijpath", folder, "-batch",
                           str(macro)], capture_output=True, text=True, timeout=900)
words = dict(line.split(" ", 1) for line in done.stdout.splitlines() if line.startswith(("seconds ", "version ")))
if "seconds" not in words:
    sys.exit(done.stdout + done.stderr)
print("frames of 2048 x 2048 measured, 2 threads", SAMPLE / float(words["seconds"]), "frames/s",
      "ImageJ " + words["version"], sep="\t")
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print("processor time a frame", 1000 * (used.ru_utime + used.ru_stime) / SAMPLE, "ms",
      "ImageJ " + words["version"] + ", with the start of Java", sep="\t")
