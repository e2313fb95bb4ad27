// SPDX-License-Identifier: Apache-2.0
// The assay `tem`: what is missing, and the way from micrographs to rows, overlays, labels and tables.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <boost/math/distributions/chi_squared.hpp>
#include <fmt/format.h>

#include "vesica/assays/tem/tem.h"
#include "vesica/assays/tem/tem_scale.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/contract/object_edits.h"
#include "vesica/io/images.h"
#include "vesica/io/label_image.h"
#include "vesica/ops/image.h"

namespace vesica::tem {

namespace {

const ImageSource& source_of(const Reading& reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source) {
    throw Error(ErrorKind::kUnsupported, say("This holds no images."), {reading.path, 0, 0, ""},
                say("Give electron micrographs: TIFF, DM3, DM4, MRC, PNG or JPEG."));
  }
  return *images->source;
}

Issue placed(Issue issue, const Reading& reading) {
  issue.where = {reading.path, 0, 0, ""};
  issue.input = reading.path;
  return issue;
}

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const Reading& reading,
            const char* setting = "") {
  return {severity, kind, std::move(message), {reading.path, 0, 0, ""}, std::move(hint), reading.path, "", setting};
}

Issue pixel_missing(const Reading& reading) {
  return issue(
      Severity::kWarning, "tem.pixel_missing",
      say("The size of a pixel is not known, neither from a tag nor from a scale bar: sizes are given in pixels "
          "only, and vesicles are looked for between a sixtieth and a sixth of the field."),
      say("How many nanometres is one pixel? Set \"pixel_nm\", or \"scale_bar_nm\" when there is a bar."), reading,
      "pixel_nm");
}

void add_selection(const Settings& settings, const Reading& reading, std::vector<Issue>& out) {
  if (settings.field_selection == "unknown") {
    out.push_back(issue(Severity::kNote, "tem.field_selection", say("It is not stated how the fields were chosen."),
                        say("Set \"field_selection\" to operator, random or systematic: fields that operators choose "
                            "look alike whatever the preparation."),
                        reading, "field_selection"));
  } else if (settings.field_selection == "operator") {
    out.push_back(issue(Severity::kNote, "tem.field_selection",
                        say("The fields were chosen by an operator: counts and densities describe the fields, not the "
                            "preparation."),
                        say("Photograph predefined positions of the grid to compare preparations."), reading));
  }
}

std::vector<Issue> missing(const Reading& reading, const AnySettings& any) {
  const auto& settings = any.get<Settings>();
  const ImageSource& source = source_of(reading);
  std::vector<Issue> out;
  const bool known = settings.pixel_nm || source.info().pixel_um().known();
  if (!known && source.series_length() > 0) {
    const Image2 grey = grey_of(source.read_channels(0));
    if (!scale_of(grey, source.info(), settings, reading.path).pixel_nm.known()) out.push_back(pixel_missing(reading));
  }
  if (settings.field_selection == "unknown") add_selection(settings, reading, out);
  return out;
}

/// Adds rows of one micrograph; without a scale lengths go to the quantities in pixels.
class Rows {
 public:
  Rows(const InputFacts& facts, std::string part, double pixel_nm, std::int64_t n, Outcome& out)
      : facts_(facts), part_(std::move(part)), pixel_nm_(pixel_nm), n_(n), out_(out) {}

  Observation plain(const std::string& quantity, double value, Status otherwise) const {
    Observation row = facts_.row(quantity);
    if (!part_.empty()) row.part = facts_.part.empty() ? part_ : facts_.part + " " + part_;
    row.value = value;
    row.n = std::isfinite(value) ? n_ : 0;
    if (!std::isfinite(value)) row.status = otherwise;
    return row;
  }
  void add(const Observation& row) { out_.observations.add(row); }
  void add(const std::string& quantity, double value, Status otherwise) { add(plain(quantity, value, otherwise)); }
  /// A length of the image in nanometres; without a scale not measurable, and the quantity in pixels beside it.
  void add_length(const std::string& quantity, double pixels, Status otherwise) {
    if (pixel_nm_ > 0) {
      add(quantity, pixels * pixel_nm_, otherwise);
      return;
    }
    add(quantity, kNaN, std::isfinite(pixels) ? Status::kNotMeasurable : otherwise);
    add(quantity + "_px", pixels, otherwise);
  }

 private:
  const InputFacts& facts_;
  std::string part_;
  double pixel_nm_;
  std::int64_t n_;
  Outcome& out_;
};

/// A Poisson count with its exact 95 % interval (Garwood 1936), times `scale`.
void set_count(double count, double scale, Observation& row) {
  using boost::math::chi_squared;
  using boost::math::quantile;
  row.low = count > 0 ? scale * quantile(chi_squared(2 * count), 0.025) / 2 : 0;
  row.high = scale * quantile(chi_squared(2 * count + 2), 0.975) / 2;
  row.interval = "poisson95";
}

