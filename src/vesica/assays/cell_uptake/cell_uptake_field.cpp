// SPDX-License-Identifier: Apache-2.0
// From a reading to one analysed field, and whether its numbers can mean anything.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "vesica/assays/cell_uptake/cell_uptake_parts.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/contract/object_edits.h"
#include "vesica/io/channel_name.h"
#include "vesica/ops/burnt_in.h"
#include "vesica/ops/image.h"
#include "vesica/ops/segment_labels.h"

namespace vesica::cell_uptake {

namespace {

constexpr double kFullWorthSaying = 0.001, kFullTooMany = 0.02;  // share of the cells' pixels, chosen
constexpr double kFlatWorthSaying = 0.05;                        // share of pixels in even patches, chosen
constexpr double kNucleiFull = 0.02;  // share of the nuclei's pixels, chosen: their edges move outwards
constexpr double kOddSize = 2;        // times the usual nucleus, chosen
constexpr std::size_t kMostPlanes = 8;

std::string short_name(const std::string& path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

bool is_constant(const Image2& image) {
  return std::all_of(image.pixels.begin(), image.pixels.end(), [&](float v) { return v == image.pixels[0]; });
}

/// The count from which a pixel is full: by the bits; or the greatest value when that is all ones of a camera's bits,
/// or when it stands out: 10 pixels and three times as many as the next lower value has (chosen; light that is not cut
/// off thins out towards its greatest values).
double full_at(const ImageInfo& info, const Image2& image, const Settings& settings) {
  if (settings.saturation) return *settings.saturation;
  if (info.floating || image.empty()) return std::numeric_limits<double>::infinity();
  float greatest = -std::numeric_limits<float>::infinity(), next = greatest;
  std::size_t at_greatest = 0, at_next = 0;
  for (const float value : image.pixels) {
    if (value > greatest) {
      next = greatest;
      at_next = at_greatest;
      greatest = value;
      at_greatest = 0;
    } else if (value < greatest && value > next) {
      next = value;
      at_next = 0;
    }
    at_greatest += value == greatest ? 1 : 0;
    at_next += value == next ? 1 : 0;
  }
  constexpr std::size_t kStands = 10, kTimes = 3;
  if (at_greatest >= kStands && at_next > 0 && at_greatest > kTimes * at_next) return static_cast<double>(greatest);
  if (info.bits <= 8) return 255;
  for (const int bits : {10, 12, 14}) {
    if (static_cast<double>(greatest) == std::ldexp(1.0, bits) - 1) return static_cast<double>(greatest);
  }
  return std::ldexp(1.0, std::min(info.bits, 31)) - 1;
}

/// One plane of the field; slices by their greatest values.
Image2 read_plane(const ImageSource& source, bool pages, std::size_t plane) {
  const ImageInfo& info = source.info();
  if (pages) return source.read_frame(plane);
  if (info.depth < 2) return source.read_frame(0, plane);
  Image2 out = source.read_frame(0, plane);
  for (std::size_t z = 1; z < source.series_length(); ++z) {
    const Image2 slice = source.read_frame(z, plane);
    for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = std::max(out.pixels[i], slice.pixels[i]);
  }
  return out;
}

/// Share of pixels whose 8 neighbours have exactly their value: painted, not photographed.
double flat_share(const Image2& image) {
  if (image.width < 3 || image.height < 3) return 0;
  std::size_t flat = 0;
  for (std::size_t y = 1; y + 1 < image.height; ++y) {
    for (std::size_t x = 1; x + 1 < image.width; ++x) {
      const float value = image.at(x, y);
      bool same = true;
      for (std::size_t j = y - 1; j <= y + 1 && same; ++j) {
        for (std::size_t i = x - 1; i <= x + 1 && same; ++i) same = image.at(i, j) == value;
      }
      flat += same ? 1 : 0;
    }
  }
  return static_cast<double>(flat) / static_cast<double>((image.width - 2) * (image.height - 2));
}

/// A pixel size that makes nuclei larger than the picture, or smaller than a few pixels, is none.
void check_lengths(const Reading& reading, const Settings& settings, const Lengths& lengths, const Image2& image) {
  constexpr double kLeast = 4;  // pixels of a nucleus, chosen: fewer have no shape
  const auto side = static_cast<double>(std::min(image.width, image.height));
  if (!(lengths.nucleus <= side) || !(lengths.nucleus >= kLeast)) {
    throw Error(ErrorKind::kConfig,
                say("A nucleus of {} µm would be {} pixels wide in a picture of {} by {}.",
                    exact_number(settings.nucleus_um), readable_number(lengths.nucleus, 3), image.width, image.height),
                {reading.path, 0, 0, ""}, say("Is the size of a pixel right? Set \"pixel_um\" or \"nucleus_um\"."));
  }
  if (!(lengths.sigma <= lengths.nucleus / 2)) {
    throw Error(
        ErrorKind::kConfig,
        say("The image of a point ({} pixels) would be as wide as a nucleus.", readable_number(lengths.sigma, 3)),
        {reading.path, 0, 0, ""}, say("Set \"spot_sigma_um\" in micrometres: 0.1 to 0.5 is usual."));
  }
}

/// Share of the labels that touch another's.
double covered(const Labels2& labels, const Labels2& others) {
  std::vector<std::uint8_t> met(static_cast<std::size_t>(greatest_label(labels)) + 1, 0);
  for (std::size_t i = 0; i < labels.pixels.size(); ++i) {
    if (others.pixels[i] > 0) met[static_cast<std::size_t>(labels.pixels[i])] = 1;
  }
  const auto hits = static_cast<double>(std::count(met.begin() + 1, met.end(), std::uint8_t{1}));
  return met.size() > 1 ? hits / static_cast<double>(met.size() - 1) : 0;
}

/// Nuclei where vesicles should be.
void judge_order(const Reading& reading, const Settings& settings, Field& field) {
  Cells other = nuclei_of(field.planes.vesicles, settings, field.lengths.pixel_um);
  Lengths lengths = field.lengths;
  lengths.cell = 0;
  grow_cells(field.planes.vesicles, nullptr, settings, lengths, other);
  const bool like_nuclei = other.objects >= 3 && other.fitting > 0.7;
  const bool none = field.regions.objects == 0 || !(field.regions.fitting > 0.5);
  const std::string hint = say("Look at the channels' order; set \"nuclei_channel\" and \"vesicle_channel\".");
  if (none && like_nuclei) {
    field.refusal =
        say("The channel \"{}\" holds no nuclei and \"{}\" does: the channels seem to be the wrong way round.",
            field.channels.names[field.channels.nuclei], field.vesicle_name());
    field.issues.push_back(issue(Severity::kError, "uptake.channels_swapped", field.refusal, hint, reading));
    return;
  }
  // Nuclei are smaller than the cells that haze shows, and their edges are sharper.
  const bool smaller = std::pow(other.width / field.regions.width, 2) < 0.7;
  const bool as_many = 10 * other.objects >= 7 * field.regions.objects;
  constexpr double kBetter = 0.15;               // of the light, chosen
  constexpr double kMore = 1.5, kCovered = 0.8;  // chosen: some of the cells that are seen, never half as many more
  const bool more = static_cast<double>(other.objects) > kMore * static_cast<double>(field.regions.objects) &&
                    covered(field.regions.nuclei, other.nuclei) >= kCovered;
  if (like_nuclei && more) {
    field.issues.push_back(issue(
        Severity::kWarning, "uptake.channel_order",
        say("\"{}\" shows {} (nucleus|nuclei) and \"{}\" {}, most of them at the same places: are the channels the "
            "wrong way round?",
            field.vesicle_name(), other.objects, field.channels.names[field.channels.nuclei], field.regions.objects),
        hint, reading));
  } else if (like_nuclei && as_many && other.fitting > field.regions.fitting + kBetter) {
    field.issues.push_back(issue(Severity::kWarning, "uptake.channel_order",
                                 say("\"{}\" looks more like nuclei than \"{}\": are the channels the wrong way round?",
                                     field.vesicle_name(), field.channels.names[field.channels.nuclei]),
                                 hint, reading));
  } else if (like_nuclei && smaller && as_many &&
             other.edges.width / other.width < field.regions.edges.width / field.regions.width) {
    field.issues.push_back(
        issue(Severity::kWarning, "uptake.channel_order",
              say("\"{}\" shows smaller and sharper objects than \"{}\", as nuclei are beside cells: "
                  "are the channels the wrong way round?",
                  field.vesicle_name(), field.channels.names[field.channels.nuclei]),
              hint, reading));
  }
}

/// Share of the labels' pixels from `full` on.
double full_share(const Image2& image, const Labels2& labels, double from) {
  std::size_t inside = 0, full = 0;
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    if (labels.pixels[i] == 0) continue;
    ++inside;
    full += static_cast<double>(image.pixels[i]) >= from ? 1 : 0;
  }
  return inside > 0 ? static_cast<double>(full) / static_cast<double>(inside) : 0;
}

void judge_light(const Reading& reading, const ImageInfo& info, const Settings& settings, Field& field) {
  const double share = full_share(field.planes.vesicles, field.regions.cells, field.saturation);
  if (share > kFullWorthSaying) {
    const bool too_many = share > kFullTooMany;
    const std::string words =
        say("{} % of the cells' pixels are full in \"{}\".", readable_number(100 * share, 2), field.vesicle_name());
    if (too_many && field.refusal.empty()) field.refusal = words;
    field.issues.push_back(issue(too_many ? Severity::kError : Severity::kWarning, "uptake.saturated", words,
                                 too_many ? say("Spots cannot be seen in full pixels: expose shorter.")
                                          : say("Intensities are lower bounds there: expose shorter."),
                                 reading));
  }
  Settings own = settings;
  own.saturation.reset();  // that is the vesicles'
  const double nuclei = full_share(field.planes.nuclei, field.regions.nuclei, full_at(info, field.planes.nuclei, own));
  if (nuclei > kNucleiFull) {
    field.issues.push_back(issue(
        Severity::kWarning, "uptake.saturated",
        say("{} % of the nuclei's pixels are full in \"{}\": their edges lie too far out, and distances to them are "
            "too short.",
            readable_number(100 * nuclei, 2), field.channels.names[field.channels.nuclei]),
        say("Expose that channel shorter."), reading));
  }
  const double flat = flat_share(field.planes.vesicles);
  if (flat > kFlatWorthSaying) {
    field.issues.push_back(
        issue(Severity::kWarning, "uptake.flat",
              say("{} % of \"{}\" lies in perfectly even patches: a screenshot, a drawn-on picture, or "
                  "clipped at black. How often noise makes a spot is not known there.",
                  readable_number(100 * flat, 2), field.vesicle_name()),
              say("Give the camera's own file, without burnt-in text, contrast or background removal."), reading));
  }
}

void judge_focus(const Reading& reading, const Settings& settings, Field& field) {
  const Cells& regions = field.regions;
  if (regions.blurred > regions.objects) {
    field.issues.push_back(issue(
        Severity::kWarning, "uptake.out_of_focus",
        say("{0} of {1} object(s) (has|have) no edge that nuclei in focus have and (was|were) left out, in \"{2}\".",
            regions.blurred, regions.blurred + regions.objects, field.channels.names[field.channels.nuclei]),
        say("Leave the field out, or photograph it again. Is \"nuclei_channel\" right?"), reading));
  } else if (regions.edges.is_blurred) {
    field.issues.push_back(
        issue(Severity::kWarning, "uptake.out_of_focus",
              say("The edges of nuclei are blurred by {} % of their diameter: the field is out of focus, and vesicles "
                  "vanish first.",
                  readable_number(100 * regions.edges.width / regions.edges.diameter, 2)),
              say("Leave the field out, or photograph it again."), reading));
  }
  const double width = regions.width * field.lengths.pixel_um;
  if (width > kOddSize * settings.nucleus_um || width < settings.nucleus_um / kOddSize) {
    field.issues.push_back(
        issue(Severity::kWarning, "uptake.nucleus_size",
              say("Nuclei are {} µm wide here, and {} µm are usual: is the size of a pixel, {} µm, right?",
                  readable_number(width, 2), exact_number(settings.nucleus_um), exact_number(field.lengths.pixel_um)),
              say("Set \"pixel_um\"; for large or small nuclei set \"nucleus_um\"."), reading));
  }
  constexpr std::size_t kEnough = 20;  // spots, chosen
  std::size_t wide = 0;
  for (const Spot& spot : field.spots.spots) wide += (spot.flags & kSpotWide) != 0 ? 1 : 0;
  if (field.spots.spots.size() >= kEnough && 2 * wide > field.spots.spots.size()) {
    field.issues.push_back(issue(Severity::kWarning, "uptake.spots_wide",
                                 say("{} of {} spot(s) (is|are) wider than a point of {} pixels: out of focus, "
                                     "clusters, or another magnification.",
                                     wide, field.spots.spots.size(), readable_number(field.lengths.sigma, 2)),
                                 say("Set \"spot_sigma_um\", or \"na\" and \"emission_nm\"."), reading));
  }
}

/// What was drawn into any channel that is measured is painted over in all of them; a page of writing is no field.
void paint_over_drawn(const Reading& reading, Field& field) {
  constexpr std::size_t kScreen = 24;  // letters, chosen as in `nuclei`: a magnification and a stain have fewer
  std::vector<BurntIn> drawn;
  std::vector<Image2*> planes = {&field.planes.nuclei, &field.planes.vesicles};
  for (std::optional<Image2>* further : {&field.planes.body, &field.planes.second})
    if (*further) planes.push_back(&**further);
  for (std::size_t plane = 0; plane < planes.size(); ++plane) add_burnt_in(*planes[plane], plane, drawn);
  if (drawn.empty()) return;
  for (Image2* plane : planes) *plane = painted_over(*plane, drawn);
  const std::size_t letters = most_letters(drawn);
  const bool has_bar = std::any_of(drawn.begin(), drawn.end(), [](const BurntIn& each) { return each.letters == 0; });
  if (letters >= kScreen) {
    field.refusal = say("Writing of {} letters stands in the picture: it is a screenshot or a figure.", letters);
    field.issues.push_back(
        issue(Severity::kError, "uptake.screenshot", field.refusal, say("Give the camera's own file."), reading));
    return;
  }
  field.issues.push_back(issue(
      Severity::kWarning, "uptake.drawn",
      say("{0} is burned into the picture at ({1}, {2}) to ({3}, {4}). What was drawn is painted over before cells "
          "and spots are looked for.",
          has_bar ? say("A scale bar") : say("Writing of {} letter(s)", letters), drawn.front().x0, drawn.front().y0,
          drawn.front().x1, drawn.front().y1),
      say("Give the camera's own file, without burnt-in text, contrast or background removal."), reading));
}

}  // namespace

const ImageSource& source_of(const Reading& reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source) {
    throw Error(ErrorKind::kUnsupported, say("This holds no images."), {reading.path, 0, 0, ""},
                say("Give a field of cells: a TIFF with a channel of nuclei and one of vesicles."));
  }
  return *images->source;
}

