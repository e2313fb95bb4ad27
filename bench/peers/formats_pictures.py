"""TIFF by tifffile and Pillow; PNG, BMP, JPEG and GIF by Pillow."""
import numpy as np
import PIL.Image
import tifffile

from formats_common import NOWHERE, SMALL, TRUTH, Case

COLOUR = np.stack([SMALL[0], 200 - SMALL[0], SMALL[0] // 2 + 90], axis=-1).astype(np.uint8)  # y, x, channel
FLAT = {"oriented": False, "voxel_um": NOWHERE}


def tifffile_cases(folder):
    def write(name, array, values=None, refused=None, voxel_um=NOWHERE, notes=(), tolerance=1e-6, **options):
        path = folder / f"{name}.tif"
        tifffile.imwrite(path, array, **options)
        return Case("tifffile", path.name, path, array if values is None else values, voxel_um, False, refused, notes,
                    tolerance, 1e-2)

    for dtype in ("u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"):
        source = SMALL if dtype[1] == "1" else TRUTH
        array = (source - 100 if dtype[0] == "i" else source).astype(dtype)
        for order in "<>":
            yield write(f"{dtype}{'le' if order == '<' else 'be'}", array, byteorder=order, photometric="minisblack",
                        metadata=None)
    plain = {"photometric": "minisblack", "metadata": None}
    stack = TRUTH.astype(np.uint16)
    yield write("big", stack, bigtiff=True, **plain)
    yield write("deflate", stack, compression="zlib", **plain)
    yield write("predicted", stack, compression="zlib", predictor=True, **plain)
    yield write("predicted_float", TRUTH.astype(np.float32), compression="zlib", predictor=True, **plain)
    yield write("tiles", stack, tile=(16, 16), **plain)
    yield write("strips", stack, rowsperstrip=2, **plain)
    yield write("inverted", SMALL[:1].astype(np.uint8), values=255 - SMALL[:1], photometric="miniswhite", metadata=None)
    yield write("rgb", COLOUR, values=COLOUR[None], photometric="rgb", metadata=None)
    yield write("rgb_planes", COLOUR.transpose(2, 0, 1).copy(), values=COLOUR[None], photometric="rgb",
                planarconfig="separate", metadata=None)
    yield write("rgb16", COLOUR.astype(np.uint16) * 257, values=COLOUR[None].astype(int) * 257, photometric="rgb",
                metadata=None)
    yield write("half", TRUTH.astype(np.float16), refused="bits", **plain)
    yield write("complex", TRUTH.astype(np.complex64), refused="", **plain)
    yield write("imagej", stack, imagej=True, resolution=(100.0, 50.0), voxel_um=(0.01, 0.02, 0.035),
                metadata={"axes": "ZYX", "unit": "um", "spacing": 0.035})
    yield write("imagej_t", stack, imagej=True, resolution=(4.0, 4.0), voxel_um=(0.25, 0.25, None),
                metadata={"axes": "TYX", "unit": "um", "finterval": 2.0})
    for axes, values in (("ZYX", stack), ("TYX", stack)):
        yield write(f"ome_{axes}", stack, values=values, ome=True, voxel_um=(0.01, 0.02, 0.035),
                    metadata={"axes": axes, "PhysicalSizeX": 0.01, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 20.0,
                              "PhysicalSizeYUnit": "nm", "PhysicalSizeZ": 3.5e-5, "PhysicalSizeZUnit": "mm"})
    yield write("ome_pixels", stack, ome=True, notes=("image.unit_ignored",),
                metadata={"axes": "ZYX", "PhysicalSizeX": 1.0, "PhysicalSizeXUnit": "pixel", "PhysicalSizeY": 1.0,
                          "PhysicalSizeYUnit": "pixel"})
    channels = np.stack([stack, stack[::-1]], axis=1)  # z, channel, y, x
    yield write("ome_channels", channels, values=channels.transpose(0, 2, 3, 1), ome=True, metadata={"axes": "ZCYX"})
    yield write("screen", stack[0], values=stack[:1], resolution=(72, 72), resolutionunit="INCH",
                notes=("image.resolution_ignored",), **plain)
    pyramid = folder / "pyramid.ome.tif"
    large = np.arange(128 * 96, dtype=np.uint16).reshape(128, 96)
    with tifffile.TiffWriter(pyramid, ome=True) as file:
        file.write(large, subifds=1, tile=(32, 32), metadata={"axes": "YX"})
        file.write(large[::2, ::2], subfiletype=1, tile=(32, 32))
    yield Case("tifffile", pyramid.name, pyramid, large[None], **FLAT)


def pillow_cases(folder):
    grey = PIL.Image.fromarray(SMALL[0].astype(np.uint8))
    wide = PIL.Image.fromarray(TRUTH[3].astype(np.uint16))
    colour = PIL.Image.fromarray(COLOUR)
    shades = PIL.Image.fromarray(SMALL[0].astype(np.uint8)).convert("P")
    shades.putpalette([value for i in range(256) for value in (i, 255 - i, 7)])
    mapped = np.stack([SMALL[0], 255 - SMALL[0], np.full_like(SMALL[0], 7)], axis=-1)
    clear = PIL.Image.fromarray(np.dstack([COLOUR, np.full(SMALL[0].shape, 255, np.uint8)]))

    def write(name, image, values, tolerance=1e-6, refused=None, notes=(), **options):
        path = folder / name
        image.save(path, **options)
        return Case("Pillow", name, path, np.asarray(values)[None], NOWHERE, False, refused, notes, tolerance)

    for ending in ("png", "bmp", "tif"):
        notes = ("image.resolution_ignored",) if ending == "bmp" else ()  # Pillow states 96 dots per inch
        yield write(f"grey.{ending}", grey, SMALL[0], notes=notes)
        yield write(f"rgb.{ending}", colour, COLOUR, notes=notes)
        yield write(f"palette.{ending}", shades, mapped, notes=notes)
    for ending in ("png", "tif"):
        yield write(f"wide.{ending}", wide, TRUTH[3])
    yield write("bits.png", grey.point(lambda x: 255 * (x > 17), "1"), 255 * (SMALL[0] > 17))
    yield write("clear.png", clear, COLOUR)
    for packing in ("tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "packbits"):
        yield write(f"{packing}.tif", wide if packing == "tiff_lzw" else grey,
                    TRUTH[3] if packing == "tiff_lzw" else SMALL[0], compression=packing)
    yield write("group4.tif", grey.point(lambda x: 255 * (x > 17), "1"), SMALL[0], refused="", compression="group4")
    flat = PIL.Image.new("L", (64, 48), 93)
    yield write("flat.jpg", flat, np.full((48, 64), 93), tolerance=1, quality=95)
    yield write("flat.gif", grey, SMALL[0], refused="a GIF image")


def cases(folder):
    for part in (tifffile_cases, pillow_cases):
        place = folder / part.__name__
        place.mkdir()
        yield from part(place)
