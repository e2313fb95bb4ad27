// SPDX-License-Identifier: Apache-2.0
// Compiled models as bytes and back; what comes back is checked so far that running it touches no foreign memory.
#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <type_traits>

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/kinetics/compiled.h"

namespace vesica::kinetics {

namespace {

constexpr std::string_view kMagic = "VSKM";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMostBytes = std::size_t{1} << 30;  // chosen: a hundred times the largest model known

[[noreturn]] void refuse() {
  throw Error(ErrorKind::kData, say("The compiled model is damaged."), {}, say("Compile the model again."));
}

void require(bool good) {
  if (!good) refuse();
}

class Writer {
 public:
  static constexpr bool kReads = false;
  std::string bytes;

  template <class T>
  void number(const T& value) {
    if constexpr (std::is_same_v<T, double>) {
      unsigned_number(std::bit_cast<std::uint64_t>(value));
    } else if constexpr (std::is_enum_v<T> || std::is_same_v<T, bool>) {
      bytes += static_cast<char>(value);
    } else {
      unsigned_number(static_cast<std::make_unsigned_t<T>>(value));
    }
  }
  std::uint32_t count(std::size_t size, std::size_t) {
    number(static_cast<std::uint32_t>(size));
    return static_cast<std::uint32_t>(size);
  }
  void text(const std::string& value) {
    count(value.size(), 1);
    bytes += value;
  }

 private:
  template <class U>
  void unsigned_number(U value) {
    for (std::size_t i = 0; i < sizeof(U); ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xff);
  }
};

class Reader {
 public:
  static constexpr bool kReads = true;
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool finished() const { return rest_.empty(); }

  template <class T>
  void number(T& value) {
    if constexpr (std::is_same_v<T, double>) {
      std::uint64_t bits = 0;
      number(bits);
      value = std::bit_cast<double>(bits);
    } else if constexpr (std::is_enum_v<T> || std::is_same_v<T, bool>) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      if constexpr (std::is_same_v<T, bool>) require(byte <= 1);
      value = static_cast<T>(byte);
    } else {
      std::make_unsigned_t<T> bits = 0;
      const std::string_view taken = take(sizeof(T));
      for (std::size_t i = 0; i < sizeof(T); ++i)
        bits |= static_cast<std::make_unsigned_t<T>>(std::uint64_t{static_cast<unsigned char>(taken[i])} << (8 * i));
      value = static_cast<T>(bits);
    }
  }
  /// A number of things that take at least `each` bytes: more than the rest could hold are not believed.
  std::uint32_t count(std::size_t, std::size_t each) {
    std::uint32_t size = 0;
    number(size);
    require(size <= rest_.size() / each);
    return size;
  }
  void text(std::string& value) { value = take(count(0, 1)); }

