// SPDX-License-Identifier: Apache-2.0
// Guessing from names alone which file belongs to which group, sample, repeat and time; the user confirms.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

namespace vesica {

/// What is known about a file before guessing.
struct NamedFile {
  std::string path;                     ///< relative to the study's folder, with "/"
  bool counts_particles = false;        ///< a particle tracking export: there, a file named PBS or 空白 is a blank
  std::vector<std::string> roles = {};  ///< controls that its assay knows: a file named "dye only" is one of them
};

/// The proposal for one file. What the name does not say stays empty.
struct PathGuess {
  std::string path;
  std::string condition, sample, replicate, role;
  double time_h = std::numeric_limits<double>::quiet_NaN();
  double confidence =
      0;            ///< 0 to 1, our choice: 0.9 words say it, 0.5 a bare number could mean two things, 0.3 a name alone
  std::string why;  ///< one sentence
};

struct PathGuesses {
  std::vector<PathGuess> files;  ///< in the order given
  std::string path_template;     ///< captures that say the same for every file but blanks; empty when there is none
};

/// Our choice of rules, in order. Words that all files share say nothing. Times are times. Words such as "video 2" or
/// "rep1" and "(2)" count technical repeats, words such as "rat3" or "donor 2" independent samples. Of two bare numbers
/// the first counts samples, the second repeats. A single bare number counts repeats of one sample, because taking
/// repeats for samples inflates n while the reverse only makes a test refuse. The words left, folders first, name the
/// group; a word that stands in one file alone names a sample. Words for diluents make a blank of tracking files.
/// Deterministic; depends on nothing but the names.
PathGuesses guess_paths(std::span<const NamedFile> files);

}  // namespace vesica
