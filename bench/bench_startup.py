"""How long a user waits for the first output: the median of 21 starts, each to its end."""
import os
import statistics
import time

PROGRAM = os.environ["VESICA"]
SILENT = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)]


def milliseconds(*arguments):
    start = time.perf_counter()
    child = os.posix_spawn(PROGRAM, [PROGRAM, *arguments], os.environ, file_actions=SILENT)
    os.waitpid(child, 0)
    return 1000 * (time.perf_counter() - start)


for arguments in (["--version"], ["--help"], ["describe"], ["describe", "quantities"], ["evidence", "--about", "rotor"]):
    times = [milliseconds(*arguments) for _ in range(21)]
    print("vesica " + " ".join(arguments), f"{statistics.median(times):.4g}", "ms", "< 100", sep="\t")
