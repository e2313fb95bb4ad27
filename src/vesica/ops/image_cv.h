// SPDX-License-Identifier: Apache-2.0
// The bridge to OpenCV inside ops: images as its matrices, without copying.
#pragma once

#include "vesica/data/image.h"

namespace cv {
class Mat;
}

namespace vesica::ops {

/// A matrix that looks at the pixels of a plane; it must not outlive the plane.
cv::Mat view(Image2& image);
cv::Mat view(const Image2& image);
cv::Mat view(Mask2& mask);
cv::Mat view(const Mask2& mask);
cv::Mat view(Labels2& labels);

/// Runs body and turns exceptions of OpenCV into the program's own: memory into std::bad_alloc, all else into a broken
/// promise. OpenCV's own threads stay off: loops over images bring theirs.
void with_opencv(void (*body)(void*), void* data);
template <typename Body>
void opencv(Body body) {
  with_opencv([](void* data) { (*static_cast<Body*>(data))(); }, &body);
}

}  // namespace vesica::ops
