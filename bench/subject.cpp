#include "bench/subject.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "compiler/driver/compile.h"
#include "runtime/engine/csv_binder.h"
#include "runtime/engine/write.h"

namespace pac::bench {

namespace {

constexpr size_t kCacheLine = 64;
constexpr uint32_t kNativeLevel = 2;

// Where each input has a session of its own: there are thousands, and the inputs are small.
engine::SessionOptions small_session() {
  engine::SessionOptions out;
  out.max_input_bytes = 16 << 10;
  out.input_memory_bytes = 64 << 10;
  out.scratch_bytes = 2 << 20;  // the interpreter's tables of 10,000 rules fit
  return out;
}

std::string refusal_of(const engine::Session& session) {
  if (session.refusals().empty()) return "no reason is given";
  std::string out(4096, '\0');
  engine::TextSink sink(out.data(), out.size());
  engine::write_refusal(session.refusals()[0], sink);
  return std::string(sink.view());
}

}  // namespace

void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

Subject::Subject(const std::string& text, const std::string& decision, driver::Engine engine) {
  auto compiled = driver::compile_texts({{"bench.pac", text}});
  if (!compiled) give_up(compiled.error().message);
  if (!(*compiled)->checked) give_up("the generated policy has errors");
  auto loaded = driver::load((*compiled)->checked->rules, {engine, kNativeLevel});
  if (!loaded) give_up(loaded.error().message);
  rules_ = *loaded;
  id_ = rules_->find(decision);
  if (id_ == ir::DecisionId::none) give_up("there is no decision " + decision);
}

pac_decide_fn Subject::native() const {
  return rules_->native() == nullptr ? nullptr : rules_->native()->decide(id_);
}

void Subject::start(size_t count) {
  count_ = count;
  const uint32_t bytes = rules_->layout().record(rules_->rule_set().decision(id_).input).size;
  stride_ = bytes <= 16 ? bytes : (bytes + kCacheLine - 1) / kCacheLine * kCacheLine;
  memory_.assign(count * stride_ + kCacheLine, 0);
  void* base = memory_.data();
  size_t room = memory_.size();
  base_ = static_cast<char*>(std::align(kCacheLine, count * stride_, base, room));
}

void Subject::keep(size_t i, const engine::Session& session) {
  std::memcpy(base_ + i * stride_, session.input(),
              rules_->layout().record(rules_->rule_set().decision(id_).input).size);
}

void Subject::bind(const std::vector<MatchInput>& records) {
  const auto& layout = rules_->layout().record(rules_->rule_set().decision(id_).input);
  if (layout.offsets != std::vector<uint32_t>{0, 8, 16, 24, 32, 36, 40, 48} ||
      layout.size != sizeof(MatchInput)) {
    give_up("the input record is not laid out as MatchInput");
  }
  structs_ = records;
  start(records.size());
  sessions_.push_back(std::make_unique<engine::Session>(rules_, engine::SessionOptions{}));
  engine::Session& session = *sessions_[0];
  for (size_t i = 0; i < records.size(); ++i) {
    if (!session.bind_struct(id_, &records[i], sizeof records[i]) || !session.prepare({}, nullptr))
      give_up("a generated input is refused: " + refusal_of(session));
    keep(i, session);
  }
}

void Subject::bind(const std::vector<std::string>& json, const engine::Context& context) {
  start(json.size());
  for (size_t i = 0; i < json.size(); ++i) {
    sessions_.push_back(std::make_unique<engine::Session>(rules_, small_session()));
    engine::Session& session = *sessions_[i];
    if (!session.bind_json(id_, json[i]) || !session.prepare(context, nullptr))
      give_up("an input is refused: " + refusal_of(session));
    keep(i, session);
  }
}

void Subject::bind_csv(const std::string& csv, const engine::Context& context) {
  const size_t head = csv.find('\n') + 1;
  std::vector<std::string> rows;
  for (size_t at = head; at < csv.size();) {
    const size_t end = std::min(csv.find('\n', at), csv.size());
    rows.push_back(csv.substr(0, head) + csv.substr(at, end - at) + "\n");
    at = end + 1;
  }
  start(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    sessions_.push_back(std::make_unique<engine::Session>(rules_, small_session()));
    engine::Session& session = *sessions_[i];
    size_t read = 0;
    engine::CsvBinder binder(session, id_, [&](char* buffer, size_t capacity) {
      const size_t taken = std::min(capacity, rows[i].size() - read);
      std::memcpy(buffer, rows[i].data() + read, taken);
      read += taken;
      return taken;
    });
    if (!binder.read_header() || binder.next() != engine::CsvBinder::Row::bound ||
        !session.prepare(context, nullptr)) {
      give_up("an input is refused: " + refusal_of(session));
    }
    keep(i, session);
  }
}

std::string Subject::answer(size_t i) {
  engine::Session& session = *sessions_[structs_.empty() ? i : 0];
  if (!structs_.empty() && (!session.bind_struct(id_, &structs_[i], sizeof structs_[i]) ||
                            !session.prepare({}, nullptr))) {
    give_up("a generated input is refused: " + refusal_of(session));
  }
  session.decide();
  std::string out(64 << 10, '\0');
  engine::TextSink sink(out.data(), out.size());
  engine::write_decision(session, sink);
  if (!sink.fits()) give_up("an answer is longer than 64 KiB");
  return std::string(sink.view());
}

void compare_answers(Subject& one, Subject& other, size_t most) {
  const size_t step = std::max<size_t>(1, one.count() / most);
  for (size_t i = 0; i < one.count(); i += step) {
    const std::string a = one.answer(i), b = other.answer(i);
    if (a != b)
      give_up("the engines disagree on input " + std::to_string(i) + ": " + a + " / " + b);
  }
}

}  // namespace pac::bench
