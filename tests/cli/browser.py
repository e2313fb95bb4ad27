"""The report in a browser: no sideways scroll at 390 px, and on A4 no figure is taller than a page or may be cut."""
import json
import os
import re
import shutil
import subprocess

from support import Workplace, demo_study, skip, vesica

BROWSER = shutil.which("chromium") or skip("chromium is not here (tools/install browser)")
# A page that shows the report in a frame of a given width and writes what it finds into its own title.
FRAME = """<!doctype html><meta charset="utf-8"><body style="margin:0">
<iframe id="f" src="report.html" style="width:{width}px;height:900px;border:0"></iframe><script>
document.getElementById("f").onload = function () {{
  const page = this.contentDocument, wide = [];
  for (const part of page.querySelectorAll("body *")) {{
    const box = part.getBoundingClientRect();
    if (box.right > {width} + 1 && box.width > 0 && wide.length < 5) {{
      let parent = part.parentElement, scrolls = false;
      for (; parent; parent = parent.parentElement)
        scrolls = scrolls || ["auto", "scroll", "hidden"].includes(page.defaultView.getComputedStyle(parent).overflowX);
      if (!scrolls) wide.push(part.tagName + "." + part.className + " " + Math.round(box.right));
    }}
  }}
  const figures = [...page.querySelectorAll("figure")].map(one => ({{
    height: one.getBoundingClientRect().height, inside: page.defaultView.getComputedStyle(one).breakInside}}));
  document.body.setAttribute("data-found", JSON.stringify(
    {{scroll: page.documentElement.scrollWidth, wide: wide, figures: figures}}));
}};</script>"""


def browse(place, *words):
    done = subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                           f"--user-data-dir={place}/profile", "--virtual-time-budget=10000", *words],
                          capture_output=True, text=True, timeout=240, env=dict(os.environ, HOME=str(place)))
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def measured(place, width):
    (place / "frame.html").write_text(FRAME.format(width=width), encoding="utf-8")
    said = browse(place, "--window-size=1000,1000", "--dump-dom", (place / "frame.html").as_uri())
    found = re.search(r'data-found="([^"]*)"', said)
    assert found, said[-500:]
    return json.loads(found.group(1).replace("&quot;", '"'))


with Workplace() as folder:
    study = demo_study(folder)
    vesica("run", study, code=2)
    shutil.copy(study / "results/report.html", folder / "report.html")
    phone = measured(folder, 390)
    assert phone["scroll"] <= 390, f"the page is {phone['scroll']} px wide at 390 px: {phone['wide']}"
    paper = measured(folder, 680)  # A4 less margins of 15 mm, at 96 px an inch
    assert paper["figures"], "no figures"
    for number, figure in enumerate(paper["figures"], 1):
        assert figure["height"] < 1000, f"figure {number} is {figure['height']} px tall, more than an A4 page"
    browse(folder, "--no-pdf-header-footer", f"--print-to-pdf={folder}/report.pdf", (folder / "report.html").as_uri())
    pdf = (folder / "report.pdf").read_bytes()
    assert pdf[:5] == b"%PDF-"
    if shutil.which("pdfinfo"):
        said = subprocess.run(["pdfinfo", folder / "report.pdf"], capture_output=True, text=True).stdout
        width, height = map(float, re.search(r"Page size:\s*([\d.]+) x ([\d.]+)", said).groups())
        assert abs(width - 595) < 2 and abs(height - 842) < 2, f"printed on {width} x {height} pt, not on A4"
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert re.search(r"break-inside:\s*avoid", page), "nothing keeps figures in one piece on paper"
print("browser: ok")
