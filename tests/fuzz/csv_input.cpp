// csv_input: a file of rows for a decision of rich.pac, read in pieces of a drawn size. Both
// engines refuse the same rows and answer the others alike, one by setters, the other quickly.
#include <algorithm>

#include "runtime/engine/csv_binder.h"
#include "runtime/engine/write.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/target.h"

namespace pac::fuzz {

namespace {

// What `pac run` would print.
std::string decide_all(engine::Session& session, ir::DecisionId decision, std::string_view text,
                       size_t piece, bool ignore_unknown) {
  engine::CsvOptions options;
  options.max_row_bytes = 4096;
  options.ignore_unknown_columns = ignore_unknown;
  size_t at = 0;
  engine::CsvBinder rows(
      session, decision,
      [&](char* buffer, size_t capacity) {
        const size_t size = std::min({piece, capacity, text.size() - at});
        std::ranges::copy(text.substr(at, size), buffer);
        at += size;
        return size;
      },
      options);
  std::string out;
  std::string buffer(size_t{16} << 10, '\0');
  const auto tell = [&](bool decided) {
    engine::TextSink sink(buffer.data(), buffer.size());
    if (decided) {
      engine::write_decision(session, sink);
    } else {
      engine::write_refusal(session.refusals()[0], sink);
    }
    out.append(sink.view()).push_back('\n');
  };
  if (!rows.read_header()) {
    tell(false);
    return out;
  }
  engine::Context context;
  context.now_us = 1'772'000'000'000'000;  // in February 2026
  for (auto row = rows.next(); row != engine::CsvBinder::Row::end; row = rows.next()) {
    const bool ready = row == engine::CsvBinder::Row::bound && session.prepare(context, nullptr);
    if (ready) session.decide();
    tell(ready);
  }
  return out;
}

}  // namespace

Verdict run_csv_input(std::string_view bytes) {
  static const Fixed& fixed = *new Fixed(make_fixed("rich.pac"));
  static engine::Session& interp = *new engine::Session(fixed.interp, [] {
    engine::SessionOptions options = small_session();
    options.reads_quickly = false;
    return options;
  }());
  static engine::Session& native = *new engine::Session(fixed.native, small_session());
  Bytes in(bytes);
  const uint8_t head = in.u8();
  const auto decision = static_cast<ir::DecisionId>(head % 16 % fixed.rules().decisions.size());
  const size_t piece = head & 0x20 ? 3 : 4096;
  const bool ignore_unknown = (head & 0x40) != 0;
  const std::string_view text = in.rest();
  const std::string expected = decide_all(interp, decision, text, piece, ignore_unknown);
  const std::string got = decide_all(native, decision, text, piece + 1, ignore_unknown);
  claim(expected == got, "both engines give the same answers", expected + "---\n" + got);
  return Verdict::keep;
}

}  // namespace pac::fuzz
