"""A disk that fills up ends the run with a message and 73 or 74; with room again, the same command completes."""
from support import SmallDisk, Workplace, small_study, expect_same, start, tables, undisturbed, vesica

with Workplace() as place:
    whole = undisturbed(place)
    study = small_study(place)
    needed = sum(path.stat().st_size for path in (place / "undisturbed/results").rglob("*") if path.is_file())
    for share in (0.02, 0.2, 0.5, 0.8):
        folder = place / f"disk {share}"
        with SmallDisk(folder, int(needed * share)) as disk:
            out = folder / "results"
            for _ in range(2):  # the second time it is full from the start
                child = start("run", study, "--out", out)
                _, about = child.communicate(timeout=300)
                assert child.returncode in (73, 74), f"exit {child.returncode} with {share} of the room:\n{about}"
                assert "space" in about.lower() or "full" in about.lower(), f"the disk is not named:\n{about}"
            disk.remount(20 * needed)
            vesica("run", study, "--out", out)
            expect_same(whole, tables(out), f"after a disk with {share} of the room")
print("full disk: ok")
