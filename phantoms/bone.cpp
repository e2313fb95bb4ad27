// SPDX-License-Identifier: Apache-2.0
#include "phantoms/bone.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "phantoms/images.h"

#include "vesica/base/random.h"
#include "vesica/quantity/quantity.h"

namespace vesica {

namespace {

constexpr double kPi = std::numbers::pi;

double length(const BonePlace& p) { return std::hypot(p[0], p[1], p[2]); }

/// Distance along one axis to the nearest multiple of the period plus half of it.
double from_middle(double x, double period) { return x - period * (std::floor(x / period) + 0.5); }

double gyroid_field(const BonePlace& p, double period) {
  const double k = 2 * kPi / period;
  return std::sin(k * p[0]) * std::cos(k * p[1]) + std::sin(k * p[1]) * std::cos(k * p[2]) +
         std::sin(k * p[2]) * std::cos(k * p[0]);
}

void add_truth(ObservationTable& truth, const std::string& sample, std::string_view quantity, double value,
               const std::string& condition = "") {
  Observation row;
  row.quantity = quantity;
  row.condition = condition;
  row.sample = sample;
  row.origin = Origin::kPredicted;
  row.source = "phantom";
  row.value = value;
  row.unit = find_quantity(quantity)->unit;
  truth.add(row);
}

void describe_scan(Fields& fields, BoneScan& scan) {
  fields.number("voxel_um", scan.voxel_um, {.unit = "um", .low = 0.1, .high = 1000, .help = "Edge of a voxel."});
  fields.number("marrow_grey", scan.marrow_grey, {.low = 0, .high = 65535, .help = "Grey value of marrow and air."});
  fields.number("bone_grey", scan.bone_grey, {.low = 0, .high = 65535, .help = "Grey value of bone."});
  fields.number("noise", scan.noise, {.low = 0, .high = 20000, .help = "SD of the noise in grey values."});
}

/// What is true of a shape whose closed forms are known; the others have their volume counted on a fine grid.
void add_shape_truth(const BonePhantomSettings& s, const BoneShape& shape, ObservationTable& truth) {
  const double t = s.thickness_um * 1e-3, p = s.period_um * 1e-3, voxel = s.scan.voxel_um * 1e-3;
  const auto n = static_cast<std::size_t>(s.size);
  const auto everywhere = [](const BonePlace&) { return true; };
  add_truth(truth, s.sample, "bone.volume_fraction", filled_share(shape, everywhere, n, n, n, voxel, 4));
  add_truth(truth, s.sample, "bone.tissue_volume", std::pow(static_cast<double>(n) * voxel, 3));
  if (s.shape == "plates") {
    add_truth(truth, s.sample, "bone.trabecular_thickness", t);
    add_truth(truth, s.sample, "bone.trabecular_separation", p - t);
    add_truth(truth, s.sample, "bone.surface_density", 2 / p);
  } else if (s.shape == "rods") {
    add_truth(truth, s.sample, "bone.surface_density", kPi * t / (p * p));
  } else if (s.shape == "balls") {
    add_truth(truth, s.sample, "bone.surface_density", kPi * t * t / (p * p * p));
  } else if (s.shape == "torus") {
    add_truth(truth, s.sample, "bone.euler_number", 0);
  }
}

Rendered render_bone(const AnySettings& any, std::uint64_t seed) {
  const auto& settings = any.get<BonePhantomSettings>();
  const auto n = static_cast<std::size_t>(settings.size);
  const BoneShape shape = bone_shape(settings);
  Rendered out;
  out.files.push_back({settings.sample + ".tif", tiff_stack(scan_bone(shape, n, n, n, settings.scan, seed)),
                       "Micro-CT volume as a stack of slices."});
  add_shape_truth(settings, shape, out.truth);
  return out;
}

Rendered render_one(const AnySettings& any, std::uint64_t seed) {
  const auto& settings = any.get<CalvariaSettings>();
  return render_calvaria(settings, settings.sample + ".tif", "", seed);
}

AnySettings make_bone() { return AnySettings::of<BonePhantomSettings>(); }
AnySettings make_calvaria() { return AnySettings::of<CalvariaSettings>(); }

}  // namespace

void BonePhantomSettings::describe(Fields& fields) {
  static constexpr std::array<std::string_view, 5> kShapes = {"plates", "rods", "balls", "torus", "gyroid"};
  fields.choice("shape", shape, kShapes,
                {.help = "Parallel plates, parallel rods, a lattice of balls, one torus, the sheets of a gyroid."});
  fields.integer("size", size, {.low = 8, .high = 1024, .help = "Voxels a side of the cube."});
  fields.number(
      "thickness_um", thickness_um,
      {.unit = "um", .low = 1, .high = 1e5, .help = "Thickness of plates; diameter of rods, balls, the ring."});
  fields.number("period_um", period_um,
                {.unit = "um", .low = 1, .high = 1e6, .help = "Distance from one to the next."});
  fields.number("tilt_deg", tilt_deg, {.unit = "deg", .low = -90, .high = 90, .help = "Tilt of plates and rods."});
  describe_scan(fields, scan);
  fields.text("sample", sample, {.help = "Name of the sample and of the file."});
}

void CalvariaSettings::describe(Fields& fields) {
  fields.number("trephine_mm", trephine_mm, {.unit = "mm", .low = 0.2, .high = 20, .help = "Radius of the defect."});
  fields.number("skull_mm", skull_mm, {.unit = "mm", .low = 2, .high = 200, .help = "Radius of the skull."});
  fields.number("thickness_mm", thickness_mm, {.unit = "mm", .low = 0.05, .high = 10, .help = "Of native bone."});
  fields.number("tilt_deg", tilt_deg, {.unit = "deg", .low = -20, .high = 20, .help = "Tilt of the defect's axis."});
  fields.number("off_centre_mm", off_centre_mm,
                {.unit = "mm", .low = -5, .high = 5, .help = "Defect from the volume's middle along x, half along y."});
  fields.number("ingrowth_mm", ingrowth_mm,
                {.unit = "mm", .low = 0, .high = 20, .help = "New bone from the margin inwards."});
  fields.number("new_thickness", new_thickness,
                {.low = 0.05, .high = 1, .help = "Thickness of new bone as a share of the native."});
  fields.integer("islands", islands, {.low = 0, .high = 100, .help = "Islands of new bone."});
  fields.number("island_mm", island_mm, {.unit = "mm", .low = 0.01, .high = 5, .help = "Radius of an island."});
  fields.flag("bridge", bridge, {.help = "A bar of new bone from side to side."});
  describe_scan(fields, scan);
  fields.text("sample", sample, {.help = "Name of the sample and of the file."});
}

BoneShape bone_shape(const BonePhantomSettings& settings) {
  const double t = settings.thickness_um * 1e-3, period = settings.period_um * 1e-3;
  const double side = static_cast<double>(settings.size) * settings.scan.voxel_um * 1e-3;
  const double c = std::cos(settings.tilt_deg * kPi / 180), s = std::sin(settings.tilt_deg * kPi / 180);
  const auto turned = [c, s](const BonePlace& p) { return BonePlace{c * p[0] + s * p[2], p[1], c * p[2] - s * p[0]}; };
  if (settings.shape == "plates") {
    return [=](const BonePlace& p) { return std::abs(from_middle(turned(p)[2], period)) < t / 2; };
  }
  if (settings.shape == "rods") {
    return [=](const BonePlace& p) {
      return std::hypot(from_middle(turned(p)[0], period), from_middle(p[1], period)) < t / 2;
    };
  }
  if (settings.shape == "balls") {
    return [=](const BonePlace& p) {
      return std::hypot(from_middle(p[0], period), from_middle(p[1], period), from_middle(p[2], period)) < t / 2;
    };
  }
  if (settings.shape == "torus") {
    return [=](const BonePlace& p) {
      const double flat = std::hypot(p[0] - side / 2, p[1] - side / 2);
      return std::hypot(flat - side / 4, p[2] - side / 2) < t / 2;
    };
  }
  // Near its middle surface the field rises by about 1.2 times its wave number a unit of length (mean over the
  // surface).
  const double level = 1.2 * 2 * kPi / period * t / 2;
  return [=](const BonePlace& p) { return std::abs(gyroid_field(p, period)) < level; };
}

namespace {

/// Whether discs that overlap lead from new bone at the margin to new bone at least 120 degrees away.
bool islands_bridge(const std::vector<std::array<double, 2>>& islands, const CalvariaSettings& s) {
  std::vector<std::size_t> part(islands.size());
  for (std::size_t i = 0; i < part.size(); ++i) part[i] = i;
  for (std::size_t i = 0; i < islands.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (std::hypot(islands[i][0] - islands[j][0], islands[i][1] - islands[j][1]) >= 2 * s.island_mm) continue;
      std::replace(part.begin(), part.end(), std::size_t{part[i]}, std::size_t{part[j]});
    }
  }
  const auto touches = [&](std::size_t i) {
    return std::hypot(islands[i][0], islands[i][1]) + s.island_mm > s.trephine_mm - s.ingrowth_mm;
  };
  for (std::size_t i = 0; i < islands.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (part[i] != part[j] || !touches(i) || !touches(j)) continue;
      const double turn =
          std::remainder(std::atan2(islands[i][1], islands[i][0]) - std::atan2(islands[j][1], islands[j][0]), 2 * kPi);
      if (std::abs(turn) >= 2 * kPi / 3) return true;
    }
  }
  return false;
}

}  // namespace

