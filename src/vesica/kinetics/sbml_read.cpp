// SPDX-License-Identifier: Apache-2.0
#include "vesica/kinetics/sbml_read.h"

#include <algorithm>
#include <array>
#include <memory>

#include <sbml/SBMLTypes.h>
#include <sbml/extension/SBasePlugin.h>
#include <sbml/packages/comp/extension/CompModelPlugin.h>

#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/base/text.h"
#include "vesica/kinetics/sbml_model.h"
#include "vesica/kinetics/sbml_scan.h"

namespace vesica::kinetics {

namespace {

/// Packages that leave the mathematics of the core as they are.
bool is_harmless(std::string_view package) {
  constexpr std::array<std::string_view, 4> kHarmless = {"l3v2extendedmath", "layout", "render", "groups"};
  return std::find(kHarmless.begin(), kHarmless.end(), package) != kHarmless.end();
}

/// A document that declares the package comp, but puts no models together.
bool has_no_submodels(const SBMLDocument& document) {
  if (document.getModel() == nullptr) return false;
  const auto* plugin = dynamic_cast<const CompModelPlugin*>(document.getModel()->getPlugin("comp"));
  return plugin != nullptr && plugin->getNumSubmodels() == 0;
}

/// "comp" of "http://www.sbml.org/sbml/level3/version1/comp/version1".
std::string package_name(const std::string& uri) {
  const auto end = uri.rfind("/version");
  if (end == std::string::npos || end == 0) return std::string(shortened(uri, 80));
  const auto begin = uri.rfind('/', end - 1);
  return begin == std::string::npos ? uri
                                    : std::string(shortened(std::string_view(uri).substr(begin + 1, end - begin - 1)));
}

/// One line of valid text of what libSBML says in several.
std::string one_line(const std::string& text) {
  constexpr std::size_t kLongest = 300;  // chosen
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '.')) out.pop_back();
  if (!is_valid_utf8(out)) std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return std::string(shortened(out, kLongest));
}

void refuse_packages(SBMLDocument& document, const std::string& path, Problems& problems) {
  const auto refuse = [&](const std::string& name) {
    problems.add(ErrorKind::kUnsupported, say("The model needs the SBML package {}.", is_valid_utf8(name) ? name : "?"),
                 {path, static_cast<int>(document.getLine()), 0, {}},
                 name == "comp" ? say("Flatten the model first, for example with COPASI or libSBML's converter.")
                                : say("Vesica reads SBML core; export the model without the package."));
  };
  for (unsigned i = 0; i < document.getNumPlugins(); ++i) {
    const std::string& name = document.getPlugin(i)->getPackageName();
    if (is_harmless(name) || !document.getPackageRequired(name)) continue;
    if (name != "comp" || !has_no_submodels(document)) refuse(name);
  }
  for (int i = 0; i < document.getNumUnknownPackages(); ++i) {
    const std::string uri = document.getUnknownPackageURI(i);
    if (document.getPackageRequired(uri)) refuse(package_name(uri));
  }
}

/// What libSBML itself found while parsing. Complaints about packages are ours to judge.
void add_parse_errors(const SBMLDocument& document, const ScannedSbml& scanned, const std::string& path,
                      Problems& problems) {
  for (unsigned i = 0; i < document.getNumErrors(); ++i) {
    const SBMLError& error = *document.getError(i);
    if (!error.isError() && !error.isFatal()) continue;
    const unsigned id = error.getErrorId();
    if (id == RequiredPackagePresent || id == UnrequiredPackagePresent) continue;
    if (id == MissingXMLDecl || id == MissingXMLEncoding) continue;  // XML without them is UTF-8, which was checked
    const int line = static_cast<int>(error.getLine());
    const bool cut = std::binary_search(scanned.cut_lines.begin(), scanned.cut_lines.end(), line);
    const std::string& text = error.getMessage().empty() ? error.getShortMessage() : error.getMessage();
    problems.add(ErrorKind::kData, say("{}.", one_line(text)),
                 {path, line, cut ? 0 : static_cast<int>(error.getColumn()), {}},
                 say("Correct the file, or export it again."));
  }
}

/// libSBML's tree; nullptr with a problem when libSBML gives up with an exception of its own.
std::unique_ptr<SBMLDocument> parsed(const ScannedSbml& scanned, const std::string& path, Problems& problems) {
  try {
    return std::unique_ptr<SBMLDocument>(readSBMLFromString(scanned.bytes.c_str()));
  } catch (const SBMLConstructorException& error) {
    problems.add(ErrorKind::kData, say("libSBML cannot read this: {}.", one_line(error.what())), {path, 1, 0, {}},
                 say("Check the namespace, level and version in the element sbml."));
    return nullptr;
  }
}

/// A flux balance model has stoichiometries and bounds, but no rates: nothing changes over time.
void refuse_flux_balance(const SBMLDocument& document, const std::string& path, Problems& problems) {
  const Model& model = *document.getModel();
  if (document.getPlugin("fbc") == nullptr || model.getNumReactions() == 0) return;
  for (unsigned i = 0; i < model.getNumReactions(); ++i) {
    if (model.getReaction(i)->isSetKineticLaw()) return;
  }
  problems.add(ErrorKind::kUnsupported, say("This is a flux balance model (package fbc): its reactions have no rates."),
               {path, static_cast<int>(model.getLine()), 0, {}},
               say("Give the reactions kinetic laws, or use a program for flux balance."));
}

}  // namespace

std::optional<Network> read_sbml(std::string_view bytes, const std::string& path, Problems& problems) {
  ScannedSbml scanned;
  try {
    scanned = scan_sbml(bytes, path);
  } catch (const Error& error) {
    problems.add(error);
    return std::nullopt;
  }
  const std::unique_ptr<SBMLDocument> document = parsed(scanned, path, problems);
  if (document == nullptr) return std::nullopt;
  refuse_packages(*document, path, problems);
  // What a missing package leaves unread looks like errors; it says nothing new.
  if (problems.empty()) add_parse_errors(*document, scanned, path, problems);
  if (!problems.empty()) return std::nullopt;
  if (document->getLevel() < 2) {
    problems.add(ErrorKind::kUnsupported, say("The file is SBML Level 1."), {path, 1, 0, {}},
                 say("Save it as Level 2 or 3, for example with COPASI."));
    return std::nullopt;
  }
  const Model* model = document->getModel();
  if (model == nullptr) {
    problems.add(ErrorKind::kData, say("The document holds no model."), {path, 1, 0, {}}, say("Export it again."));
    return std::nullopt;
  }
  refuse_flux_balance(*document, path, problems);
  return SbmlModelReader(*model, path, problems).read();
}

Network read_sbml(std::string_view bytes, const std::string& path) {
  Problems problems;
  std::optional<Network> network = read_sbml(bytes, path, problems);
  problems.raise();
  VESICA_REQUIRE(network.has_value(), "without problems there is a network");
  return *std::move(network);
}

}  // namespace vesica::kinetics
