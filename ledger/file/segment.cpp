#include "ledger/file/segment.h"

#include <algorithm>
#include <charconv>

#include "ledger/file/limits.h"

namespace pac::ledger {
namespace {

constexpr std::size_t kNumberDigits = 8;
constexpr std::size_t kFirstDigits = 20;
constexpr std::string_view kEnding = ".seg";
// What is read at once: many small frames, or a few large ones.
constexpr std::size_t kReadBytes = std::size_t{1} << 19;

std::string padded(std::uint64_t value, std::size_t digits) {
  std::string out = std::to_string(value);
  out.insert(0, digits - std::min(digits, out.size()), '0');
  return out;
}

bool read_digits(std::string_view text, std::uint64_t* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string segment_folder(const std::string& stream) { return stream + "/segments"; }

SegmentFile segment_file(const std::string& stream, std::uint32_t number, std::uint64_t first) {
  return {number, first,
          segment_folder(stream) + "/" + padded(number, kNumberDigits) + "-" +
              padded(first, kFirstDigits) + std::string(kEnding)};
}

Result<std::vector<SegmentFile>> segments_of(FileSystem& files, const std::string& stream) {
  const Result<std::vector<std::string>> names = files.list(segment_folder(stream));
  if (!names) return std::unexpected(names.error());
  std::vector<SegmentFile> out;
  for (const std::string& name : *names) {
    const std::string_view text = name;
    std::uint64_t number = 0;
    std::uint64_t first = 0;
    if (text.size() != kNumberDigits + 1 + kFirstDigits + kEnding.size() ||
        !text.ends_with(kEnding) || !read_digits(text.substr(0, kNumberDigits), &number) ||
        !read_digits(text.substr(kNumberDigits + 1, kFirstDigits), &first)) {
      continue;
    }
    SegmentFile file = segment_file(stream, static_cast<std::uint32_t>(number), first);
    if (file.path.ends_with("/" + name)) out.push_back(std::move(file));
  }
  std::ranges::sort(out, {}, &SegmentFile::number);
  return out;
}

Result<SegmentReader> SegmentReader::open(FileSystem& files, const std::string& path,
                                          std::uint64_t limit) {
  SegmentReader out;
  auto file = files.open(path);
  if (!file) return std::unexpected(file.error());
  out.file_ = std::move(*file);
  const Result<std::uint64_t> size = out.file_->size();
  if (!size) return std::unexpected(size.error());
  out.end_ = std::min(*size, limit);
  out.has_limit_ = limit != UINT64_MAX;
  const Result<std::string> head = out.file_->read_at(0, kSegmentHeaderBytes);
  if (!head) return std::unexpected(head.error());
  out.header_ = read_segment_header(*head);
  out.offset_ = out.header_ ? kSegmentHeaderBytes : 0;
  return out;
}

Result<std::string_view> SegmentReader::bytes_ahead(std::uint64_t wanted) {
  const std::uint64_t left = end_ - offset_;
  const auto length = static_cast<std::size_t>(std::min(wanted, left));
  const std::uint64_t behind = chunk_ == nullptr ? 0 : chunk_at_ + chunk_->size();
  if (chunk_ == nullptr || offset_ < chunk_at_ || offset_ + length > behind) {
    // Frames that others still look at keep the chunk before. The beginning of a frame at its end
    // is read again, which costs less than moving it.
    const std::uint64_t asked = std::min(left, std::max<std::uint64_t>(length, kReadBytes));
    Result<std::string> read = file_->read_at(offset_, static_cast<std::size_t>(asked));
    if (!read) return std::unexpected(read.error());
    chunk_ = std::make_shared<const std::string>(std::move(*read));
    chunk_at_ = offset_;
  }
  return std::string_view(*chunk_).substr(static_cast<std::size_t>(offset_ - chunk_at_), length);
}

bool SegmentReader::skip_to(std::uint64_t offset) {
  if (!header_ || offset < offset_ || offset > end_) return false;
  offset_ = offset;
  return true;
}

Result<SegmentReader::Step> SegmentReader::next() {
  if (!header_ && !is_lost_) return Step::damaged;
  if (offset_ >= end_) return Step::end;
  const Result<std::string_view> head = bytes_ahead(kFrameHeaderBytes);
  if (!head) return std::unexpected(head.error());
  const std::optional<FrameHeader> header = read_frame_header(*head);
  if (!header) {
    const Result<bool> is_over = head->starts_with('\0') ? is_room() : Result<bool>(false);
    if (!is_over) return std::unexpected(is_over.error());
    return *is_over ? Step::end : Step::damaged;
  }
  if (header->bytes > end_ - offset_) return Step::damaged;
  const Result<std::string_view> bytes = bytes_ahead(header->bytes);
  if (!bytes) return std::unexpected(bytes.error());
  const std::optional<Frame> frame = read_frame(*bytes);
  if (!frame) return Step::damaged;
  frame_ = *frame;
  offset_ += frame_.header.bytes;
  return Step::frame;
}

Result<bool> SegmentReader::is_room() {
  // There is never more of it than a segment has; what is longer is not read to its end.
  if (has_limit_ || end_ - offset_ > kSegmentBytes) return false;
  for (std::uint64_t at = offset_; at < end_;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kReadBytes, end_ - at));
    const Result<std::string> bytes = file_->read_at(at, wanted);
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->find_first_not_of('\0') != bytes->npos) return false;
    if (bytes->empty()) break;
    at += bytes->size();
  }
  return true;
}

Result<bool> SegmentReader::has_frame_behind() {
  // A segment is at most its limit and one frame long, so this fits memory.
  const std::uint64_t left =
      std::min<std::uint64_t>(end_ - offset_, kSegmentBytes + kMaxFrameBytes);
  const Result<std::string> bytes = file_->read_at(offset_, static_cast<std::size_t>(left));
  if (!bytes) return std::unexpected(bytes.error());
  for (std::size_t at = bytes->find("pacf", 1); at != bytes->npos;
       at = bytes->find("pacf", at + 1)) {
    if (read_frame(std::string_view(*bytes).substr(at))) return true;
  }
  return false;
}

Result<bool> SegmentReader::is_no_torn_end() {
  const Result<bool> goes_on = has_frame_behind();
  if (!goes_on || *goes_on) return goes_on;
  const Result<std::string> bytes = damaged_bytes();
  if (!bytes) return std::unexpected(bytes.error());
  return was_written_whole(*bytes);
}

Result<bool> SegmentReader::skip_damage() {
  const std::uint64_t left =
      std::min<std::uint64_t>(end_ - offset_, kSegmentBytes + kMaxFrameBytes);
  const Result<std::string> bytes = file_->read_at(offset_, static_cast<std::size_t>(left));
  if (!bytes) return std::unexpected(bytes.error());
  // Where the frame's own header is whole its length is known, and nothing within it is a frame.
  const std::optional<FrameHeader> own = read_frame_header(*bytes);
  for (std::size_t at = bytes->find("pacf", own ? own->bytes : 1); at != bytes->npos;
       at = bytes->find("pacf", at + 1)) {
    if (!read_frame(std::string_view(*bytes).substr(at))) continue;
    offset_ += at;
    is_lost_ = true;
    return true;
  }
  return false;
}

Result<std::string> SegmentReader::damaged_bytes() {
  const std::uint64_t left = std::min<std::uint64_t>(end_ - offset_, kMaxFrameBytes);
  return file_->read_at(offset_, static_cast<std::size_t>(left));
}

}  // namespace pac::ledger
