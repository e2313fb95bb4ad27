"""One and two threads write the same bytes."""
from support import Workplace, small_study, expect_same, tables, vesica

with Workplace() as place:
    one, two = small_study(place, "one"), small_study(place, "two")
    vesica("run", one, "--jobs", "1")
    vesica("run", two, "--jobs", "2")
    expect_same(tables(one / "results"), tables(two / "results"), "threads")
print("threads: ok")
