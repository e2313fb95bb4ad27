// SPDX-License-Identifier: Apache-2.0
#include "cli/command_table.h"

#include "cli/commands.h"

namespace vesica::cli {

namespace {

constexpr Option positional(std::string_view name, std::string_view shown, std::string_view help, bool required = true,
                            bool many = false) {
  return {name, "", shown, help, required, many, true};
}

constexpr Option kStudy = positional("study", "STUDY", "the study's folder");
constexpr Option kJson = {"json", "", "", "print one JSON object (schema vesica.outcome/1)"};
constexpr Option kTsv = {"tsv", "", "", "print tab-separated rows"};
constexpr Option kSet = {"set", "s", "FIELD=VALUE", "change one setting; may be repeated", false, true};
constexpr Option kOut = {"out", "o", "DIR", "folder of the results (default: STUDY/results)"};
constexpr Option kJobs = {"jobs", "j", "N", "threads to use (default: all cores)"};

constexpr Option kCommon[] = {
    {"help", "h", "", "show this help"},
    {"quiet", "q", "", "say only what went wrong"},
    {"verbose", "v", "", "say more"},
    {"no-color", "", "", "no colours (also with NO_COLOR set)"},
    {"no-input", "", "", "never ask a question"},
    {"lang", "", "en|zh", "language of sentences (default: from LANG)"},
};

constexpr Option kNewOptions[] = {
    kStudy,
    {"from", "", "FOLDER", "folder with the instruments' files", true},
    {"force", "f", "", "write study.toml and samples.xlsx again where they exist"},
    {"no-report", "", "", "do not measure at once"},
    kJobs,
};
constexpr std::string_view kNewExamples[] = {"vesica new my-study --from \"NTA exports\"",
                                             "vesica new my-study --from \"/mnt/d/NTA exports\""};

constexpr Option kRunOptions[] = {
    kStudy,
    kOut,
    kJobs,
    {"only", "", "ASSAY", "only inputs of this assay; may be repeated", false, true},
    {"strict", "", "", "stop at the first input that fails"},
    {"dry-run", "n", "", "say what would be done and do nothing"},
    {"shard", "", "i/n", "measure every n-th input only, beginning with the i-th; then vesica merge"},
    {"verify", "", "", "read every file again instead of trusting size and time"},
    {"new-store", "", "", "keep a damaged results database aside and begin a new one"},
};
constexpr std::string_view kRunExamples[] = {"vesica run my-study", "vesica run my-study --shard 1/4 --out part1"};

constexpr Option kMergeOptions[] = {
    kStudy,
    positional("parts", "DIR", "results folders made with run --shard", true, true),
    kOut,
    kJobs,
};
constexpr std::string_view kMergeExamples[] = {"vesica merge my-study part1 part2 part3 part4"};

constexpr Option kStatusOptions[] = {kStudy, kOut, {"json", "", "", "print one JSON object"}};
constexpr std::string_view kStatusExamples[] = {"vesica status my-study"};

constexpr Option kWhyOptions[] = {kStudy,
                                  positional("id", "ID", "the short id beside a number in a table or tooltip"),
                                  kOut,
                                  {"json", "", "", "print one JSON object"}};
constexpr std::string_view kWhyExamples[] = {"vesica why my-study 4F7K2M9QXA"};

constexpr Option kPreparationOptions[] = {
    kStudy, positional("id", "ID", "one preparation: its page (default: a line each, purity and lots)", false),
    kOut,   {"json", "", "", "print one JSON object (schema vesica.preparation/1)"},
    kJobs,
};
constexpr std::string_view kPreparationExamples[] = {"vesica preparation my-study", "vesica preparation my-study EV3"};

constexpr Option kExcludeOptions[] = {
    kStudy,
    {"reason", "r", "TEXT", "why; it stands in the report", true},
    {"sample", "", "ID", "rows of this sample"},
    {"input", "", "FILE", "rows of this input file"},
    {"replicate", "", "NAME", "rows of this replicate (video)"},
    {"quantity", "", "ID", "rows of this quantity"},
    {"id", "", "ID", "the one row with this short id"},
    {"author", "", "NAME", "who decides (default: the user's name)"},
    kOut,
};
constexpr std::string_view kExcludeExamples[] = {
    "vesica exclude my-study --sample EV3 --reason \"tube leaked\"",
    "vesica exclude my-study --sample EV3 --replicate video2 --reason \"vibration\""};

constexpr Option kPlaceOptions[] = {
    kStudy,
    positional("what", "SAMPLE|FILE", "which input: its sample, its path in the sheet, or its file name"),
    {"centre-mm", "", "X,Y,Z", "centre of the cylinder, mm from the corner of the volume's first voxel", true},
    {"reason", "r", "TEXT", "why; it stands in the report", true},
    {"axis", "", "X,Y,Z", "its direction (default: as found, or along z)"},
    {"radius-mm", "", "MM", "its radius (default: that of the settings)"},
    {"height-mm", "", "MM", "its height (region \"cylinder\" only)"},
    {"author", "", "NAME", "who decides (default: the user's name)"},
    kOut,
};
constexpr std::string_view kPlaceExamples[] = {
    "vesica place my-study \"rat 7\" --centre-mm 5.2,4.9,3.1 --reason \"suture taken for the margin\"",
    "vesica place my-study raw/rat7.tif --centre-mm 5.2,4.9,3.1 --axis 0.1,0,1 --reason \"tilted in the holder\""};

constexpr Option kEditOptions[] = {
    kStudy,
    positional("what", "SAMPLE|FILE", "which image: its sample, its path in the sheet, or its file name"),
    {"reason", "r", "TEXT", "why; it stands in the report", true},
    {"remove", "", "X,Y", "take the object at this point away; several with blanks between; #12: the 12th", false,
     true},
    {"merge", "", "X,Y X,Y", "the objects at these points are one", false, true},
    {"split", "", "X,Y X,Y", "cut the object along this line", false, true},
    {"split-at", "", "X,Y X,Y", "the object at these points is several, each pixel to the nearest", false, true},
    {"add", "", "SHAPE", "an object that was missed: X,Y,RADIUS or three corners X,Y or more", false, true},
    {"leave-out", "", "SHAPE", "a part of the image that is not looked at; or a FILE of ROIs", false, true},
    {"region", "", "SHAPE", "look at this part alone; or a FILE of ROIs; two points: what lies left of the line", false,
     true},
    {"move", "", "DX,DY", "shift the region or part left out of this --name by so many pixels", false, true},
    {"accept", "", "FILE", "ROIs of ImageJ (.roi, .zip): they are the objects; others go, missing ones are drawn"},
    {"reject", "", "FILE", "ROIs of ImageJ: the objects in them go"},
    {"name", "", "NAME", "of the region or part left out; a later one of this name takes its place"},
    {"frame", "", "NUMBER", "of a series, counted from 0 (default: 0)"},
    {"author", "", "NAME", "who decides (default: the user's name)"},
    kOut,
};
constexpr std::string_view kEditExamples[] = {
    "vesica edit my-study raw/NC-1_f2.tif --remove \"412,96 77,310\" --reason \"debris\"",
    "vesica edit my-study raw/NC-1_f2.tif --split \"210,180 214,205\" --reason \"two nuclei\"",
    "vesica edit my-study raw/NC-1_f2.tif --leave-out 500,40,60 --name bubble --reason \"air bubble\"",
    "vesica edit my-study raw/NC-1_f2.tif --move 15,-4 --name bubble --reason \"it lies further right\""};

constexpr Option kUndoOptions[] = {kStudy,
                                   {"edit", "", "NUMBER", "which edit (default: the last that still holds)"},
                                   {"input", "", "FILE", "the last that still holds of this file"},
                                   {"count", "", "NUMBER", "so many of the last ones (default: 1)"},
                                   kOut};
constexpr std::string_view kUndoExamples[] = {"vesica undo my-study", "vesica undo my-study --input raw/NC-1_f2.tif"};
constexpr Option kRedoOptions[] = {kStudy,
                                   {"input", "", "FILE", "the last undo of this file"},
                                   {"count", "", "NUMBER", "so many of the last ones (default: 1)"},
                                   kOut};
constexpr std::string_view kRedoExamples[] = {"vesica redo my-study"};

constexpr Option kHistoryOptions[] = {
    kStudy, {"input", "", "FILE", "edits of this file alone"}, kOut, {"json", "", "", "print one JSON object"}};
constexpr std::string_view kHistoryExamples[] = {"vesica history my-study"};

constexpr Option kMeasureOptions[] = {
    positional("assay", "ASSAY", "which assay; vesica describe assays lists them"),
    positional("files", "FILE", "one or more raw files", true, true),
    kSet,
    kJson,
    kTsv,
    kJobs,
};
constexpr std::string_view kMeasureExamples[] = {"vesica measure nta beads-ExperimentSummary.csv --set dilution=1000",
                                                 "vesica measure table weights.xlsx --tsv"};

constexpr Option kPredictOptions[] = {
    positional("model", "MODEL|SCENARIO.toml|MODEL.xml", "a model's id, a file with a scenario, or an SBML file"),
    {"set", "s", "FIELD=VALUE", "change one setting, or one value of an SBML file; may be repeated", false, true},
    kJson,
    kTsv,
    {"seed", "", "N", "seed of the random numbers (default 1)"},
    kJobs,
    {"sensitivity", "", "sobol|morris", "what the prediction depends on: indices with errors, and a tornado"},
    {"samples", "", "N", "rows of Sobol's design (default 512) or trajectories of Morris (40)"},
    {"moment", "", "last|peak|HOURS", "at which time of a course (default last)"},
    {"scenario", "", "ID", "which scenario of the file (default: the end of the chain)"},
    {"to", "", "TIME", "where time ends, in the model's unit"},
    {"from", "", "TIME", "where time begins (default 0)"},
    {"points", "", "N", "times reported, both ends included (default 101)"},
    {"select", "", "A,B", "symbols reported (default: all species, or what changes); may be repeated", false, true},
    {"amounts", "", "", "species as amounts"},
    {"concentrations", "", "", "species as concentrations"},
    {"dose", "", "A=100@0+24x6", "100 into A at 0, every 24, 6 times; may be repeated", false, true},
    {"individuals", "", "TABLE", "one row an individual (TSV, CSV, XLSX)"},
    {"sample", "", "N", "draw N individuals"},
    {"vary", "", "k1=lognormal(0.3,0.2)", "how they differ; may be repeated", false, true},
    {"steady-state", "", "", "where the model comes to rest"},
    {"check", "", "", "what it holds and what is wrong with it; nothing is run"},
    {"method", "", "auto|explicit|rosenbrock|cvodes", "integrator (default auto)"},
    {"rtol", "", "X", "relative tolerance (default 1e-6)"},
    {"atol", "", "X", "absolute tolerance (default 1e-12)"},
    {"figure", "", "FILE", "draw courses over time, or the tornado (.svg, .png, .pdf)"},
    {"write-sbml", "", "FILE", "write the network, as read or behind the prediction, as SBML Level 3"},
};
constexpr std::string_view kPredictExamples[] = {
    "vesica predict spin --set rotor=\"Type 70 Ti\"",
    "vesica predict scenario.toml --sensitivity sobol --figure tornado.svg", "vesica predict model.xml --check",
    "vesica predict model.xml --to 24 --set k1=0.3 --select A,B --figure course.svg",
    "vesica predict model.xml --to 144 --dose \"A=100@0+24x6\" --sample 1000 --vary \"k1=lognormal(0.3,0.2)\""};

constexpr Option kPhantomOptions[] = {
    positional("phantom", "ASSAY", "which phantom; vesica describe phantoms lists them"),
    {"out", "o", "DIR", "folder to write into", true},
    {"seed", "", "N", "seed of the random numbers (default 1)"},
    kSet,
};
constexpr std::string_view kPhantomExamples[] = {"vesica phantom nta --out phantom --seed 7",
                                                 "vesica phantom demo --out demo/study"};

constexpr Option kDescribeOptions[] = {
    positional("what", "assays|models|quantities|phantoms|study|NAME", "a list, or one thing by its name", false),
    {"json", "", "", "print JSON (for an assay or model: the JSON Schema of its settings)"},
    {"markdown", "", "", "print Markdown, as in docs/"},
    {"commands", "", "", "print the reference of all commands (docs/cli.md)"},
    {"completion", "", "SHELL", "print a completion script (bash)"},
};
constexpr std::string_view kDescribeExamples[] = {"vesica describe nta", "vesica describe vesicle.diameter.mean",
                                                  "vesica describe study --json > study.schema.json",
                                                  "source <(vesica describe --completion bash)"};

constexpr Option kEvidenceOptions[] = {
    {"about", "", "WORDS", "search all tables for these words"},
    {"limit", "", "N", "rows to show (default 20; 0: all)"},
    {"json", "", "", "print JSON"},
    kTsv,
};
constexpr std::string_view kEvidenceExamples[] = {"vesica evidence --about \"exosome density\""};

constexpr Option kCheckOptions[] = {
    kStudy,
    {"standard", "", "ID", "only this standard: misev2023, ev_metric, miflowcyt_ev, arrive, miqe, or one of yours",
     false, true},
    {"rules", "", "FILE", "a rule file of your own, beside those in STUDY/rules", false, true},
    {"sheets", "", "DIR", "write the sheets of EV-TRACK and MIFlowCyt-EV, filled in, into this folder"},
    {"all", "a", "", "show what does not apply too"},
    kOut,
    {"json", "", "", "print one JSON object (schema vesica.check/1)"},
    kTsv,
};
constexpr std::string_view kCheckExamples[] = {"vesica check my-study", "vesica check my-study --standard ev_metric",
                                               "vesica check my-study --rules house.toml --sheets submission"};

constexpr Option kExplainOptions[] = {
    positional("from", "CARGO|CELL|GENE", "where the paths begin: miR-146a-5p, exosome, UC-MSC, IRAK1", false),
    {"to", "", "NAME", "where they end: TNF-alpha, angiogenesis, \"neuronal apoptosis\" (default: any outcome)"},
    {"disease", "", "NAME", "first links from rows of this disease: hie, sci, bone defect"},
    {"source", "", "CELL", "first links from rows of this source of vesicles: ucmsc, Schwann cell"},
    {"longest", "", "N", "most links of a path (default 6)"},
    {"limit", "", "N", "paths and ranks to show (default 10; 0: all)"},
    {"dose", "", "N", "vesicles given: adds the copies per cell of each miRNA"},
    {"route", "", "ROUTE", "how they are given; intranasal takes the share of that route that reaches the brain"},
    {"organ-share", "", "X", "share of the dose that reaches the organ (default: from evidence, with its range)"},
    {"uptake-share", "", "X", "share of those that the cells take up (default: from evidence)"},
    {"cells", "", "N", "cells that share them (default: from evidence)"},
    {"copies", "", "X", "copies of the miRNA in a vesicle (default: from evidence)"},
    {"escape-share", "", "X", "share of the copies that reach the cytosol (default: from evidence)"},
    {"seed", "", "N", "seed of the draws behind the interval of the copies (default 1)"},
    {"figure", "", "FILE", "draw the network of the paths (.svg, .png, .pdf)"},
    {"qual", "", "FILE", "write it as a logical model (SBML Level 3 with the package qual)"},
    {"json", "", "", "print one JSON object (schema vesica.explanation/1)"},
    kTsv,
};
constexpr std::string_view kExplainExamples[] = {
    "vesica explain miR-146a-5p --to TNF-alpha", "vesica explain \"Schwann cell\" --to angiogenesis",
    "vesica explain --to \"neuronal apoptosis\" --disease hie",
    "vesica explain miR-146a-5p --source ucmsc --dose 1e10 --route intranasal --figure mir146a.svg"};

constexpr Option kDesignOptions[] = {positional("what", "spin|dose", "what to design")};
constexpr std::string_view kDesignExamples[] = {"vesica design spin --help"};

constexpr Option kDesignSpinOptions[] = {
    {"rotor", "", "NAME", "your rotor: \"Type 45 Ti\", SW32Ti, ...; of a protocol: where its steps name none"},
    {"keep-from", "", "NM", "the smallest size that must be kept"},
    {"remove-above", "", "NM", "nothing of this size or larger may stay (default: no clearing spin)"},
    {"yield", "", "SHARE", "wanted share of the vesicles of these sizes (default 0.8)"},
    {"to-rotor", "", "NAME", "carry the protocol to this rotor, beside what the k-factor says"},
    {"protocol", "", "STUDY.toml[:ID]", "a protocol of a study instead of a wish; with --to-rotor"},
    {"temperature-c", "", "T", "of the spins, in degrees Celsius (default 4)"},
    {"viscosity-mpa-s", "", "X", "of the liquid, in mPa.s (default: water at the temperature)"},
    {"density", "", "G_ML", "of the vesicles, in g/mL (default 1.15, unknown within its evidence)"},
    {"parent-median", "", "NM", "median diameter in the medium (default 100, unknown within its evidence)"},
    {"max-rpm", "", "RPM", "highest speed to use (default: the rotor's)"},
    {"tube-bore-mm", "", "MM", "inner diameter of the tube (default: the usual tube of the rotor)"},
    {"to-tube-bore-mm", "", "MM", "the same for --to-rotor"},
    {"shortest-min", "", "MIN", "no clearing spin shorter than this (default 10)"},
    {"longest-h", "", "H", "no protocol longer than this (default 24)"},
    {"rounds", "", "N", "most clearing spins, each of the pellet of the one before (default 3)"},
    {"draws", "", "N", "draws of what is not known, for intervals (default 400; 0: none)"},
    {"set", "s", "FIELD=VALUE", "any other setting of model spin; may be repeated", false, true},
    {"seed", "", "N", "seed of the draws (default 1)"},
    {"figure", "", "FILE", "draw what is kept of each size (.svg, .png, .pdf)"},
    {"json", "", "", "print one JSON object (schema vesica.design/1)"},
    kTsv,
    kJobs,
};
constexpr std::string_view kDesignSpinExamples[] = {
    "vesica design spin --rotor \"Type 45 Ti\" --keep-from 60 --remove-above 200",
    "vesica design spin --rotor \"Type 45 Ti\" --keep-from 60 --remove-above 200 --to-rotor \"SW 32 Ti\"",
    "vesica design spin --protocol my-study/study.toml:uc --to-rotor \"SW 32 Ti\" --figure transfer.svg"};

constexpr Option kDesignDoseOptions[] = {
    {"organ", "", "NAME", "where the vesicles have to be: brain, liver, spinal_cord, plasma, local, ..."},
    {"at-least", "", "N", "vesicles wanted there"},
    {"area", "", "N", "instead: vesicles times hours wanted over the window"},
    {"measure", "", "minimum|average", "at every moment of the window (default), or on average"},
    {"from-h", "", "H", "the window begins, in hours"},
    {"to-h", "", "H", "the window ends"},
    {"start-h", "", "H", "when the first dose can be given (default 0)"},
    {"species", "", "NAME", "mouse, rat, rat_pup, macaque, human_adult, human_neonate (default mouse)"},
    {"routes", "", "A,B", "iv, ip, sc, intranasal, intrathecal, intracerebral, local, gel (default: by organ)"},
    {"every", "", "H,H", "hours between repeated doses to try (default 24,12,6)"},
    {"gels", "", "A,B", "alginate_disc, chitosan_thermogel, ha_gel, gelma (default: all)"},
    {"available", "", "N", "vesicles that there are"},
    {"cells", "", "N", "cells that share them (default for the brain: from evidence)"},
    {"draws", "", "N", "draws of what is not known, for intervals (default 200; 0: none)"},
    {"limit", "", "N", "ways to show beside the best of each route (default 10; 0: all)"},
    {"set", "s", "FIELD=VALUE", "any other setting of model distribution; may be repeated", false, true},
    {"seed", "", "N", "seed of the draws (default 1)"},
    {"figure", "", "FILE", "draw the best way of each route over time (.svg, .png, .pdf)"},
    {"json", "", "", "print one JSON object (schema vesica.design/1)"},
    kTsv,
    kJobs,
};
constexpr std::string_view kDesignDoseExamples[] = {
    "vesica design dose --organ brain --at-least 1e8 --from-h 6 --to-h 72 --species rat_pup",
    "vesica design dose --organ brain --at-least 1e8 --from-h 6 --to-h 72 --species rat_pup --routes intranasal,gel "
    "--available 1e11",
    "vesica design dose --organ liver --area 1e11 --from-h 1 --to-h 24"};

constexpr Command kCommands[] = {
    {"new", "make a study from a folder of instrument files",
     "Recognises every file by its content, says what it is, what is missing and what cannot be read, writes "
     "study.toml "
     "and samples.xlsx (one row an input) and measures at once what needs no design.",
     kNewOptions, kNewExamples, run_new},
    {"run", "measure, predict, compare and report a study",
     "Measures every input that is new or changed, predicts every scenario, computes the declared comparisons and "
     "writes "
     "tables, figures and report.html. Interrupt it at any time: the same command continues.",
     kRunOptions, kRunExamples, run_run},
    {"merge", "join results made with run --shard",
     "Brings the measured inputs of several results folders together and finishes the study as one run would have.",
     kMergeOptions, kMergeExamples, run_merge},
    {"status", "what is measured, what is stale, what failed",
     "Reads the results without touching them; works while a run is on.", kStatusOptions, kStatusExamples, run_status},
    {"why", "where a number comes from",
     "Answers with the file and its SHA-256, the settings, the version and the run.", kWhyOptions, kWhyExamples,
     run_why},
    {"preparation", "the page of one preparation, or all of a study",
     "Puts tracking, microscopy, light scattering, protein and markers side by side, reconciles sizes and "
     "concentrations, "
     "judges purity against the ceiling of the sizes, names contradictions and what is missing. Without ID: a line a "
     "preparation, purity, lots. Reads the results of the last run.",
     kPreparationOptions, kPreparationExamples, run_preparation},
    {"exclude", "set rows aside, with a reason",
     "Excluded rows stay in the store and in the report's list of exclusions; nothing is deleted. Run the study again "
     "to "
     "see the results without them.",
     kExcludeOptions, kExcludeExamples, run_exclude},
    {"place", "put the cylinder of a bone volume where it belongs",
     "Replaces the cylinder that bone_ct found, or that the settings gave, in one input. The placement is an event of "
     "the "
     "study: it belongs to the file's content, holds through every later run, stands in the report with its reason, "
     "and "
     "vesica undo takes it back. Run the study again to measure that input anew. Where the cylinder stands now is said "
     "under the remarks of the report.",
     kPlaceOptions, kPlaceExamples, run_place},
    {"edit", "correct the objects of an image by hand",
     "Takes away, joins, cuts or draws objects, leaves parts out, or looks at a region alone. Points are pixels as "
     "ImageJ shows them. Each correction is an event of the study: it belongs to the file's content and finds its "
     "object "
     "again by place and size when the image is measured with other settings; what finds nothing is listed as a "
     "conflict. "
     "Run the study again to measure the image anew.",
     kEditOptions, kEditExamples, run_edit},
    {"undo", "take an edit back",
     "Appends the inverse of an edit; undoing an undo restores it. Nothing is ever deleted, and there is no limit.",
     kUndoOptions, kUndoExamples, run_undo},
    {"redo", "put what was taken back in force again", "Takes the last undo back; again and again, in reverse order.",
     kRedoOptions, kRedoExamples, run_redo},
    {"history", "every edit and run of a study", "Lists what was done, by whom, when and why.", kHistoryOptions,
     kHistoryExamples, run_history},
    {"measure", "measure single files without a study",
     "Reads files with one assay and prints its observations. Nothing is stored.", kMeasureOptions, kMeasureExamples,
     run_measure},
    {"predict", "predict with a model",
     "Runs a model of Vesica, a scenario file, or a reaction network in SBML, and prints its observations. The options "
     "from --to on are for SBML files; times and amounts are in the file's own units.",
     kPredictOptions, kPredictExamples, run_predict},
    {"phantom", "render raw files with known truth",
     "Writes files as an instrument would export them, and truth.tsv beside them.", kPhantomOptions, kPhantomExamples,
     run_phantom},
    {"describe", "what Vesica knows: assays, models, quantities, settings",
     "Without a name: everything in a few lines. With a name: its settings, quantities, definitions and sources.",
     kDescribeOptions, kDescribeExamples, run_describe},
    {"evidence", "the tables of parameters, rotors, physiology, results and mechanisms",
     "Searches the curated tables; every row has its source and how it is known.", kEvidenceOptions, kEvidenceExamples,
     run_evidence},
    {"design", "which protocol, which dose gives what is wanted",
     "vesica design spin finds spins for a wanted size cut and yield on your rotor; vesica design dose finds dose, "
     "route "
     "and schedule for a wanted exposure of an organ. Each has a help of its own.",
     kDesignOptions, kDesignExamples, run_design},
    {"design spin", "spins for a wanted size cut and yield on your rotor",
     "Finds the shortest protocol, within the rotor's highest speed, that keeps the wanted sizes and removes what is "
     "larger; says what is lost on the way, what comes along, with intervals, and on which evidence it leans. With "
     "--to-rotor it carries the protocol to another rotor. Exit code 1: the wish cannot be reached; it says what "
     "could.",
     kDesignSpinOptions, kDesignSpinExamples, run_design_spin},
    {"design dose", "dose, route and schedule for a wanted exposure of an organ",
     "Tries every route with one dose, repeated doses, an infusion and gels; gives each the dose that brings the "
     "wanted "
     "number of vesicles into the organ within the window, with interval, and puts the way that needs the fewest "
     "vesicles "
     "first; says which assumption decides and what that number means for a cell. Exit code 1: the wish cannot be "
     "reached; it says what could.",
     kDesignDoseOptions, kDesignDoseExamples, run_design_dose},
    {"check", "hold a study against reporting standards: MISEV2023, EV-METRIC, MIFlowCyt-EV, ARRIVE, MIQE",
     "Says of every item of a standard whether the study states it, what is missing, and which line of study.toml says "
     "it. Works before any measurement, on what is stated and planned; results are used when there are any. Exit code "
     "1: an item that a standard demands is absent, or statements contradict each other.",
     kCheckOptions, kCheckExamples, run_check},
    {"explain", "signed paths from cargo to outcome, each link with its evidence",
     "Follows the links of the mechanism table from a cargo, cell or gene to an outcome; says of each link who claims "
     "it, "
     "in which system, and whether the cited paper was checked. Without a name before --to it ranks sources and "
     "cargoes "
     "by independent evidence. Exit code 1: no path.",
     kExplainOptions, kExplainExamples, run_explain},
};

}  // namespace

std::span<const Command> all_commands() { return kCommands; }
std::span<const Option> common_options() { return kCommon; }

const Command* find_command(std::string_view name) {
  for (const Command& command : kCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

}  // namespace vesica::cli
