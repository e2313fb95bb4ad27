"""A folder that cannot be written to is refused by name with 73, before any work; reading commands still work."""
from support import SmallDisk, Workplace, small_study, vesica

with Workplace() as place:
    folder = place / "read only"
    with SmallDisk(folder, "200m") as disk:
        study = small_study(folder)
        disk.remount("200m", read_only=True)
        _, about = vesica("run", study, code=73)
        assert "read only" in about, f"the folder is not named:\n{about}"
        _, about = vesica("new", folder / "made", "--from", study, code=73)
        assert "read only" in about, about
        _, about = vesica("phantom", "nta", "--out", folder / "raw", code=73)
        vesica("run", study, "--out", place / "elsewhere")
        vesica("status", study, "--out", place / "elsewhere", code=None)
print("read only: ok")
