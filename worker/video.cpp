// SPDX-License-Identifier: Apache-2.0
// Videos through FFmpeg: frames as grey or red-green-blue, with the times that the container states.
#include <algorithm>
#include <cmath>
#include <cstring>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include "worker/decoder.h"

#include "vesica/base/error.h"
#include "vesica/base/message.h"
#include "vesica/base/number.h"

namespace vesica {

namespace {

struct Format {
  AVFormatContext* it = nullptr;
  ~Format() { avformat_close_input(&it); }
};
struct Codec {
  AVCodecContext* it = nullptr;
  ~Codec() { avcodec_free_context(&it); }
};

class VideoDecoder : public Decoder {
 public:
  explicit VideoDecoder(const std::string& path) : path_(path), packet_(av_packet_alloc()), frame_(av_frame_alloc()) {
    av_log_set_level(AV_LOG_QUIET);
    open();
    count_frames();
    open();
    if (!decode_next()) fail("no frame");
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame_->format));
    if (format == nullptr) fail("pixel format");
    const bool grey = format->nb_components <= 2 && (format->flags & AV_PIX_FMT_FLAG_PAL) == 0;
    wide_ = grey && format->comp[0].depth > 8;
    info_.width = static_cast<std::size_t>(frame_->width);
    info_.height = static_cast<std::size_t>(frame_->height);
    check_plane_size(info_.width, info_.height, grey ? 1 : 3, 1, kMaxPlanePixels, path_);
    info_.colour = !grey;
    info_.channels = grey ? 1 : 3;
    if (!grey) info_.channel_names = {"red", "green", "blue"};
    info_.bits = wide_ ? 16 : 8;
    shown_ = 0;
  }
  ~VideoDecoder() override {
    sws_freeContext(scaler_);
    av_frame_free(&frame_);
    av_packet_free(&packet_);
  }
  VideoDecoder(const VideoDecoder&) = delete;
  VideoDecoder& operator=(const VideoDecoder&) = delete;

  DecodedPart read(const Box3& box, std::size_t t) override {
    if (t < shown_) {
      open();
      shown_ = kNone;
    }
    while (shown_ == kNone || shown_ < t) {
      if (!decode_next()) fail("a frame is missing");
      shown_ = shown_ == kNone ? 0 : shown_ + 1;
    }
    const std::vector<std::byte> plane = converted();
    DecodedPart out;
    out.bits = info_.bits;
    const std::size_t pixel = info_.channels * (wide_ ? 2 : 1), row = box.nx() * pixel;
    out.bytes.resize(box.ny() * row);
    for (std::size_t y = box.y0; y < box.y1; ++y)
      std::memcpy(out.bytes.data() + (y - box.y0) * row, plane.data() + (y * info_.width + box.x0) * pixel, row);
    return out;
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw Error(ErrorKind::kData, say("The video is damaged or cut off ({}).", what), {path_, 0, 0, ""},
                say("Copy the file again, or convert it: ffmpeg -i IN -c:v ffv1 OUT.avi"));
  }

