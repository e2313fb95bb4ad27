"""A results database that is empty, cut short, random or another program's: every command refuses it with the file's
name and the next step, changes nothing, and --new-store keeps it aside and comes to the same tables again."""
import random
import sqlite3

from support import Workplace, expect_same, small_study, tables, vesica

with Workplace() as place:
    study = small_study(place)
    vesica("run", study)
    whole = tables(study / "results")
    database = study / "results" / "vesica.db"
    good = database.read_bytes()
    random.seed(1)
    foreign = place / "other.db"
    with sqlite3.connect(foreign) as other:
        other.execute("CREATE TABLE places (id, url)")
    other.close()
    damages = [b"", good[:5000], random.randbytes(9000), foreign.read_bytes()]
    for number, damage in enumerate(damages, 1):
        database.write_bytes(damage)
        for command in (("run", study), ("status", study), ("history", study)):
            said, about = vesica(*command, code=None)
            assert "vesica.db" in said + about and "--new-store" in said + about, (number, command, said, about)
            assert database.read_bytes() == damage, "a damaged database was changed"
        vesica("run", study, "--new-store")
        assert (study / "results" / f"vesica.damaged-{number}.db").read_bytes() == damage
        expect_same(whole, tables(study / "results"), f"damage {number}")
print("damaged store: ok")
