"""What tools/new_assay and tools/new_model share: five files from tools/templates and one line in the list."""
import pathlib
import re
import sys

import project

FILES = {"science.h": "{name}.h", "science.cpp": "{name}.cpp", "glue.cpp": "{name}_{kind}.cpp",
         "test.cpp": "{name}_test.cpp", "page.md": "{name}.md"}


def add_to_list(path, kind, name, constant):
    """Adds the include and the entry, both after the last of their kind."""
    text = path.read_text(encoding="utf-8")
    includes = list(re.finditer(rf'^#include "vesica/{kind}s/[^"]+"\n', text, re.M))
    entries = list(re.finditer(rf"&(?:\w+::)?k\w+{kind.capitalize()}\b", text))
    if not includes or not entries:
        sys.exit(f"{path}: found no list of {kind}s to add to")
    last = entries[-1].end()
    text = text[:last] + f", &{constant}" + text[last:]
    line = f'#include "vesica/{kind}s/{name}/{name}.h"\n'
    after = next((found for found in reversed(includes) if found.group(0) < line), None)
    at = after.end() if after else includes[0].start()
    path.write_text(text[:at] + line + text[at:], encoding="utf-8")


def make(kind, arguments, root=project.ROOT):
    if len(arguments) != 1 or not re.fullmatch(r"[a-z][a-z0-9_]*", arguments[0]):
        sys.exit(f"usage: tools/new_{kind} NAME (lower case, digits and underscores)")
    name = arguments[0]
    pascal = "".join(word.capitalize() for word in name.split("_"))
    folder = root / "src/vesica" / f"{kind}s" / name
    if folder.exists():
        sys.exit(f"{folder.relative_to(root)} exists already")
    folder.mkdir(parents=True)
    for template, target in FILES.items():
        text = (pathlib.Path(__file__).parent / "templates" / kind / template).read_text(encoding="utf-8")
        text = text.replace("@name@", name).replace("@Name@", pascal)
        (folder / target.format(name=name, kind=kind)).write_text(text, encoding="utf-8")
    add_to_list(folder.parent / "all.cpp", kind, name, f"k{pascal}{kind.capitalize()}")
    print(f"{folder.relative_to(root)}/ has its five files and src/vesica/{kind}s/all.cpp its line. Now:")
    print("  write the science and its test, then the page; make test-fast; tools/check")
