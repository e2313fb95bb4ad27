// SPDX-License-Identifier: Apache-2.0
// Figures that a check describes in its details.
#include <array>

#include "vesica/report/figures.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

std::string text_of(const Value& table, const char* key) {
  const Value* found = table.find(key);
  return found == nullptr ? "" : found->text;
}
double number_of(const Value& table, const char* key) {
  const Value* found = table.find(key);
  return found != nullptr && found->is_number() ? found->number : kNaN;
}
bool flag_of(const Value& table, const char* key) {
  const Value* found = table.find(key);
  return found != nullptr && found->boolean;
}

Role role_of(const std::string& word) {
  static constexpr std::array<std::pair<const char*, Role>, 5> kRoles = {{{"unit", Role::kUnit},
                                                                          {"line", Role::kLine},
                                                                          {"band", Role::kBand},
                                                                          {"interval", Role::kInterval},
                                                                          {"reference", Role::kReference}}};
  for (const auto& [name, role] : kRoles) {
    if (word == name) return role;
  }
  return Role::kObservation;
}

void read_axis(const Value& figure, const std::string& which, FigureAxis& axis) {
  axis.label = text_of(figure, (which + "_label").c_str());
  axis.log = flag_of(figure, (which + "_log").c_str());
  if (const Value* list = figure.find(which + "_categories")) {
    for (const Value& item : list->items) axis.categories.push_back(item.text);
  }
}

Series series_of(const Value& value) {
  Series out;
  out.name = text_of(value, "name");
  out.title = text_of(value, "title");
  out.role = role_of(text_of(value, "role"));
  out.colour = static_cast<int>(number_of(value, "colour"));
  out.predicted = flag_of(value, "predicted");
  const Value* marks = value.find("marks");
  if (marks == nullptr) return out;
  for (const Value& item : marks->items) {
    Mark mark;
    mark.x = number_of(item, "x"), mark.y = number_of(item, "y");
    mark.x_low = number_of(item, "x_low"), mark.x_high = number_of(item, "x_high");
    mark.low = number_of(item, "low"), mark.high = number_of(item, "high");
    mark.sample = text_of(item, "sample");
    mark.label = text_of(item, "label");
    mark.hollow = flag_of(item, "hollow");
    out.marks.push_back(std::move(mark));
  }
  return out;
}

}  // namespace

std::vector<Figure> detail_figures(const Finding& finding) {
  std::vector<Figure> out;
  const Value* figures = finding.details.find("figures");
  if (figures == nullptr) return out;
  for (const Value& value : figures->items) {
    Figure figure;
    figure.id = file_slug(text_of(value, "id"));
    figure.kind = text_of(value, "kind");
    figure.title = text_of(value, "title");
    figure.caption = text_of(value, "caption");
    figure.alt = text_of(value, "alt");
    figure.quantity = finding.quantity;
    if (finding.kind == "preparation" && !finding.groups.empty() && !finding.groups[0].units.empty()) {
      figure.sample = finding.groups[0].units[0].sample;
    } else {
      figure.finding = finding.id;
    }
    read_axis(value, "x", figure.x);
    read_axis(value, "y", figure.y);
    if (flag_of(value, "wide")) figure.width = FigureWidth::kDouble;
    if (const Value* series = value.find("series")) {
      for (const Value& item : series->items) figure.series.push_back(series_of(item));
    }
    out.push_back(std::move(figure));
  }
  return out;
}

}  // namespace vesica