 private:
  std::string_view take(std::size_t size) {
    require(size <= rest_.size());
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view rest_;
};

// One description of the format serves both directions: Model is const for the Writer.

template <class Stream, class List, class Each>
void list(Stream& stream, List& values, std::size_t each_bytes, const Each& each) {
  const std::uint32_t size = stream.count(values.size(), each_bytes);
  if constexpr (Stream::kReads) values.resize(size);
  for (auto& value : values) each(value);
}

template <class Stream, class List>
void numbers(Stream& stream, List& values) {
  list(stream, values, sizeof(values[0]), [&](auto& value) { stream.number(value); });
}

template <class Stream, class List>
void texts(Stream& stream, List& values) {
  list(stream, values, 4, [&](auto& value) { stream.text(value); });
}

template <class Stream, class T>
void located(Stream& stream, T& values) {
  list(stream, values, 5, [&](auto& value) {
    stream.number(value.residence);
    stream.number(value.index);
  });
}

template <class Stream, class T>
void program(Stream& stream, T& p) {
  stream.number(p.first_output);
  stream.number(p.outputs);
  stream.number(p.registers);
  list(stream, p.code, 17, [&](auto& i) {
    stream.number(i.code);
    for (auto* place : {&i.dst, &i.a, &i.b, &i.c}) stream.number(*place);
  });
}

template <class Stream, class T>
void event(Stream& stream, T& e) {
  stream.text(e.id);
  for (auto* flag : {&e.initially_true, &e.persistent, &e.values_from_trigger_time, &e.has_delay, &e.has_priority})
    stream.number(*flag);
  for (auto* p : {&e.delay, &e.priority, &e.values, &e.apply}) program(stream, *p);
  numbers(stream, e.symbols);
  located(stream, e.targets);
}

template <class Stream, class T>
void transfer(Stream& stream, T& m) {
  numbers(stream, m.states);
  texts(stream, m.state_names);
  texts(stream, m.slot_names);
  for (auto* values : {&m.slots, &m.fixed, &m.constants}) numbers(stream, *values);
  located(stream, m.located);
  for (auto* values : {&m.given_slots, &m.infusion_slots, &m.input_symbols}) numbers(stream, *values);
  for (auto* p :
       {&m.initial, &m.hoisted, &m.rhs, &m.jacobian, &m.time_slope, &m.conditions, &m.breakpoints, &m.outputs})
    program(stream, *p);
  stream.number(m.switches);
  stream.number(m.pattern.size);
  numbers(stream, m.pattern.starts);
  numbers(stream, m.pattern.rows);
  stream.number(m.autonomous);
  list(stream, m.events, 80, [&](auto& e) { event(stream, e); });
}

template <class List>
void require_below(const List& values, std::size_t limit) {
  require(std::all_of(values.begin(), values.end(), [&](std::uint32_t value) { return value < limit; }));
}

void check_program(const Program& p, const Layout& layout, std::size_t outputs) {
  require(p.first_output == layout.end && p.outputs == outputs && p.outputs <= p.code.size());
  require(p.registers >= layout.end && p.registers <= std::uint64_t{layout.end} + p.outputs + p.code.size());
  require(p.registers >= std::uint64_t{p.first_output} + p.outputs);
  for (const Instruction& i : p.code) {
    require(i.code < Code::kCodes && i.dst >= layout.end && i.dst < p.registers);
    require(i.a < p.registers && i.b < p.registers && i.c < p.registers);
  }
}

void check_located(const CompiledModel& m, const Located& place) {
  switch (place.residence) {
    case Residence::kState:
      return require(place.index < m.states.size());
    case Residence::kSlot:
      return require(place.index < m.slots.size());
    case Residence::kInput:
      return require(place.index < m.input_symbols.size());
    case Residence::kConstant:
      return require(place.index < m.fixed.size());
    case Residence::kFormula:
      return;
  }
  refuse();
}

void check_pattern(const solve::SparsePattern& p, std::size_t states) {
  require(p.size >= 0 && static_cast<std::size_t>(p.size) == states && p.starts.size() == states + 1);
  require(p.starts.front() == 0 && static_cast<std::size_t>(p.starts.back()) == p.rows.size());
  for (std::size_t column = 0; column < states; ++column) {
    const int first = p.starts[column], last = p.starts[column + 1];
    require(first <= last && static_cast<std::size_t>(last) <= p.rows.size());
    for (int i = first; i < last; ++i) {
      const int row = p.rows[static_cast<std::size_t>(i)];
      require(row >= 0 && row < p.size && (i == first || row > p.rows[static_cast<std::size_t>(i - 1)]));
    }
  }
}

void check_event(const CompiledModel& m, const CompiledEvent& e) {
  check_program(e.delay, m.layout, e.has_delay ? 1 : 0);
  check_program(e.priority, m.layout, e.has_priority ? 1 : 0);
  check_program(e.values, m.layout, e.symbols.size());
  check_program(e.apply, m.layout, e.targets.size());
  require_below(e.symbols, m.located.size());
  require(e.targets.size() >= e.symbols.size());
  for (const Located& target : e.targets) {
    check_located(m, target);
    require(target.residence == Residence::kState || target.residence == Residence::kSlot);
  }
}

void check(const CompiledModel& m) {
  const std::size_t states = m.states.size(), slots = m.slots.size(), symbols = m.located.size();
  require(m.state_names.size() == states && m.slot_names.size() == slots);
  require_below(m.states, symbols);
  require_below(m.given_slots, slots);
  require_below(m.infusion_slots, slots);
  require_below(m.input_symbols, symbols);
  for (const Located& place : m.located) check_located(m, place);
  check_pattern(m.pattern, states);
  check_program(m.initial, m.layout, states + slots);
  check_program(m.hoisted, m.layout, m.hoisted.outputs);
  check_program(m.rhs, m.layout, states);
  check_program(m.jacobian, m.layout, m.pattern.rows.size());
  check_program(m.time_slope, m.layout, states);
  check_program(m.outputs, m.layout, m.outputs.outputs);
  check_program(m.conditions, m.layout, m.conditions.outputs);
  check_program(m.breakpoints, m.layout, m.breakpoints.outputs);
  require(m.conditions.outputs >= m.events.size() + std::uint64_t{m.switches});
  for (const CompiledEvent& e : m.events) check_event(m, e);
}

}  // namespace

Layout layout_of(const CompiledModel& model) {
  std::size_t most_values = 0;
  for (const CompiledEvent& e : model.events) most_values = std::max(most_values, e.symbols.size());
  const auto after = [](std::uint32_t first, std::size_t count) { return first + static_cast<std::uint32_t>(count); };
  Layout layout;
  layout.time = 0;
  layout.states = 1;
  layout.slots = after(layout.states, model.states.size());
  layout.inputs = after(layout.slots, model.slots.size());
  layout.slopes = after(layout.inputs, model.inputs());
  layout.hoisted = after(layout.slopes, model.inputs());
  layout.values = after(layout.hoisted, model.hoisted.outputs);
  layout.constants = after(layout.values, most_values);
  layout.end = after(layout.constants, model.constants.size());
  return layout;
}

std::string serialise(const CompiledModel& model) {
  Writer writer;
  writer.bytes = kMagic;
  writer.number(kVersion);
  transfer(writer, model);
  return std::move(writer.bytes);
}

CompiledModel deserialise(std::string_view bytes) {
  require(bytes.size() <= kMostBytes && bytes.starts_with(kMagic));
  Reader reader(bytes.substr(kMagic.size()));
  std::uint32_t version = 0;
  reader.number(version);
  if (version != kVersion)
    throw Error(ErrorKind::kData, say("The compiled model has version {}, this program reads {}.", version, kVersion),
                {}, say("Compile the model again."));
  CompiledModel model;
  transfer(reader, model);
  require(reader.finished());
  require(model.hoisted.outputs <= model.hoisted.code.size());  // before the layout believes it
  model.layout = layout_of(model);
  check(model);
  return model;
}

}  // namespace vesica::kinetics
