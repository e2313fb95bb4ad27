// SPDX-License-Identifier: Apache-2.0
// The declared keys of one table as rows: what writer, schema and reference walk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vesica/study/declare.h"

namespace vesica {

enum class KeyType {
  kText,
  kNumber,
  kSeed,
  kFlag,
  kTexts,
  kNumbers,
  kWords,
  kValues,
  kLevels,
  kPairs,
  kTable,
  kTables
};

struct KeyRow {
  std::string name;
  KeyType type = KeyType::kText;
  KeyInfo info;
  Value value;  ///< of this item; null, empty text, list or table when nothing is given
};

/// Fills rows from any item that describe_keys() knows.
class KeyRows final : public KeyVisitor {
 public:
  void text(std::string_view name, std::string& member, const KeyInfo& info) override;
  void number(std::string_view name, double& member, const KeyInfo& info) override;
  void seed(std::string_view name, std::uint64_t& member, const KeyInfo& info) override;
  void flag(std::string_view name, bool& member, const KeyInfo& info) override;
  void texts(std::string_view name, std::vector<std::string>& member, const KeyInfo& info) override;
  void numbers(std::string_view name, std::vector<double>& member, const KeyInfo& info) override;
  void words(std::string_view name, std::map<std::string, std::string>& member, const KeyInfo& info) override;
  void values(std::string_view name, std::map<std::string, double>& member, const KeyInfo& info) override;
  void levels(std::string_view name, Levels& member, const KeyInfo& info) override;
  void pairs(std::string_view name, std::vector<std::pair<std::string, std::string>>& member,
             const KeyInfo& info) override;
  void tree(std::string_view name, Value& member, bool array, const KeyInfo& info) override;

  std::vector<KeyRow> rows;

 private:
  void add(std::string_view name, KeyType type, const KeyInfo& info, Value value);
};

template <typename Item>
std::vector<KeyRow> key_rows(Item item) {
  KeyRows keys;
  describe_keys(keys, item);
  return std::move(keys.rows);
}

/// A text as a number when it is one in its exact spelling ("1000", not "01"), else as text.
Value word_value(const std::string& text);
/// True when both have the same kind and content, places aside; integers equal numbers of the same value.
bool same_content(const Value& a, const Value& b);

}  // namespace vesica
