"""The report of the demo study in a browser, by tools/check_report: phone width, no request, A4 without cut figures."""
import subprocess
import sys

from support import ROOT, Workplace, demo_study, vesica

with Workplace() as place:
    study = demo_study(place)
    vesica("run", study, code=2)
    done = subprocess.run([sys.executable, ROOT / "tools/check_report", study / "results/report.html"])
sys.exit(done.returncode)