Issue issue(Severity severity, const char* kind, std::string message, std::string hint, const Reading& reading) {
  return {severity, kind, std::move(message), {reading.path, 0, 0, ""}, std::move(hint), reading.path, ""};
}

Known pixel_of(const ImageInfo& info, const Settings& settings) {
  return given_or(settings.pixel_um, "setting pixel_um", info.pixel_um());
}

std::vector<std::string> plane_names(const ImageInfo& info) {
  const bool pages = info.channels == 1 && !info.axis_known && info.frames > 1 && info.frames <= kMostPlanes;
  std::vector<std::string> out, tokens;
  for (std::size_t i = 0; i < (pages ? info.frames : info.channels); ++i) {
    std::string name = pages ? (i < info.plane_names.size() ? short_name(info.plane_names[i]) : "")
                             : (i < info.channel_names.size() ? info.channel_names[i] : "");
    static constexpr const char* kColours[] = {"red", "green", "blue"};
    if (name.empty() && info.colour && i < 3) name = kColours[i];
    tokens.push_back(pages ? channel_in_name(name).channel : "");
    out.push_back(name.empty() ? fmt::format("channel {}", i + 1) : name);
  }
  // Files of one field: what their names say of the channel will do, when it tells all of them apart.
  std::vector<std::string> sorted = tokens;
  std::sort(sorted.begin(), sorted.end());
  const bool tell = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
  return tell && !sorted.empty() && !sorted.front().empty() ? tokens : out;
}