void add_curve(const Settings& settings, const std::vector<Particle>& particles, double weight, double pixel_nm,
               Rows& rows) {
  std::vector<double> bins;
  for (const Particle& particle : particles) {
    if (!(particle.weight > 0)) continue;
    const auto bin = static_cast<std::size_t>(particle.diameter * pixel_nm / settings.bin_nm);
    constexpr std::size_t kMostBins = 100000;  // a bin of 0.1 nm up to 10 µm
    if (bin >= kMostBins) continue;
    if (bin >= bins.size()) bins.resize(bin + 1, 0);
    bins[bin] += particle.weight;
  }
  const auto first = std::find_if(bins.begin(), bins.end(), [](double w) { return w > 0; });
  for (auto bin = first; bin != bins.end(); ++bin) {
    Observation row = rows.plain("tem.number_share", *bin / weight / settings.bin_nm, Status::kNoObjects);
    row.at = (static_cast<double>(bin - bins.begin()) + 0.5) * settings.bin_nm;
    rows.add(row);
  }
}

void add_rows(const Settings& settings, const Segmented& found, const std::vector<Particle>& particles,
              const Summary& summary, double pixel_nm, Rows& rows) {
  const bool looked = found.refusal == Refusal::kNone;
  const Status none = looked ? Status::kNoObjects : Status::kNotMeasurable;
  const auto seen = static_cast<double>(summary.seen), whole = static_cast<double>(summary.whole);
  Observation count = rows.plain("tem.count", looked ? seen : kNaN, none);
  if (looked) set_count(seen, 1, count);
  rows.add(count);
  rows.add("tem.cut", looked ? seen - whole : kNaN, none);
  for (const auto& [name, value] :
       {std::pair("mean", summary.mean), {"median", summary.median}, {"d10", summary.d10}, {"d90", summary.d90}})
    rows.add_length(std::string("tem.diameter.") + name, value, none);
  rows.add_length("tem.diameter.sd", summary.sd, whole == 1 ? Status::kNotMeasurable : none);
  rows.add_length("tem.feret_max", summary.feret_max, none);
  rows.add_length("tem.feret_min", summary.feret_min, none);
  rows.add("tem.circularity", summary.circularity, none);
  rows.add("tem.roundness", summary.roundness, none);
  rows.add("tem.cup_contrast", summary.cup, whole > 0 ? Status::kNotMeasurable : none);
  const double area_um2 = looked && pixel_nm > 0 ? summary.field_px * pixel_nm * pixel_nm * 1e-6 : kNaN;
  Observation density =
      rows.plain("tem.area_density", area_um2 > 0 ? summary.weight / area_um2 : kNaN, Status::kNotMeasurable);
  if (area_um2 > 0) set_count(whole, (whole > 0 ? summary.weight / whole : 1) / area_um2, density);
  rows.add(density);
  rows.add("tem.field_area", area_um2, Status::kNotMeasurable);
  rows.add("tem.pixel_size", pixel_nm > 0 ? pixel_nm : kNaN, Status::kNotMeasurable);
  static constexpr std::array<std::string_view, 4> kSelections = {"unknown", "operator", "random", "systematic"};
  const auto selection = std::find(kSelections.begin(), kSelections.end(), settings.field_selection);
  rows.add("tem.field_selection", static_cast<double>(selection - kSelections.begin()), Status::kNotMeasurable);
  if (summary.whole > 0 && pixel_nm > 0) add_curve(settings, particles, summary.weight, pixel_nm, rows);
}

/// Whether red, green and blue differ: a screenshot, a coloured figure.
bool is_coloured(const std::vector<Image2>& channels) {
  if (channels.size() != 3) return false;
  constexpr double kLevels = 4;     // of 255: colour noise of a JPEG
  constexpr double kShare = 0.001;  // of the pixels, chosen
  std::size_t off = 0;
  for (std::size_t i = 0; i < channels[0].pixels.size(); ++i) {
    const auto [low, high] = std::minmax({channels[0].pixels[i], channels[1].pixels[i], channels[2].pixels[i]});
    off += static_cast<double>(high - low) > kLevels ? 1 : 0;
  }
  return static_cast<double>(off) > kShare * static_cast<double>(channels[0].pixels.size());
}