Calvaria calvaria(const CalvariaSettings& s, std::uint64_t seed) {
  Calvaria out;
  const double voxel = s.scan.voxel_um * 1e-3;
  const double half = s.trephine_mm + 2.3 + std::abs(s.off_centre_mm);  // the ring that the method looks at, and more
  const double tilt = s.tilt_deg * kPi / 180;
  const double sag = s.skull_mm - std::sqrt(std::max(0.0, s.skull_mm * s.skull_mm - 2 * half * half));
  const double height = sag + s.thickness_mm + 2 * half * std::sin(std::abs(tilt)) + 1;
  out.nx = out.ny = static_cast<std::size_t>(2 * half / voxel) + 1;
  out.nz = static_cast<std::size_t>(height / voxel) + 1;
  out.axis = {std::sin(tilt) * 0.8, std::sin(tilt) * 0.6, std::cos(tilt)};
  const double top = static_cast<double>(out.nz) * voxel - 0.5 - s.thickness_mm / 2 - half * std::sin(std::abs(tilt));
  out.centre = {half + s.off_centre_mm, half + s.off_centre_mm / 2, top};
  BonePlace middle{};  // of the skull
  for (std::size_t a = 0; a < 3; ++a) middle[a] = out.centre[a] - s.skull_mm * out.axis[a];
  // Coordinates across the axis.
  const BonePlace w = out.axis;
  BonePlace u = {w[2], 0, -w[0]};
  for (double& each : u) each /= std::hypot(w[2], w[0]);
  const BonePlace v = {w[1] * u[2] - w[2] * u[1], w[2] * u[0] - w[0] * u[2], w[0] * u[1] - w[1] * u[0]};
  std::vector<std::array<double, 2>> islands;
  Random random(seed, 77);
  const double room = s.trephine_mm - s.ingrowth_mm - s.island_mm;
  for (std::int64_t i = 0; i < s.islands; ++i) {
    const double angle = random.uniform(0, 2 * kPi), r = std::max(0.0, room) * std::sqrt(random.uniform());
    islands.push_back({r * std::cos(angle), r * std::sin(angle)});
  }
  out.bridged = s.bridge || islands_bridge(islands, s);
  const auto across = [=, centre = out.centre](const BonePlace& p) {
    const BonePlace d = {p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]};
    return std::array<double, 2>{d[0] * u[0] + d[1] * u[1] + d[2] * u[2], d[0] * v[0] + d[1] * v[1] + d[2] * v[2]};
  };
  const auto depth = [=](const BonePlace& p) {
    return std::abs(length({p[0] - middle[0], p[1] - middle[1], p[2] - middle[2]}) - s.skull_mm);
  };
  out.bone = [=](const BonePlace& p) {
    const double deep = depth(p);
    if (deep >= s.thickness_mm / 2) return false;
    const auto [a, b] = across(p);
    const double r = std::hypot(a, b);
    if (r > s.trephine_mm) return true;
    if (deep >= s.thickness_mm * s.new_thickness / 2) return false;
    if (r > s.trephine_mm - s.ingrowth_mm || (s.bridge && std::abs(b) < s.island_mm)) return true;
    return std::any_of(islands.begin(), islands.end(), [&, along = a, sideways = b](const auto& each) {
      return std::hypot(along - each[0], sideways - each[1]) < s.island_mm;
    });
  };
  out.region = [=](const BonePlace& p) {
    constexpr double kRim = 0.1, kTable = 0.25;
    const auto [a, b] = across(p);
    return std::hypot(a, b) <= s.trephine_mm - kRim && depth(p) <= s.thickness_mm / 2 + kTable;
  };
  return out;
}

