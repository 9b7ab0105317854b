// A stream of inputs decided by any number of threads gives the same bytes in the same order, takes
// bounded memory, and says of each input what a session says of it alone.
#include "compiler/driver/decide_inputs.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <random>

#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "runtime/engine/write.h"

namespace pac::driver {
namespace {

constexpr const char* kPolicy = R"(package many edition 1
enum Kind { small, large "LARGE" }
decision d {
  context { as_of: date }
  input {
    name: string max 20 chars
    kind: Kind
    x:    decimal(2) in 0.00 .. 999.99
    n:    int? in 0 .. 9
  }
  output { y: decimal(2), t: string }
  let shown = n default 7
  rules unique {
    rule one { when kind == small and x < 500.00 then { y: x * 2, t: "one {name}" } }
    rule two { when kind == small and x > 400.00 then { y: x, t: "two" } }
    rule big { when kind == large and n default 5 < 9 then { y: 0, t: "{shown}" } }
  }
}
)";

std::shared_ptr<engine::LoadedRuleSet> rules() {
  static const auto loaded = [] {
    const auto compiled = compile_texts({{"many.pac", kPolicy}});
    return *load((*compiled)->checked->rules, {Engine::interp, 0});
  }();
  return loaded;
}

// A file that is nowhere.
class File {
 public:
  explicit File(std::string_view text) : file_(memfd_create("inputs", MFD_CLOEXEC)) {
    EXPECT_EQ(write(file_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    lseek(file_, 0, SEEK_SET);
  }
  ~File() { close(file_); }
  int get() const { return file_; }
  uint64_t read_bytes() const { return static_cast<uint64_t>(lseek(file_, 0, SEEK_CUR)); }

 private:
  int file_;
};

DecideOptions options(bool answers, unsigned threads) {
  DecideOptions out;
  out.decision = static_cast<ir::DecisionId>(0);
  out.context.as_of = 20'000;
  out.answers = answers;
  out.records = true;
  out.threads = threads;
  return out;
}

struct Said {
  std::string answers, records, faults, summary;
  friend bool operator==(const Said&, const Said&) = default;
};

Said decide(std::string_view text, InputBlocks::Form form, const DecideOptions& how) {
  const File file(text);
  InputBlocks blocks(file.get(), form, text.size());
  Said out;
  const DecideTally tally = decide_inputs(rules(), blocks, how, [&](const DecidedBlock& block) {
    out.answers += block.answers;
    out.records += block.records;
    out.faults += block.faults;
    return true;
  });
  out.summary = std::to_string(tally.ok) + " " + std::to_string(tally.no_match) + " " +
                std::to_string(tally.error) + " " + std::to_string(tally.refused) + tally.first;
  for (const auto& [rule, count] : tally.fired) out.summary += rule + std::to_string(count);
  return out;
}

std::string random_row(std::mt19937_64& random) {
  static constexpr std::string_view kNames[] = {"Ada",      "\"Ada, Bo\"", "\"a \"\"b\"\"\"",
                                                "\"x\ny\"", "\xC3\x84ke",  "a\"b"};
  static constexpr std::string_view kKinds[] = {"small", "small", "LARGE", "large"};
  const std::string x = std::to_string(random() % 1100) + ".5";
  return std::string(kNames[random() % 8 % 6]) + "," + std::string(kKinds[random() % 4]) + "," + x +
         "," + (random() % 3 == 0 ? "" : std::to_string(random() % 11)) +
         (random() % 50 == 0 ? ",more" : "");
}

std::string random_object(std::mt19937_64& random) {
  static constexpr std::string_view kNames[] = {"Ada", "a\\\"b", "\\u00e4", "]},{[", "\xC3\x84ke"};
  static constexpr std::string_view kKinds[] = {"small", "small", "LARGE", "large"};
  std::string out = "{\"name\":\"" + std::string(kNames[random() % 5]) + "\",\"kind\":\"" +
                    std::string(kKinds[random() % 4]) +
                    "\",\"x\":" + std::to_string(random() % 1100) + ".5";
  if (random() % 3 == 0) out += ",\"n\":" + std::to_string(random() % 11);
  if (random() % 50 == 0) out += ",\"unknown\":1";
  return out + (random() % 50 == 0 ? "" : "}");
}

// Of a few blocks, some with an input that is far too long.
std::string many(std::string_view begin, std::string_view between, std::string_view end,
                 const std::function<std::string(std::mt19937_64&)>& make) {
  std::mt19937_64 random(1);
  std::string out(begin);
  while (out.size() < 2'500'000) {
    if (out.size() > begin.size()) out += between;
    out += random() % 20'000 == 0 ? std::string(3'000'000, 'x') : make(random);
  }
  return out + std::string(end);
}

struct Case {
  const char* name;
  InputBlocks::Form form;
  std::string text;
};

std::vector<Case> cases() {
  using Form = InputBlocks::Form;
  const auto whole_object = [](std::mt19937_64& random) {
    const std::string made = random_object(random);
    return made.ends_with('}') ? made : made + "}";
  };
  return {
      {"rows", Form::csv, many("name,kind,x,n\n", "\n", "", random_row)},
      {"rows with CR LF", Form::csv,
       many("\xEF\xBB\xBFname,kind,x,n\r\n", "\r\n", "\r\n", random_row)},
      {"a wrong header", Form::csv, many("name,kind,y,n\n", "\n", "", random_row)},
      {"lines", Form::json_lines, many("", "\n", "\n", random_object)},
      {"lines, blank ones too", Form::json_lines, many("\n \n", "\n\n", "\n \n", random_object)},
      {"an array", Form::json, many("\n[", ",\n", "]\n", whole_object)},
      {"an array that is not closed", Form::json, many("[", ",", "", whole_object)},
      {"lines in JSON", Form::json, many("", "\n", "", whole_object)}};
}

TEST(DecideInputs, AnyNumberOfThreadsGivesTheSameBytes) {
  for (const Case& one : cases()) {
    for (const bool answers : {true, false}) {
      const Said alone = decide(one.text, one.form, options(answers, 1));
      EXPECT_FALSE(alone.summary.empty());
      for (const unsigned threads : {2u, 5u}) {
        EXPECT_TRUE(decide(one.text, one.form, options(answers, threads)) == alone)
            << one.name << ' ' << threads;
      }
    }
  }
}

// Line by line, as the sentences of a session alone.
TEST(DecideInputs, EachLineIsAnsweredAsByItself) {
  const std::string text = many("", "\n", "\n", random_object);
  engine::Session session(rules(), {});
  std::string expected;
  std::string buffer(size_t{1} << 16, '\0');
  uint32_t line = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    engine::TextSink sink(buffer.data(), buffer.size());
    session.refusals().set_line(++line);
    if (session.bind_json(static_cast<ir::DecisionId>(0), text.substr(at, end - at)) &&
        session.prepare(options(true, 1).context, nullptr)) {
      session.decide();
      engine::write_decision(session, sink);
    } else {
      engine::write_refusal(session.refusals()[0], sink);
    }
    expected.append(sink.view()) += '\n';
    at = end + 1;
  }
  EXPECT_TRUE(decide(text, InputBlocks::Form::json_lines, options(true, 3)).answers == expected);
}

// The same rows through the quick way and by setters.
TEST(DecideInputs, BothWaysOfBindingRowsAgree) {
  const std::string text = many("x,name,n,kind\n", "\n", "", [](std::mt19937_64& random) {
    std::string row = random_row(random);
    if (row.find('"') == std::string::npos) std::swap(row[0], row[row.size() - 1]);
    return row;
  });
  const auto answers = [&](bool quick) {
    engine::SessionOptions how;
    how.reads_quickly = quick;
    engine::Session session(rules(), how);
    const File file(text);
    InputBlocks blocks(file.get(), InputBlocks::Form::csv, text.size());
    BlockBinder binder(session, static_cast<ir::DecisionId>(0), blocks);
    std::string out;
    std::string buffer(size_t{1} << 16, '\0');
    while (const auto block = blocks.next()) {
      binder.start(*block);
      for (auto bound = binder.next(); bound != BlockBinder::Bound::end; bound = binder.next()) {
        engine::TextSink sink(buffer.data(), buffer.size());
        if (bound == BlockBinder::Bound::bound &&
            session.prepare(options(true, 1).context, nullptr)) {
          session.decide();
          engine::write_decision(session, sink);
        } else {
          engine::write_refusal(session.refusals()[0], sink);
        }
        out.append(sink.view()) += '\n';
      }
    }
    return out;
  };
  EXPECT_TRUE(answers(true) == answers(false));
}

TEST(DecideInputs, ReadsAheadABoundedNumberOfBlocks) {
  std::mt19937_64 random(1);
  std::string text;
  while (text.size() < 14'000'000) text += random_object(random) + "\n";
  for (const size_t block_bytes : {kBlockBytes, 8 * kBlockBytes}) {
    for (const unsigned threads : {1u, 2u}) {
      const File file(text);
      InputBlocks blocks(file.get(), InputBlocks::Form::json_lines, text.size());
      blocks.set_block_bytes(block_bytes);
      uint64_t furthest = 0;
      uint64_t before = 0;  // behind the blocks that were handed over
      decide_inputs(rules(), blocks, options(true, threads), [&](const DecidedBlock& block) {
        furthest = std::max(furthest, file.read_bytes() - before);
        before = block.done_bytes;
        return true;
      });
      EXPECT_EQ(before, text.size());
      // A block, and a line that ends in the next.
      EXPECT_LE(furthest, (kBlocksAhead * threads + 2) * block_bytes) << threads;
      EXPECT_GE(furthest, block_bytes) << threads;
    }
  }
}

}  // namespace
}  // namespace pac::driver
