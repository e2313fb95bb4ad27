// SPDX-License-Identifier: Apache-2.0
#include "vesica/report/tornado.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/report/labels.h"

namespace vesica {

namespace {

constexpr double kWideFactor = 10;  // chosen
constexpr double kShortest = 0.01;  // chosen: of the longest bar; shorter ones cannot be seen
constexpr int kDigits = 3;
constexpr int kKnownColour = 1, kAssumedColour = 2;

/// Bar lengths on the axis that will be drawn.
double length_of(const TornadoBar& bar, bool log) {
  const double length = log ? std::log(bar.high / bar.low) : bar.high - bar.low;
  return std::isfinite(length) ? std::abs(length) : -1;
}

bool wants_log(double central, const std::vector<TornadoBar>& bars) {
  double low = central, high = central;
  for (const TornadoBar& bar : bars) {
    for (const double end : {bar.low, bar.high}) {
      if (!std::isfinite(end)) continue;
      low = std::min(low, end);
      high = std::max(high, end);
    }
  }
  return low > 0 && high > kWideFactor * low;
}

}  // namespace

Figure tornado_figure(const std::string& id, const std::string& title, const std::string& axis_label, double central,
                      std::vector<TornadoBar> bars) {
  Figure figure;
  figure.id = id;
  figure.kind = "tornado";
  figure.title = title;
  figure.x.label = axis_label;
  figure.x.log = wants_log(central, bars);
  figure.width = FigureWidth::kDouble;
  std::stable_sort(bars.begin(), bars.end(), [&](const TornadoBar& a, const TornadoBar& b) {
    return length_of(a, figure.x.log) > length_of(b, figure.x.log);
  });
  const double longest = bars.empty() ? 0 : length_of(bars.front(), figure.x.log);
  const auto is_short = [&](const TornadoBar& bar) {
    const double length = length_of(bar, figure.x.log);
    return !(length > 0 && length >= kShortest * longest);
  };
  const std::size_t all = bars.size();
  std::erase_if(bars, is_short);
  bars.resize(std::min(bars.size(), kMostTornadoBars));
  const std::size_t left_out = all - bars.size();
  Series known{"range with a source", say("range with a source"), Role::kBar, kKnownColour, false, {}};
  Series assumed{"assumed range", say("assumed: no data"), Role::kBar, kAssumedColour, false, {}};
  for (const TornadoBar& bar : bars) {
    Mark mark;
    mark.x = central;
    mark.x_low = std::min(bar.low, bar.high);
    mark.x_high = std::max(bar.low, bar.high);
    mark.y = static_cast<double>(figure.y.categories.size());
    mark.label = bar.name;
    mark.hollow = !bar.has_data;
    figure.y.categories.push_back(bar.name);
    (bar.has_data ? known : assumed).marks.push_back(mark);
    figure.alt += fmt::format(" {}: {}.", bar.name, interval_text(mark.x_low, mark.x_high, kDigits));
  }
  for (Series* series : {&known, &assumed})
    if (!series->marks.empty()) figure.series.push_back(std::move(*series));
  Mark middle;
  middle.x = central;
  figure.series.push_back({"central", say("all at their central values"), Role::kReference, 0, false, {middle}});
  figure.caption =
      say("Bars: the result when one unknown goes over its central 95 %, the others at their central values.");
  if (left_out > 0)
    figure.caption += " " + say("{} unknown(s) with shorter bars, or none, (is|are) not shown.", left_out);
  figure.alt = title + "." + figure.alt;
  return figure;
}

}  // namespace vesica
