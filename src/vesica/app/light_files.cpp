// SPDX-License-Identifier: Apache-2.0
#include "vesica/app/light_files.h"

namespace vesica {

std::string LightFiles::contents() const {
  std::string out;
  for (const auto* files : {&flats_, &darks_}) {
    for (const KnownFile& file : *files) out += file.contents() + ";";
    out += "|";
  }
  return out;
}

Reading LightFiles::corrected(Reading reading) {
  const ImageReading* images = reading.as<ImageReading>();
  if (images == nullptr || !images->source) return reading;
  {
    const std::lock_guard lock(mutex_);
    if (!light_) {
      const auto read_all = [](const std::vector<KnownFile>& files) {
        std::vector<Reading> out;
        for (const KnownFile& file : files) out.push_back(read_known(file));
        return out;
      };
      light_ = std::make_shared<const FlatField>(read_all(flats_), read_all(darks_));
    }
  }
  reading.data =
      std::make_shared<const ReadingData>(ImageReading{flat_corrected(images->source, light_, reading.path)});
  return reading;
}

void LightFiles::add_to(Run& run) const {
  for (const auto* files : {&flats_, &darks_}) {
    for (const KnownFile& file : *files) run.inputs.emplace_back(file.shown, file.sha256);
  }
}

std::vector<std::unique_ptr<LightFiles>> gather_lights(const Plan& plan, const Study& study,
                                                       const std::vector<KnownFile>& files) {
  const auto known = [&](const std::vector<const Input*>& inputs) {
    std::vector<KnownFile> out;
    for (const Input* input : inputs) out.push_back(files[static_cast<std::size_t>(input - study.inputs.data())]);
    return out;
  };
  std::vector<std::unique_ptr<LightFiles>> out;
  for (const LightItem& item : plan.lights)
    out.push_back(std::make_unique<LightFiles>(known(item.flats), known(item.darks)));
  return out;
}

}  // namespace vesica