void judge(const Reading& reading, const ImageInfo& info, const Settings& settings, Field& field) {
  if (is_constant(field.planes.nuclei) || is_constant(field.planes.vesicles)) {
    field.refusal =
        say("The channel \"{}\" holds one value throughout.",
            field.channels.names[is_constant(field.planes.nuclei) ? field.channels.nuclei : field.channels.vesicles]);
    field.issues.push_back(
        issue(Severity::kError, "uptake.empty_channel", field.refusal, say("Look at the file."), reading));
    return;
  }
  if (field.planes.nuclei == field.planes.vesicles) {
    field.refusal = say("\"{}\" and \"{}\" are the same picture.", field.channels.names[field.channels.nuclei],
                        field.vesicle_name());
    field.issues.push_back(issue(
        Severity::kError, "uptake.same_channel", field.refusal,
        info.colour ? say("A grey picture saved in colour holds one channel.") : say("Look at the file."), reading));
    return;
  }
  judge_order(reading, settings, field);
  judge_light(reading, info, settings, field);
  if (field.refusal.empty()) judge_focus(reading, settings, field);
  if (reading.format == "jpeg") {
    field.issues.push_back(
        issue(Severity::kWarning, "uptake.lossy",
              say("JPEG changes pixels block by block: faint spots vanish, and blocks look like spots."),
              say("Give the camera's own file."), reading));
  }
  if (info.colour) {
    field.issues.push_back(
        issue(Severity::kWarning, "uptake.colour_picture",
              say("A colour picture holds what a screen shows: contrast may be stretched field by field, "
                  "and bright vesicles cut off."),
              say("Better give the channels as they were recorded."), reading));
  }
  if (field.lengths.sigma_assumed) {
    field.issues.push_back(issue(Severity::kNote, "uptake.sigma_assumed",
                                 say("How wide the image of a point is was not said: {} pixels are taken.",
                                     readable_number(field.lengths.sigma, 2)),
                                 say("Set \"spot_sigma_um\", or \"na\" and \"emission_nm\"."), reading));
  }
  if (field.lengths.sigma_raised) {
    field.issues.push_back(
        issue(Severity::kWarning, "uptake.coarse_pixels",
              say("A point is narrower than the pixels: neighbouring vesicles and single hot pixels look alike."),
              say("Use a stronger objective."), reading));
  }
}

