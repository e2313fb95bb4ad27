// SPDX-License-Identifier: Apache-2.0
// The catalogue of file formats: id, name, and the way to something readable.
#include <algorithm>
#include <array>
#include <string_view>

#include "vesica/base/message.h"
#include "vesica/base/require.h"
#include "vesica/io/open.h"

namespace vesica {

namespace {

struct Row {
  std::string_view id;
  std::string_view name;
  std::string_view conversion;  ///< empty: readable
};

constexpr std::string_view kExcel =
    "Open it in Excel or LibreOffice, choose Save As, \"Excel Workbook (.xlsx)\", and use that file.";
constexpr std::string_view kExport = "Open it in its program and export the table as CSV or Excel Workbook (.xlsx).";
constexpr std::string_view kUnpack = "Unpack it and use the files inside.";
constexpr std::string_view kImage =
    "Open it in Fiji or in the instrument's program and save it as TIFF (Fiji: File > Save As > Tiff).";
constexpr std::string_view kMicroscope =
    "Convert it to OME-TIFF: bfconvert -compression zlib IN OUT.ome.tiff (Bio-Formats command line tools), or in Fiji: "
    "Plugins > Bio-Formats > Bio-Formats Importer, then Plugins > Bio-Formats > Bio-Formats Exporter, OME-TIFF.";
constexpr std::string_view kFlow =
    "Flow cytometry files are not read yet: export the gate statistics as CSV (FlowJo: Table Editor > Save As; FCS "
    "Express: "
    "export the batch table) and measure them with the assay \"table\".";
constexpr std::string_view kQpcr =
    "qPCR runs are not read yet: export the Cq table as CSV or Excel Workbook from the cycler's program and measure it "
    "with "
    "the assay \"table\".";
constexpr std::string_view kText = "Copy the table into a spreadsheet and save it as CSV or Excel Workbook (.xlsx).";

/// Sorted by id.
constexpr std::array kFormats = {
    Row{"afm_nanoscope", "a Bruker NanoScope height map", kImage},
    Row{"aim", "a Scanco volume (AIM)", ""},
    Row{"avi", "an AVI video", ""},
    Row{"bmp", "a BMP image", ""},
    Row{"czi", "a Zeiss microscope image (CZI)", kMicroscope},
    Row{"dicom", "a DICOM image", ""},
    Row{"dm", "a Gatan electron micrograph (DM3, DM4)", ""},
    Row{"doc", "an old Word document (.doc)", kText},
    Row{"docx", "a Word document (.docx)", kText},
    Row{"eds", "an Applied Biosystems qPCR run (.eds)", kQpcr},
    Row{"empty", "an empty file", "Export or copy the file again: it holds nothing."},
    Row{"encrypted_office", "an Office file protected by a password",
        "Open it in Excel, remove the password (File > Info > Protect Workbook > Encrypt with Password, clear it), "
        "save "
        "it as Excel Workbook (.xlsx)."},
    Row{"fcs", "a flow cytometry file (FCS)", kFlow},
    Row{"gif", "a GIF image", kImage},
    Row{"gwy", "a Gwyddion height map", kImage},
    Row{"gzip", "a gzip archive", kUnpack},
    Row{"hdf5", "an HDF5 file", kExport},
    Row{"html", "a web page, or a table saved as one", kExcel},
    Row{"image_series", "a series of images in a folder", ""},
    Row{"imagej_roi", "a region of interest of ImageJ", kImage},
    Row{"isq", "a Scanco volume (ISQ)", ""},
    Row{"jpeg", "a JPEG image", ""},
    Row{"json", "a JSON text", kExport},
    Row{"lif", "a Leica microscope image (LIF)", kMicroscope},
    Row{"matlab", "a MATLAB data file",
        "In MATLAB, write the table with writetable(T, 'table.csv') and use that file."},
    Row{"metaimage", "a MetaImage volume (MHA, MHD)", ""},
    Row{"mov", "a QuickTime or MP4 video", ""},
    Row{"mrc", "an electron microscopy map (MRC)", ""},
    Row{"nano", "a NanoSight experiment (.nano)",
        "Open it in the NTA software, choose Export results, and use the file that ends in ExperimentSummary.csv."},
    Row{"nanosight_particles", "a NanoSight particle table (ParticleData)", ""},
    Row{"nanosight_resaved", "a table that another program saved under the name of a NanoSight summary",
        "Export the experiment summary again from the NTA software; to use the table as it is, measure it with the "
        "assay "
        "\"table\"."},
    Row{"nanosight_summary", "a NanoSight experiment summary", ""},
    Row{"nanosight_tracks", "a NanoSight table of tracks (AllTracks)", ""},
    Row{"nd2", "a Nikon microscope image (ND2)", kMicroscope},
    Row{"nifti", "a NIfTI volume", ""},
    Row{"npy", "an array of NumPy (.npy, Cellpose's _seg.npy)",
        "In Cellpose: File > Save masks as PNG/tif; in Python: tifffile.imwrite(\"NAME_labels.tif\", labels)."},
    Row{"nrrd", "an NRRD volume", ""},
    Row{"numbers", "an Apple Numbers spreadsheet",
        "In Numbers, choose File > Export To > Excel and use the .xlsx file."},
    Row{"ods", "an OpenDocument spreadsheet (.ods)", kExcel},
    Row{"office_other", "an old Office or instrument file (compound document)", kExport},
    Row{"oib", "an Olympus microscope image (OIB)", kMicroscope},
    Row{"oir", "an Olympus microscope image (OIR)", kMicroscope},
    Row{"parquet", "a Parquet table",
        "In R or Python, write the table as CSV: write.csv(arrow::read_parquet(f), 'table.csv')."},
    Row{"pdf", "a PDF document",
        "Numbers in a PDF cannot be read safely: export the table from the program that made the report, as CSV or "
        "Excel "
        "Workbook (.xlsx)."},
    Row{"png", "a PNG image", ""},
    Row{"pptx", "a PowerPoint presentation", kText},
    Row{"prism", "a GraphPad Prism file",
        "In Prism, open the data table, choose File > Export, \"CSV Comma separated values\", and use that file."},
    Row{"rdata", "an R data file", "In R, write the table with write.csv(x, 'table.csv', row.names = FALSE)."},
    Row{"rdml", "a qPCR run (RDML)", kQpcr},
    Row{"rtf", "a rich text document", kText},
    Row{"sevenzip", "a 7-Zip, RAR, XZ, bzip2 or Zstandard archive", kUnpack},
    Row{"skyscan_log", "a SkyScan log", "Give the folder of slices beside it; the log is read with them."},
    Row{"spss", "an SPSS data file", "In SPSS, choose File > Save As, type \"Comma delimited (*.csv)\"."},
    Row{"sqlite", "an SQLite database", kExport},
    Row{"text", "a text table", ""},
    Row{"tiff", "a TIFF image", ""},
    Row{"unknown_binary", "a binary file of unknown kind", kExport},
    Row{"video", "a video", ""},
    Row{"vsi", "an Olympus slide scan (VSI)", kMicroscope},
    Row{"xls", "an old Excel workbook (.xls)", kExcel},
    Row{"xlsb", "a binary Excel workbook (.xlsb)", kExcel},
    Row{"xlsx", "an Excel workbook (.xlsx)", ""},
    Row{"xml", "an XML document", kExport},
    Row{"xml_spreadsheet", "an XML spreadsheet of Excel 2003", kExcel},
    Row{"zetasizer_dts", "a Malvern Zetasizer measurement file (.dts)",
        "In the Zetasizer software, mark the records in the Records View, choose File > Export (parameters with a "
        "header "
        "row, sizes and intensities among them), and use the text file."},
    Row{"zetasizer_zmes", "a ZS XPLORER measurement file (.zmes)",
        "In ZS XPLORER, mark the measurements, export the data as a CSV or Excel table with column names, and use that "
        "file."},
    Row{"zetaview_positions", "a ZetaView table over positions",
        "Use the file whose name contains \"_size_\" from the same export."},
    Row{"zetaview_profile", "a ZetaView zeta potential profile",
        "Use the file whose name contains \"_size_\" from the same export."},
    Row{"zetaview_text", "a ZetaView size distribution", ""},
    Row{"zip", "a ZIP archive", kUnpack},
    Row{"zip_damaged", "a damaged or cut off ZIP archive or Office file", "Copy or download the file again."},
};

}  // namespace

std::vector<std::string> format_ids() {
  std::vector<std::string> ids;
  for (const Row& row : kFormats) ids.emplace_back(row.id);
  return ids;
}

FileFormat format_of(std::string_view id) {
  const auto row = std::lower_bound(kFormats.begin(), kFormats.end(), id,
                                    [](const Row& a, std::string_view wanted) { return a.id < wanted; });
  VESICA_REQUIRE(row != kFormats.end() && row->id == id, "the format stands in the catalogue");
  return {std::string(row->id), say(row->name), row->conversion.empty() ? "" : say(row->conversion),
          row->conversion.empty()};
}

}  // namespace vesica