double filled_share(const BoneShape& shape, const BoneShape& region, std::size_t nx, std::size_t ny, std::size_t nz,
                    double voxel_mm, int steps) {
  std::size_t all = 0, filled = 0;
  const double step = voxel_mm / steps;
  const auto count = [&](std::size_t n) { return n * static_cast<std::size_t>(steps); };
  for (std::size_t z = 0; z < count(nz); ++z) {
    for (std::size_t y = 0; y < count(ny); ++y) {
      for (std::size_t x = 0; x < count(nx); ++x) {
        const BonePlace p = {(static_cast<double>(x) + 0.5) * step, (static_cast<double>(y) + 0.5) * step,
                             (static_cast<double>(z) + 0.5) * step};
        if (!region(p)) continue;
        ++all;
        filled += shape(p) ? 1 : 0;
      }
    }
  }
  return all > 0 ? static_cast<double>(filled) / static_cast<double>(all) : 0;
}

Volume scan_bone(const BoneShape& shape, std::size_t nx, std::size_t ny, std::size_t nz, const BoneScan& scan,
                 std::uint64_t seed) {
  Volume out = make_volume(nx, ny, nz, 16);
  out.voxel_um = {scan.voxel_um, scan.voxel_um, scan.voxel_um};
  const double voxel = scan.voxel_um * 1e-3;
  constexpr std::array<double, 3> kPoints = {1.0 / 6, 0.5, 5.0 / 6};
  for (std::size_t z = 0; z < nz; ++z) {
    Random random(seed, 1000 + z);
    for (std::size_t y = 0; y < ny; ++y) {
      for (std::size_t x = 0; x < nx; ++x) {
        int inside = 0;
        for (const double dz : kPoints) {
          for (const double dy : kPoints) {
            for (const double dx : kPoints) {
              inside += shape({(static_cast<double>(x) + dx) * voxel, (static_cast<double>(y) + dy) * voxel,
                               (static_cast<double>(z) + dz) * voxel})
                            ? 1
                            : 0;
            }
          }
        }
        const double grey = scan.marrow_grey + (scan.bone_grey - scan.marrow_grey) * inside / 27.0 +
                            (scan.noise > 0 ? random.normal(0, scan.noise) : 0);
        out.words[out.index(x, y, z)] = static_cast<std::uint16_t>(std::clamp(std::round(grey), 0.0, 65535.0));
      }
    }
  }
  return out;
}

