// SPDX-License-Identifier: Apache-2.0
// Reporting standards in the report: what is there, what is missing, what contradicts itself.
#include <fmt/format.h>

#include "vesica/base/message.h"
#include "vesica/base/text.h"
#include "vesica/report/html_parts.h"

namespace vesica {

namespace {

std::string remarks_html(const ReportStandardItem& item) {
  std::string out;
  for (const std::string& remark : item.remarks) out += (out.empty() ? "" : "<br/>") + escape_xml(remark);
  return out;
}

}  // namespace

std::string section_standards(const Page& page) {
  if (page.content.standards.empty()) return "";
  std::string out = "<section aria-labelledby=\"standards\">\n" + heading(2, say("Reporting standards"), "standards");
  out +=
      paragraph(say("What reporting standards ask and this study states. vesica check says where to write what is "
                    "missing; sheets filled in from the study lie in the folder reporting."));
  for (const ReportStandard& standard : page.content.standards) {
    HtmlTable table(standard.title, {{say("Item")}, {say("Asked")}, {say("State")}, {say("Missing")}});
    for (const ReportStandardItem& item : standard.items)
      table.row({escape_xml(item.clause), escape_xml(item.title),
                 item.good ? escape_xml(item.state) : "<strong>" + escape_xml(item.state) + "</strong>",
                 remarks_html(item)});
    out +=
        fmt::format("<details><summary>{}: {}</summary>\n", escape_xml(standard.title), escape_xml(standard.summary));
    if (!standard.doi.empty()) out += paragraph("DOI " + standard.doi, "hint");
    if (!standard.note.empty()) out += paragraph(standard.note, "hint");
    out += table.html() + "</details>\n";
  }
  return out + "</section>\n";
}

}  // namespace vesica
