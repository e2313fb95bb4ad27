"""What the comparisons of image formats share: the volume, its orientations, and a case."""
import dataclasses
import itertools
import pathlib

import numpy as np

Z, Y, X = 4, 5, 7
_z, _y, _x = np.meshgrid(range(Z), range(Y), range(X), indexing="ij")
TRUTH = _x + 10 * _y + 100 * _z  # [z, y, x] along LPS: left, posterior, superior
SMALL = _x + 7 * _y + 35 * _z  # the same within 8 bits
LPS_MM = (0.01, 0.02, 0.035)
UM = (10.0, 20.0, 35.0)
NOWHERE = (None, None, None)


@dataclasses.dataclass
class Case:
    """A file that another program wrote, and what Vesica must say of it."""
    writer: str
    name: str
    path: pathlib.Path
    values: np.ndarray | None = None  # [z, y, x] or [z, y, x, channel]
    voxel_um: tuple = UM
    oriented: bool = True
    refused: str | None = None
    notes: tuple = ()
    tolerance: float = 1e-6
    box_tolerance: float = 0.0  # what 16 bits of a box cost
    times_s: list | None = None


def orders():
    """All 48 ways of storing three axes: (stored axis -> LPS axis, its sign)."""
    for axes in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            yield axes, signs


def stored(values, axes, signs):
    """values[z, y, x] as an array [i, j, k] whose axis i runs along LPS axis axes[i], against it where the sign is -1."""
    out = np.transpose(values, (2, 1, 0)).transpose(axes)
    return out[tuple(slice(None, None, sign) for sign in signs)].copy()


def directions(axes, signs):
    """Columns: the way of each stored axis in LPS."""
    out = np.zeros((3, 3))
    for k, (axis, sign) in enumerate(zip(axes, signs)):
        out[axis, k] = sign
    return out


def along_lps(array, matrix):
    """array[i, j, k] with the step of each axis in the columns of `matrix` (LPS, mm) as ([z, y, x], voxel in mm)."""
    axes = [int(np.argmax(np.abs(matrix[:, k]))) for k in range(3)]
    signs = [int(np.sign(matrix[axis, k])) for k, axis in enumerate(axes)]
    array = array[tuple(slice(None, None, sign) for sign in signs)]
    array = array.transpose(np.argsort(axes))
    return array.transpose(2, 1, 0), tuple(np.linalg.norm(matrix, axis=0)[np.argsort(axes)])
