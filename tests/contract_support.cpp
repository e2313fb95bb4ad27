// SPDX-License-Identifier: Apache-2.0
#include "tests/contract_support.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "vesica/base/random.h"
#include "vesica/quantity/quantity.h"
#include "vesica/table/tsv.h"

namespace vesica::contract_test {

namespace {

Cell word(std::string text) { return {std::move(text), kNaN, false}; }
Cell typed(double number) { return {fmt::format("{}", number), number, true}; }

Workbook book(std::vector<std::vector<Cell>> rows) {
  Sheet sheet;
  sheet.name = "Sheet1";
  sheet.file = "contract.xlsx";
  sheet.rows = std::move(rows);
  return {"contract.xlsx", {std::move(sheet)}};
}

/// A report of one video with `bins` bins of 1 nm from `first`, a bell of relative width 0.3 around its middle.
SizeReport report(std::size_t bins, double first) {
  SizeTable table;
  table.weighting = "number";
  const double middle = first + 0.5 * static_cast<double>(bins);
  for (std::size_t i = 0; i < bins; ++i) {
    const double centre = first + static_cast<double>(i) + 0.5;
    const double z = (centre - middle) / (0.3 * middle);
    table.centre_nm.push_back(centre);
    table.lower_nm.push_back(centre - 0.5);
    table.upper_nm.push_back(centre + 0.5);
    table.concentration_per_ml.push_back(1e6 * std::exp(-0.5 * z * z));
    table.number.push_back(std::round(100 * std::exp(-0.5 * z * z)));
  }
  SizeVideo video;
  video.name = "video 1";
  video.tables.push_back(std::move(table));
  SizeReport out;
  out.vendor = "NanoSight";
  out.software_version = "NTA 3.4";
  out.videos.push_back(std::move(video));
  out.temperature_c = 22.0;
  out.viscosity_mpa_s = 0.95;
  return out;
}

SizeReport filled(double value) {
  SizeReport out = report(5, 100);
  SizeTable& table = out.videos[0].tables[0];
  table.concentration_per_ml.assign(5, value);
  table.number.assign(5, value);
  out.temperature_c = value;
  out.viscosity_mpa_s = value;
  return out;
}

void add(std::vector<NamedReading>& out, const Assay& assay, const std::string& name, ReadingData data) {
  const auto shared = std::make_shared<const ReadingData>(std::move(data));
  for (const std::string_view format : assay.formats) {
    Reading reading{"contract.csv", std::string(64, '0'), std::string(format), shared};
    out.push_back({fmt::format("{} as {}", name, format), std::move(reading)});
  }
}

void add_sizes(std::vector<NamedReading>& out, const Assay& assay) {
  add(out, assay, "a report without videos", SizeReport{});
  SizeReport hollow;
  hollow.videos.resize(2);
  add(out, assay, "videos without tables", hollow);
  hollow.videos[0].tables.resize(1);
  add(out, assay, "a table without bins", hollow);
  add(out, assay, "one bin", report(1, 100));
  add(out, assay, "counts of zero", filled(0));
  add(out, assay, "counts of NaN", filled(kNaN));
  add(out, assay, "counts of infinity", filled(INFINITY));
  add(out, assay, "negative counts", filled(-1));
  SizeReport ragged = report(5, 100);
  ragged.videos[0].tables[0].number.resize(2);
  ragged.videos[0].tables[0].concentration_per_ml.resize(3);
  ragged.videos[0].tables[0].upper_nm.clear();
  add(out, assay, "columns of unequal length", ragged);
  SizeReport particles;
  particles.tracks.resize(3);
  add(out, assay, "tracks of length zero", particles);
}

void add_images(std::vector<NamedReading>& out, const Assay& assay) {
  const auto images = [](std::vector<Image2> planes) {
    ImageInfo info;
    info.frames = planes.size();
    return ImageReading{memory_images(std::move(info), std::move(planes))};
  };
  add(out, assay, "no source of images", ImageReading{});
  add(out, assay, "an image of one pixel", images({Image2(1, 1, 7)}));
  add(out, assay, "a constant image", images({Image2(60, 40, 7)}));
  add(out, assay, "a black image", images({Image2(60, 40)}));
  add(out, assay, "an image of NaN", images({Image2(60, 40, std::numeric_limits<float>::quiet_NaN())}));
  add(out, assay, "three constant images", images(std::vector<Image2>(3, Image2(60, 40, 7))));
}

class Lister final : public Fields {
 public:
  std::vector<Field> fields;