Rendered render_calvaria(const CalvariaSettings& settings, const std::string& file, const std::string& condition,
                         std::uint64_t seed) {
  const Calvaria skull = calvaria(settings, seed);
  Rendered out;
  const Volume volume = scan_bone(skull.bone, skull.nx, skull.ny, skull.nz, settings.scan, seed);
  out.files.push_back({file, tiff_stack(volume), "Micro-CT volume of a skull with a defect."});
  const double voxel = settings.scan.voxel_um * 1e-3;
  const auto truth = [&](std::string_view quantity, double value) {
    add_truth(out.truth, settings.sample, quantity, value, condition);
  };
  truth("bone.volume_fraction", filled_share(skull.bone, skull.region, skull.nx, skull.ny, skull.nz, voxel, 4));
  truth("bone.defect.bridged", skull.bridged ? 1 : 0);
  truth("bone.defect.radius", settings.trephine_mm);
  return out;
}

std::string tiff_stack(const Volume& volume) {
  phantom::TiffPlanes planes = {volume.nx, volume.ny, 16, 1, {}, volume.voxel_um[0], 0, volume.voxel_um[2]};
  const auto slice = static_cast<std::ptrdiff_t>(volume.nx * volume.ny);
  for (std::ptrdiff_t z = 0; z < static_cast<std::ptrdiff_t>(volume.nz); ++z) {
    planes.planes.emplace_back(volume.words.begin() + z * slice, volume.words.begin() + (z + 1) * slice);
  }
  return phantom::tiff_file(planes);
}

const Phantom kBonePhantom = {"bone", "Bone shapes", "Micro-CT volumes of plates, rods, balls, a torus or a gyroid.",
                              make_bone, render_bone};
const Phantom kCalvariaPhantom = {"calvaria", "Skull with a defect",
                                  "Micro-CT volume of a tilted skull cap with a round defect in which bone grows.",
                                  make_calvaria, render_one};

}  // namespace vesica