void tell(const Settings& settings, const Segmented& found, const Summary& summary, double pixel_nm,
          const Reading& reading, Outcome& out) {
  if (found.refusal != Refusal::kNone) {
    out.issues.push_back(issue(Severity::kWarning, "tem.not_measurable", reason(found.refusal),
                               say("Open the file in a viewer: is this the micrograph?"), reading));
    return;
  }
  const Lengths& lengths = found.lengths;
  if (pixel_nm > 0 && lengths.limit > 1.001 * lengths.smallest) {
    out.issues.push_back(issue(Severity::kNote, "tem.limit",
                               say("At {} nm a pixel, vesicles below {} nm are not looked for.",
                                   readable_number(pixel_nm, 3), readable_number(lengths.limit * pixel_nm, 3)),
                               say("Photograph them at a higher magnification."), reading));
  }
  if (settings.polarity != "auto" && found.other_evidence > 2 * found.evidence) {
    out.issues.push_back(
        issue(Severity::kWarning, "tem.polarity",
              say("There are far more outlines of the other polarity than of \"{}\".", settings.polarity),
              say("Set \"polarity\" to auto, or look whether the micrograph is a negative."), reading, "polarity"));
  } else if (settings.polarity == "auto" && !found.bright && summary.seen > 0) {
    out.issues.push_back(issue(Severity::kNote, "tem.dark", say("Vesicles are taken to be dark on brighter ground."),
                               say("Set \"polarity\" to bright when they are not."), reading, "polarity"));
  }
  if (summary.seen == 0) {
    out.issues.push_back(issue(Severity::kWarning, "tem.no_vesicles",
                               say("No outline of a vesicle was found between {} and {}.",
                                   pixel_nm > 0 ? fmt::format("{} nm", readable_number(lengths.limit * pixel_nm, 3))
                                                : fmt::format("{} px", readable_number(lengths.limit, 3)),
                                   pixel_nm > 0 ? fmt::format("{} nm", readable_number(lengths.largest * pixel_nm, 3))
                                                : fmt::format("{} px", readable_number(lengths.largest, 3))),
                               say("Is the pixel size right? An empty field is a result; faint vesicles need a lower "
                                   "\"strength\"."),
                               reading, "strength"));
  }
}

/// The user's corrections of this micrograph, in its own pixels; what the user left out is hidden.
void correct(std::span<const Edit> corrections, std::size_t i, const Image2& grey, const Reading& reading, Field& field,
             Segmented& found, Outcome& out) {
  if (corrections.empty() || found.refusal != Refusal::kNone) return;
  Labels2 whole = in_micrograph(found.labels, field, grey);
  const EditedObjects edited = edit_objects(whole, corrections, i);
  for (Issue& conflict : issues_of(edited, reading.path)) out.issues.push_back(std::move(conflict));
  const std::size_t from = field.first_row * grey.width;
  std::copy_n(whole.pixels.begin() + static_cast<std::ptrdiff_t>(from), found.labels.pixels.size(),
              found.labels.pixels.begin());
  if (edited.field.empty()) return;
  if (field.hidden.empty()) field.hidden = Mask2(field.grey.width, field.grey.height);
  for (std::size_t k = 0; k < field.hidden.pixels.size(); ++k) {
    if (edited.field.pixels[from + k] == 0) field.hidden.pixels[k] = 1;
  }
}

/// One micrograph: rows, issues, artifacts.
void measure_image(const Reading& reading, std::size_t i, const Settings& settings, const InputFacts& facts,
                   const Context& context, Outcome& out) {
  const ImageSource& source = source_of(reading);
  const bool several = source.series_length() > 1;
  const std::vector<Image2> channels = source.read_channels(i);
  const Image2 grey = grey_of(channels);
  if (is_coloured(channels)) {
    out.issues.push_back(issue(Severity::kWarning, "tem.colour",
                               say("The picture is coloured: a screenshot or a drawn figure rather than a micrograph."),
                               say("Its brightness is measured; give the microscope's own file."), reading));
  }
  const Scale scale = scale_of(grey, source.info(), settings, reading.path);
  for (const Issue& each : scale.issues) out.issues.push_back(placed(each, reading));
  const double pixel_nm = scale.pixel_nm.known() ? scale.pixel_nm.value : kNaN;
  if (!scale.pixel_nm.known()) out.issues.push_back(pixel_missing(reading));
  Field field = field_of(grey, scale);
  Segmented found = segment_field(field, settings, pixel_nm, context);
  correct(facts.corrections, i, grey, reading, field, found, out);
  const std::vector<Particle> particles = measure_particles(field, found.labels, found.bright);
  const Summary summary = summarise(field, particles);
  Rows rows(facts, several ? fmt::format("image {}", i + 1) : "", pixel_nm, static_cast<std::int64_t>(summary.whole),
            out);
  add_rows(settings, found, particles, summary, pixel_nm, rows);
  tell(settings, found, summary, pixel_nm, reading, out);
  if (found.refusal != Refusal::kNone) return;
  const std::string name = several ? say("image {}", i + 1) : say("the micrograph");
  if (settings.overlays) {
    out.artifacts.push_back({fmt::format("tem_overlay_{:03d}.png", i), "image/png",
                             overlay_png(grey, field, found.labels, particles, pixel_nm),
                             say("Outlines on {}: orange measured, blue cut by the border, yellow left out.", name)});
  }
  if (settings.labels) {
    out.artifacts.push_back(
        {fmt::format("tem_{:03d}_labels.tif", i), "image/tiff",
         write_label_tiff(in_micrograph(found.labels, field, grey), pixel_nm > 0 ? pixel_nm / 1000 : 0),
         say("Number of the vesicle in every pixel of {}.", name)});
  }
  if (settings.table) {
    out.artifacts.push_back({fmt::format("tem_vesicles_{:03d}.tsv", i), "text/tab-separated-values",
                             particles_tsv(particles, pixel_nm), say("One line a vesicle of {}.", name)});
  }
}