  void number(std::string_view name, double& member, const FieldInfo& info) override {
    add(name, info, true).value = member;
  }
  void optional_number(std::string_view name, std::optional<double>& member, const FieldInfo& info) override {
    add(name, info, true).value = member.value_or(kNaN);
  }
  void integer(std::string_view name, std::int64_t& member, const FieldInfo& info) override {
    add(name, info, true).value = static_cast<double>(member);
  }
  void flag(std::string_view name, bool&, const FieldInfo& info) override { add(name, info, false); }
  void text(std::string_view name, std::string&, const FieldInfo& info) override { add(name, info, false); }
  void choice(std::string_view name, std::string&, std::span<const std::string_view>, const FieldInfo& info) override {
    add(name, info, false);
  }
  void numbers(std::string_view name, std::vector<double>&, const FieldInfo& info) override { add(name, info, false); }
  void texts(std::string_view name, std::vector<std::string>&, const FieldInfo& info) override {
    add(name, info, false);
  }
  void tree(std::string_view name, Value&, const Value&, const FieldInfo& info) override { add(name, info, false); }

 private:
  Field& add(std::string_view name, const FieldInfo& info, bool numeric) {
    fields.push_back({std::string(name), std::string(info.help), std::string(info.unit), std::string(info.evidence),
                      info.low, info.high, numeric, kNaN});
    return fields.back();
  }
};

/// The law of statuses: ok carries a possible number, a limit carries the limit, everything else NaN.
std::string broken_status(const Observation& row, const Quantity& quantity) {
  if (row.status == Status::kOk) {
    if (!std::isfinite(row.value)) return "ok without a finite value";
    if (row.value < quantity.low || row.value > quantity.high) return fmt::format("impossible value {}", row.value);
    if (row.low > row.high) return "interval upside down";
    if (!row.interval.empty() && (std::isnan(row.low) || std::isnan(row.high))) return "interval without ends";
    if (row.sd < 0) return "negative spread";
    return "";
  }
  if (row.status == Status::kBelowRange || row.status == Status::kAboveRange) {
    return std::isfinite(row.value) ? "" : "out of range without the limit";
  }
  return std::isnan(row.value) ? "" : fmt::format("{} with the value {}", to_text(row.status), row.value);
}

}  // namespace

std::vector<NamedReading> degenerate_readings(const Assay& assay) {
  std::vector<NamedReading> out;
  add_images(out, assay);
  add(out, assay, "nothing", std::monostate{});
  add(out, assay, "a workbook without sheets", Workbook{});
  add(out, assay, "a sheet without rows", book({}));
  add(out, assay, "an empty row", book({{}}));
  add(out, assay, "one empty cell", book({{word("")}}));
  add(out, assay, "one number", book({{typed(1)}}));
  add(out, assay, "a header alone", book({{word("sample"), word("value")}}));
  add(out, assay, "NaN", book({{word("sample"), word("value")}, {word("s1"), typed(kNaN)}, {word("s2"), word("NaN")}}));
  add(out, assay, "words for numbers", book({{word("sample"), word("value")}, {word("s1"), word("abc")}}));
  add(out, assay, "a ragged sheet", book({{word("sample"), word("value")}, {word("s1")}, {}}));
  add_sizes(out, assay);
  return out;
}

std::vector<NamedReading> ordinary_readings(const Assay& assay) {
  std::vector<NamedReading> out;
  add(out, assay, "a size report", report(400, 20));
  // Two rough sheets with a smooth gap between them, which narrows.
  std::vector<Image2> frames;
  for (std::size_t frame = 0; frame < 3; ++frame) {
    Random random(1, frame);
    frames.emplace_back(90, 60);
    for (std::size_t i = 0; i < frames.back().pixels.size(); ++i) {
      const std::size_t x = i % 90;
      const bool gap = x >= 28 + 2 * frame && x < 62 - 2 * frame;
      frames.back().pixels[i] = static_cast<float>(std::round(random.normal(100, gap ? 1 : 15)));
    }
  }
  ImageInfo info;
  info.frames = frames.size();
  add(out, assay, "a narrowing gap", ImageReading{memory_images(std::move(info), std::move(frames))});
  // Round nuclei, and points beside them in a second channel.
  std::vector<Image2> channels;
  for (std::size_t channel = 0; channel < 2; ++channel) {
    Random random(2, channel);
    channels.emplace_back(120, 90);
    for (std::size_t i = 0; i < channels.back().pixels.size(); ++i) {
      const double x = static_cast<double>(i % 120 % 40) - 20, y = static_cast<double>(i / 120 % 30) - 15;
      const bool inside = channel == 0 ? std::hypot(x, y) < 6 : std::hypot(x - 9, y - 2) < 1.5;
      channels.back().pixels[i] = static_cast<float>(std::round(random.normal(inside ? 300 : 100, 5)));
    }
  }
  ImageInfo colours;
  colours.channels = channels.size();
  colours.channel_names = {"DAPI", "PKH26"};
  add(out, assay, "nuclei and vesicles", ImageReading{memory_images(std::move(colours), std::move(channels))});
  // Plates of bone.
  Volume plates = make_volume(16, 16, 16, 8);
  plates.voxel_um = {20, 20, 20};
  for (std::size_t i = 0; i < plates.bytes.size(); ++i) {
    plates.bytes[i] = static_cast<std::uint8_t>((i / 256 % 8 < 3 ? 200 : 20) + i % 5);
  }
  add(out, assay, "plates of bone", ImageReading{memory_volume({}, std::move(plates))});
  std::vector<std::vector<Cell>> wells = {
      {word("well"), word("sample"), word("type"), word("level (ug/mL)"), word("OD 562")}};
  for (int i = 0; i < 12; ++i) {
    const double level = 2000 / std::pow(2, i / 2);
    wells.push_back({word(std::string(1, static_cast<char>('A' + i / 2)) + std::to_string(i % 2 + 1)), word(""),
                     word("standard"), typed(level), typed(0.1 + 2 * level / (500 + level) + 0.002 * i)});
  }
  for (const char* well : {"G1", "G2"})
    wells.push_back({word(well), word(""), word("blank"), word(""), typed(well[1] == '1' ? 0.1 : 0.104)});
  for (const char* well : {"H1", "H2"})
    wells.push_back({word(well), word("s1"), word(""), word(""), typed(well[1] == '1' ? 0.9 : 0.93)});
  wells.push_back({word("H3"), word("s0"), word("control"), word(""), typed(1.2)});
  add(out, assay, "a plate", book(std::move(wells)));
  add(out, assay, "a sheet", book({{word("sample"), word("value")}, {word("s1"), typed(1.5)}, {word("s2"), typed(2)}}));
  add(out, assay, "records of light scattering",
      book({{word("Sample Name"), word("T (°C)"), word("Z-Average (d.nm)"), word("PdI"), word("Zeta Potential (mV)")},
            {word("s1"), typed(25), typed(120), typed(0.1), typed(-20)},
            {word("s2"), typed(25), typed(90), typed(0.9), typed(0)}}));
  return out;
}

InputFacts ordinary_facts(const Assay& assay) {
  InputFacts facts;
  facts.sample = "s1";
  facts.condition = "A";
  facts.replicate = "1";
  facts.source = assay.id;
  return facts;
}

std::vector<std::string> broken_laws(const ObservationTable& table, std::span<const std::string_view> declared,
                                     std::string_view source, Origin origin) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Observation row = table.row(i);
    const auto say_of = [&](const std::string& what) {
      out.push_back(fmt::format("row {} ({} {}): {}", i, row.quantity, row.part, what));
    };
    const Quantity* quantity = find_quantity(row.quantity);
    if (quantity == nullptr) {
      say_of("not in the catalogue");
      continue;
    }
    if (!declared.empty() && std::find(declared.begin(), declared.end(), row.quantity) == declared.end()) {
      say_of("not declared");
    }
    if (!quantity->unit_by_row && row.unit != quantity->unit)
      say_of(fmt::format("unit '{}', the catalogue's is '{}'", row.unit, quantity->unit));
    if (row.origin != origin) say_of("wrong origin");
    if (row.source != source) say_of(fmt::format("source '{}'", row.source));
    if (!std::isnan(row.at) && quantity->at.empty()) say_of("a position on a quantity without an axis");
    if (const std::string broken = broken_status(row, *quantity); !broken.empty()) say_of(broken);
  }
  for (const auto& [first, second] : table.duplicates()) {
    out.push_back(fmt::format("rows {} and {} have the same key", first, second));
  }
  return out;
}

std::vector<Field> fields_of(AnySettings settings) {
  Lister lister;
  settings.describe(lister);
  return std::move(lister.fields);
}

std::string text_of(const Outcome& outcome) {
  std::string text = write_observations_tsv(outcome.observations);
  for (const Issue& issue : outcome.issues) {
    text += fmt::format("{} {} {} {} {}\n", to_text(issue.severity), issue.kind, issue.where.text(), issue.message,
                        issue.hint);
  }
  for (const Artifact& artifact : outcome.artifacts) text += artifact.name + "\n" + artifact.bytes;
  return text;
}

std::string measured_text(const Assay& assay, const Reading& reading, const AnySettings& settings,
                          const Context& context) {
  try {
    return text_of(assay.measure(reading, {}, settings, ordinary_facts(assay), context));
  } catch (const Error& error) {
    return std::string("Error: ") + error.what();
  }
}

}  // namespace vesica::contract_test
