// SPDX-License-Identifier: Apache-2.0
// Walking the study's tree. Every walk is bounded by the number of samples, so that a tree with a cycle (which loading
// reports) cannot hang a caller.
#include "vesica/study/study.h"

namespace vesica {

namespace {

template <typename Item>
const Item* find_by_id(const std::vector<Item>& items, std::string_view id) {
  for (const Item& item : items)
    if (item.id == id) return &item;
  return nullptr;
}

/// Calls visit(sample) from the sample up to the root until it returns true; yields the sample that stopped the walk.
template <typename Visit>
const Sample* walk_up(const Study& study, std::string_view sample_id, Visit visit) {
  const Sample* node = study.find_sample(sample_id);
  for (std::size_t steps = 0; node != nullptr && steps <= study.samples.size(); ++steps) {
    if (visit(*node)) return node;
    node = node->parent.empty() ? nullptr : study.find_sample(node->parent);
  }
  return nullptr;
}

}  // namespace

void Study::index_samples() {
  auto index = std::make_shared<std::unordered_map<std::string, std::size_t>>();
  for (std::size_t i = 0; i < samples.size(); ++i) index->emplace(samples[i].id, i);
  sample_index = std::move(index);
}

const Sample* Study::find_sample(std::string_view sample_id) const {
  if (sample_id.empty()) return nullptr;
  if (sample_index != nullptr) {
    const auto found = sample_index->find(std::string(sample_id));
    const bool right =
        found != sample_index->end() && found->second < samples.size() && samples[found->second].id == sample_id;
    if (right) return &samples[found->second];
  }
  return find_by_id(samples, sample_id);
}
const Condition* Study::find_condition(std::string_view condition_id) const {
  return find_by_id(conditions, condition_id);
}
const Protocol* Study::find_protocol(std::string_view protocol_id) const { return find_by_id(protocols, protocol_id); }

const Sample* Study::ancestor(std::string_view sample_id, std::string_view kind) const {
  return walk_up(*this, sample_id, [&](const Sample& node) { return node.kind == kind; });
}

std::string Study::condition_of(std::string_view sample_id) const {
  const Sample* found = walk_up(*this, sample_id, [](const Sample& node) { return !node.condition.empty(); });
  return found == nullptr ? std::string() : found->condition;
}

const Level* Study::level_of(std::string_view sample_id, std::string_view factor) const {
  const Level* level = nullptr;
  const std::string name(factor);
  walk_up(*this, sample_id, [&](const Sample& node) {
    if (const auto own = node.levels.find(name); own != node.levels.end()) {
      level = &own->second;
      return true;
    }
    const Condition* condition = node.condition.empty() ? nullptr : find_condition(node.condition);
    if (condition == nullptr) return false;
    const auto of_condition = condition->levels.find(name);
    if (of_condition == condition->levels.end()) return false;
    level = &of_condition->second;
    return true;
  });
  return level;
}

std::string Study::block_of(std::string_view sample_id) const {
  const Sample* found = walk_up(*this, sample_id, [](const Sample& node) { return !node.block.empty(); });
  return found == nullptr ? std::string() : found->block;
}

}  // namespace vesica
