#include "compiler/driver/input_blocks.h"

#include <emmintrin.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "runtime/engine/csv_binder.h"

namespace pac::driver {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

// What a line is longer than can't be an input; the rest of it is passed over.
constexpr size_t kMaxLineBytes = engine::SessionOptions().max_input_bytes + 1;
// A row takes up to twice the bytes of its cells, where they are quotes. What is longer than this
// is too long a row, or wrong before, and goes on to the end of its line.
constexpr size_t kMaxRowText = 8 * engine::CsvReader::kMaxRowBytes;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kSpace) == std::string_view::npos;
}

// Sixteen bytes at a time: each byte of `found` counts for itself, up to 255.
uint32_t count_lines(std::string_view text) {
  constexpr size_t kRound = size_t{255} * 16;
  const __m128i line_feed = _mm_set1_epi8('\n');
  uint64_t count = 0;
  size_t at = 0;
  while (text.size() - at >= 16) {
    const size_t end = at + std::min(kRound, (text.size() - at) / 16 * 16);
    __m128i found = _mm_setzero_si128();
    for (; at < end; at += 16) {
      const auto* const bytes = reinterpret_cast<const __m128i*>(text.data() + at);
      found = _mm_sub_epi8(found, _mm_cmpeq_epi8(_mm_loadu_si128(bytes), line_feed));
    }
    const __m128i sums = _mm_sad_epu8(found, _mm_setzero_si128());
    count += static_cast<uint64_t>(_mm_cvtsi128_si64(sums)) +
             static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
  }
  return static_cast<uint32_t>(count) +
         static_cast<uint32_t>(std::ranges::count(text.substr(at), '\n'));
}

// Whether the brackets of a line are closed within it.
bool is_whole(std::string_view line) {
  BracketScanner scanner;
  for (const char c : line) scanner.take(c);
  return scanner.is_between(0);
}

// Whether the first bracket of the text is closed by its last one.
bool is_one_object(std::string_view text) {
  BracketScanner scanner;
  const size_t end = text.find_last_not_of(kSpace);
  for (size_t i = 0; i < text.size(); ++i) {
    scanner.take(text[i]);
    if (scanner.is_between(0)) return i == end;
  }
  return false;
}

std::string_view next_line(std::string_view* text) {
  const std::string_view line = text->substr(0, text->find('\n'));
  text->remove_prefix(std::min(text->size(), line.size() + 1));
  return line;
}

// Lines that are inputs behind a first one that is not closed: it is wrong, and they are not.
bool has_inputs_behind(std::string_view text) {
  for (next_line(&text); !text.empty();) {
    const std::string_view line = next_line(&text);
    if (line.starts_with('{') && is_one_object(line)) return true;
  }
  return false;
}

}  // namespace

InputBlocks::InputBlocks(int file, Form form, uint64_t total_bytes)
    : file_(file), form_(form), total_(total_bytes) {}

bool InputBlocks::is_ready() const {
  pollfd asked{file_, POLLIN, 0};
  return is_at_end_ || poll(&asked, 1, 0) != 0;
}

// Reads what there is, at least a byte; false at the end.
bool InputBlocks::fill() {
  if (is_at_end_) return false;
  const size_t had = pending_.size();
  ssize_t got = 0;
  pending_.resize_and_overwrite(had + block_bytes_, [&](char* data, size_t size) {
    do {
      got = read(file_, data + had, size - had);
    } while (got < 0 && errno == EINTR);
    return had + static_cast<size_t>(std::max<ssize_t>(got, 0));
  });
  done_ += static_cast<uint64_t>(std::max<ssize_t>(got, 0));
  is_at_end_ = got <= 0;
  return !is_at_end_;
}

// Passes over the rest of a line of which enough was read; what was read of it stays.
void InputBlocks::drop_line() {
  std::string kept = std::move(pending_);
  size_t end = std::string::npos;
  do {
    pending_.clear();
    if (!fill()) break;
    end = pending_.find('\n');
  } while (end == std::string::npos);
  pending_.insert(0, kept);
  if (end != std::string::npos) pending_.erase(kept.size(), end);
}

InputBlock InputBlocks::cut(size_t size, InputBlock::Kind kind) {
  InputBlock out;
  std::string rest = pending_.substr(size);
  pending_.resize(size);
  out.memory = std::make_shared<const std::string>(std::move(pending_));
  pending_ = std::move(rest);
  out.kind = kind;
  out.text = *out.memory;
  out.line = line_;
  out.is_first = std::exchange(is_first_, false);
  out.done_bytes = done_ - pending_.size();
  line_ += count_lines(out.text);
  return out;
}

