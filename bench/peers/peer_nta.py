"""pandas on the same summaries, by processor time: the bin table found by its header, then mean, SD and percentiles."""
import io
import pathlib
import statistics
import tempfile
import time

import numpy
import pandas

FILES = sorted((pathlib.Path(tempfile.gettempdir()) / "vesica_bench_nta").glob("*.csv"))


def measure(path):
    text = path.read_text(encoding="latin-1")
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("Bin centre"))
    end = next(i for i, line in enumerate(lines) if line.startswith("Percentile"))
    names = next(line for line in lines if line.startswith("Filename:")).split(",")[1:]
    names = [name for name in names if name]
    table = pandas.read_csv(io.StringIO("\n".join(lines[start + 1:end - 1])), header=None)
    centre = table[0].to_numpy()
    out = []
    for column in range(1, len(names) + 1):
        amount = table[column].to_numpy()
        total = amount.sum()
        mean = (amount * centre).sum() / total
        sd = numpy.sqrt((amount * (centre - mean) ** 2).sum() / total)
        below = numpy.concatenate([[0], numpy.cumsum(amount)]) / total
        edges = numpy.concatenate([[centre[0] - 0.5], centre + 0.5])
        out.append((total, mean, sd, *numpy.interp([0.1, 0.5, 0.9], below, edges)))
    return out


seconds = []
for _ in range(3):
    begin = time.process_time()
    for each in FILES:
        measure(each)
    seconds.append(time.process_time() - begin)
print("summaries measured, by processor time", len(FILES) / statistics.median(seconds), "files/s", f"pandas {pandas.__version__}",
      sep="\t")
