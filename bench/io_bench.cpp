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
const std::string kApplications = kSource + "/examples/credit/applications.csv";

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
  const std::string csv = read_file(kApplications);
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

// How far to go: each step includes those before it.
enum class Step { bind, prepare, decide, write };

size_t decide_all(engine::Session& session, const Subject& subject, Step last) {
  char buffer[4096];
  size_t bytes = 0;
  for (const std::string& text : subject.inputs) {
    bool good = session.bind_json(subject.decision, text);
    if (last >= Step::prepare) good = good && session.prepare(subject.context, nullptr);
    if (!good)
      give_up("an input was refused: " + std::string(session.refusals()[0].message.view()));
    if (last >= Step::decide) session.decide();
    if (last < Step::write) continue;
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
  const auto to = [&](Step last) {
    return [&, last] { bytes += decide_all(session, subject, last); };
  };
  const auto alone = [&] {
    for (const auto& text : padded) {
      auto document = parser.iterate(text);
      read(document.get_object(), &locals);
    }
  };
  const auto times =
      in_turns({to(Step::write), alone, to(Step::bind), to(Step::prepare), to(Step::decide)});
  if (bytes == 0 || locals.chars == 0) give_up("nothing was read");
  const auto count = static_cast<double>(subject.inputs.size());
  std::printf("%s: JSON to JSON %.0f ns, the fields alone %.0f ns, ratio %.2f\n", name,
              times[0] / count, times[1] / count, times[0] / times[1]);
  std::printf("  binding %.0f ns, to prepare %.0f, to decide %.0f, to write %.0f\n",
              times[2] / count, (times[3] - times[2]) / count, (times[4] - times[3]) / count,
              (times[0] - times[4]) / count);
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

// Rows as `pac run` reads them, and how they are read without it.
struct Rows {
  std::string name;  // of the example
  const Subject* subject = nullptr;
  void (*read)(ondemand::object, Locals*) = nullptr;
  std::string csv;  // with its header
};

std::string loan_csv(const Subject& loans) {
  std::string out = "credit_score,amount\n";
  ondemand::parser parser;
  for (const std::string& text : loans.inputs) {
    const simdjson::padded_string padded(text);
    auto document = parser.iterate(padded);
    out += std::to_string(document["credit_score"].get_int64().value()) + "," +
           std::string(document["amount"].get_string().value()) + "\n";
  }
  return out;
}

// CPU time of `pac run` for so many times the rows of a file.
double cost_of_run(const Rows& rows, const std::string& file, const std::string& header,
                   const std::string& body, size_t times) {
  std::string text = header;
  for (size_t i = 0; i < times; ++i) text += body;
  write_file(kWork + "/" + file, text);
  const std::string policy = kSource + "/examples/" + rows.name + "/" + rows.name + ".pac";
  const double cost = median_run(3,
                                 {PAC_PROGRAM, "run", policy, "--decision", rows.name, "--input",
                                  kWork + "/" + file, "--format", "json", "-q"},
                                 kWork + "/answers.txt")
                          .cpu_s;
  std::filesystem::remove(kWork + "/" + file);
  std::filesystem::remove(kWork + "/answers.txt");
  return cost;
}

// The same rows read and no more, in nanoseconds each.
double parse_lines_ns(const Rows& rows, const std::string& body) {
  ondemand::parser parser;
  const simdjson::padded_string padded(body);
  Locals locals;
  const double ns = in_turns({[&] {
    auto documents = parser.iterate_many(padded).value();
    for (auto document : documents) rows.read(document.get_object(), &locals);
  }})[0];
  if (locals.chars == 0) give_up("nothing was read");
  return ns / static_cast<double>(rows.subject->inputs.size());
}

double parse_rows_ns(const Rows& rows) {
  size_t cells = 0;
  const double ns = in_turns({[&] {
    engine::CsvReader reader{std::string_view(rows.csv)};
    while (reader.next() == engine::CsvRow::row) cells += reader.cells().size();
  }})[0];
  if (cells == 0) give_up("nothing was read");
  return ns / static_cast<double>(rows.subject->inputs.size());
}

// How long it takes to bind the rows of a table: over splitting them into cells, and over simdjson
// reading the same fields from JSON lines.
void bind_rows(const Rows& rows, const std::string& lines, std::vector<Figure>* out) {
  engine::Session session(rows.subject->rules, {});
  ondemand::parser parser;
  const simdjson::padded_string padded(lines);
  size_t cells = 0;
  Locals locals;
  const auto times =
      in_turns({[&] {
                  engine::CsvBinder binder(session, rows.subject->decision,
                                           engine::CsvReader(std::string_view(rows.csv)));
                  if (!binder.read_header()) give_up("the header was refused");
                  for (size_t i = 0; i < rows.subject->inputs.size(); ++i) {
                    if (binder.next() != engine::CsvBinder::Row::bound)
                      give_up("a row was refused");
                  }
                },
                [&] {
                  engine::CsvReader reader{std::string_view(rows.csv)};
                  while (reader.next() == engine::CsvRow::row) cells += reader.cells().size();
                },
                [&] {
                  auto documents = parser.iterate_many(padded).value();
                  for (auto document : documents) rows.read(document.get_object(), &locals);
                }});
  if (cells == 0 || locals.chars == 0) give_up("nothing was read");
  const auto count = static_cast<double>(rows.subject->inputs.size());
  std::printf("%s: a row of CSV bound %.0f ns, split %.0f ns, as JSON read by simdjson %.0f ns\n",
              rows.name.c_str(), times[0] / count, times[1] / count, times[2] / count);
  out->push_back({"bind_csv_vs_split_" + rows.name, times[0] / times[1]});
  out->push_back({"bind_csv_vs_simdjson_parse_" + rows.name, times[0] / times[2]});
}

// CPU time of `pac run` for a million rows, beyond that for some (compiling).
void run_files(const Rows& rows, std::vector<Figure>* out) {
  std::string lines;
  for (const std::string& text : rows.subject->inputs) lines += text + "\n";
  const size_t header = rows.csv.find('\n') + 1;
  bind_rows(rows, lines, out);
  std::filesystem::create_directories(kWork);
  for (const bool is_csv : {true, false}) {
    const std::string file = is_csv ? "rows.csv" : "lines.jsonl";
    const std::string head = is_csv ? rows.csv.substr(0, header) : "";
    const std::string body = is_csv ? rows.csv.substr(header) : lines;
    const size_t times = 1'000'000 / rows.subject->inputs.size();
    const double spent =
        cost_of_run(rows, file, head, body, times + 1) - cost_of_run(rows, file, head, body, 1);
    const double each = spent * 1e9 / static_cast<double>(times * rows.subject->inputs.size());
    const double parse = is_csv ? parse_rows_ns(rows) : parse_lines_ns(rows, lines);
    const std::string form = is_csv ? "csv" : "jsonl";
    std::printf("%s: pac run %.0f ns of CPU a row of %s, reading alone %.0f ns, ratio %.2f\n",
                rows.name.c_str(), each, form.c_str(), parse, each / parse);
    out->push_back({"run_1m_" + form + "_s_" + rows.name, each * 1e-3});
    out->push_back({"run_" + form + "_vs_parse_" + rows.name, each / parse});
  }
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
    figures.push_back({"json_in_out_vs_simdjson_parse", json_ratio("loan", loans, read_loan)});
    figures.push_back(
        {"json_in_out_vs_simdjson_parse_credit", json_ratio("credit", credits, read_credit)});
  }
  if (part == "all" || part == "batch") {
    figures.push_back({"batch_vs_json_loan", batch_ratio("loan", loans)});
    figures.push_back({"batch_vs_json_credit", batch_ratio("credit", credits)});
  }
  if (part == "all" || part == "run") {
    run_files({"loan", &loans, read_loan, loan_csv(loans)}, &figures);
    run_files({"credit", &credits, read_credit, read_file(kApplications)}, &figures);
  }
  return merge_summary(PAC_SUMMARY, figures, kCommand) ? 0 : 1;
}
