// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/network_check.h"

#include <algorithm>
#include <vector>

#include "vesica/app/network_text.h"
#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/kinetics/check.h"
#include "vesica/kinetics/sbml_read.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

using kinetics::CheckFinding;
using kinetics::CheckKind;

std::string heading_of(CheckKind kind, std::size_t count) {
  switch (kind) {
    case CheckKind::kUnsupported:
      return say("What Vesica does not run ({})", count);
    case CheckKind::kUndefined:
      return say("Undefined or contradictory ({})", count);
    case CheckKind::kMissingValue:
      return say("Values that are nowhere given ({})", count);
    case CheckKind::kUnits:
      return say("Units that do not fit ({})", count);
    case CheckKind::kUnchanged:
      return say("Species that nothing changes ({})", count);
    case CheckKind::kUnused:
      return say("Symbols that no formula names ({})", count);
    case CheckKind::kConserved:
      return say("Sums that stay as they are ({})", count);
  }
  return "";
}

bool prevents_running(CheckKind kind) {
  return kind == CheckKind::kUnsupported || kind == CheckKind::kUndefined || kind == CheckKind::kMissingValue;
}

std::string units_line(const kinetics::NetworkUnits& units) {
  std::vector<std::string> parts, silent;
  const auto tell = [&](const std::string& name, const std::string& unit) {
    if (unit.empty()) {
      silent.push_back(name);
    } else {
      parts.push_back(name + " " + (unit == "1" ? say("none") : readable_unit(unit)));
    }
  };
  tell(say("time"), units.time);
  tell(say("substance"), units.substance);
  tell(say("volume"), units.volume);
  std::string out;
  if (!parts.empty()) out += say("Units of the model: {}.", join(parts, say(", "))) + "\n";
  if (!silent.empty()) out += say("The model does not say its unit of: {}.", join(silent, say(", "))) + "\n";
  return out;
}

std::string finding_text(const CheckFinding& finding) {
  std::string out = "  ";
  if (finding.line > 0) out += say("line {}", finding.line) + ": ";
  out += finding.text + "\n";
  return finding.hint.empty() ? out : out + "    " + finding.hint + "\n";
}

}  // namespace

NetworkCheck check_network_file(std::string_view bytes, const std::string& file) {
  const std::vector<CheckFinding> findings = kinetics::check_sbml(bytes, file);
  NetworkCheck out;
  const bool runs = std::none_of(findings.begin(), findings.end(),
                                 [](const CheckFinding& finding) { return prevents_running(finding.kind); });
  const bool readable = std::none_of(findings.begin(), findings.end(), [](const CheckFinding& finding) {
    return finding.kind == CheckKind::kUnsupported || finding.kind == CheckKind::kUndefined;
  });
  if (readable) {
    const kinetics::Network network = kinetics::read_sbml(bytes, file);
    out.text = file + ": " + network_contents(network) + "\n" + units_line(network.units);
  } else {
    out.text = file + "\n";
  }
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const CheckKind kind = findings[i].kind;
    if (i == 0 || kind != findings[i - 1].kind) {
      const auto count = std::count_if(findings.begin(), findings.end(),
                                       [kind](const CheckFinding& other) { return other.kind == kind; });
      out.text += "\n" + heading_of(kind, static_cast<std::size_t>(count)) + ":\n";
    }
    out.text += finding_text(findings[i]);
    if (prevents_running(kind) || kind == CheckKind::kUnits) out.fine = false;
  }
  out.text += "\n" +
              (!runs      ? say("This model does not run.")
               : out.fine ? say("This model runs; nothing is wrong with it.")
                          : say("This model runs; look at its units.")) +
              "\n";
  return out;
}

}  // namespace vesica
