// SPDX-License-Identifier: Apache-2.0
// One function a command: arguments in, exit code out. They call app/ and print.
#pragma once

#include "cli/command_table.h"

namespace vesica::cli {

int run_new(const Arguments& arguments, Terminal& terminal);
int run_run(const Arguments& arguments, Terminal& terminal);
int run_merge(const Arguments& arguments, Terminal& terminal);
int run_status(const Arguments& arguments, Terminal& terminal);
int run_why(const Arguments& arguments, Terminal& terminal);
int run_preparation(const Arguments& arguments, Terminal& terminal);
int run_exclude(const Arguments& arguments, Terminal& terminal);
int run_place(const Arguments& arguments, Terminal& terminal);
int run_edit(const Arguments& arguments, Terminal& terminal);
int run_redo(const Arguments& arguments, Terminal& terminal);
int run_undo(const Arguments& arguments, Terminal& terminal);
int run_history(const Arguments& arguments, Terminal& terminal);
int run_measure(const Arguments& arguments, Terminal& terminal);
int run_predict(const Arguments& arguments, Terminal& terminal);
int run_phantom(const Arguments& arguments, Terminal& terminal);
int run_describe(const Arguments& arguments, Terminal& terminal);
int run_evidence(const Arguments& arguments, Terminal& terminal);
int run_design(const Arguments& arguments, Terminal& terminal);
int run_design_dose(const Arguments& arguments, Terminal& terminal);
int run_design_spin(const Arguments& arguments, Terminal& terminal);
int run_check(const Arguments& arguments, Terminal& terminal);
int run_explain(const Arguments& arguments, Terminal& terminal);

}  // namespace vesica::cli
