"""pandas on the same table: sorting by key, writing and reading as tab-separated text; processor time."""
import io
import random
import statistics
import time

import pandas

ROWS = 200_000


def median_seconds(work):
    seconds = []
    for _ in range(3):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


random.seed(1)
table = pandas.DataFrame({
    "quantity": "concentration", "target": "", "condition": "", "replicate": "", "part": "", "source": "bench",
    "sample": [f"sample {i // 1000}" for i in range(ROWS)], "at": [i % 1000 + 0.5 for i in range(ROWS)],
    "value": [random.random() for _ in range(ROWS)], "unit": "1/mL", "status": "ok"})
text = table.to_csv(sep="\t", index=False)
program = f"pandas {pandas.__version__}"
for what, work in {
        "rows sorted": lambda: table.sort_values(["quantity", "target", "condition", "sample", "part", "at"]),
        "rows written": lambda: table.to_csv(sep="\t", index=False),
        "rows read": lambda: pandas.read_csv(io.StringIO(text), sep="\t", keep_default_na=False)}.items():
    print(what, ROWS / 1e6 / median_seconds(work), "million/s", program, sep="\t")
