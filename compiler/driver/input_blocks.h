// InputBlocks: a stream of inputs (JSON: one object, an array of them, or one a line; JSON lines;
// CSV) cut into blocks that can be decided one apart from the other, each with the place where it
// stands. It reads ahead no more than a block and the longest input. One thread; the blocks may go
// to others.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/refusal.h"
#include "runtime/engine/session.h"

namespace pac::driver {

// An array of inputs is read whole. Longer ones are refused: one a line has no such limit.
inline constexpr size_t kMaxDocumentBytes = size_t{64} << 20;
// How much a block has, beside the input that ends in it. Answers are many times as long, and those
// that wait to be written are to fit in a cache.
inline constexpr size_t kBlockBytes = size_t{128} << 10;

// What goes through JSON text that may be wrong: in which brackets it is, and whether in quotes.
class BracketScanner {
 public:
  void take(char c) {
    if (is_escaped_) {
      is_escaped_ = false;
    } else if (is_quoted_) {
      if (c == '\\') is_escaped_ = true;
      if (c == '"') is_quoted_ = false;
    } else {
      if (c == '"') is_quoted_ = true;
      if (c == '{' || c == '[') ++depth_;
      if (c == '}' || c == ']') --depth_;
    }
  }
  int depth() const { return depth_; }
  bool is_between(int level) const { return depth_ == level && !is_quoted_; }

 private:
  int depth_ = 0;
  bool is_quoted_ = false, is_escaped_ = false;
};

struct InputBlock {
  enum class Kind : uint8_t { lines, rows, items };
  struct Item {
    std::string_view text;
    uint32_t line = 1;
    uint32_t number = 0;  // in its array, from 1; 0: there is none
    // What is wrong before it is looked at; none: nothing.
    engine::RefusalCode code = engine::RefusalCode::none;
    std::string_view message;
  };

  Kind kind = Kind::lines;
  bool is_first = false;
  std::shared_ptr<const std::string> memory;  // of what the views show
  std::string_view text;                      // lines or rows
  uint32_t line = 1;                          // on which the text begins
  std::vector<Item> items;
  uint64_t done_bytes = 0;  // of the stream, with this block
};

class InputBlocks {
 public:
  enum class Form : uint8_t { csv, json_lines, json };

  // `file` is open and stays the caller's; total_bytes 0: not known.
  InputBlocks(int file, Form form, uint64_t total_bytes);

  // Of the blocks to come.
  void set_block_bytes(size_t bytes) { block_bytes_ = bytes; }
  // Nothing at the end.
  std::optional<InputBlock> next();
  // Whether next() need not wait for somebody who is still writing.
  bool is_ready() const;
  // The first row of a CSV file with what stands before it; after the first block.
  const std::shared_ptr<const std::string>& header() const { return header_; }

 private:
  enum class State : uint8_t { begin, lines, rows, array, end };

  bool fill();
  void drop_line();
  InputBlock cut(size_t size, InputBlock::Kind kind);
  std::optional<InputBlock> begin();
  void skip_to_first_character();
  std::optional<InputBlock> begin_document();
  std::optional<InputBlock> begin_rows();
  std::optional<InputBlock> next_lines();
  std::optional<InputBlock> next_rows();
  std::optional<InputBlock> next_items();
  std::optional<InputBlock::Item> next_item();
  InputBlock refused(engine::RefusalCode code, std::string_view message);

  int file_;
  Form form_;
  size_t block_bytes_ = kBlockBytes;
  uint64_t total_ = 0, done_ = 0;
  State state_ = State::begin;
  bool is_at_end_ = false, is_first_ = true;
  std::string pending_;  // read, and not yet in a block
  uint32_t line_ = 1;    // on which it begins
  std::shared_ptr<const std::string> header_;
  // The array, and where in it the search for the next item stands.
  std::shared_ptr<const std::string> array_;
  BracketScanner scanner_;
  size_t item_begin_ = 0, at_ = 0;
  uint32_t item_number_ = 0, item_line_ = 1;  // of the last
};

// Binds the inputs of blocks to a session of its own thread, in order.
class BlockBinder {
 public:
  // The session and the blocks outlive the binder.
  BlockBinder(engine::Session& session, ir::DecisionId decision, const InputBlocks& blocks);
  ~BlockBinder();

  void start(const InputBlock& block);
  enum class Bound : uint8_t { bound, refused, end };
  Bound next();
  uint32_t line() const { return line_; }  // where the input that was bound last begins, from 1
  uint32_t item() const { return item_; }  // which one of an array, from 1; 0: there is none

 private:
  Bound next_line();
  Bound next_row();
  Bound next_item();
  Bound bind(std::string_view text);

  engine::Session& session_;
  ir::DecisionId decision_;
  const InputBlocks& blocks_;
  const InputBlock* block_ = nullptr;
  struct Rows;
  std::unique_ptr<Rows> rows_;
  size_t at_ = 0;
  uint32_t next_line_ = 1;
  uint32_t line_ = 1, item_ = 0;
};

}  // namespace pac::driver