std::optional<InputBlock> InputBlocks::next() {
  switch (state_) {
    case State::begin:
      return begin();
    case State::lines:
      return next_lines();
    case State::rows:
      return next_rows();
    case State::array:
      return next_items();
    case State::end:
      break;
  }
  return std::nullopt;
}

// Passes over white space, counting lines.
void InputBlocks::skip_to_first_character() {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";  // of UTF-8, as some editors write it
  while (pending_.size() < kMark.size() && fill()) {
  }
  size_t mark = 0;
  while (mark < std::min(kMark.size(), pending_.size()) && pending_[mark] == kMark[mark]) ++mark;
  pending_.erase(0, mark);
  for (;;) {
    const size_t space = std::min(pending_.find_first_not_of(kSpace), pending_.size());
    line_ += count_lines(std::string_view(pending_).substr(0, space));
    pending_.erase(0, space);
    if (!pending_.empty() || !fill()) return;
  }
}

std::optional<InputBlock> InputBlocks::begin() {
  if (form_ == Form::csv) return begin_rows();
  skip_to_first_character();
  if (pending_.starts_with('[') && form_ == Form::json) return begin_document();
  size_t end = pending_.find('\n');
  while (end == std::string::npos && pending_.size() <= kMaxLineBytes && fill()) {
    end = pending_.find('\n');
  }
  const std::string_view line = std::string_view(pending_).substr(0, end);
  if (form_ == Form::json && line.size() < kMaxLineBytes && !is_whole(line)) {
    return begin_document();
  }
  state_ = State::lines;
  return next_lines();
}

// A line that is too long comes cut off, at a length that is refused.
std::optional<InputBlock> InputBlocks::next_lines() {
  for (;;) {
    const size_t end = is_at_end_ ? pending_.size() : pending_.rfind('\n') + 1;
    if (end > 0) return cut(end, InputBlock::Kind::lines);
    if (is_at_end_) return std::nullopt;
    if (pending_.size() > kMaxLineBytes) {
      pending_.resize(kMaxLineBytes);
      drop_line();
      continue;
    }
    fill();
  }
}

std::optional<InputBlock> InputBlocks::begin_rows() {
  state_ = State::rows;
  size_t end = 0;
  for (;;) {
    engine::CsvReader reader{std::string_view(pending_)};
    const engine::CsvRow row = reader.next();
    end = reader.read_bytes();
    if (row != engine::CsvRow::end && reader.ended_line()) break;
    if (pending_.size() > kMaxRowText) {
      pending_.resize(kMaxRowText);
      drop_line();
      continue;
    }
    if (!fill()) break;
  }
  InputBlock header = cut(end, InputBlock::Kind::rows);
  header_ = header.memory;
  // The rows behind it come with the next block; this one tells what is wrong with the header.
  header.text = {};
  return header;
}

std::optional<InputBlock> InputBlocks::next_rows() {
  for (;;) {
    const size_t end = is_at_end_ ? pending_.size() : engine::whole_rows(pending_, line_);
    if (end > 0) return cut(end, InputBlock::Kind::rows);
    if (is_at_end_) return std::nullopt;
    if (pending_.size() > kMaxRowText) {
      pending_.resize(kMaxRowText);
      drop_line();
      continue;
    }
    fill();
  }
}

InputBlock InputBlocks::refused(engine::RefusalCode code, std::string_view message) {
  InputBlock out;
  out.kind = InputBlock::Kind::items;
  out.is_first = std::exchange(is_first_, false);
  out.done_bytes = done_;
  out.items.push_back({{}, line_, item_number_, code, message});
  return out;
}

std::optional<InputBlock> InputBlocks::begin_document() {
  while (total_ <= kMaxDocumentBytes && pending_.size() <= kMaxDocumentBytes && fill()) {
  }
  state_ = State::end;
  if (std::max<uint64_t>(total_, pending_.size()) > kMaxDocumentBytes) {
    return refused(engine::RefusalCode::too_large,
                   "the document is longer than 64 MiB; put one input on each line");
  }
  if (pending_.starts_with('[')) {
    array_ = std::make_shared<const std::string>(std::move(pending_));
    pending_.clear();
    scanner_.take('[');
    item_begin_ = at_ = 1;
    item_line_ = line_;
    state_ = State::array;
    return next_items();
  }
  if (!is_one_object(pending_) && has_inputs_behind(pending_)) {
    state_ = State::lines;
    return next_lines();
  }
  InputBlock out = cut(pending_.size(), InputBlock::Kind::items);
  out.items.push_back({out.text, out.line, 0, engine::RefusalCode::none, {}});
  return out;
}

