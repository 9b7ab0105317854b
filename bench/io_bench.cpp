// Input and output: a whole decision from JSON text to JSON text over a mere read of the same
// fields, columns over single inputs, and `pac run` over files. What is compared is measured in
// turns, CPU time, medians.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bench/process.h"
#include "bench/summary.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/load.h"
#include "runtime/engine/batch.h"
#include "runtime/engine/csv_binder.h"
#include "runtime/engine/session.h"
#include "runtime/engine/write.h"
#include "simdjson.h"

namespace pac::bench {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr const char* kCommand = "make bench-io";
constexpr int kTurns = 25;
const std::string kSource = PAC_SOURCE_DIR;
const std::string kWork = PAC_WORK;

double cpu_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Median CPU time of each in nanoseconds, one after the other, turn by turn.
std::vector<double> in_turns(const std::vector<std::function<void()>>& all) {
  std::vector<std::vector<double>> times(all.size());
  for (int turn = 0; turn <= kTurns; ++turn) {
    for (size_t i = 0; i < all.size(); ++i) {
      const double begin = cpu_s();
      all[i]();
      if (turn > 0) times[i].push_back((cpu_s() - begin) * 1e9);
    }
  }
  std::vector<double> out;
  for (auto& one : times) {
    std::ranges::nth_element(one, one.begin() + kTurns / 2);
    out.push_back(one[kTurns / 2]);
  }
  return out;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

struct Subject {
  std::shared_ptr<engine::LoadedRuleSet> rules;
  ir::DecisionId decision = ir::DecisionId::none;
  engine::Context context;
  std::vector<std::string> inputs;  // JSON
};

Subject subject_of(const std::string& policy, const std::string& decision) {
  const auto compiled = driver::compile(policy);
  if (!compiled || !(*compiled)->checked) give_up(policy + " does not compile");
  auto loaded = driver::load((*compiled)->checked->rules, {driver::Engine::native, 2});
  if (!loaded) give_up(loaded.error().message);
  Subject out;
  out.rules = *loaded;
  out.decision = out.rules->find(decision);
  out.context.as_of = 20'500;
  return out;
}

Subject loan() {
  Subject out = subject_of(kSource + "/examples/loan/loan.pac", "loan");
  uint64_t random = 1;
  for (int i = 0; i < 1024; ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    const uint64_t cents = (random >> 20) % 2'000'000 + 1;
    char text[100];
    std::snprintf(text, sizeof text, R"({"credit_score":%d,"amount":"%d.%02d"})",
                  static_cast<int>(300 + (random >> 40) % 551), static_cast<int>(cents / 100),
                  static_cast<int>(cents % 100));
    out.inputs.push_back(text);
  }
  return out;
}

// The applications of the example, as the program records them.
Subject credit() {
  Subject out = subject_of(kSource + "/examples/credit/credit.pac", "credit");
  engine::Session session(out.rules, {});
  const std::string csv = read_file(kSource + "/examples/credit/applications.csv");
  engine::CsvBinder rows(session, out.decision, engine::CsvReader(std::string_view(csv)));
  if (!rows.read_header()) give_up("the applications can't be read");
  std::string buffer(size_t{1} << 16, '\0');
  while (rows.next() == engine::CsvBinder::Row::bound) {
    // The one input is a record; what else lies in memory is context.
    const engine::Slot& slot = out.rules->shape(out.decision).input.record().fields[0];
    engine::TextSink sink(buffer.data(), buffer.size());
    sink.put("{\"a\":");
    engine::write_value(out.rules->schema(), slot,
                        static_cast<const char*>(session.input()) + slot.offset, sink);
    sink.put('}');
    out.inputs.emplace_back(sink.view());
  }
  if (out.inputs.size() != 1000) give_up("the applications are not 1,000");
  return out;
}

// ---- JSON to JSON

size_t decide_all(engine::Session& session, const Subject& subject) {
  char buffer[4096];
  size_t bytes = 0;
  for (const std::string& text : subject.inputs) {
    if (!session.bind_json(subject.decision, text) || !session.prepare(subject.context, nullptr)) {
      give_up("an input was refused: " + std::string(session.refusals()[0].message.view()));
    }
    session.decide();
    engine::TextSink sink(buffer, sizeof buffer);
    engine::write_decision(session, sink);
    bytes += sink.size();
  }
  return bytes;
}

// The same fields into locals, by the fastest documented way: on demand, in the order of the text.
struct Locals {
  int64_t sum = 0;
  size_t chars = 0;
  void number(ondemand::value value) { sum += value.get_int64().value(); }
  void text(ondemand::value value) { chars += value.get_string().value().size(); }
  void truth(ondemand::value value) { sum += value.get_bool().value() ? 1 : 0; }
};

void read_loan(ondemand::object object, Locals* out) {
  out->number(object["credit_score"].value());
  out->text(object["amount"].value());
}

void read_credit(ondemand::object root, Locals* out) {
  ondemand::object a = root["a"].get_object();
  out->text(a["applicant_id"].value());
  out->number(a["duration"].value());
  out->text(a["amount"].value());
  for (const char* name : {"installment_rate_percentage", "residence_duration", "age",
                           "number_existing_credits", "number_people_maintenance"}) {
    out->number(a[name].value());
  }
  for (const char* name : {"telephone", "foreign_worker"}) out->truth(a[name].value());
  for (const char* name :
       {"checking_account_status", "credit_history", "purpose", "savings_account_bonds",
        "employment_duration", "personal", "other_debtors_guarantors", "property",
        "other_installment_plans", "housing", "job", "class"}) {
    out->text(a[name].value());
  }
}

double json_ratio(const char* name, const Subject& subject,
                  void (*read)(ondemand::object, Locals*)) {
  engine::Session session(subject.rules, {});
  ondemand::parser parser;
  std::vector<simdjson::padded_string> padded;
  for (const std::string& text : subject.inputs) padded.emplace_back(text);
  size_t bytes = 0;
  Locals locals;
  const auto times = in_turns({[&] { bytes += decide_all(session, subject); },
                               [&] {
                                 for (const auto& text : padded) {
                                   auto document = parser.iterate(text);
                                   read(document.get_object(), &locals);
                                 }
                               }});
  if (bytes == 0 || locals.chars == 0) give_up("nothing was read");
  const auto count = static_cast<double>(subject.inputs.size());
  std::printf("%s: JSON to JSON %.0f ns, the fields alone %.0f ns, ratio %.2f\n", name,
              times[0] / count, times[1] / count, times[0] / times[1]);
  return times[0] / times[1];
}

// ---- Columns

// The columns of a table, with the memory of their values.
struct Table {
  explicit Table(const Subject& subject) : batch(subject.rules, subject.decision, {}) {
    engine::Session session(subject.rules, {});
    const engine::InputShape& shape = subject.rules->shape(subject.decision).input;
    values.resize(shape.nodes().size());
    present.resize(values.size());
    for (const std::string& text : subject.inputs) {
      if (!session.bind_json(subject.decision, text)) give_up("an input was refused");
      for (uint32_t i = 0; i < shape.nodes().size(); ++i) {
        add(session, shape.nodes()[i], i);
      }
    }
    for (uint32_t i = 0; i < shape.nodes().size(); ++i) set(shape.nodes()[i], i);
  }

  void add(const engine::Session& session, const engine::PathNode& node, uint32_t i) {
    const auto* at = static_cast<const char*>(session.input()) + node.slot.offset;
    const interp::Value value = session.rules().schema().load(node.slot, at);
    present[i].push_back(value.present ? 1 : 0);
    if (node.slot.type->kind == ir::TypeKind::string) {
      if (offsets.empty()) offsets.push_back(0);
      texts.append(value.view());
      offsets.push_back(texts.size());
    } else if (node.slot.type->kind != ir::TypeKind::record) {
      values[i].append(at, size_of_value(node.slot));
    }
  }

  static size_t size_of_value(const engine::Slot& slot) {
    return slot.type->kind == ir::TypeKind::boolean       ? 1
           : slot.type->kind == ir::TypeKind::enumeration ? 4
                                                          : 8;
  }

  void set(const engine::PathNode& node, uint32_t i) {
    if (node.slot.type->kind == ir::TypeKind::record) return;
    engine::Column column;
    column.present = present[i].data();
    const bool is_text = node.slot.type->kind == ir::TypeKind::string;
    column.values = is_text ? texts.data() : values[i].data();
    column.offsets = is_text ? offsets.data() : nullptr;
    const size_t size = size_of_value(node.slot);
    column.type = is_text     ? engine::ColumnType::text
                  : size == 1 ? engine::ColumnType::bool8
                  : size == 4 ? engine::ColumnType::uint32
                              : engine::ColumnType::int64;
    const std::string fault = batch.set_column(static_cast<engine::PathId>(i), column);
    if (!fault.empty()) give_up(fault);
  }

  engine::Batch batch;
  std::vector<std::string> values;
  std::vector<std::vector<unsigned char>> present;
  std::string texts;  // of the one field that is a text
  std::vector<uint64_t> offsets;
};

double batch_ratio(const char* name, const Subject& subject) {
  Table table(subject);
  engine::Session session(subject.rules, {});
  size_t decided = 0;
  const auto times =
      in_turns({[&] {
                  const std::string fault =
                      table.batch.decide(subject.inputs.size(), subject.context, nullptr);
                  if (!fault.empty()) give_up(fault);
                  decided += static_cast<size_t>(std::ranges::count(table.batch.status(), PAC_OK));
                },
                [&] {
                  for (const std::string& text : subject.inputs) {
                    if (!session.bind_json(subject.decision, text) ||
                        !session.prepare(subject.context, nullptr)) {
                      give_up("an input was refused");
                    }
                    decided += session.decide() == PAC_OK ? 1 : 0;
                  }
                }});
  if (decided == 0) give_up("nothing was decided");
  const auto count = static_cast<double>(subject.inputs.size());
  std::printf("%s: a row of columns %.0f ns, from JSON %.0f ns, ratio %.2f\n", name,
              times[0] / count, times[1] / count, times[0] / times[1]);
  return times[0] / times[1];
}

// ---- pac run

// CPU time of `pac run` for a million rows, beyond that for a thousand (compiling).
void run_files(const Subject& credit, std::vector<Figure>* out) {
  const std::string folder = kSource + "/examples/credit/";
  std::string lines;
  for (const std::string& text : credit.inputs) lines += text + "\n";
  const std::string csv = read_file(folder + "applications.csv");
  const size_t header = csv.find('\n') + 1;
  std::filesystem::create_directories(kWork);
  const auto cost = [&](const std::string& name, size_t times) {
    const bool is_csv = name.ends_with(".csv");
    std::string text = is_csv ? csv.substr(0, header) : "";
    for (size_t i = 0; i < times; ++i) text += is_csv ? csv.substr(header) : lines;
    write_file(kWork + "/" + name, text);
    return median_run(3,
                      {PAC_PROGRAM, "run", folder + "credit.pac", "--decision", "credit", "--input",
                       kWork + "/" + name, "--format", "json", "-q"},
                      kWork + "/answers.txt")
        .cpu_s;
  };
  for (const std::string name : {"rows.csv", "lines.jsonl"}) {
    const double few = cost(name, 1);
    const double many = cost(name, 1000);
    std::printf("pac run, 1,000,000 of %s: %.2f s CPU beyond compiling\n", name.c_str(),
                many - few);
    out->push_back({"run_1m_" + name.substr(name.find('.') + 1) + "_s", many - few});
    std::filesystem::remove(kWork + "/" + name);
  }
  std::filesystem::remove(kWork + "/answers.txt");
}

}  // namespace
}  // namespace pac::bench

int main(int argc, char** argv) {
  using namespace pac::bench;
  const std::string part = argc > 1 ? argv[1] : "all";
  if (part != "all" && part != "json" && part != "batch" && part != "run") {
    std::fprintf(stderr, "usage: io_bench [json|batch|run]\n");
    return 2;
  }
  const Subject loans = loan();
  const Subject credits = credit();
  std::vector<Figure> figures;
  if (part == "all" || part == "json") {
    figures.push_back({"json_in_out_vs_simdjson_parse_loan", json_ratio("loan", loans, read_loan)});
    figures.push_back(
        {"json_in_out_vs_simdjson_parse", json_ratio("credit", credits, read_credit)});
  }
  if (part == "all" || part == "batch") {
    figures.push_back({"batch_vs_json_loan", batch_ratio("loan", loans)});
    figures.push_back({"batch_vs_json_credit", batch_ratio("credit", credits)});
  }
  if (part == "all" || part == "run") run_files(credits, &figures);
  return merge_summary(PAC_SUMMARY, figures, kCommand) ? 0 : 1;
}
