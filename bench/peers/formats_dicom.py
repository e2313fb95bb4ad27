"""DICOM by pydicom and by SimpleITK (GDCM): slices and files of several frames in the transfer syntaxes that they write."""
import imagecodecs
import numpy as np
import pydicom
import SimpleITK as sitk
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (ExplicitVRBigEndian, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian,
                         JPEG2000Lossless, RLELossless, generate_uid)

from formats_common import LPS_MM, NOWHERE, SMALL, TRUTH, Case, directions, orders, stored

CT, SECONDARY, ENHANCED_CT, WORD_FRAMES = ("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.7",
                                           "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.7.3")
LOOSE = ("image.frames_without_places",)
BIG = TRUTH.repeat(8, axis=1).repeat(8, axis=2)  # the encoder of JPEG 2000 refuses smaller images


def readings(folder):
    slices = [pydicom.dcmread(path) for path in (folder / "dicom").iterdir()]
    slices.sort(key=lambda one: one.ImagePositionPatient[2])
    values = np.array([one.pixel_array * one.RescaleSlope + one.RescaleIntercept for one in slices])
    step = slices[1].ImagePositionPatient[2] - slices[0].ImagePositionPatient[2]
    spacing = slices[0].PixelSpacing
    yield "dicom", "pydicom", values, (spacing[1], spacing[0], step)
    names = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder / "dicom"))
    image = sitk.ReadImage(names)
    yield "dicom", "SimpleITK", sitk.GetArrayFromImage(image), image.GetSpacing()