// Moves behind the comma or bracket that ends the item.
std::optional<InputBlock::Item> InputBlocks::next_item() {
  const std::string& text = *array_;
  for (; at_ < text.size() && scanner_.depth() > 0; ++at_) {
    scanner_.take(text[at_]);
    const bool is_end = scanner_.depth() == 0;
    if (!is_end && (text[at_] != ',' || !scanner_.is_between(1))) continue;
    const std::string_view item = std::string_view(text).substr(item_begin_, at_ - item_begin_);
    if (is_end && item_number_ == 0 && is_blank(item)) continue;  // []
    const size_t start = std::min(item.find_first_not_of(kSpace), item.size());
    const uint32_t line = line_ + count_lines(item.substr(0, start));
    line_ += count_lines(item);
    item_begin_ = ++at_;
    return InputBlock::Item{item, line, ++item_number_, engine::RefusalCode::none, {}};
  }
  return std::nullopt;
}

std::optional<InputBlock> InputBlocks::next_items() {
  InputBlock out;
  out.kind = InputBlock::Kind::items;
  out.memory = array_;
  const size_t begin = at_;
  while (at_ - begin < block_bytes_) {
    const auto item = next_item();
    if (!item) break;
    item_line_ = item->line;
    out.items.push_back(*item);
  }
  out.is_first = std::exchange(is_first_, false);
  out.done_bytes = at_;
  if (at_ - begin >= block_bytes_) return out;
  state_ = State::end;
  const bool is_closed = scanner_.depth() == 0;
  if (!is_closed || !is_blank(std::string_view(*array_).substr(at_))) {
    const std::string_view why = is_closed
                                     ? "there is more text after the `]` at the end of the array"
                                     : "the array has no `]` at its end";
    out.items.push_back({{}, item_line_, ++item_number_, engine::RefusalCode::not_json, why});
  }
  return out;
}

// ---- Binding

struct BlockBinder::Rows {
  Rows(engine::Session& session, ir::DecisionId decision, std::string_view header)
      : binder(session, decision, engine::CsvReader(header)), is_good(binder.read_header()) {}

  engine::CsvBinder binder;
  bool is_good;
};

BlockBinder::BlockBinder(engine::Session& session, ir::DecisionId decision,
                         const InputBlocks& blocks)
    : session_(session), decision_(decision), blocks_(blocks) {}

BlockBinder::~BlockBinder() = default;

void BlockBinder::start(const InputBlock& block) {
  block_ = &block;
  at_ = 0;
  next_line_ = line_ = block.line;
  item_ = 0;
  if (block.kind != InputBlock::Kind::rows) return;
  if (rows_ == nullptr || (block.is_first && !rows_->is_good)) {
    rows_ = std::make_unique<Rows>(session_, decision_, *blocks_.header());
  }
  rows_->binder.read_from(engine::CsvReader(block.text, block.line));
}

BlockBinder::Bound BlockBinder::next() {
  switch (block_->kind) {
    case InputBlock::Kind::lines:
      return next_line();
    case InputBlock::Kind::rows:
      return next_row();
    case InputBlock::Kind::items:
      break;
  }
  return next_item();
}

BlockBinder::Bound BlockBinder::bind(std::string_view text) {
  session_.refusals().set_line(line_);
  return session_.bind_json(decision_, text) ? Bound::bound : Bound::refused;
}

BlockBinder::Bound BlockBinder::next_line() {
  while (at_ < block_->text.size()) {
    const std::string_view line = block_->text.substr(at_, block_->text.find('\n', at_) - at_);
    at_ += line.size() + 1;
    line_ = next_line_++;
    if (!is_blank(line)) return bind(line);
  }
  return Bound::end;
}

// A header that is wrong is told once, and no row can be bound.
BlockBinder::Bound BlockBinder::next_row() {
  if (!rows_->is_good) {
    const bool is_told = !block_->is_first || at_ > 0;
    at_ = 1;
    return is_told ? Bound::end : Bound::refused;
  }
  const engine::CsvBinder::Row row = rows_->binder.next();
  if (row == engine::CsvBinder::Row::end) return Bound::end;
  line_ = rows_->binder.line();
  return row == engine::CsvBinder::Row::bound ? Bound::bound : Bound::refused;
}

BlockBinder::Bound BlockBinder::next_item() {
  if (at_ == block_->items.size()) return Bound::end;
  const InputBlock::Item& item = block_->items[at_++];
  line_ = item.line;
  item_ = item.number;
  if (item.code == engine::RefusalCode::none) return bind(item.text);
  session_.refusals().set_line(line_);
  session_.begin(decision_);
  session_.refuse(item.code, "", item.message);
  return Bound::refused;
}

}  // namespace pac::driver
