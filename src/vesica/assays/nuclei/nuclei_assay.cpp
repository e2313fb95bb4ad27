// SPDX-License-Identifier: Apache-2.0
// The assay `nuclei`: what is missing, controls and cuts, and the order of the steps.
#include <algorithm>
#include <array>
#include <cmath>

#include "vesica/assays/nuclei/nuclei_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/contract/flat_field.h"
#include "vesica/io/images.h"

namespace vesica::nuclei {

namespace {

std::vector<Issue> questions(const Reading& reading, const Plan& plan) {
  std::vector<Issue> out;
  if (plan.slices > 1) {
    out.push_back(issue(Severity::kNote, "nuclei.projected",
                        say("The {} slices are taken by their greatest values.", plan.slices),
                        say("Nuclei above each other become one; a single slice is a cleaner count."), reading));
  }
  if (plan.places > 1) {
    out.push_back(issue(Severity::kWarning, "nuclei.slices_differ",
                        say("The {} slices show different places: each is taken as a field.", plan.places),
                        say("If they are slices of one field after all, give their projection."), reading));
  }
  if (plan.nucleus_assumed) {
    out.push_back(issue(
        Severity::kWarning, "nuclei.nucleus_assumed",
        say("Nobody says which of the {} channels shows the nuclei: the first was taken.", plan.arrangement.pictures),
        say("Look at the overlay, and set \"nucleus\" to the channel's number or name."), reading));
    out.back().setting = "nucleus";
  }
  if (!(plan.pixel_um > 0)) {
    out.push_back(issue(Severity::kWarning, "nuclei.pixel_missing",
                        say("The size of a pixel is not known: no density, areas in pixels, and lengths of the "
                            "settings are taken at {} µm a pixel.",
                            readable_number(kNominalPixelUm, 2)),
                        say("How many micrometres is one pixel? Set \"pixel_um\"."), reading));
    out.back().setting = "pixel_um";
  }
  if (plan.colour) {
    out.push_back(issue(Severity::kWarning, "nuclei.colour",
                        say("This is a picture in colour, and nobody says which of red, green and blue shows nuclei."),
                        say("Give the file of the nuclear channel, or set \"nucleus\" to 1, 2 or 3."), reading));
    out.back().setting = "nucleus";
  }
  if (plan.arrangement.incomplete) {
    out.push_back(issue(Severity::kWarning, "nuclei.channel_missing",
                        say("Some fields lack the file of a channel that others have: they are left out."),
                        say("Copy the missing files into the folder."), reading));
  }
  if (plan.labels_name.empty() && !plan.other_labels.empty()) {
    const std::size_t slash = plan.other_labels.find_last_of('/');
    const std::string token =
        label_in_name(plan.other_labels.substr(slash == std::string::npos ? 0 : slash + 1)).channel;
    out.push_back(issue(
        Severity::kNote, "nuclei.labels_unused",
        say("Labels lie beside the image ({}) and are not used: Vesica looks for nuclei itself.", plan.other_labels),
        say("To take them, set \"labels\" to {}.", token), reading));
    out.back().setting = "labels";
  }
  if (plan.labels_name.empty() && plan.other_labels.empty() && plan.numpy.ends_with("_seg.npy")) {
    out.push_back(issue(
        Severity::kNote, "nuclei.labels_unused",
        say("Cellpose's {} lies beside the image and is not read: Vesica looks for nuclei itself.", plan.numpy),
        say("To take Cellpose's, save them there by File > Save masks as PNG/tif and set \"labels\" to cp_masks."),
        reading));
    out.back().setting = "labels";
  }
  if (!plan.labels_name.empty()) {
    const std::string& name = plan.labels_name;
    const std::string whose = name.find("cp_masks") != std::string::npos   ? name + " (Cellpose)"
                              : name.find("stardist") != std::string::npos ? name + " (StarDist)"
                                                                           : name;
    out.push_back(issue(Severity::kNote, "nuclei.labels_given",
                        say("The nuclei are those of the labels \"{}\"; Vesica has not looked for any.", whose),
                        say("Name the program and model that made them in the methods."), reading));
  }
  return out;
}

/// Pictures beside that of the nuclei of which no marker speaks.
std::vector<std::string> unused_channels(const Plan& plan) {
  std::vector<std::string> out;
  if (plan.colour || !plan.markers.empty()) return out;
  for (std::size_t c = 0; c < plan.arrangement.pictures; ++c) {
    if (c != plan.nucleus && plan.labels != c) out.push_back(plan.arrangement.channels[c]);
  }
  return out;
}

/// "EdU-594", "Ki67 AF488" → "edu", "ki67": the dye behind a marker's name is not the marker.
std::string marker_of(const std::string& channel) {
  static constexpr std::array<std::string_view, 12> kDyes = {
      "alexa", "alexafluor", "fluor", "af", "cy", "cy2", "cy3", "cy5", "cy7", "fitc", "tritc", "texasred"};
  std::string out = lower_ascii(channel);
  for (std::size_t at = out.find_last_of(" -_/"); at != std::string::npos && at > 0; at = out.find_last_of(" -_/")) {
    std::string word = out.substr(at + 1);
    const bool dye = std::find(kDyes.begin(), kDyes.end(), word) != kDyes.end();
    const std::size_t digits = word.size() - std::min(word.size(), word.find_last_not_of("0123456789") + 1);
    const std::string stem = word.substr(0, word.size() - digits);
    const bool wave = digits == 3 && (stem.empty() || stem == "a" || stem == "af" || stem == "alexa");
    if (!dye && !wave) break;
    out.resize(at);
  }
  return out;
}

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  const Settings& settings = any.get<Settings>();
  const Plan plan = plan_of(reading, *source_of(reading), settings);
  std::vector<Issue> out = questions(reading, plan);
  if (const std::vector<std::string> unused = unused_channels(plan); !unused.empty()) {
    out.push_back(issue(Severity::kNote, "nuclei.markers_missing",
                        say("Beside nuclei there is the channel {}, and nobody says what it marks: nuclei are counted, "
                            "positive ones are not.",
                            join(unused, ", ")),
                        say("Write into study.toml: [settings.nuclei], and below it markers = [\"{0}={1}\"].",
                            marker_of(unused.front()), unused.front()),
                        reading));
  }
  if (!plan.markers.empty() && settings.cut == "control") {
    out.push_back(issue(Severity::kNote, "nuclei.control_missing",
                        say("What is positive is learned from a negative control."),
                        say("Is there an image of cells without the marker? Give it the role \"negative\", or set "
                            "\"cut\" to mixture or fixed."),
                        reading));
  }
  return out;
}

Calibration calibrate(std::span<const Reading> readings, std::string_view role, const AnySettings& any,
                      const Context& context) {
  if (role != "negative") {
    throw Error(ErrorKind::kConfig, say("The assay \"nuclei\" knows no control \"{}\".", role), {},
                say("It knows: negative (cells without the marker, photographed alike)."));
  }
  const Settings& settings = any.get<Settings>();
  Calibration out;
  out.role = std::string(role);
  std::vector<Marker> markers = markers_of(settings);
  std::vector<std::vector<double>> values(markers.size());
  std::int64_t bits = 0;
  for (const Reading& reading : readings) {
    const std::shared_ptr<const ImageSource> source = source_of(reading);
    bits = source->info().bits;
    Plan plan = plan_of(reading, *source, settings);
    plan.region_files.clear();
    for (const Measured& field : measure_fields(*source, plan, settings, {}, reading.path, context)) {
      if (refused(field.seen, plan)) continue;
      for (std::size_t m = 0; m < markers.size(); ++m) {
        const std::vector<double> found = values_of(field.nuclei, m);
        values[m].insert(values[m].end(), found.begin(), found.end());
      }
    }
  }
  out.values = Value::table();
  for (std::size_t m = 0; m < markers.size(); ++m) {
    const Cut cut = cut_from_control(std::move(values[m]));
    Value entry = Value::table();
    entry.members.emplace_back("cut", Value::of(cut.value));
    entry.members.emplace_back("median", Value::of(cut.control_median));
    entry.members.emplace_back("nuclei", Value::of(cut.n));
    entry.members.emplace_back("bits", Value::of(bits));
    out.values.members.emplace_back(markers[m].name, std::move(entry));
  }
  return out;
}

double number_in(const Value& table, std::string_view key) {
  const Value* found = table.find(key);
  return found != nullptr && found->is_number() ? found->number : kNaN;
}

/// Cuts for all fields of a reading, with what is wrong about them.
std::vector<Cut> cuts_of(const Reading& reading, const Plan& plan, const Settings& settings,
                         std::span<const Calibration> calibrations, const std::vector<Measured>& fields,
                         bool is_control, int bits, Outcome& out) {
  std::vector<Cut> cuts(plan.markers.size());
  for (std::size_t m = 0; m < plan.markers.size(); ++m) {
    const std::string& name = plan.markers[m].name;
    std::vector<double> values;
    for (const Measured& field : fields) {
      const std::vector<double> found = values_of(field.nuclei, m);
      values.insert(values.end(), found.begin(), found.end());
    }
    if (settings.cut == "fixed") {
      if (m < settings.cuts.size()) {
        cuts[m].value = settings.cuts[m];
        continue;
      }
      out.issues.push_back(issue(Severity::kWarning, "nuclei.cut_missing", say("There is no fixed cut for {}.", name),
                                 say("Give \"cuts\" one value for every marker."), reading));
    } else if (settings.cut == "mixture") {
      cuts[m] = cut_from_mixture(values);
      if (std::isfinite(cuts[m].value) || values.empty()) continue;
      out.issues.push_back(issue(
          Severity::kWarning, "nuclei.one_population",
          say("The brightness in {} shows no two populations (Ashman's D {}): nothing is called positive or negative.",
              name, std::isfinite(cuts[m].separation) ? readable_number(cuts[m].separation, 2) : "-"),
          say("Use a negative control, or a fixed cut."), reading));
    } else {
      double other_bits = 0;
      for (const Calibration& calibration : calibrations) {
        const Value* entry = calibration.role == "negative" ? calibration.values.find(name) : nullptr;
        if (entry == nullptr) continue;
        cuts[m] = {number_in(*entry, "cut"), kNaN, number_in(*entry, "median"),
                   static_cast<std::int64_t>(number_in(*entry, "nuclei"))};
        const double theirs = number_in(*entry, "bits");
        if (!is_control && std::isfinite(theirs) && theirs != bits) other_bits = theirs;
      }
      if (other_bits > 0) {
        cuts[m].value = kNaN;
        out.issues.push_back(
            issue(Severity::kError, "nuclei.control_depth",
                  say("The negative control was saved with {0} bits, this image with {1}: brightness in "
                      "{2} cannot be compared.",
                      other_bits, bits, name),
                  say("Export both alike, as the microscope saved them."), reading));
        continue;
      }
      if (!std::isfinite(cuts[m].value)) {
        if (is_control) continue;
        out.issues.push_back(
            issue(Severity::kWarning, "nuclei.control_missing",
                  cuts[m].n > 0
                      ? say("The negative control has {} (nucleus|nuclei), too few for a cut in {}.", cuts[m].n, name)
                      : say("Without a negative control nobody knows which nuclei are positive for {}.", name),
                  say("Give an image of cells without the marker the role \"negative\", or set \"cut\" to mixture or "
                      "fixed."),
                  reading));
      } else if (!is_control && control_is_brighter(cuts[m], values)) {
        cuts[m].value = kNaN;
        out.issues.push_back(issue(Severity::kError, "nuclei.control_brighter",
                                   say("The negative control is brighter in {} than the sample: its cut cannot be "
                                       "right for this image.",
                                       name),
                                   say("Were both photographed with the same exposure, and is the control the right "
                                       "file?"),
                                   reading));
      }
    }
  }
  return cuts;
}

Outcome measure(const Reading& reading, std::span<const Calibration> calibrations, const AnySettings& any,
                const InputFacts& facts, const Context& context) {
  const Settings& settings = any.get<Settings>();
  const std::shared_ptr<const ImageSource> source = source_of(reading);
  const Plan plan = plan_of(reading, *source, settings);
  const std::vector<Combination> combinations = combinations_of(settings, plan.markers);
  Outcome out;
  out.issues = questions(reading, plan);
  const std::vector<Measured> fields =
      measure_fields(*source, plan, settings, facts.corrections, reading.path, context);
  const std::vector<Cut> cuts =
      cuts_of(reading, plan, settings, calibrations, fields, facts.role == "negative", source->info().bits, out);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    add_field(fields[i], plan.arrangement.fields[i], plan, cuts, combinations, settings, facts, out);
    tell(fields[i], plan, plan.arrangement.fields[i].name, reading, out);
    add_artifacts(fields[i], plan.arrangement.fields[i].name, plan, cuts, settings, out);
  }
  return out;
}

