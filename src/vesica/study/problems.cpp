// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/problems.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <tuple>

#include "vesica/base/message.h"
#include "vesica/base/text.h"

namespace vesica {

namespace {

constexpr std::size_t kOtherPlacesKept = 6;  // chosen: enough to recognise a pattern in one line

/// ":7" or "(Sheet1!C7)": the place without its file, which the entry's own place already names.
std::string short_place(const Place& place) {
  if (place.line > 0) return std::to_string(place.line);
  return place.item.empty() ? place.file : place.item;
}

std::string other_places(const Place& first, const std::vector<Place>& others, std::size_t more) {
  std::vector<std::string> texts;
  bool lines = true;
  std::set<std::int64_t> seen = {static_cast<std::int64_t>(first.line)};
  for (const Place& place : others) {
    lines = lines && place.line > 0 && seen.insert(static_cast<std::int64_t>(place.line)).second;
    texts.push_back(short_place(place));
  }
  // Several in one line: only their columns tell them apart.
  for (std::size_t i = 0; !lines && i < others.size(); ++i)
    if (others[i].line > 0 && others[i].column > 0) texts[i] += ":" + std::to_string(others[i].column);
  const std::string list = join(texts, ", ");
  if (more > 0) return say("The same in {0} and {1} more place(s).", list, more);
  return lines ? say("The same in line {0}.", list) : say("The same in {0}.", list);
}

}  // namespace

void Problems::add(std::string_view group, std::string what, const Place& place, std::string hint) {
  add_to(errors_, group, {ErrorKind::kConfig, std::move(what), std::move(hint), place, 0, {}, 0});
}

void Problems::warn(std::string_view group, std::string what, const Place& place, std::string hint) {
  add_to(warnings_, group, {ErrorKind::kConfig, std::move(what), std::move(hint), place, 0, {}, 0});
}

void Problems::add(const Error& error) {
  add_to(errors_, "", {error.kind(), error.message(), error.hint(), error.where(), 0, {}, 0});
}

void Problems::add_to(List& list, std::string_view group, Entry entry) {
  entry.order = file_order_.emplace(entry.place.file, file_order_.size()).first->second;
  if (!group.empty()) {
    const auto found = list.groups.find(group);
    if (found != list.groups.end()) {
      Entry& first = list.entries[found->second];
      const Place& last = first.others.empty() ? first.place : first.others.back();
      if (last.text() == entry.place.text()) return;
      if (first.others.size() < kOtherPlacesKept) {
        first.others.push_back(entry.place);
      } else {
        ++first.more;
      }
      return;
    }
    list.groups.emplace(std::string(group), list.entries.size());
  }
  list.entries.push_back(std::move(entry));
}

std::vector<Error> Problems::list(const List& list) {
  std::vector<const Entry*> sorted;
  for (const Entry& entry : list.entries) sorted.push_back(&entry);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) {
    return std::tie(a->order, a->place.line, a->place.column) < std::tie(b->order, b->place.line, b->place.column);
  });
  std::vector<Error> out;
  for (const Entry* entry : sorted) {
    if (out.size() == kMostShown) {
      out.emplace_back(ErrorKind::kConfig, say("{} more are not shown.", sorted.size() - kMostShown), Place{},
                       say("Mend those above first."));
      break;
    }
    std::string what = entry->what;
    if (!entry->others.empty()) what += " " + other_places(entry->place, entry->others, entry->more);
    out.emplace_back(entry->kind, what, entry->place, entry->hint);
  }
  return out;
}

}  // namespace vesica
