"""NIfTI, NRRD, MetaImage, ISQ, AIM and MRC by nibabel, pynrrd, SimpleITK, ITKIOScanco and mrcfile."""
import itk
import mrcfile
import nibabel
import nrrd
import numpy as np
import SimpleITK as sitk

from formats_common import LPS_MM, NOWHERE, SMALL, TRUTH, UM, Case, along_lps, directions, orders, stored

RAS = np.diag([-1.0, -1.0, 1.0])  # LPS to RAS and back


def readings(folder):
    """(file, reader, values along LPS, voxel in mm) of our tests' files."""
    for name in ("lps.nrrd", "ras.nrrd", "turned.nrrd", "plain.mha", "turned.mha", "sform.nii", "ras.nii", "qform.nii"):
        image = sitk.ReadImage(str(folder / name))
        matrix = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
        yield name, "SimpleITK", *along_lps(sitk.GetArrayFromImage(image).transpose(2, 1, 0), matrix)
    for name in ("lps.nrrd", "ras.nrrd", "turned.nrrd"):
        array, header = nrrd.read(str(folder / name))
        matrix = header["space directions"].T
        yield name, "pynrrd", *along_lps(array, RAS @ matrix if name == "ras.nrrd" else matrix)
    for name in ("sform.nii", "ras.nii", "qform.nii"):
        image = nibabel.load(folder / name)
        yield name, "nibabel", *along_lps(image.get_fdata(), RAS @ image.affine[:3, :3])
    for name in ("plain.isq", "plain.aim"):
        upper = folder / (name.split(".")[0] + "." + name.split(".")[1].upper())
        upper.write_bytes((folder / name).read_bytes())
        reader = itk.ImageFileReader[itk.Image[itk.SS, 3]].New(FileName=str(upper), ImageIO=itk.ScancoImageIO.New())
        reader.Update()
        image = reader.GetOutput()
        # It turns attenuation into Hounsfield units of its own: a straight line of the stored numbers.
        found = itk.array_from_image(image).astype(float)
        slope, shift = np.polyfit(found.ravel(), TRUTH.ravel(), 1)
        yield name, "ITKIOScanco", np.round(found * slope + shift), tuple(image.GetSpacing())


def nifti(folder, name, values=TRUTH, order=((0, 1, 2), (1, 1, 1)), dtype=np.int16, sform=1, qform=0, unit="mm",
          kind=nibabel.Nifti1Image, scale=None, ending=".nii", byte_order="<", **wanted):
    """The volume by nibabel; with sform 0 and qform 0 nothing places it."""
    factor = {"mm": 1.0, "micron": 1000.0, "meter": 0.001, "unknown": 1.0}[unit]
    matrix = RAS @ directions(*order) * (np.array(LPS_MM)[list(order[0])] * factor)
    affine = np.eye(4)
    affine[:3, :3] = matrix
    affine[:3, 3] = (3, -2, 1)
    array = stored(values, *order)
    header = kind.header_class(endianness=byte_order)
    header.set_data_dtype(np.dtype(dtype).newbyteorder(byte_order))
    image = kind(array.astype(np.float64 if scale else dtype), affine, header)
    image.header.set_xyzt_units(unit)
    image.header.set_data_dtype(np.dtype(dtype).newbyteorder(byte_order))
    image.set_sform(affine if sform else None, sform)
    image.set_qform(affine if qform else None, qform)
    if not sform and not qform:
        image.header.set_zooms(np.array(LPS_MM)[list(order[0])] * factor)
    if scale:  # nibabel then stores what it is given
        image.header.set_slope_inter(*scale)
    path = folder / f"{name}{ending}"
    nibabel.save(image, path)
    if scale:
        values = TRUTH * scale[0] + scale[1]
    placed = bool(sform or qform)
    return Case("nibabel", path.name, path, values if placed else np.transpose(array, (2, 1, 0)), oriented=placed,
                **wanted)