Outcome derive(const ObservationTable& table, const Study&, const AnySettings&, const Context&) {
  Outcome out = derive_rates(table);
  if (std::optional<Issue> mixed = mixed_magnifications(table)) out.issues.push_back(std::move(*mixed));
  return out;
}

/// Readings of one sample with pixels of different size were taken at different magnifications.
std::vector<Issue> check_together(std::span<const Reading> readings) {
  constexpr double kSame = 0.02;  // chosen: calibrations of one objective differ by less
  const Reading* first = nullptr;
  double pixel = kNaN;
  std::vector<Issue> out;
  for (const Reading& reading : readings) {
    const ImageReading* images = reading.as<ImageReading>();
    if (images == nullptr || !images->source || !images->source->info().pixel_um().known()) continue;
    const double here = images->source->info().pixel_um().value;
    if (first == nullptr) {
      first = &reading;
      pixel = here;
    } else if (std::abs(here - pixel) > kSame * pixel) {
      out.push_back(issue(Severity::kWarning, "nuclei.mixed_magnification",
                          say("A pixel is {} µm here and {} µm in {}: images of one sample at different magnifications "
                              "find different nuclei.",
                              readable_number(here, 3), readable_number(pixel, 3), first->path),
                          say("Measure one magnification, or make samples of them."), reading));
    }
  }
  return out;
}

