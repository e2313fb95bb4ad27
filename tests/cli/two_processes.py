"""Two processes on one study at once: each completes, or says that another one is at work and ends with 75."""
from support import Workplace, small_study, expect_same, start, tables, undisturbed, vesica

with Workplace() as place:
    whole = undisturbed(place)
    study = small_study(place)
    children = [start("run", study) for _ in range(3)]
    codes = []
    for child in children:
        _, about = child.communicate(timeout=300)
        codes.append(child.returncode)
        assert child.returncode in (0, 75), f"exit {child.returncode}: {about}"
        if child.returncode == 75:
            assert about.strip(), "nothing is said about the other process"
    assert 0 in codes, codes
    expect_same(whole, tables(study / "results"), "two processes")
    # Reading while another writes.
    writer = start("run", study, "--verify")
    vesica("status", study, code=None)
    vesica("history", study)
    writer.communicate(timeout=300)
    assert writer.returncode == 0
print(f"two processes: ok ({codes})")
