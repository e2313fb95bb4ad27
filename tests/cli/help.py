"""--help of every command, --version, the reference and the completion script name the same commands and options."""
import re

from support import COMMANDS, vesica

said, _ = vesica("--version")
assert re.fullmatch(r"vesica \d+\.\d+\.\d+\n", said), said
said, _ = vesica("--help")
for command in COMMANDS:
    assert re.search(rf"^\s+{command}\b", said, re.M), f"{command} is not in the help:\n{said}"
reference, _ = vesica("describe", "--commands")
completion, _ = vesica("describe", "--completion", "bash")
for command in COMMANDS:
    long, _ = vesica(command, "--help")
    short, _ = vesica(command, "-h")
    assert long == short
    assert f"vesica {command}" in long, f"no usage of {command}:\n{long}"
    assert max(map(len, long.splitlines())) <= 200, f"{command}: a line of help too long for any terminal"
    assert f"vesica {command}" in reference, f"{command} is not in the reference"
    assert command in completion, f"{command} is not in the completion script"
    for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", long)):
        assert option in reference, f"{command} {option} is not in the reference"
print("help: ok")
