"""The reference of the hourly scratch series, done again by the method that its table describes: logarithm of the local SD
in a 9 x 9 window, 0.75 x Otsu of the first frame, opening by a disc of 3, dilation by a disc of 4. Prints a line a frame:
share of the largest piece, share of the two largest. Needs numpy, scipy and Pillow.
    VESICA_DATA=DIR python bench/peers/wound_reference.py"""
import os
import pathlib

import numpy
from PIL import Image
from scipy import ndimage

FOLDER = pathlib.Path(os.environ["VESICA_DATA"]) / "wound/bnsreenu_scratch_series/scratch_assay"
WINDOW, SHARE, OPENING, DILATION = 9, 0.75, 3, 4


def texture(frame):
    grey = numpy.asarray(Image.open(FOLDER / f"Scratch{frame}.jpg").convert("L"), float)
    mean = ndimage.uniform_filter(grey, WINDOW)
    return numpy.log1p(numpy.sqrt(numpy.maximum(ndimage.uniform_filter(grey * grey, WINDOW) - mean * mean, 0)))


def otsu(values):
    counts, edges = numpy.histogram(values, 256)
    centres, share = (edges[1:] + edges[:-1]) / 2, counts / counts.sum()
    below, moment = numpy.cumsum(share), numpy.cumsum(share * centres)
    with numpy.errstate(all="ignore"):
        between = (moment[-1] * below - moment) ** 2 / (below * (1 - below))
    return centres[numpy.nanargmax(between)]


def disc(radius):
    y, x = numpy.mgrid[-radius:radius + 1, -radius:radius + 1]
    return x * x + y * y <= radius * radius


threshold = SHARE * otsu(texture(0))
for frame in range(10):
    smooth = ndimage.binary_opening(texture(frame) < threshold, disc(OPENING))
    labels, n = ndimage.label(smooth, numpy.ones((3, 3)))
    largest = numpy.argsort(ndimage.sum(smooth, labels, range(1, n + 1)))[::-1] + 1
    shares = [ndimage.binary_dilation(numpy.isin(labels, largest[:k]), disc(DILATION)).mean() for k in (1, 2)]
    print(f"frame {frame}\t{shares[0]:.4f}\t{shares[1]:.4f}")
