"""Videos by PyAV (FFmpeg): containers, codecs that keep every value and codecs that do not, and times of frames."""
from fractions import Fraction

import av
import numpy as np

from formats_common import NOWHERE, SMALL, TRUTH, Case

GREY = SMALL.repeat(8, axis=1).repeat(8, axis=2).astype(np.uint8)  # t, y, x: some codecs want more than 7 x 5 pixels
WIDE = (TRUTH * 150).repeat(8, axis=1).repeat(8, axis=2).astype(np.uint16)
COLOUR = np.stack([GREY, 200 - GREY, GREY // 2 + 90], axis=-1)
SHOWN = {"oriented": False, "voxel_um": NOWHERE}


def write(folder, name, codec, frames, layout, pixels, rate=4, stamps=None, options=None):
    """Frames as given ('gray', 'rgb24', ...), turned into the codec's own pixels."""
    path = folder / name
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=rate, options=options or {})
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = pixels
        if stamps:
            stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for t, values in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(values, format=layout)
            if stamps:
                frame.pts, frame.time_base = stamps[t], Fraction(1, 1000)
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return path


def cases(folder):
    place = folder / "videos"
    place.mkdir()
    times = [0, 0.25, 0.5, 0.75]

    def case(name, codec, frames, layout, pixels, values=None, tolerance=1e-6, times_s=times, **options):
        path = write(place, name, codec, frames, layout, pixels, **options)
        return Case("PyAV", f"{name} ({codec}, {pixels})", path, frames if values is None else values,
                    tolerance=tolerance, box_tolerance=tolerance, times_s=times_s, **SHOWN)

    yield case("ffv1_grey.avi", "ffv1", GREY, "gray", "gray")
    yield case("ffv1_grey.mkv", "ffv1", GREY, "gray", "gray")
    yield case("ffv1_wide.mkv", "ffv1", WIDE, "gray16le", "gray16le")
    yield case("ffv1_rgb.mkv", "ffv1", COLOUR, "rgb24", "bgr0")
    yield case("raw.avi", "rawvideo", COLOUR, "rgb24", "bgr24")
    yield case("png.mov", "png", COLOUR, "rgb24", "rgb24")
    yield case("qtrle.mov", "qtrle", COLOUR, "rgb24", "rgb24")
    yield case("huffyuv.avi", "huffyuv", COLOUR, "rgb24", "rgb24")
    # These lose: grey lies in the luma, of the studio's range in most.
    grey3 = np.repeat(GREY[..., None], 3, axis=-1)
    yield case("mjpeg.avi", "mjpeg", grey3, "rgb24", "yuvj444p", tolerance=4, options={"qmin": "1", "q": "1"})
    yield case("mpeg4.avi", "mpeg4", grey3, "rgb24", "yuv420p", tolerance=8, options={"qmin": "1", "qmax": "1"})
    yield case("h264.mp4", "libx264", grey3, "rgb24", "yuv420p", tolerance=3, options={"qp": "0"})
    yield case("vp9.webm", "libvpx-vp9", grey3, "rgb24", "yuv420p", tolerance=3, options={"lossless": "1"})
    stamps = [0, 100, 400, 1000]
    yield case("uneven.mkv", "ffv1", GREY, "gray", "gray", stamps=stamps, times_s=[0, 0.1, 0.4, 1.0])