def dataset(path, sop, series, syntax, array, bits=16, signed=False):
    """An image of array[y, x], [frame, y, x] or [y, x, 3] with what every DICOM image must state."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[str(path)])
    meta.TransferSyntaxUID = syntax
    meta.ImplementationClassUID = generate_uid(entropy_srcs=["vesica"])
    one = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128,
                      is_implicit_VR=syntax == ImplicitVRLittleEndian, is_little_endian=syntax != ExplicitVRBigEndian)
    one.SOPClassUID, one.SOPInstanceUID = sop, meta.MediaStorageSOPInstanceUID
    one.StudyInstanceUID, one.SeriesInstanceUID = "1.2.3", series
    one.Modality = "CT"
    one.PatientID = "phantom"
    colour = array.shape[-1] == 3 and array.ndim == 3
    one.SamplesPerPixel = 3 if colour else 1
    one.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    one.Rows, one.Columns = array.shape[:2] if colour else array.shape[-2:]
    one.BitsAllocated = bits
    one.BitsStored, one.HighBit = bits, bits - 1
    one.PixelRepresentation = int(signed)
    if colour:
        one.PlanarConfiguration = 0
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    kind = {8: "u1", 16: "i2" if signed else "u2", 32: "i4" if signed else "u4"}[bits]
    one.PixelData = array.astype(order + kind).tobytes() + b"\0" * (array.size * bits // 8 % 2)
    one["PixelData"].VR = "OB" if bits == 8 else "OW"
    return one


def save(one, path):
    one.save_as(path, enforce_file_format=True)


def series(folder, name, values=TRUTH, order=((0, 1, 2), (1, 1, 1)), syntax=ExplicitVRLittleEndian, bits=16, change=None,
           packed=None, **wanted):
    """One file a slice. `change(one, k)` alters slice k before it is written."""
    place = folder / name
    place.mkdir()
    array = stored(values, *order)
    matrix = directions(*order)
    step = np.array(LPS_MM)[list(order[0])]
    signed = array.min() < 0
    for k in range(array.shape[2]):
        one = dataset(place / f"{k}.dcm", CT, f"1.2.3.{len(name)}", syntax, array[:, :, k].T, bits, signed)
        one.PixelSpacing = [step[1], step[0]]
        one.ImageOrientationPatient = [*map(float, matrix[:, 0]), *map(float, matrix[:, 1])]
        one.ImagePositionPatient = [round(float(x), 6) for x in matrix[:, 2] * step[2] * k]
        one.SliceThickness = 0.5
        one.InstanceNumber = array.shape[2] - k
        if change:
            change(one, k)
        if packed:
            one.compress(packed)
        save(one, place / f"{k}.dcm")
    return Case("pydicom", f"{name} (series)", place, values, **wanted)


def set_field(**fields):
    def change(one, _):
        for key, value in fields.items():
            setattr(one, key, value)
    return change


def series_cases(folder):
    for i, order in enumerate(orders()):
        yield series(folder, f"order{i}", order=order)
    for name, syntax in (("implicit", ImplicitVRLittleEndian), ("big", ExplicitVRBigEndian),
                         ("deflated", DeflatedExplicitVRLittleEndian)):
        yield series(folder, name, syntax=syntax)
    yield series(folder, "rle", packed=RLELossless)
    yield series(folder, "jpeg2000", values=BIG, packed=JPEG2000Lossless)
    yield series(folder, "rle8", values=SMALL, bits=8, packed=RLELossless)
    yield series(folder, "eight", values=SMALL, bits=8)
    yield series(folder, "signed", values=TRUTH - 200)
    yield series(folder, "thirtytwo", bits=32)
    yield series(folder, "twelve", change=set_field(BitsStored=12, HighBit=11))
    case = series(folder, "rescaled", change=set_field(RescaleSlope="0.5", RescaleIntercept="-10"))
    case.values = TRUTH * 0.5 - 10
    yield case

    def own_slope(one, k):
        one.RescaleSlope, one.RescaleIntercept = str(1 + 0.25 * k), "0"
    yield series(folder, "own_slopes", change=own_slope, refused="scaled differently")

    def hole(one, k):
        if k >= 2:
            one.ImagePositionPatient = [0, 0, one.ImagePositionPatient[2] + 0.07]
    yield series(folder, "hole", change=hole, notes=("image.slices_missing",))

    def twice(one, k):
        one.ImagePositionPatient = [0, 0, 0.035 * (k // 2)]
    yield series(folder, "twice", change=twice, refused="Two slices lie at one position")

    def unequal(one, k):
        if k == 2:
            one.Rows, one.PixelData = 4, one.PixelData[:56]
    yield series(folder, "unequal", change=unequal, refused="The slice has 7 x 4 pixels")

    def mixed(one, k):
        if k == 1:
            one.PixelSpacing = [0.04, 0.02]
    yield series(folder, "mixed", change=mixed, refused="magnification")

    def floats(one, _):
        one.FloatPixelData = np.zeros(35, "<f4").tobytes()
        one.BitsAllocated = 32
        del one.PixelData, one.BitsStored, one.HighBit, one.PixelRepresentation
    yield series(folder, "floats", change=floats, refused="FloatPixelData")

    def no_pixels(one, _):
        del one.PixelData
    yield series(folder, "no_pixels", change=no_pixels, refused="DICOM")
    yield series(folder, "inverted", change=set_field(PhotometricInterpretation="MONOCHROME1"),
                 notes=("image.white_is_low",))


def colour_cases(folder):
    colours = np.stack([SMALL[1], 200 - SMALL[1], SMALL[1] // 2 + 90], axis=-1)  # y, x, channel
    flat = dict(voxel_um=(100.0, 200.0, None), oriented=False)

    def one_file(name, array, change=None, packed=None, **wanted):
        path = folder / f"{name}.dcm"
        one = dataset(path, SECONDARY, "1.2.9", ExplicitVRLittleEndian, array, 8)
        one.PixelSpacing = [0.2, 0.1]
        if change:
            change(one)
        if packed:
            one.compress(packed)
        save(one, path)
        return Case("pydicom", path.name, path, **(flat | wanted))

    def planes(one):
        one.PlanarConfiguration = 1
        one.PixelData = colours.transpose(2, 0, 1).astype("u1").tobytes() + b"\0"

    def palette(one):
        one.PhotometricInterpretation = "PALETTE COLOR"
        for i, name in enumerate(("Red", "Green", "Blue")):
            table = [0] * 256
            for index, colour in zip(SMALL[1].ravel(), colours[..., i].ravel()):
                table[index] = int(colour) * 257
            setattr(one, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
            setattr(one, f"{name}PaletteColorLookupTableData", np.array(table, "<u2").tobytes())

    yield one_file("rgb", colours, values=colours[None])
    yield one_file("rgb_planes", colours, planes, values=colours[None])
    yield one_file("rgb_rle", colours, packed=RLELossless, values=colours[None])
    yield one_file("palette", SMALL[1], palette, values=colours[None])
    yield one_file("ybr", colours, lambda one: setattr(one, "PhotometricInterpretation", "YBR_FULL"),
                   refused="The DICOM image is in colour")
    yield one_file("grey", SMALL[1], values=SMALL[1:2])


def frames_case(folder, name, values=TRUTH, enhanced=False, scrambled=False, packed=None, step=0.035, change=None, **wanted):
    """One file with all slices: frames alone, or with the functional groups of an Enhanced CT."""
    path = folder / f"{name}.dcm"
    sequence = [2, 0, 3, 1] if scrambled else [0, 1, 2, 3]
    one = dataset(path, ENHANCED_CT if enhanced else WORD_FRAMES, "1.2.8", ExplicitVRLittleEndian, values[sequence])
    one.NumberOfFrames = len(values)
    if enhanced:
        shared, measures, turn = Dataset(), Dataset(), Dataset()
        measures.PixelSpacing, measures.SliceThickness = [0.02, 0.01], 0.5
        turn.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        rescale = Dataset()
        rescale.RescaleIntercept, rescale.RescaleSlope, rescale.RescaleType = "-1000", "1", "HU"
        shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [turn]
        shared.PixelValueTransformationSequence = [rescale]
        one.SharedFunctionalGroupsSequence = [shared]
        one.PerFrameFunctionalGroupsSequence = []
        for k in sequence:
            group, place = Dataset(), Dataset()
            place.ImagePositionPatient = [0, 0, round(step * k, 6)]
            group.PlanePositionSequence = [place]
            one.PerFrameFunctionalGroupsSequence.append(group)
    if change:
        change(one)
    if packed:
        one.compress(packed)
    save(one, path)
    return Case("pydicom", path.name, path,
                (values - (1000 if enhanced else 0))[::1 if step > 0 else -1], **wanted)


def frames_cases(folder):
    yield frames_case(folder, "frames", oriented=False, voxel_um=NOWHERE, notes=LOOSE)
    yield frames_case(folder, "frames_rle", packed=RLELossless, oriented=False, voxel_um=NOWHERE, notes=LOOSE)
    yield frames_case(folder, "enhanced", enhanced=True)
    yield frames_case(folder, "scrambled", enhanced=True, scrambled=True)
    yield frames_case(folder, "backwards", enhanced=True, step=-0.035)


def sitk_cases(folder):
    for name in ("JPEG", "JPEG2000"):
        place = folder / name
        place.mkdir()
        for k in range(len(TRUTH)):
            image = sitk.GetImageFromArray(BIG[k:k + 1].astype(np.uint16))
            image.SetSpacing((*LPS_MM[:2], LPS_MM[2]))
            image.SetOrigin((0, 0, 0.035 * k))
            image.SetMetaData("0020|000e", "1.2.7")
            image.SetMetaData("0020|0032", f"0\\0\\{0.035 * k:.6f}")
            image.SetMetaData("0020|0037", "1\\0\\0\\0\\1\\0")
            image.SetMetaData("0008|0060", "CT")
            writer = sitk.ImageFileWriter()
            writer.KeepOriginalImageUIDOn()
            writer.UseCompressionOn()
            writer.SetCompressor(name)
            writer.SetFileName(str(place / f"{k}.dcm"))
            writer.Execute(image)
        syntax = pydicom.dcmread(place / "0.dcm", stop_before_pixels=True).file_meta.TransferSyntaxUID.name
        yield Case("SimpleITK", f"{syntax} (series)", place, BIG)


def packed_cases(folder):
    """Packings that imagecodecs writes and pydicom wraps; High-Throughput JPEG 2000 is refused by name."""
    tall = BIG[1].astype(np.uint16)
    small = (SMALL[1].repeat(8, axis=0).repeat(8, axis=1)).astype(np.uint8)
    for name, syntax, pack, array, options in (
            ("jpegls", "1.2.840.10008.1.2.4.80", imagecodecs.jpegls_encode, tall, {}),
            ("jpegls8", "1.2.840.10008.1.2.4.80", imagecodecs.jpegls_encode, small, {}),
            ("lossless", "1.2.840.10008.1.2.4.70", imagecodecs.ljpeg_encode, tall, {}),
            ("lossless57", "1.2.840.10008.1.2.4.57", imagecodecs.ljpeg_encode, tall, {}),
            ("deflated", None, None, tall, {}),
            ("baseline", "1.2.840.10008.1.2.4.50", lambda x: imagecodecs.jpeg8_encode(x, level=98), small, {"tolerance": 4}),
            ("htj2k", "1.2.840.10008.1.2.4.201", imagecodecs.htj2k_encode, tall, {"refused": "packed in a way"})):
        path = folder / f"{name}.dcm"
        one = dataset(path, SECONDARY, "1.2.6", ExplicitVRLittleEndian, array, array.itemsize * 8)
        if syntax is None:
            one = dataset(path, SECONDARY, "1.2.6", DeflatedExplicitVRLittleEndian, array, array.itemsize * 8)
            save(one, path)
            yield Case("pydicom", path.name, path, array[None], NOWHERE, False)
            continue
        one.file_meta.TransferSyntaxUID = syntax
        one.PixelData = encapsulate([pack(array)])
        one["PixelData"].VR = "OB"
        one["PixelData"].is_undefined_length = True
        save(one, path)
        yield Case("imagecodecs", path.name, path, array[None], NOWHERE, False, **options)


def cases(folder):
    for part in (packed_cases, series_cases, colour_cases, frames_cases, sitk_cases):
        place = folder / f"dicom_{part.__name__}"
        place.mkdir()
        yield from part(place)
