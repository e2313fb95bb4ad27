// SPDX-License-Identifier: Apache-2.0
// Declared keys of [reporting], [[antibody]] and [[primer]].
#include <array>

#include "vesica/study/declare.h"

namespace vesica {

namespace {

constexpr std::array<std::string_view, 3> kProbed = {"vesicles", "cells", "tissue"};
constexpr std::array<std::string_view, 2> kResults = {"detected", "not detected"};

KeyInfo about(std::string_view help) { return {.help = help}; }

/// Visits one fact; its text lives in the map under the key's name.
struct Facts {
  KeyVisitor& keys;
  Reporting& reporting;
  void operator()(const char* name, std::string_view help) const {
    keys.text(name, reporting.facts[name], about(help));
  }
};

void describe_vesicles(const Facts& fact) {
  fact("term", translate("What you call the vesicles and what shows it: EVs, small EVs, exosomes."));
  fact("source", translate("What the vesicles were taken from: conditioned medium, plasma, urine, tissue."));
  fact("source_amount",
       translate("How much of it went into one preparation, with unit: volume, number of cells, mass."));
  fact("cells", translate("Name and origin of the cells that made the vesicles: line or donor, species, tissue."));
  fact("cells_checked", translate("How the cells were identified and found free of mycoplasma."));
  fact("passage", translate("Passage of the producing cells; where it differs, an attribute of the samples."));
  fact("medium", translate("Medium in which vesicles were collected, with its supplements."));
  fact("serum", translate("Serum in that medium: none, or which share of which serum."));
  fact("serum_depletion", translate("How the serum was freed of its own vesicles, when there was serum."));
  fact("conditioning_h", translate("Hours in that medium."));
  fact("harvest_density", translate("Density or confluence of the cells at harvest, and the vessel."));
  fact("viability", translate("Share of living cells at harvest, %."));
  fact("collection",
       translate("Body fluids and tissue: how it was taken, anticoagulant, hours to processing, what was done first."));
  fact("donors", translate("Donors of fluid or tissue: number, sex, age, health, fasting; where they differ, "
                           "attributes of the samples."));
  fact("source_storage", translate("How the source was kept before isolation, or that it was used at once."));
}

void describe_separation(const Facts& fact) {
  fact("storage_c",
       translate("Temperature of storage of the vesicles, °C; where it differs, an attribute of the preparations."));
  fact("storage_buffer", translate("Liquid in which the vesicles were stored."));
  fact("storage_time", translate("How long they were stored, or that they were used at once."));
  fact("freeze_thaw", translate("How often they were frozen and thawed."));
  fact("separation", translate("How the vesicles were separated, in words: ultracentrifugation, gradient, "
                               "chromatography, kit with number."));
  fact("ev_density", translate("Density at which the vesicles were found in a gradient, g/mL."));
  fact("lysis_buffer", translate("Buffer in which the vesicles were lysed for protein."));
  fact("protein_method", translate("How protein was measured: kit, with or without lysis."));
  fact("particle_method", translate("How particles were counted one by one: NTA, RPS, flow cytometry."));
  fact("em_method", translate("Microscope and preparation: negative stain, cryo."));
  fact("em_images", translate("Which images are shown: wide-field, close-up, both."));
  fact("detection_limits", translate("Limits of detection of the counts and concentrations, and how they were found."));
  fact("nta_instrument", translate("Instrument and software with versions."));
  fact("nta_camera", translate("Camera, laser and filter."));
  fact("nta_camera_level", translate("Camera level, or shutter and gain."));
  fact("nta_threshold", translate("Detection threshold, or sensitivity and minimum brightness."));
  fact("nta_videos", translate("Number and length of videos, frame rate."));
  fact("nta_temperature_c", translate("Temperature in the cell, °C."));
  fact("nta_dilution", translate("Dilution and diluent."));
  fact("nta_particles_per_frame", translate("Particles in one frame."));
}

void describe_function(const Facts& fact) {
  fact("dose_basis", translate("How a dose was chosen and counted: particles and protein, per cell or per animal."));
  fact("dose_response", translate("Doses that were tried."));
  fact("vehicle_control", translate("What controls received instead: the same buffer."));
  fact("process_control",
       translate(
           "Control that went through the same isolation without vesicles: medium without cells, depleted fraction."));
  fact("dye", translate("Dye or label of the vesicles and how free dye was removed."));
  fact("dye_only_control", translate("Control with the dye and no vesicles."));
  fact("cold_control", translate("Uptake at 4 °C, or with uptake blocked."));
  fact("unlabelled_control", translate("Cells with vesicles that carry no dye."));
  fact("ev_track_id", translate("Number at EV-TRACK."));
  fact("data_accession", translate("Where the data lie: repository and number."));
  fact("analysis_software", translate("Programs of the analysis with versions."));
}

void describe_animals(const Facts& fact) {
  fact("species", translate("Species of the animals."));
  fact("strain", translate("Strain, substrain and genetic changes."));
  fact("sex", translate("Sex of the animals."));
  fact("age", translate("Age or stage of development."));
  fact("weight", translate("Weight of the animals."));
  fact("animal_source", translate("Where the animals came from, their health and former procedures."));
  fact("sample_size", translate("Number of units in each group and in all; animals used in all."));
  fact("sample_size_reason", translate("How the number was decided; a power analysis with its numbers."));
  fact("inclusion",
       translate(
           "Rules by which animals, units and data are taken in and left out, and whether they were set beforehand."));
  fact("exclusions", translate("Which were left out of which group and why; none, if none."));
  fact("randomisation_method", translate("How the random sequence was made."));
  fact("confounders", translate("What was done about order, cage, place and day; that nothing was, if so."));
  fact("outcomes", translate("What was measured to judge the treatment."));
  fact("primary_outcome", translate("The outcome that fixed the number of animals."));
  fact("assumptions_checked",
       translate("How the assumptions of the statistics were checked and what was done where they failed."));
  fact("procedure",
       translate("What was done to the animals and how: anaesthesia, operation, substances, doses, controls."));
  fact("procedure_when", translate("When and how often."));
  fact("procedure_where", translate("Where: housing, place of operation and of tests."));
  fact("procedure_why", translate("Why this procedure, model, dose and route."));
}

void describe_flow(const Facts& fact) {
  fact("flow_design", translate("Aim, variables and replicates of flow cytometry."));
  fact("flow_preanalytics", translate("How samples for flow cytometry were taken and kept."));
  fact("flow_staining", translate("Staining: reagents, concentrations, volumes, time, temperature."));
  fact("flow_washing", translate("Washing or removal of free dye; that there was none, if so."));
  fact("flow_dilution", translate("Dilution of samples."));
  fact("flow_buffer_control", translate("Buffer alone, at the settings of the samples."));
  fact("flow_reagent_control", translate("Buffer with reagents and no sample."));
  fact("flow_unstained_control", translate("Sample without stain."));
  fact("flow_isotype_control", translate("Isotype controls."));
  fact("flow_single_stained_control", translate("Samples with one stain each."));
  fact("flow_procedural_control", translate("Control that went through all steps without vesicles."));
  fact("flow_serial_dilution", translate("Dilution series that shows single vesicles, not swarms."));
  fact("flow_detergent", translate("Detergent and its effect."));
  fact("flow_trigger", translate("Channel and level of the trigger."));
  fact("flow_rate", translate("Flow rate and how it was found."));
  fact("flow_fluorescence_calibration", translate("Calibration of fluorescence: beads, units."));
  fact("flow_scatter_calibration", translate("Calibration of scatter: beads, units, model."));
  fact("flow_diameter", translate("How diameters were estimated; that they were not, if so."));
  fact("flow_refractive_index", translate("How refractive indices were estimated; that they were not, if so."));
  fact("flow_epitopes", translate("How numbers of epitopes were estimated; that they were not, if so."));
  fact("flow_miflowcyt", translate("Where the checklist of MIFlowCyt lies."));
  fact("flow_detection_range", translate("Range of detection in calibrated units."));
  fact("flow_concentration", translate("Vesicle number or concentration, with the range in which they were counted."));
  fact("flow_brightness", translate("Brightness in calibrated units."));
  fact("flow_repository", translate("Where the FCS files lie."));
}

void describe_qpcr(const Facts& fact) {
  fact("qpcr_sample", translate("Samples for qPCR: what, how much, how taken, frozen or fixed, kept."));
  fact("qpcr_extraction", translate("Extraction of nucleic acid: kit or reagent, changes to it."));
  fact("qpcr_dnase", translate("Treatment with DNase or RNase."));
  fact("qpcr_quantification", translate("How nucleic acid was quantified."));
  fact("qpcr_purity", translate("Purity: A260/A280."));
  fact("qpcr_integrity", translate("Integrity of RNA: RIN or the like, with instrument."));
  fact("qpcr_inhibition", translate("How inhibition was tested."));
  fact("qpcr_contamination", translate("How contamination with genomic DNA was judged."));
  fact("qpcr_reverse_transcription",
       translate("Reverse transcription: enzyme, primers, amount of RNA, volume, temperature and time."));
  fact("qpcr_reaction",
       translate("Reaction: volume, amount of cDNA, concentrations of primers, probe, magnesium, dNTP; enzyme; kit."));
  fact("qpcr_cycling", translate("Temperatures, times and number of cycles."));
  fact("qpcr_instrument", translate("Instrument and its maker."));
  fact("qpcr_software", translate("Program with version, and how Cq was found."));
  fact("qpcr_no_template", translate("Results of controls without template."));
  fact("qpcr_no_rt", translate("Results of controls without reverse transcription."));
  fact("qpcr_reference_genes", translate("Reference genes, their number and why they."));
  fact("qpcr_normalisation", translate("Method of normalisation."));
  fact("qpcr_outliers", translate("How outliers were found and what was done with them."));
  fact("qpcr_replicates", translate("Number and kind of biological and technical replicates."));
  fact("qpcr_repeatability", translate("Variation within the run."));
}

}  // namespace

void describe_keys(KeyVisitor& keys, Reporting& reporting) {
  const Facts fact{keys, reporting};
  describe_vesicles(fact);
  describe_separation(fact);
  describe_function(fact);
  describe_animals(fact);
  describe_flow(fact);
  describe_qpcr(fact);
}

void describe_keys(KeyVisitor& keys, Antibody& antibody) {
  keys.text("target", antibody.target, {.help = translate("Antigen: CD63, TSG101."), .required = true});
  keys.text("clone", antibody.clone, about(translate("Clone.")));
  keys.text("catalogue", antibody.catalogue, about(translate("Catalogue number.")));
  keys.text("maker", antibody.maker, about(translate("Who makes it.")));
  keys.text("dilution", antibody.dilution, about(translate("Dilution or concentration: 1:1000.")));
  keys.text("used_for", antibody.used_for,
            about(translate("Method: western blot, flow cytometry, immunofluorescence, ELISA.")));
  keys.text("on", antibody.on, {.help = translate("What was probed: vesicles, cells or tissue."), .choices = kProbed});
  keys.text("result", antibody.result, {.help = translate("What was found on it."), .choices = kResults});
  keys.text("conjugate", antibody.conjugate, about(translate("Fluorophore or enzyme on it.")));
  keys.text("secondary", antibody.secondary, about(translate("Second antibody with its dilution.")));
}

void describe_keys(KeyVisitor& keys, Primer& primer) {
  keys.text("gene", primer.gene, {.help = translate("Gene, as results name it."), .required = true});
  keys.text("accession", primer.accession, about(translate("Accession number of the sequence.")));
  keys.text("forward", primer.forward, about(translate("Forward primer, 5' to 3'.")));
  keys.text("reverse", primer.reverse, about(translate("Reverse primer, 5' to 3'.")));
  keys.text("probe", primer.probe, about(translate("Probe, 5' to 3'.")));
  keys.text("modifications", primer.modifications,
            about(translate("Fluorophores and other modifications: which and where.")));
  keys.text("amplicon_bp", primer.amplicon_bp, about(translate("Length of the amplicon, base pairs.")));
  keys.text("specificity", primer.specificity,
            about(translate("How specificity was shown: melting curve, gel, sequence, in silico.")));
  keys.text("efficiency", primer.efficiency, about(translate("Efficiency of the PCR from a calibration curve, %.")));
  keys.text("slope", primer.slope, about(translate("Slope and intercept of the calibration curve.")));
  keys.text("r2", primer.r2, about(translate("r² of the calibration curve.")));
  keys.text("linear_range", primer.linear_range, about(translate("Range in which the curve is linear.")));
  keys.text("lod", primer.lod, about(translate("Limit of detection.")));
}

}  // namespace vesica