def nifti_cases(folder):
    for i, order in enumerate(orders()):
        yield nifti(folder, f"sform{i}", order=order)
        if np.linalg.det(directions(*order)) > 0 or i % 3 == 0:
            yield nifti(folder, f"qform{i}", order=order, sform=0, qform=1, tolerance=1e-6)
    yield nifti(folder, "unplaced", sform=0)
    yield nifti(folder, "both", qform=1)
    yield nifti(folder, "packed", ending=".nii.gz")
    yield nifti(folder, "pair", kind=nibabel.Nifti1Pair, ending=".hdr")
    case = nifti(folder, "pair_packed", kind=nibabel.Nifti1Pair, ending=".hdr.gz")
    case.refused = "a gzip archive"
    yield case
    yield nifti(folder, "second", kind=nibabel.Nifti2Image)
    yield nifti(folder, "second_pair", kind=nibabel.Nifti2Pair, ending=".hdr")
    yield nifti(folder, "big", byte_order=">")
    yield nifti(folder, "big_second", kind=nibabel.Nifti2Image, byte_order=">", dtype=np.float32)
    yield nifti(folder, "metres", unit="meter")
    yield nifti(folder, "micrometres", unit="micron")
    yield nifti(folder, "unitless", unit="unknown", notes=("image.unit_assumed",))
    for dtype in (np.uint16, np.int32, np.uint32, np.float32, np.float64):
        yield nifti(folder, np.dtype(dtype).name, dtype=dtype)
    turn = np.deg2rad(20)  # about z: kept as stored, which is said
    affine = np.eye(4)
    affine[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    affine[:3, :3] = RAS @ affine[:3, :3] * LPS_MM
    image = nibabel.Nifti1Image(stored(TRUTH, (0, 1, 2), (1, 1, 1)).astype(np.int16), affine)
    image.header.set_xyzt_units("mm")
    nibabel.save(image, folder / "oblique.nii")
    yield Case("nibabel", "oblique.nii", folder / "oblique.nii", TRUTH, notes=("image.oblique",))
    yield nifti(folder, "uint8", values=SMALL, dtype=np.uint8)
    yield nifti(folder, "int8", values=SMALL - 128, dtype=np.int8)
    yield nifti(folder, "negative", values=TRUTH - 300, dtype=np.int16)
    yield nifti(folder, "scaled", values=TRUTH, scale=(2, -5))
    yield nifti(folder, "fraction", values=TRUTH / 8.0, dtype=np.float32, tolerance=1e-3, box_tolerance=1e-3)
    for name, array, why in (("four", np.zeros((3, 4, 5, 2), np.int16), "The file holds 2 volumes."),
                             ("complex", np.zeros((3, 4, 5), np.complex64), "numbers of a kind"),
                             ("rgb", np.zeros((3, 4, 5), [("R", "u1"), ("G", "u1"), ("B", "u1")]), "numbers of a kind")):
        path = folder / f"{name}.nii"
        nibabel.save(nibabel.Nifti1Image(array, np.eye(4)), path)
        yield Case("nibabel", path.name, path, refused=why)


def nrrd_case(folder, name, values=TRUTH, order=((0, 1, 2), (1, 1, 1)), dtype=np.int16, space="left-posterior-superior",
              header=None, ending=".nrrd", factor=1.0, **wanted):
    array = stored(values, *order).astype(dtype)
    matrix = directions(*order) * (np.array(LPS_MM)[list(order[0])] * factor)
    fields = {"space": space, "space directions": (RAS @ matrix if space.startswith("right") else matrix).T,
              "encoding": "raw"} | (header or {})
    path = folder / f"{name}{ending}"
    nrrd.write(str(path), array, {key: value for key, value in fields.items() if value is not None},
               detached_header=ending == ".nhdr")
    return Case("pynrrd", path.name, path, values, **wanted)


def nrrd_cases(folder):
    for i, order in enumerate(orders()):
        yield nrrd_case(folder, f"lps{i}", order=order)
    yield nrrd_case(folder, "ras", space="right-anterior-superior")
    for encoding in ("gzip", "ascii", "hex"):
        try:
            yield nrrd_case(folder, encoding, header={"encoding": encoding})
        except Exception as error:  # pynrrd does not write every encoding
            print("pynrrd", encoding, f"not written: {error}", sep="\t")
    case = nrrd_case(folder, "bzip2", header={"encoding": "bzip2"})
    case.refused = "bzip2"
    yield case
    yield nrrd_case(folder, "detached", ending=".nhdr")
    yield nrrd_case(folder, "detached_gzip", ending=".nhdr", header={"encoding": "gzip"})
    yield nrrd_case(folder, "big", dtype=">i2", header={"endian": "big"})
    yield nrrd_case(folder, "units", factor=1000, header={"space units": ["um", "um", "um"]})
    for dtype in (np.uint16, np.int32, np.uint32, np.float32, np.float64):
        yield nrrd_case(folder, np.dtype(dtype).name, dtype=dtype)
    yield nrrd_case(folder, "uint8", values=SMALL, dtype=np.uint8)
    yield nrrd_case(folder, "unplaced", header={"space": None, "space directions": None, "spacings": list(LPS_MM)},
                    oriented=False)
    yield nrrd_case(folder, "unsized", header={"space": None, "space directions": None}, oriented=False,
                    voxel_um=NOWHERE)
    path = folder / "four.nrrd"
    nrrd.write(str(path), np.zeros((3, 4, 5, 2), np.int16))
    yield Case("pynrrd", path.name, path, refused="The file holds 2 volumes.")


def sitk_case(folder, name, values=TRUTH, order=((0, 1, 2), (1, 1, 1)), dtype=np.int16, ending=".mha", packed=False,
              **wanted):
    image = sitk.GetImageFromArray(stored(values, *order).astype(dtype).transpose(2, 1, 0).copy())
    image.SetSpacing(np.array(LPS_MM)[list(order[0])].tolist())
    image.SetDirection(directions(*order).ravel().tolist())
    path = folder / f"{name}{ending}"
    sitk.WriteImage(image, str(path), useCompression=packed)
    return Case("SimpleITK", path.name, path, values, **wanted)


def sitk_cases(folder):
    for i, order in enumerate(orders()):
        yield sitk_case(folder, f"meta{i}", order=order)
        if np.linalg.det(directions(*order)) > 0:
            yield sitk_case(folder, f"meta{i}", order=order, ending=".nii")
    for ending in (".mha", ".nrrd", ".nii.gz"):
        yield sitk_case(folder, "squeezed", ending=ending, packed=True)
    for ending in (".mhd", ".nhdr"):
        yield sitk_case(folder, "two", ending=ending)
        yield sitk_case(folder, "two_squeezed", ending=ending, packed=True)
    for dtype in (np.uint16, np.int32, np.uint32, np.float32, np.float64):
        yield sitk_case(folder, np.dtype(dtype).name, dtype=dtype)
    yield sitk_case(folder, "uint8", values=SMALL, dtype=np.uint8)
    for ending in (".mha", ".nrrd", ".nii"):
        path = folder / f"vector{ending}"
        sitk.WriteImage(sitk.GetImageFromArray(np.zeros((4, 5, 6, 3), np.uint8), isVector=True), str(path))
        yield Case("SimpleITK", path.name, path, refused="numbers" if ending != ".nii" else "3 volumes")


def scanco_cases(folder):
    """ITKIOScanco writes ISQ and AIM of version 3, whatever version it is asked for."""
    for ending, version in ((".ISQ", None), (".AIM", "AIMDATA_V030   ")):
        for dtype, values in ((np.int16, TRUTH), (np.float32, TRUTH / 8)):
            if ending == ".ISQ" and dtype is not np.int16:
                continue
            array = np.ascontiguousarray(values.astype(dtype))
            image = itk.image_from_array(array)
            image.SetSpacing(LPS_MM)
            io = itk.ScancoImageIO.New()
            if version:
                io.SetVersion(version)
            path = folder / f"{(version or 'isq').strip()}_{np.dtype(dtype).name}{ending}"
            try:
                writer = itk.ImageFileWriter[type(image)].New(Input=image, FileName=str(path), ImageIO=io)
                writer.Update()
            except Exception as error:
                print("ITKIOScanco", path.name, f"not written: {str(error).splitlines()[-1][:100]}", sep="\t")
                continue
            yield Case("ITKIOScanco", path.name, path, values, oriented=False, notes=("image.no_attenuation_scale",),
                       tolerance=1e-3 if dtype == np.float32 else 1e-6, box_tolerance=1e-3)


def mrc_cases(folder):
    for dtype, values in ((np.int8, SMALL - 70), (np.int16, TRUTH - 100), (np.uint16, TRUTH), (np.float32, TRUTH / 8),
                          (np.float16, TRUTH)):
        for order in "<>":
            for volume in (True, False):
                name = f"{np.dtype(dtype).name}_{'little' if order == '<' else 'big'}_{'volume' if volume else 'stack'}"
                path = folder / f"{name}.mrc"
                with mrcfile.new(path, overwrite=True) as file:
                    file.set_data(values.astype(np.dtype(dtype).newbyteorder(order)))
                    file.set_volume() if volume else file.set_image_stack()
                    file.voxel_size = (20.0, 30.0, 50.0)
                yield Case("mrcfile", path.name, path, values, oriented=False,
                           voxel_um=(0.002, 0.003, 0.005 if volume else None), box_tolerance=1e-2)
    path = folder / "header.mrc"
    with mrcfile.new(path, overwrite=True) as file:
        file.set_extended_header(np.arange(300, dtype=np.uint8))
        file.set_data(TRUTH[0].astype(np.int16))
        file.voxel_size = 4.0
    yield Case("mrcfile", path.name, path, TRUTH[:1], oriented=False, voxel_um=(0.0004, 0.0004, None))
    path = folder / "unsized.mrc"
    with mrcfile.new(path, overwrite=True) as file:
        file.set_data(TRUTH[0].astype(np.int16))
    yield Case("mrcfile", path.name, path, TRUTH[:1], oriented=False, voxel_um=NOWHERE)
    path = folder / "complex.mrc"
    with mrcfile.new(path, overwrite=True) as file:
        file.set_data(TRUTH.astype(np.complex64))
    yield Case("mrcfile", path.name, path, refused="mode 4")


def cases(folder):
    for part in (nifti_cases, nrrd_cases, sitk_cases, scanco_cases, mrc_cases):
        place = folder / part.__name__
        place.mkdir()
        yield from part(place)
