// SPDX-License-Identifier: Apache-2.0
// Names: every spelling that people type finds its row; every word of the mechanism table has one.
#include "vesica/evidence/names.h"

#include <set>

#include <gtest/gtest.h>

namespace vesica {
namespace {

std::string id_of(std::string_view text, NameSlot slot = NameSlot::kNode) {
  const NameMatch match = built_in_names().find(text, slot);
  return match ? (match.opposite ? "not " : "") + match.row->id : "";
}

TEST(Names, PlainSpelling) {
  EXPECT_EQ(plain_spelling("TNF-α"), "tnfalpha");
  EXPECT_EQ(plain_spelling("TNF‑alpha"), "tnfalpha");  // a dash that does not break
  EXPECT_EQ(plain_spelling("Na+/K+-ATPase"), "na+k+atpase");
  EXPECT_EQ(plain_spelling("Ischaemia"), "ischemia");
  EXPECT_EQ(plain_spelling("M2 polarisation"), plain_spelling("M2-polarization"));
  EXPECT_EQ(plain_spelling("脊髓 损伤"), "脊髓损伤");
  EXPECT_EQ(plain_spelling("()-/"), "");
}

TEST(Names, SpellingsOfUsers) {
  for (const char* text : {"TNF-alpha", "TNF-α", "tnf", "TNFα", "TNF alpha", "HGNC:11892"}) {
    EXPECT_EQ(id_of(text), "tnf") << text;
  }
  for (const char* text : {"NF-κB", "NF-kB", "nfkb", "NF-kappaB", "NF-kappa B", "TLR4/NF-κB", "p65 phosphorylation"}) {
    EXPECT_EQ(id_of(text), "nfkb") << text;
  }
  for (const char* text : {"hUC-MSC", "ucmsc", "UC-MSC", "uc msc", "hucMSC", "umbilical cord MSC"}) {
    EXPECT_EQ(id_of(text, NameSlot::kSource), "uc_msc") << text;
  }
  for (const char* text :
       {"hie", "HIBD", "hypoxic-ischemic encephalopathy", "Hypoxic ischaemic brain damage", "缺氧缺血性脑病"}) {
    EXPECT_EQ(id_of(text, NameSlot::kDisease), "hie") << text;
  }
  EXPECT_EQ(id_of("sci", NameSlot::kDisease), "sci");
  EXPECT_EQ(id_of("bone defect", NameSlot::kDisease), "bone_defect");
  EXPECT_EQ(id_of("miR-146a-5p"), "mir_146a");
  EXPECT_EQ(id_of("mir146a"), "mir_146a");
  EXPECT_EQ(id_of("miR-210"), "mir_210");
  EXPECT_EQ(id_of("miR-210-5p"), "mir_210_5p");
  EXPECT_EQ(id_of("angiogenesis (excessive)"), "angiogenesis");
  EXPECT_EQ(id_of("p62 ubiquitination"), "not p62");
  EXPECT_EQ(id_of("no such thing"), "");
  EXPECT_EQ(id_of(""), "");
}

TEST(Names, MentionedDiseases) {
  const auto ids = [](std::string_view text) {
    std::set<std::string> out;
    for (const NameRow* row : built_in_names().mentioned(text, NameSlot::kDisease)) out.insert(row->id);
    return out;
  };
  EXPECT_EQ(ids("SCI; peripheral nerve injury"), (std::set<std::string>{"sci", "nerve_injury"}));
  EXPECT_EQ(ids("ischaemic stroke in the cited source (seed: HIE)"), (std::set<std::string>{"hie", "stroke"}));
  EXPECT_EQ(ids("neurons"), std::set<std::string>{"nervous"});
}

TEST(Names, NearestAndKinds) {
  const NameIndex& names = built_in_names();
  EXPECT_EQ(names.nearest("miR-146a-5q", {NameSlot::kNode}).value_or(""), "miR-146a-5p");
  EXPECT_EQ(names.nearest("astrocytes", {NameSlot::kSource}).value_or(""), "astrocyte");
  EXPECT_FALSE(names.nearest("zzzzzzzzzzzz", {NameSlot::kNode}).has_value());
  EXPECT_TRUE(names.is_a(*names.by_id("wj_msc"), *names.by_id("msc")));
  EXPECT_FALSE(names.is_a(*names.by_id("msc"), *names.by_id("wj_msc")));
  EXPECT_TRUE(names.is_a(*names.by_id("neuronal_apoptosis"), *names.by_id("apoptosis")));
}

TEST(Names, TableIsWhole) {
  const NameIndex& names = built_in_names();
  for (const NameRow& row : names.rows()) {
    for (const std::string& id : row.broader) EXPECT_NE(names.by_id(id), nullptr) << row.id;
    for (const std::string& id : row.parts) EXPECT_NE(names.by_id(id), nullptr) << row.id;
    EXPECT_EQ(row.kind == "group", !row.parts.empty()) << row.id;
    // No spelling belongs to two rows of one slot.
    std::vector<std::string> spellings = row.aliases;
    spellings.insert(spellings.end(), row.opposites.begin(), row.opposites.end());
    spellings.push_back(row.name);
    spellings.push_back(row.id);
    spellings.insert(spellings.end(), row.database.begin(), row.database.end());
    for (const std::string& spelling : spellings) EXPECT_EQ(names.find(spelling, slot_of(row)).row, &row) << spelling;
  }
}

TEST(Names, EveryWordOfTheMechanismTableHasARow) {
  const NameIndex& names = built_in_names();
  std::set<std::string> effects;
  for (const OutcomeRow& row : evidence().outcomes) {
    effects.insert(row.effect);
    if (row.outcome.empty()) {
      EXPECT_TRUE(row.sign.empty()) << row.id;
    } else {
      EXPECT_NE(names.by_id(row.outcome), nullptr) << row.id;
      EXPECT_FALSE(row.sign.empty()) << row.id;
    }
  }
  for (const MechanismRow& row : evidence().mechanisms) {
    EXPECT_TRUE(names.find(row.cargo, NameSlot::kNode)) << row.id << " " << row.cargo;
    EXPECT_TRUE(names.find(row.target, NameSlot::kNode)) << row.id << " " << row.target;
    EXPECT_TRUE(row.source_cell.starts_with("n/a") || names.find(row.source_cell, NameSlot::kSource))
        << row.id << " " << row.source_cell;
    EXPECT_TRUE(effects.contains(row.effect)) << row.id << " " << row.effect;
    EXPECT_FALSE(names.mentioned(row.disease, NameSlot::kDisease).empty()) << row.id << " " << row.disease;
  }
}

}  // namespace
}  // namespace vesica