Field analyse(const Reading& reading, const Settings& settings, std::span<const Edit> corrections,
              const Context& context) {
  const ImageSource& source = source_of(reading);
  const ImageInfo& info = source.info();
  const std::vector<std::string> names = plane_names(info);
  const bool pages = info.channels == 1 && names.size() > 1;
  if (!pages && info.frames > 1) {
    throw Error(ErrorKind::kUnsupported, say("The file holds {} moments; uptake is measured in one.", info.frames),
                {reading.path, 0, 0, ""}, say("Give one file for each moment."));
  }
  if (settings.spot_threshold == "fixed" && !settings.spot_amplitude) {
    throw Error(ErrorKind::kConfig, say("The threshold \"fixed\" needs a height."), {reading.path, 0, 0, ""},
                say("Set \"spot_amplitude\"."));
  }
  Field field;
  field.channels = choose_channels(names, info.colour, settings, reading.path);
  field.planes.nuclei = read_plane(source, pages, field.channels.nuclei);
  field.planes.vesicles = read_plane(source, pages, field.channels.vesicles);
  if (field.channels.body) field.planes.body = read_plane(source, pages, *field.channels.body);
  if (field.channels.second) field.planes.second = read_plane(source, pages, *field.channels.second);
  for (const Image2* image : {&field.planes.nuclei, &field.planes.vesicles}) {
    if (!all_finite(*image)) {
      throw Error(ErrorKind::kData, say("A pixel is not a number."), {reading.path, 0, 0, ""},
                  say("Write the image without masked pixels."));
    }
  }
  paint_over_drawn(reading, field);
  const Known pixel = pixel_of(info, settings);
  field.regions = nuclei_of(field.planes.nuclei, settings, pixel.known() ? pixel.value : kNaN);
  field.lengths = lengths_of(settings, pixel.known() ? pixel.value : kNaN, field.regions.width);
  check_lengths(reading, settings, field.lengths, field.planes.nuclei);
  field.saturation = full_at(info, field.planes.vesicles, settings);
  const EditedObjects edited = edit_objects(field.regions.nuclei, corrections);
  for (Issue& conflict : issues_of(edited, reading.path)) field.issues.push_back(std::move(conflict));
  grow_cells(field.planes.nuclei, field.planes.body ? &*field.planes.body : nullptr, settings, field.lengths,
             field.regions);
  for (std::size_t i = 0; i < edited.field.pixels.size(); ++i) {
    if (edited.field.pixels[i] == 0) field.regions.cells.pixels[i] = 0;
  }
  SpotSettings spots;
  spots.sigma_px = field.lengths.sigma;
  spots.rule = settings.spot_threshold == "fixed" ? SpotRule::kFixed
               : settings.spot_threshold == "li"  ? SpotRule::kLi
                                                  : SpotRule::kFalseAlarm;
  spots.false_alarms = settings.false_spots * 1e-6;
  spots.amplitude = settings.spot_amplitude.value_or(kNaN);
  spots.saturation = field.saturation;
  field.spots = find_spots(field.planes.vesicles, spots, context);
  field.cells = measure_cells(field.regions, field.spots, field.planes.vesicles, settings.border);
  if (info.depth > 1) {
    field.issues.push_back(
        issue(Severity::kNote, "uptake.projected", say("The {} slices are taken by their greatest values.", info.depth),
              say("Noise is higher in such a picture; spots over one another count once."), reading));
  }
  if (field.channels.assumed) {
    field.issues.push_back(
        issue(Severity::kNote, "uptake.channels_assumed",
              say("The channels have no telling names: the first is taken for nuclei, the second for vesicles."),
              say("Set \"nuclei_channel\" and \"vesicle_channel\"."), reading));
  }
  if (field.refusal.empty()) judge(reading, info, settings, field);
  return field;
}