Outcome measure(const Reading& reading, std::span<const Calibration>, const AnySettings& any, const InputFacts& facts,
                const Context& context) {
  const auto& settings = any.get<Settings>();
  const ImageSource& source = source_of(reading);
  Outcome out;
  for (std::size_t i = 0; i < source.series_length(); ++i) {
    context.check_cancelled();
    measure_image(reading, i, settings, facts, context, out);
    if (context.progress) context.progress(i + 1, source.series_length());
  }
  add_selection(settings, reading, out.issues);
  // What is the same of every image of a series is said once.
  const auto same = [](const Issue& a, const Issue& b) { return a.kind == b.kind && a.message == b.message; };
  std::vector<Issue> once;
  for (Issue& each : out.issues) {
    if (std::none_of(once.begin(), once.end(), [&](const Issue& other) { return same(each, other); }))
      once.push_back(std::move(each));
  }
  out.issues = std::move(once);
  return out;
}

/// A word of the file's path says electron microscopy.
bool names_tem(const std::string& path) {
  std::string word;
  for (const char c : path + " ") {
    if (std::isalpha(static_cast<unsigned char>(c))) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      continue;
    }
    if (word == "tem" || word == "cryotem" || word == "cryoem" || word == "nstem") return true;
    word.clear();
  }
  return false;
}

/// Formats of electron microscopes, pixels below 20 nm, and names with the word TEM.
bool suits(const Reading& reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source) return false;
  constexpr double kFine = 0.02;  // µm; light microscopes have pixels of 60 nm and more
  const Known pixel = images->source->info().pixel_um();
  return reading.format == "dm" || reading.format == "mrc" || names_tem(reading.path) ||
         (pixel.known() && pixel.value < kFine);
}

void check_correction(const Reading& reading, const AnySettings&, const Edit& edit) {
  const ImageSource& source = source_of(reading);
  check_object_edit(edit, source.info().width, source.info().height, source.series_length(), reading.path);
}

AnySettings make_settings() { return AnySettings::of<Settings>(); }

constexpr std::array<std::string_view, 5> kSources = {"10.1080/20013078.2018.1560808", "10.1038/s41598-019-49431-3",
                                                      "10.1080/20013078.2018.1555419", "Miles 1974", "Lantuejoul 1980"};
constexpr std::array<std::string_view, 24> kQuantities = {"tem.count",           "tem.cut",
                                                          "tem.diameter.mean",   "tem.diameter.mean_px",
                                                          "tem.diameter.median", "tem.diameter.median_px",
                                                          "tem.diameter.d10",    "tem.diameter.d10_px",
                                                          "tem.diameter.d90",    "tem.diameter.d90_px",
                                                          "tem.diameter.sd",     "tem.diameter.sd_px",
                                                          "tem.number_share",    "tem.feret_max",
                                                          "tem.feret_max_px",    "tem.feret_min",
                                                          "tem.feret_min_px",    "tem.circularity",
                                                          "tem.roundness",       "tem.cup_contrast",
                                                          "tem.area_density",    "tem.field_area",
                                                          "tem.pixel_size",      "tem.field_selection"};

}  // namespace

}  // namespace vesica::tem

namespace vesica {

const Assay kTemAssay = {
    "tem",
    "Electron micrographs of vesicles",
    "Vesicles in electron micrographs: outlines, diameters, shapes and number per area, with edge correction.",
    tem::kSources,
    tem::kQuantities,
    kPictureFormats,
    {},
    false,
    tem::make_settings,
    tem::missing,
    nullptr,
    tem::measure,
    nullptr,
    nullptr,
    tem::check_correction,
    tem::suits,
};

}  // namespace vesica
