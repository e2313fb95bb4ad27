// SPDX-License-Identifier: Apache-2.0
#include "vesica/study/guess.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "vesica/base/file_name.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"
#include "vesica/base/text.h"
#include "vesica/study/assembly.h"
#include "vesica/study/names.h"
#include "vesica/study/path_tokens.h"
#include "vesica/study/paths.h"

namespace vesica {

namespace {

using Kind = PathToken::Kind;

/// Names of what is measured to be subtracted. "PBS" also names groups of animals, hence the second list.
constexpr std::array<std::string_view, 14> kBlankWords = {"blank",   "diluent", "water",         "buffer",  "milliq",
                                                          "milli_q", "mq",      "vehicle_blank", "空白",    "稀释液",
                                                          "缓冲液",  "纯水",    "超纯水",        "空白对照"};
constexpr std::array<std::string_view, 4> kDiluentWords = {"pbs", "dpbs", "filtered_pbs", "磷酸盐缓冲液"};

/// What people call controls of cells and microscopes, folded as fold_name() does.
struct ControlWord {
  std::string_view word, role;
};
constexpr std::array<ControlWord, 40> kControlWords = {{{"dye_only", "dye_only"},
                                                        {"dyeonly", "dye_only"},
                                                        {"dye_control", "dye_only"},
                                                        {"pkh26_only", "dye_only"},
                                                        {"pkh67_only", "dye_only"},
                                                        {"仅染料", "dye_only"},
                                                        {"染料对照", "dye_only"},
                                                        {"unstained", "unstained"},
                                                        {"no_dye", "unstained"},
                                                        {"autofluorescence", "unstained"},
                                                        {"未染色", "unstained"},
                                                        {"cold", "cold"},
                                                        {"4c", "cold"},
                                                        {"on_ice", "cold"},
                                                        {"beads", "bead"},
                                                        {"bead", "bead"},
                                                        {"tetraspeck", "bead"},
                                                        {"微球", "bead"},
                                                        {"no_edu", "negative"},
                                                        {"without_edu", "negative"},
                                                        {"no_primary", "negative"},
                                                        {"no_primary_antibody", "negative"},
                                                        {"secondary_only", "negative"},
                                                        {"isotype", "negative"},
                                                        {"isotype_control", "negative"},
                                                        {"未加edu", "negative"},
                                                        {"不加edu", "negative"},
                                                        {"无一抗", "negative"},
                                                        {"仅二抗", "negative"},
                                                        {"同型对照", "negative"},
                                                        {"flat_field", "flat"},
                                                        {"flatfield", "flat"},
                                                        {"flat", "flat"},
                                                        {"shading", "flat"},
                                                        {"平场", "flat"},
                                                        {"dark_frame", "dark"},
                                                        {"darkframe", "dark"},
                                                        {"dark", "dark"},
                                                        {"暗帧", "dark"},
                                                        {"暗电流", "dark"}}};

constexpr double kSure = 0.9, kLikely = 0.7, kToss = 0.5, kNameOnly = 0.3;  // chosen, see PathGuess::confidence

bool is_one_of(const std::string& word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// One file while its tokens are being spent.
struct Draft {
  std::vector<PathToken> tokens;
  std::string group;                  ///< words that may name the condition
  const PathToken* sample = nullptr;  ///< its number or word
  const PathToken* replicate = nullptr;
  bool bare_replicate = false;    ///< a single bare number, taken as a repeat
  bool bare_sample = false;       ///< the first of two bare numbers
  bool first_of_several = false;  ///< the file beside "(2)"
};

class Guesser {
 public:
  explicit Guesser(std::span<const NamedFile> files) : files_(files) {
    std::vector<std::string> paths;
    for (const NamedFile& file : files) paths.push_back(file.path);
    for (std::vector<PathToken>& tokens : path_tokens(paths)) drafts_.emplace_back().tokens = std::move(tokens);
  }

  PathGuesses guess() {
    drop_shared_words();
    for (Draft& draft : drafts_) spend_numbers(draft);
    agree_on_numbers();
    for (std::size_t i = 0; i < drafts_.size(); ++i) drafts_[i].group = group_words(drafts_[i], files_[i].path);
    for (const Draft& draft : drafts_) ++files_of_group_[draft.group];
    PathGuesses out;
    for (std::size_t i = 0; i < drafts_.size(); ++i) out.files.push_back(decide(drafts_[i], files_[i]));
    out.path_template = common_template(out.files);
    return out;
  }

 private:
  /// A word at the same level of every path says nothing about any of them.
  void drop_shared_words() {
    if (drafts_.size() < 2) return;
    std::map<std::pair<bool, std::string>, std::size_t> files_with;
    const auto key = [](const PathToken& token) { return std::make_pair(token.in_name, fold_name(token.text)); };
    for (const Draft& draft : drafts_) {
      std::set<std::pair<bool, std::string>> seen;
      for (const PathToken& token : draft.tokens) seen.insert(key(token));
      for (const auto& word : seen) ++files_with[word];
    }
    for (Draft& draft : drafts_)
      std::erase_if(draft.tokens, [&](const PathToken& token) {
        const bool shared = files_with[key(token)] == drafts_.size();
        const bool long_number =
            token.kind == Kind::kSerial || (token.kind == Kind::kNumber && token.number.size() > 2);
        return token.kind == Kind::kStamp || (shared && (token.kind == Kind::kText || long_number));
      });
  }

  static void spend_numbers(Draft& draft) {
    std::vector<const PathToken*> bare, serial;
    for (const PathToken& token : draft.tokens) {
      if (token.kind == Kind::kReplicate) draft.replicate = &token;
      if (token.kind == Kind::kSample && draft.sample == nullptr) draft.sample = &token;
      if (token.kind == Kind::kNumber) bare.push_back(&token);
      if (token.kind == Kind::kSerial) serial.push_back(&token);
    }
    if (bare.empty() && draft.replicate == nullptr) bare = serial;
    if (draft.replicate == nullptr && !bare.empty()) {
      draft.replicate = bare.back();
      bare.pop_back();
      draft.bare_replicate = bare.empty() && draft.sample == nullptr;
    }
    if (draft.sample == nullptr && !bare.empty()) {
      draft.sample = bare.front();
      draft.bare_sample = true;
    }
  }

  /// Where some names hold two numbers ("NC-1 (2)"), the single number of another ("NC-1") is the sample's too, and the
  /// file its first repeat.
  void agree_on_numbers() {
    const bool two = std::any_of(drafts_.begin(), drafts_.end(), [](const Draft& draft) { return draft.bare_sample; });
    for (Draft& draft : drafts_) {
      if (!two || !draft.bare_replicate) continue;
      draft.sample = draft.replicate;
      draft.replicate = nullptr;
      draft.bare_sample = draft.first_of_several = true;
      draft.bare_replicate = false;
    }
  }

  /// The words left, those of folders first; a word that a folder has said is not said again. Neighbours keep the
  /// characters between them ("SA Exos").
  static std::string group_words(const Draft& draft, const std::string& path) {
    std::string out;
    std::vector<std::string> said;
    const PathToken* last = nullptr;
    for (const PathToken& token : draft.tokens) {
      if (token.kind != Kind::kText) continue;
      const std::string folded = fold_name(token.text);
      if (std::find(said.begin(), said.end(), folded) != said.end()) continue;
      said.push_back(folded);
      const bool neighbours =
          last != nullptr && last->level == token.level && last->end <= token.begin && token.begin - last->end <= 3;
      const bool only_gap = neighbours && path.find_first_of("0123456789", last->end) >= token.begin;
      if (last != nullptr) out += only_gap ? path.substr(last->end, token.begin - last->end) : "_";
      out += token.text;
      last = &token;
    }
    return std::string(trim_unicode(out));
  }

  PathGuess decide(const Draft& draft, const NamedFile& file) const {
    PathGuess guess;
    guess.path = file.path;
    if (draft.replicate != nullptr) guess.replicate = draft.replicate->number;
    if (draft.first_of_several) guess.replicate = "1";
    for (const PathToken& token : draft.tokens)
      if (token.kind == Kind::kTime) guess.time_h = token.time_h;
    if (file.counts_particles && decide_blank(draft, guess)) return guess;
    if (decide_control(draft, file, guess)) return guess;
    guess.condition = draft.group;
    if (draft.sample != nullptr) {
      decide_numbered(draft, guess);
    } else if (draft.group.empty()) {
      guess.sample = draft.replicate != nullptr && draft.replicate->kind != Kind::kReplicate ? draft.replicate->text
                                                                                             : stem(file.path);
      if (guess.sample == guess.replicate) guess.replicate.clear();
      guess.confidence = kNameOnly;
      guess.why = say("The name {} holds no word that other files share.", in_quotes(guess.sample));
    } else if (files_of_group_.at(draft.group) == 1 && draft.replicate == nullptr && std::isnan(guess.time_h)) {
      guess.sample = draft.group;
      guess.condition.clear();
      guess.confidence = kNameOnly;
      guess.why = say("{} stands in one file alone; it may name a sample or a group of one.", in_quotes(draft.group));
    } else {
      decide_repeats(draft, guess);
    }
    return guess;
  }

  static std::string stem(const std::string& path) { return std::string(file_stem(path)); }

  bool decide_blank(const Draft& draft, PathGuess& guess) const {
    const std::string folded = fold_name(draft.group);
    const bool blank = is_one_of(folded, kBlankWords);
    const bool diluent = is_one_of(folded, kDiluentWords) && (draft.sample == nullptr || draft.bare_sample) &&
                         std::isnan(guess.time_h) && files_of_group_.size() > 1;
    if (!blank && !diluent) return false;
    guess.role = "blank";
    guess.confidence = blank ? kSure : kToss;
    guess.why = blank ? say("{} names what is measured to be subtracted.", in_quotes(draft.group))
                      : say("{} is taken as the diluent, measured to be subtracted; if it is a group of animals, clear "
                            "the role.",
                            in_quotes(draft.group));
    return true;
  }

  static bool decide_control(const Draft& draft, const NamedFile& file, PathGuess& guess) {
    const std::string folded = fold_name(draft.group.empty() ? stem(file.path) : draft.group);
    const bool numbered = std::any_of(draft.tokens.begin(), draft.tokens.end(),
                                      [](const PathToken& token) { return token.kind == Kind::kNumber; });
    const auto found = std::find_if(kControlWords.begin(), kControlWords.end(), [&](const ControlWord& control) {
      const std::string word(control.word);
      // "flat_DAPI" is a picture of even light; "flat 3" and "dark 3" may as well be surfaces and housings.
      if (control.role == "flat" || control.role == "dark")
        return !numbered && (folded == word || folded.starts_with(word + "_"));
      // "Exo_dye_only" is a control as well; what has beads behind it need not be one.
      const bool may_follow = control.role != "bead" && control.word.size() > 2;
      return folded == word || (may_follow && folded.ends_with("_" + word));
    });
    if (found == kControlWords.end()) return false;
    const std::string role(found->role);
    if (std::find(file.roles.begin(), file.roles.end(), role) == file.roles.end()) return false;
    guess.role = role;
    guess.confidence = kSure;
    guess.why = say("{} names a control.", in_quotes(draft.group.empty() ? stem(file.path) : draft.group));
    return true;
  }

  static void decide_numbered(const Draft& draft, PathGuess& guess) {
    guess.sample = draft.group.empty() ? draft.sample->text : draft.group + "-" + draft.sample->text;
    guess.confidence = draft.bare_sample ? kLikely : kSure;
    if (draft.first_of_several) {
      guess.why =
          say("The number is taken as the sample and the file as its first repeat, because others of its name "
              "carry a second number.");
    } else if (draft.bare_sample) {
      guess.why = say("Of two numbers the first, {0}, is taken as the sample and the last, {1}, as its repeat.",
                      in_quotes(draft.sample->number), in_quotes(guess.replicate));
    } else {
      guess.why = say("{} counts independent samples.", in_quotes(draft.sample->text));
    }
  }

  void decide_repeats(const Draft& draft, PathGuess& guess) const {
    guess.sample = draft.group;
    const std::size_t files = files_of_group_.at(draft.group);
    if (draft.bare_replicate) {
      guess.confidence = kToss;
      guess.why =
          say("{0} stands in {1} file(s) and is taken as the group; the number {2} as a repeat of one sample. If each "
              "number is an animal, donor or preparation of its own, give each its own sample.",
              in_quotes(draft.group), files, in_quotes(guess.replicate));
    } else {
      guess.confidence = draft.replicate != nullptr ? kSure : kLikely;
      guess.why =
          say("{0} stands in {1} file(s) and is taken as the group and its one sample.", in_quotes(draft.group), files);
    }
  }

  /// A template that yields the guesses of every file but the blanks, tried out on all of them.
  std::string common_template(const std::vector<PathGuess>& guesses) const {
    std::map<std::string, std::size_t> tally;
    for (std::size_t i = 0; i < guesses.size(); ++i)
      if (guesses[i].role.empty()) ++tally[template_of(i, guesses[i])];
    for (const auto& [text, count] : tally) {
      if (text.find('{') == std::string::npos) continue;
      if (says_the_same(text, guesses)) return text;
    }
    return "";
  }

  std::string template_of(std::size_t i, const PathGuess& guess) const {
    const std::string& path = files_[i].path;
    std::vector<std::pair<std::size_t, std::pair<std::size_t, std::string>>> cuts;  // begin → end, capture
    const Draft& draft = drafts_[i];
    if (draft.replicate != nullptr && !guess.replicate.empty()) {
      const std::size_t end = draft.replicate->end;
      cuts.push_back({end - guess.replicate.size(), {end, "{replicate:digits}"}});
    }
    const std::string& group = guess.condition.empty() ? guess.sample : guess.condition;
    const std::size_t at = group.empty() ? std::string::npos : path.find(group);
    if (at == std::string::npos) return "";
    const bool sample_is_group = guess.condition.empty() || guess.sample == guess.condition;
    if (!sample_is_group) return "";  // a sample made of two words has no capture of its own
    cuts.push_back({at, {at + group.size(), guess.condition.empty() ? "{sample}" : "{condition}"}});
    std::sort(cuts.begin(), cuts.end());
    std::string out;
    std::size_t done = 0;
    for (const auto& [begin, rest] : cuts) {
      if (begin < done) return "";
      out += path.substr(done, begin - done) + rest.second;
      done = rest.first;
    }
    return std::isnan(guess.time_h) ? out + path.substr(done) : "";
  }

  bool says_the_same(const std::string& text, const std::vector<PathGuess>& guesses) const {
    try {
      const PathTemplate path_template = PathTemplate::parse(text, {});
      return std::all_of(guesses.begin(), guesses.end(), [&](const PathGuess& guess) {
        if (!guess.role.empty()) return true;
        const auto match = path_template.match(guess.path);
        if (!match) return false;
        return std::all_of(match->captures.begin(), match->captures.end(), [&](const auto& capture) {
          return capture.second == (capture.first == "replicate"   ? guess.replicate
                                    : capture.first == "condition" ? guess.condition
                                                                   : guess.sample);
        });
      });
    } catch (const Error&) {
      return false;  // a name with braces in it
    }
  }

  std::span<const NamedFile> files_;
  std::vector<Draft> drafts_;
  std::map<std::string, std::size_t> files_of_group_;
};

}  // namespace

PathGuesses guess_paths(std::span<const NamedFile> files) { return Guesser(files).guess(); }

}  // namespace vesica