  void open() {
    format_ = std::make_unique<Format>();
    codec_ = std::make_unique<Codec>();
    draining_ = false;
    AVDictionary* options = nullptr;
    // Only containers, only this file: playlists and scripts would open others.
    av_dict_set(&options, "protocol_whitelist", "file", 0);
    av_dict_set(&options, "format_whitelist", "avi,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpeg,mpegts,mpegvideo,asf,flv",
                0);
    const int opened = avformat_open_input(&format_->it, path_.c_str(), nullptr, &options);
    av_dict_free(&options);
    if (opened < 0 || avformat_find_stream_info(format_->it, nullptr) < 0) fail("container");
    const AVCodec* decoder = nullptr;
    stream_ = av_find_best_stream(format_->it, AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
    if (stream_ < 0 || decoder == nullptr) fail("no video that a decoder knows");
    codec_->it = avcodec_alloc_context3(decoder);
    if (codec_->it == nullptr) fail("decoder");
    const AVCodecParameters* parameters = format_->it->streams[stream_]->codecpar;
    if (parameters->width > 1 << 16 || parameters->height > 1 << 16) fail("size");
    avcodec_parameters_to_context(codec_->it, parameters);
    codec_->it->thread_count = 1;
    codec_->it->max_pixels = static_cast<std::int64_t>(kMaxPlanePixels);
    codec_->it->err_recognition = AV_EF_CRCCHECK | AV_EF_EXPLODE;
    if (avcodec_open2(codec_->it, decoder, nullptr) < 0) fail("decoder");
  }

  /// Decodes once from end to end without converting: containers lie about their number of frames.
  void count_frames() {
    const AVRational base = format_->it->streams[stream_]->time_base;
    std::size_t count = 0;
    bool timed = true;
    std::vector<double> times;
    while (decode_next()) {
      if (++count > kMaxPlanes) fail("too many frames");
      const std::int64_t pts = frame_->best_effort_timestamp;
      timed = timed && pts != AV_NOPTS_VALUE;
      if (timed) times.push_back(static_cast<double>(pts) * av_q2d(base));
    }
    if (count == 0) fail("no frame");
    info_.frames = count;
    const std::int64_t promised = format_->it->streams[stream_]->nb_frames;
    if (promised > static_cast<std::int64_t>(count))
      info_.notes.push_back({"image.frames_missing",
                             say("The video names {0} frame(s) and holds {1}: it is cut off.", promised, count),
                             say("Copy the file again; what is there is measured.")});
    if (promised == 0 && timed) note_early_end(times);
    for (std::size_t i = 1; i < times.size(); ++i) timed = timed && times[i] > times[i - 1];
    if (!timed || count < 2) return;
    for (const double time : times) info_.frame_times_s.push_back(time - times.front());
    info_.times_from = KnownFrom::kTag;
  }

  /// Matroska does not count its frames; its head says how long it lasts.
  void note_early_end(const std::vector<double>& times) {
    const AVFormatContext* file = format_->it;
    const AVRational rate = file->streams[stream_]->avg_frame_rate;
    const bool stated = file->duration > 0 && file->duration_estimation_method != AVFMT_DURATION_FROM_BITRATE &&
                        file->nb_streams == 1 && rate.num > 0 && rate.den > 0;
    if (!stated) return;
    std::vector<double> steps;
    for (std::size_t i = 1; i < times.size(); ++i) steps.push_back(times[i] - times[i - 1]);
    std::sort(steps.begin(), steps.end());
    const double step = steps.empty() ? 1 / av_q2d(rate) : steps[steps.size() / 2];
    const double seconds = static_cast<double>(file->duration) / AV_TIME_BASE;
    constexpr double kSteps = 1.75;  // chosen: the last frame's own step, and three quarters of rounding
    if (seconds - times.back() <= kSteps * step) return;
    info_.notes.push_back({"image.frames_missing",
                           say("The video states {0} s and its last frame lies at {1} s: it is cut off.",
                               readable_number(seconds, 4), readable_number(times.back(), 4)),
                           say("Copy the file again; what is there is measured.")});
  }

  bool decode_next() {
    for (;;) {
      const int got = avcodec_receive_frame(codec_->it, frame_);
      if (got == 0) return true;
      if (got == AVERROR_EOF || draining_) return false;
      if (got != AVERROR(EAGAIN)) fail("frame");
      const int packet = av_read_frame(format_->it, packet_);
      if (packet == AVERROR_EOF) {
        draining_ = true;
        avcodec_send_packet(codec_->it, nullptr);
        continue;
      }
      if (packet < 0) fail("container");
      const bool ours = packet_->stream_index == stream_;
      const bool damaged = (packet_->flags & AV_PKT_FLAG_CORRUPT) != 0;
      const int sent = ours ? avcodec_send_packet(codec_->it, packet_) : 0;
      av_packet_unref(packet_);
      if (sent < 0 || (ours && damaged)) fail("frame");
    }
  }

  std::vector<std::byte> converted() {
    if (frame_->width != static_cast<int>(info_.width) || frame_->height != static_cast<int>(info_.height))
      fail("the size changes");
    const AVPixelFormat wanted = info_.colour ? AV_PIX_FMT_RGB24 : wide_ ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_GRAY8;
    scaler_ = sws_getCachedContext(scaler_, frame_->width, frame_->height, static_cast<AVPixelFormat>(frame_->format),
                                   frame_->width, frame_->height, wanted,
                                   SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT, nullptr,
                                   nullptr, nullptr);
    if (scaler_ == nullptr) fail("pixel format");
    const std::size_t row = info_.width * info_.channels * (wide_ ? 2 : 1);
    constexpr std::size_t kSlack = 64;  // swscale writes whole vectors
    std::vector<std::byte> out(row * info_.height + kSlack);
    std::uint8_t* planes[4] = {reinterpret_cast<std::uint8_t*>(out.data()), nullptr, nullptr, nullptr};
    const int steps[4] = {static_cast<int>(row), 0, 0, 0};
    sws_scale(scaler_, frame_->data, frame_->linesize, 0, frame_->height, planes, steps);
    return out;
  }

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::string path_;
  std::unique_ptr<Format> format_;
  std::unique_ptr<Codec> codec_;
  AVPacket* packet_;
  AVFrame* frame_;
  SwsContext* scaler_ = nullptr;
  int stream_ = -1;
  bool draining_ = false;
  bool wide_ = false;
  std::size_t shown_ = kNone;  ///< number of the frame in `frame_`
};

}  // namespace

std::unique_ptr<Decoder> open_video(const std::string& path) { return std::make_unique<VideoDecoder>(path); }

}  // namespace vesica
