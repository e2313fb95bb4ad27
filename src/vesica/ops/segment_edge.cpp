// SPDX-License-Identifier: Apache-2.0
#include "vesica/ops/segment_edge.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include "vesica/base/require.h"
#include "vesica/ops/segment_sums.h"

namespace vesica {

namespace {

using Word = std::uint64_t;
constexpr std::uint32_t kBits = 64;

/// Bits [from, to) of a word, to at most 64.
Word ones(std::size_t from, std::size_t to) {
  return (to == kBits ? ~Word{0} : (Word{1} << to) - 1) & ~((Word{1} << from) - 1);
}

/// A bit for every pixel.
struct Bits {
  Bits(std::size_t width, std::size_t h) : words((width + kBits - 1) / kBits), height(h), bits(words * h, 0) {}
  std::size_t words, height;
  std::vector<Word> bits;
  Word* row(std::size_t y) { return bits.data() + y * words; }
  const Word* row(std::size_t y) const { return bits.data() + y * words; }
  /// Sets the pixels of a run to 1, or to 0.
  void fill(const PixelRun& run, bool value) {
    for (std::uint32_t at = run.begin; at < run.end;) {
      const std::uint32_t base = at / kBits * kBits, next = std::min(run.end, base + kBits);
      const Word some = ones(at - base, next - base);
      Word& word = row(run.y)[at / kBits];
      word = value ? word | some : word & ~some;
      at = next;
    }
  }
};

/// 1 grows by octagons, over the 4 and the 8 neighbours in turn, over `ground` alone when that is given: a word of it
/// for every word.
void grow(Bits& bits, int steps, const Bits* ground = nullptr) {
  std::vector<Word> across(bits.bits.size()), to(bits.bits.size());
  for (int step = 0; step < steps; ++step) {
    for (std::size_t y = 0; y < bits.height; ++y) {
      const Word* row = bits.row(y);
      for (std::size_t w = 0; w < bits.words; ++w) {
        const Word before = w > 0 ? row[w - 1] >> (kBits - 1) : 0;
        const Word after = w + 1 < bits.words ? row[w + 1] << (kBits - 1) : 0;
        across[y * bits.words + w] = row[w] | row[w] << 1 | before | row[w] >> 1 | after;
      }
    }
    const std::vector<Word>& beside = step % 2 == 0 ? bits.bits : across;
    for (std::size_t i = 0; i < to.size(); ++i) {
      const Word above = i >= bits.words ? beside[i - bits.words] : 0;
      const Word below = i + bits.words < to.size() ? beside[i + bits.words] : 0;
      const Word grown = across[i] | above | below;
      to[i] = ground == nullptr ? grown : bits.bits[i] | (grown & ground->bits[i]);
    }
    std::swap(bits.bits, to);
  }
}

/// The sum of the light of the pixels of a word, the first of them at `light`, and their number.
void add_word(const float* light, Word bits, double& sum, double& count) {
  count += static_cast<double>(std::popcount(bits));
  while (bits != 0) {
    const auto from = static_cast<std::size_t>(std::countr_zero(bits));
    const auto size = static_cast<std::size_t>(std::countr_one(bits >> from));
    sum += sum_of({light + from, size});
    bits &= ~ones(from, from + size);
  }
}

/// A part of a plane of bits, whole words wide.
struct Window {
  std::size_t word = 0, y = 0, words = 0, height = 0;
};
Bits part_of(const Bits& bits, const Window& window) {
  Bits out(window.words * kBits, window.height);
  for (std::size_t y = 0; y < window.height; ++y) {
    std::copy_n(bits.row(window.y + y) + window.word, window.words, out.row(y));
  }
  return out;
}

/// The bands of an object. `near`: pixels near the ground.
EdgeLight bands_of(std::span<const PixelRun> runs, const RunPieces::Box& box, int width, const Image2& light,
                   const Bits& ground, const Bits& near) {
  const auto reach = static_cast<std::size_t>(width);
  Window window;
  window.word = (box.x0 - std::min<std::size_t>(box.x0, reach)) / kBits;
  window.words = std::min(ground.words, (box.x1 + reach + kBits - 1) / kBits) - window.word;
  window.y = box.y0 - std::min<std::size_t>(box.y0, reach);
  window.height = std::min(ground.height, box.y1 + reach) - window.y;
  Bits own(window.words * kBits, window.height);
  EdgeLight out;
  for (const PixelRun& run : runs) {
    const auto shift = static_cast<std::uint32_t>(window.word * kBits);
    own.fill({run.y - static_cast<std::uint32_t>(window.y), run.begin - shift, run.end - shift, 0}, true);
    out.all += sum_of(light.row(run.y).subspan(run.begin, run.size()));
  }
  Bits reached = own;
  const Bits around = part_of(ground, window);
  grow(reached, width, &around);
  for (std::size_t y = 0; y < window.height; ++y) {
    for (std::size_t w = 0; w < window.words; ++w) {
      const float* from = light.row(window.y + y).data() + (window.word + w) * kBits;
      const Word mine = own.row(y)[w];
      add_word(from, mine & near.row(window.y + y)[window.word + w], out.in, out.n_in);
      add_word(from, reached.row(y)[w] & ~mine, out.out, out.n_out);
    }
  }
  return out;
}

}  // namespace

std::vector<EdgeLight> edge_light(const Image2& light, const Labels2& labels, std::span<const PixelRun> runs,
                                  std::span<const std::uint8_t> keep, int width) {
  VESICA_REQUIRE(light.width == labels.width && light.height == labels.height, "light and labels of one size");
  std::vector<EdgeLight> out(keep.size());
  Bits ground(labels.width, labels.height);
  const auto end = static_cast<std::uint32_t>(labels.width);
  for (std::uint32_t y = 0; y < labels.height; ++y) ground.fill({y, 0, end, 0}, true);
  for (const PixelRun& run : runs) {
    VESICA_REQUIRE(run.piece < keep.size(), "a keep for every label");
    if (keep[run.piece] != 0) ground.fill(run, false);
  }
  Bits near = ground;
  grow(near, width);
  const RunPieces objects = by_piece(runs, keep.size());
  for (std::size_t l = 1; l < out.size(); ++l) {
    if (keep[l] != 0) {
      out[l] = bands_of(objects.of(l), objects.boxes[l], width, light, ground, near);
    } else {
      for (const PixelRun& run : objects.of(l)) {
        out[l].all += sum_of(light.row(run.y).subspan(run.begin, run.size()));
      }
    }
  }
  return out;
}

}  // namespace vesica
