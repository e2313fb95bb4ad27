"""No colour and no moving line where nobody watches: in a pipe, with NO_COLOR, with TERM=dumb, with --no-color; results
on stdout, words about them on stderr."""
import os
import pty

from support import PROGRAM, Workplace, small_study, environment, vesica


def on_terminal(words, **variables):
    """What the program writes when stdout and stderr are a terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(PROGRAM, [PROGRAM, *words], environment(**variables))
    seen = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.waitpid(pid, 0)
    return seen


ESCAPE = b"\x1b"
with Workplace() as place:
    study = small_study(place)
    said, about = vesica("run", study)
    assert "\x1b" not in said + about and "\r" not in said + about, "escape sequences in a pipe"
    wrong = ["run", str(place / "no such study")]
    assert ESCAPE not in on_terminal(wrong, TERM="xterm-256color", NO_COLOR="1"), "NO_COLOR is not honoured"
    assert ESCAPE not in on_terminal(wrong, TERM="dumb"), "TERM=dumb is not honoured"
    assert ESCAPE not in on_terminal([*wrong, "--no-color"], TERM="xterm-256color"), "--no-color is not honoured"
    quiet, about = vesica("run", study, "--quiet")
    assert about == "", f"--quiet says: {about}"
    said, about = vesica("predict", "spin", "--tsv")
    assert said.startswith("id\t") and "\t" in said.splitlines()[1], said[:300]
print("plain: ok")