Colocalised colocalise_field(const Field& field, const Settings& settings, const PointRegistration* registration,
                             const Context& context) {
  Colocalised out;
  SpotSettings spots;
  spots.sigma_px = field.lengths.sigma;
  spots.false_alarms = settings.false_spots * 1e-6;
  const SpotField second = find_spots(*field.planes.second, spots, context);
  Affine2 map;
  ColocalisationSettings how;
  how.factor = settings.pair_factor;
  how.size = field.lengths.pair_size;
  how.chance = settings.chance == "placement" ? ChanceModel::kPlacement : ChanceModel::kRotation;
  how.turn = settings.turn_degrees * std::numbers::pi / 180;
  how.draws = static_cast<std::size_t>(settings.chance_draws);
  how.seed = context.seed;
  if (registration != nullptr) {
    map = registration->map;
    how.registration = std::isfinite(registration->residual_px) ? registration->residual_px : 0;
    out.registered = true;
  }
  const auto placed = [&](const SpotField& found, const Affine2& moved) {
    std::vector<PlacedObject> objects;
    for (const Spot& spot : found.spots) {
      const PlanePoint p = moved({spot.x, spot.y});
      const auto x = std::lround(p.x), y = std::lround(p.y);
      const bool inside = x >= 0 && y >= 0 && x < static_cast<long>(field.regions.cells.width) &&
                          y < static_cast<long>(field.regions.cells.height);
      const std::int32_t cell =
          inside ? field.regions.cells.at(static_cast<std::size_t>(x), static_cast<std::size_t>(y)) : 0;
      objects.push_back({p.x, p.y, spot.position_error, cell});
    }
    return objects;
  };
  const std::vector<PlacedObject> others = placed(second, map);
  out.score = colocalise(placed(field.spots, {}), others, field.regions.cells, field.regions.nuclei, how);
  out.pairs.seen = moved_image(*field.planes.second, map);
  out.pixels = correlate_pixels(field.planes.vesicles, out.pairs.seen, mask_of(field.regions.cells));
  out.pairs.paired = out.score.first_paired;
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (others[i].cell == 0) continue;
    out.pairs.second.push_back({others[i].x, others[i].y});
    out.pairs.second_paired.push_back(out.score.second_paired[i]);
  }
  return out;
}

}  // namespace vesica::cell_uptake
