// SPDX-License-Identifier: Apache-2.0
// One declaration of settings serves the command line, TOML, JSON, JSON Schema, the documentation and provenance.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include "vesica/base/require.h"
#include "vesica/settings/value.h"

namespace vesica {

/// What is said about a field beside its name. `low` and `high` are inclusive; `help` is one sentence.
struct FieldInfo {
  std::string_view unit = "";  ///< UCUM, empty for dimensionless, text and flags
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  std::string_view help = "";
  std::string_view evidence = "";  ///< id of the row in evidence/parameters.tsv that the default comes from
  bool estimate = false;           ///< a fit may vary it
};

/// Visits every field of a settings struct. A struct `S` with `void describe(Fields& fields)` that calls one of these
/// for each member, in the order in which a user should read them, is all the interface code there is.
class Fields {
 public:
  virtual ~Fields() = default;
  virtual void number(std::string_view name, double& member, const FieldInfo& info) = 0;
  virtual void optional_number(std::string_view name, std::optional<double>& member, const FieldInfo& info) = 0;
  virtual void integer(std::string_view name, std::int64_t& member, const FieldInfo& info) = 0;
  virtual void flag(std::string_view name, bool& member, const FieldInfo& info) = 0;
  virtual void text(std::string_view name, std::string& member, const FieldInfo& info) = 0;
  virtual void choice(std::string_view name, std::string& member, std::span<const std::string_view> choices,
                      const FieldInfo& info) = 0;
  virtual void numbers(std::string_view name, std::vector<double>& member, const FieldInfo& info) = 0;
  virtual void texts(std::string_view name, std::vector<std::string>& member, const FieldInfo& info) = 0;
  /// Anything nested (the steps of a protocol): the owner reads and checks it itself; `schema` is its JSON Schema.
  virtual void tree(std::string_view name, Value& member, const Value& schema, const FieldInfo& info) = 0;
};

/// A settings struct of any type, with value semantics: what registries and runs pass around.
class AnySettings {
 public:
  AnySettings() = default;
  template <typename T>
  static AnySettings of(T value = {}) {
    AnySettings out;
    out.box_ = std::make_unique<Box<T>>(std::move(value));
    return out;
  }
  AnySettings(const AnySettings& other) : box_(other.box_ ? other.box_->copy() : nullptr) {}
  AnySettings(AnySettings&&) noexcept = default;
  AnySettings& operator=(AnySettings other) noexcept { return box_.swap(other.box_), *this; }
  ~AnySettings() = default;

  void describe(Fields& fields) {
    if (box_) box_->describe(fields);
  }
  template <typename T>
  const T& get() const {
    VESICA_REQUIRE(box_ != nullptr && box_->type() == typeid(T), "settings of another type");
    return static_cast<const Box<T>*>(box_.get())->value;
  }
  template <typename T>
  T& get() {
    return const_cast<T&>(static_cast<const AnySettings*>(this)->get<T>());
  }

 private:
  struct BoxBase {
    virtual ~BoxBase() = default;
    virtual std::unique_ptr<BoxBase> copy() const = 0;
    virtual void describe(Fields& fields) = 0;
    virtual const std::type_info& type() const = 0;
  };
  template <typename T>
  struct Box final : BoxBase {
    explicit Box(T v) : value(std::move(v)) {}
    std::unique_ptr<BoxBase> copy() const override { return std::make_unique<Box>(value); }
    void describe(Fields& fields) override { value.describe(fields); }
    const std::type_info& type() const override { return typeid(T); }
    T value;
  };
  std::unique_ptr<BoxBase> box_;
};

/// Reads a table of values into the fields. Unknown keys ("did you mean"), wrong kinds and values out of range are
/// added to `problems`, each with its place; what is right is taken.
void apply(const Value& table, AnySettings& settings, std::vector<Error>& problems);
/// One `name=value` of the command line or one cell of the sample sheet; the text is parsed by the field's kind.
/// Throws Error(kConfig).
void set_field(AnySettings& settings, std::string_view name, std::string_view value, const Place& place = {});
/// The names of all fields, in order.
std::vector<std::string> field_names(const AnySettings& settings);
/// The settings as they stand: a table with every field, in order.
Value to_value(const AnySettings& settings);
/// JSON Schema of the table (valid under Draft 4 and 2020-12: no keyword that the two read differently).
Value json_schema(const AnySettings& settings, std::string_view title);
/// Rows `name | default | unit | range | meaning` as a Markdown table.
std::string markdown_table(const AnySettings& settings);
/// The evidence ids named by the fields, each with the field's name.
std::vector<std::pair<std::string, std::string>> evidence_of(const AnySettings& settings);

}  // namespace vesica