void check_correction(const Reading& reading, const AnySettings&, const Edit& edit) {
  const std::shared_ptr<const ImageSource> source = source_of(reading);
  check_object_edit(edit, source->info().width, source->info().height, arrangement_of(*source).fields.size(),
                    reading.path);
}

/// Names and channels that say fluorescent nuclei, and nothing of vesicles or of light through the specimen.
bool suits(const Reading& reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source) return false;
  const auto says = [](std::string_view text, std::span<const std::string_view> words) {
    const std::string small = lower_ascii(text);
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return small.find(word) != std::string::npos; });
  };
  static constexpr std::array<std::string_view, 9> kOurs = {"dapi",  "hoechst", "nuclei", "edu", "ki67",
                                                            "ki-67", "brdu",    "tunel",  "ph3"};
  static constexpr std::array<std::string_view, 2> kOthers = {"uptake", "scratch"};
  const ImageInfo& info = images->source->info();
  std::vector<std::string_view> texts(info.channel_names.begin(), info.channel_names.end());
  texts.insert(texts.end(), info.plane_names.begin(), info.plane_names.end());
  const auto any = [&](std::span<const std::string_view> words) {
    return std::any_of(texts.begin(), texts.end(), [&](std::string_view text) { return says(text, words); });
  };
  static constexpr std::array<std::string_view, 5> kBeside = {"cp_masks", "stardist", "regions.zip", "regions.roi",
                                                              "regions.geojson"};
  const std::vector<Companion> beside = companions_of(*images->source);
  const bool labelled =
      std::any_of(beside.begin(), beside.end(), [&](const Companion& each) { return says(each.name, kBeside); });
  const auto in_channel = [](const std::string& name) { return says_vesicles(name) > 1; };
  // "Exo_rat1_DAPI.tif" was given exosomes and shows nuclei.
  const auto in_file = [](const std::string& name) {
    return says_vesicles(name) > 1 && channel_in_name(name).channel.empty();
  };
  const bool vesicles = std::any_of(info.channel_names.begin(), info.channel_names.end(), in_channel) ||
                        std::any_of(info.plane_names.begin(), info.plane_names.end(), in_file);
  return !vesicles && !any(kOthers) && (any(kOurs) || says(reading.path, kOurs) || labelled);
}

