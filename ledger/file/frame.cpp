#include "ledger/file/frame.h"

#include <algorithm>

#include "ledger/file/crc32c.h"
#include "ledger/file/limits.h"
#include "ledger/log/bundle.h"
#include "runtime/base/check.h"
#include "runtime/crypto/encoding.h"

namespace pac::ledger {
namespace {

constexpr std::string_view kFrameMagic = "pacf";
constexpr std::string_view kSegmentMagic = "pacseg01";
constexpr std::string_view kLinkDomain("pac frame\0", 10);
constexpr std::size_t kSumBytes = 4;
// What a device writes as a whole, or not at all.
constexpr std::size_t kSectorBytes = 512;
// Room before the entries for header and checkpoint, which has some 300 bytes; a larger one is made
// room for when it is there.
constexpr std::size_t kHeadBytes = 1024;

void put(std::uint64_t value, int bytes, std::string* out) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(value >> shift));
  }
}

// Reads front to back; the caller has made sure of the length.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    for (const char c : take(bytes)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  Hash hash() {
    Hash out;
    std::ranges::copy(take(32), reinterpret_cast<char*>(out.data()));
    return out;
  }
  std::string_view take(std::size_t bytes) {
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }

 private:
  std::string_view rest_;
};

bool sum_holds(std::string_view with_sum) {
  const std::size_t length = with_sum.size() - kSumBytes;
  return Reader(with_sum.substr(length)).number(kSumBytes) == crc32c(with_sum.substr(0, length));
}

// What the sum of the header and the checkpoint say; the root in the header stands for the entries.
Hash link_of(std::string_view header_and_checkpoint) {
  return crypto::sha256(kLinkDomain, header_and_checkpoint);
}

}  // namespace

FrameBuilder::FrameBuilder() : bytes_(kHeadBytes, '\0'), body_(kHeadBytes) {}

void FrameBuilder::reserve(std::span<const std::string_view> entries) {
  std::size_t bytes = bytes_.size() + kSumBytes;
  for (const std::string_view entry : entries) bytes += entry.size() + 2;
  bytes_.reserve(bytes);
}

void FrameBuilder::add(std::string_view entry) { append_entry(entry, &bytes_); }

std::string_view FrameBuilder::body() const {
  std::string_view out = std::string_view(bytes_).substr(body_);
  if (is_finished_) out.remove_suffix(kSumBytes);
  return out;
}

std::size_t FrameBuilder::size_with(std::size_t checkpoint_bytes) const {
  return kFrameHeaderBytes + checkpoint_bytes + body().size() + kSumBytes;
}

Hash FrameBuilder::finish(FrameHeader header, std::string_view checkpoint) {
  PAC_CHECK(!is_finished_, "a frame is finished once");
  const std::size_t bytes = size_with(checkpoint.size());
  PAC_CHECK(bytes <= kMaxFrameBytes, "a frame is within its limit");
  std::string head;
  head.reserve(kFrameHeaderBytes + checkpoint.size());
  head += kFrameMagic;
  put(bytes, 4, &head);
  put(header.first, 8, &head);
  put(header.entries, 4, &head);
  put(checkpoint.size(), 4, &head);
  head += crypto::view(header.before);
  head += crypto::view(header.root);
  put(crc32c(head), 4, &head);
  head += checkpoint;
  if (head.size() > body_) {
    bytes_.insert(0, head.size() - body_, '\0');
    body_ = head.size();
  }
  begin_ = body_ - head.size();
  std::ranges::copy(head, bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
  put(crc32c(this->bytes()), 4, &bytes_);
  is_finished_ = true;
  return link_of(head);
}

Hash build_frame(FrameHeader header, std::string_view checkpoint, std::string_view body,
                 std::string* out) {
  FrameBuilder builder;
  builder.bytes_ += body;
  const Hash link = builder.finish(header, checkpoint);
  *out = builder.bytes();
  return link;
}

std::optional<FrameHeader> read_frame_header(std::string_view bytes) {
  if (bytes.size() < kFrameHeaderBytes || !bytes.starts_with(kFrameMagic)) return {};
  if (!sum_holds(bytes.substr(0, kFrameHeaderBytes))) return {};
  Reader reader(bytes.substr(kFrameMagic.size()));
  FrameHeader out;
  out.bytes = static_cast<std::uint32_t>(reader.number(4));
  out.first = reader.number(8);
  out.entries = static_cast<std::uint32_t>(reader.number(4));
  out.checkpoint_bytes = static_cast<std::uint32_t>(reader.number(4));
  out.before = reader.hash();
  out.root = reader.hash();
  if (out.bytes > kMaxFrameBytes || out.entries > kMaxFrameEntries ||
      out.bytes < kFrameHeaderBytes + kSumBytes + std::uint64_t{out.checkpoint_bytes}) {
    return {};
  }
  return out;
}

std::optional<Frame> read_frame(std::string_view bytes) {
  const std::optional<FrameHeader> header = read_frame_header(bytes);
  if (!header || bytes.size() < header->bytes) return {};
  bytes = bytes.substr(0, header->bytes);
  if (!sum_holds(bytes)) return {};
  Frame out;
  out.header = *header;
  out.link = link_of(bytes.substr(0, kFrameHeaderBytes + header->checkpoint_bytes));
  out.checkpoint = bytes.substr(kFrameHeaderBytes, header->checkpoint_bytes);
  bytes.remove_prefix(kFrameHeaderBytes + header->checkpoint_bytes);
  bytes.remove_suffix(kSumBytes);
  out.body = bytes;
  return out;
}

bool was_written_whole(std::string_view bytes) {
  if (bytes.size() < kFrameHeaderBytes) return false;
  const std::optional<FrameHeader> header = read_frame_header(bytes);
  if (header && bytes.size() < header->bytes) return false;
  // A damaged header does not say how long the frame is, but lies in two sectors at most.
  bytes = bytes.substr(0, header ? header->bytes : kFrameHeaderBytes);
  if (bytes.front() == '\0' || bytes.back() == '\0') return false;
  return bytes.find(std::string(kSectorBytes, '\0')) == bytes.npos;
}

std::string build_segment_header(const SegmentHeader& header) {
  std::string out(kSegmentMagic);
  put(header.first, 8, &out);
  put(header.previous_bytes, 8, &out);
  out += crypto::view(header.before);
  out += crypto::view(header.origin);
  put(crc32c(out), 4, &out);
  return out;
}

std::optional<SegmentHeader> read_segment_header(std::string_view bytes) {
  if (bytes.size() < kSegmentHeaderBytes || !bytes.starts_with(kSegmentMagic)) return {};
  if (!sum_holds(bytes.substr(0, kSegmentHeaderBytes))) return {};
  Reader reader(bytes.substr(kSegmentMagic.size()));
  SegmentHeader out;
  out.first = reader.number(8);
  out.previous_bytes = reader.number(8);
  out.before = reader.hash();
  out.origin = reader.hash();
  return out;
}

}  // namespace pac::ledger