AnySettings make_settings() { return AnySettings::of<Settings>(); }

constexpr std::array<std::string_view, 6> kSources = {"10.1186/s12859-021-04344-9",
                                                      "10.1007/978-3-642-33415-3_43",
                                                      "10.1109/83.663500",
                                                      "10.1080/01621459.1927.10502953",
                                                      "10.1086/117248",
                                                      "10.1002/cyto.a.23863"};
constexpr std::array<std::string_view, 15> kQuantities = {"nuclei.count",
                                                          "nuclei.density",
                                                          "nuclei.field_area",
                                                          "nuclei.pixel_size",
                                                          "nuclei.area",
                                                          "nuclei.area_px",
                                                          "nuclei.circularity",
                                                          "nuclei.intensity",
                                                          "nuclei.positive_count",
                                                          "nuclei.positive_density",
                                                          "nuclei.positive_fraction",
                                                          "nuclei.positive_rate",
                                                          "nuclei.cut",
                                                          "nuclei.separation",
                                                          "nuclei.saturated"};
constexpr std::array<std::string_view, 3> kRoles = {kDarkRole, kFlatRole, "negative"};

}  // namespace

}  // namespace vesica::nuclei

namespace vesica {

const Assay kNucleiAssay = {
    "nuclei",
    "Nuclei and positive cells",
    "Nuclei of fluorescence images: number, density, size, brightness in every channel, and the share that is positive "
    "for a marker.",
    nuclei::kSources,
    nuclei::kQuantities,
    kPictureFormats,
    nuclei::kRoles,
    false,
    nuclei::make_settings,
    nuclei::missing,
    nuclei::calibrate,
    nuclei::measure,
    nuclei::derive,
    nuclei::check_together,
    nuclei::check_correction,
    nuclei::suits,
};

}  // namespace vesica
