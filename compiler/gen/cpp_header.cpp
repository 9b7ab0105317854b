#include "compiler/gen/cpp_header.h"

#include <initializer_list>
#include <map>
#include <string_view>
#include <vector>

#include "compiler/gen/cpp_names.h"
#include "runtime/ir/function.h"
#include "runtime/ir/layout.h"
#include "stdlib/registry.h"

namespace pac::gen {

namespace {

// `$0`, `$1` … in the pattern stand for the parts.
std::string fill(std::string_view pattern, std::initializer_list<std::string_view> parts) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '$') {
      out += pattern[i];
    } else {
      out += parts.begin()[pattern[++i] - '0'];
    }
  }
  return out;
}

const char* remark(ir::SlotRole role) {
  switch (role) {
    case ir::SlotRole::input:
      return "";
    case ir::SlotRole::context:
      return "from the context: leave it zero";
    case ir::SlotRole::feature:
      return "a feature: leave it zero";
  }
  return "";
}

class Header {
 public:
  Header(const ir::RuleSet& rules, ir::DecisionId decision)
      : rules_(rules),
        layout_(rules),
        id_(decision),
        decision_(rules.decision(decision)),
        result_(rules.type(decision_.result_type)) {
    for (const char* name : {"Input", "Output", "OutputItem", "Loaded", "kDecision", "kDigest",
                             "load", "decide", "output"}) {
      types_.reserve(name);
    }
  }

  Result<std::string> write() {
    const bool is_list = result_.kind == ir::TypeKind::list;
    const ir::Type& record = is_list ? rules_.type(result_.element) : result_;
    if (result_.optional || record.kind != ir::TypeKind::record || record.optional) {
      return fail("PAC0150", "`" + decision_.name +
                                 "` has a result that is neither a record nor a "
                                 "list of records, which `pac gen cpp` does not support");
    }
    names_[ir::index(decision_.input)] = "Input";
    const bool output_is_new = !names_.contains(record.ref);
    if (output_is_new) names_[record.ref] = is_list ? "OutputItem" : "Output";
    collect(ir::index(decision_.input));
    collect(record.ref);
    if (!problem_.empty()) return fail("PAC0150", problem_);
    begin();
    for (const uint32_t i : enums_) put_enum(i);
    for (const uint32_t i : records_) put_record(i);
    if (is_list) {
      out_ += "using Output = ::pac::List<" + names_[record.ref] + ">;\n\n";
    } else if (!output_is_new) {
      out_ += "using Output = Input;\n\n";
    }
    end();
    return std::move(out_);
  }

 private:
  // What a record needs, what is needed first. Each record and enumeration once.
  void collect(uint32_t record) {
    if (const auto seen = states_.find(record); seen != states_.end()) {
      if (seen->second == State::open) {
        problem_ = "record `" + rules_.records[record].name +
                   "` holds itself, which `pac gen cpp` does not support";
      }
      return;
    }
    states_[record] = State::open;
    for (const ir::Field& field : rules_.records[record].fields) {
      collect_type(rules_.type(field.type), field.name);
    }
    if (!names_.contains(record)) names_[record] = types_.add(rules_.records[record].name);
    states_[record] = State::done;
    records_.push_back(record);
  }

  void collect_type(const ir::Type& type, const std::string& field) {
    switch (type.kind) {
      case ir::TypeKind::record:
        return collect(type.ref);
      case ir::TypeKind::list:
      case ir::TypeKind::set:
        return collect_type(rules_.type(type.element), field);
      case ir::TypeKind::enumeration:
        if (!enum_names_.contains(type.ref)) {
          enum_names_[type.ref] = types_.add(rules_.enums[type.ref].name);
          enums_.push_back(type.ref);
        }
        return;
      case ir::TypeKind::quotient:
        problem_ = "`" + field +
                   "` is a quotient that was not rounded, which `pac gen cpp` does "
                   "not support";
        return;
      default:
        return;
    }
  }

  std::string type_name(const ir::Type& type, bool narrow) const {
    if (type.optional) {
      ir::Type value = type;
      value.optional = false;
      return "::pac::Optional<" + type_name(value, narrow) + ">";
    }
    switch (type.kind) {
      case ir::TypeKind::boolean:
        return "bool";
      case ir::TypeKind::decimal:
        return narrow ? "::std::int64_t" : "::pac::WideDecimal";
      case ir::TypeKind::integer:
      case ir::TypeKind::datetime:
      case ir::TypeKind::duration:
        return "::std::int64_t";
      case ir::TypeKind::date:
        return "::std::int32_t";
      case ir::TypeKind::string:
        return "::pac::Text";
      case ir::TypeKind::effect:
        return "::pac::Effect";
      case ir::TypeKind::enumeration:
        return enum_names_.at(type.ref);
      case ir::TypeKind::record:
        return names_.at(type.ref);
      case ir::TypeKind::list:
      case ir::TypeKind::set:
        return "::pac::List<" + type_name(rules_.type(type.element), false) + ">";
      case ir::TypeKind::quotient:
        break;
    }
    return "void";  // never: collect_type refuses quotients
  }

  static std::string meaning(const ir::Type& type) {
    switch (type.kind) {
      case ir::TypeKind::decimal:
        return type.scale == 0 ? "decimal(0)"
                               : "decimal(" + std::to_string(type.scale) + "): in units of 0." +
                                     std::string(static_cast<size_t>(type.scale - 1), '0') + "1";
      case ir::TypeKind::date:
        return "days since 1970-01-01";
      case ir::TypeKind::datetime:
        return "microseconds since 1970-01-01T00:00:00Z";
      case ir::TypeKind::duration:
        return "microseconds";
      case ir::TypeKind::set:
        return "a set: sorted, without repeats";
      default:
        return "";
    }
  }

  std::string comment(const ir::Field& field, const char* role, const std::string& name) const {
    const ir::Type& type = rules_.type(field.type);
    std::string out;
    const auto add = [&](const std::string& part) {
      if (!part.empty()) out += (out.empty() ? "  // " : "; ") + part;
    };
    if (name != field.name) add("`" + field.name + "`");
    add(meaning(type));
    if (type.kind == ir::TypeKind::list || type.kind == ir::TypeKind::set) {
      const std::string of_items = meaning(rules_.type(type.element));
      if (!of_items.empty()) add("items: " + of_items);
    }
    add(field.unit);
    add(role);
    return out;
  }

  void begin() {
    const std::string name = rules_.package + "." + decision_.name;
    space_ = "policy::" + cpp_namespace(name);
    const ir::Functions functions(rules_, stdlib::find);
    out_ += fill(
        "// Written by `pac gen cpp` for the decision `$0`; write it again when the rules change.\n"
        "// Structs begin as {}; pac/record.hpp says how values lie in them.\n"
        "#pragma once\n\n#include <cstddef>\n#include <cstdint>\n#include <expected>\n\n"
        "#include \"pac/record.hpp\"\n\n"
        "namespace $1 {\n\n"
        "inline constexpr char kDecision[] = \"$0\";\n"
        "// Of the decision's function; load() compares it with what is loaded.\n"
        "inline constexpr char kDigest[] =\n    \"$2\";\n\n",
        {name, space_, functions.digest(id_)});
  }

  void put_enum(uint32_t number) {
    out_ += "enum class " + enum_names_.at(number) + " : ::std::uint32_t {\n";
    Scope scope;
    for (const ir::EnumValue& value : rules_.enums[number].values) {
      out_ += "  " + scope.add(value.name) + ",  // " + quoted(value.wire) + "\n";
    }
    out_ += "};\n\n";
  }

  void put_record(uint32_t number) {
    const ir::Record& record = rules_.records[number];
    const ir::RecordLayout& layout = layout_.record(static_cast<ir::RecordId>(number));
    const std::string& name = names_.at(number);
    const bool is_input = number == ir::index(decision_.input);
    Scope scope = types_;  // a member must not have the name of a type that is used in its struct
    std::string checks;
    out_ += "struct " + name + " {\n";
    for (uint32_t i = 0; i < record.fields.size(); ++i) {
      const ir::Field& field = record.fields[i];
      const std::string member = scope.add(field.name);
      const char* role = is_input ? remark(decision_.roles[i]) : "";
      out_ += "  " + type_name(rules_.type(field.type), layout.fields[i].narrow) + " " + member +
              ";" + comment(field, role, member) + "\n";
      checks += fill(
          "static_assert(offsetof($0, $1) == $2);\nstatic_assert(sizeof($0::$1) == $3);\n",
          {name, member, std::to_string(layout.offsets[i]), std::to_string(layout.fields[i].size)});
    }
    out_ += fill("};\nstatic_assert(sizeof($0) == $1 && alignof($0) == $2);\n$3\n",
                 {name, std::to_string(layout.size), std::to_string(layout.align), checks});
  }

  void end() {
    out_ += fill(
        R"(using Loaded = ::pac::Generated<Input, Output>;

// Once for each rule set that is loaded. Fails where the rule set has no such decision, or another
// version of it than this header was written for.
inline ::std::expected<Loaded, ::pac::Failure> load(const ::pac::RuleSet& rules) {
  return Loaded::load(rules, kDecision, kDigest);
}

// `workspace` is of the same rule set, one per thread. Borrows what texts and lists point to until
// the workspace is used again.
inline ::pac::Decision decide(const Loaded& loaded, ::pac::Input& workspace, const Input& input,
                              const ::pac::Context& context = {}) {
  return loaded.decide(workspace, input, context);
}

// Null unless the decision is ok. Borrowed until the workspace is used again.
inline const Output* output(const ::pac::Decision& decision) noexcept {
  return Loaded::output(decision);
}

}  // namespace $0
)",
        {space_});
  }

  enum class State { open, done };

  const ir::RuleSet& rules_;
  ir::Layout layout_;
  ir::DecisionId id_;
  const ir::Decision& decision_;
  const ir::Type& result_;
  Scope types_;
  std::map<uint32_t, std::string> names_, enum_names_;
  std::map<uint32_t, State> states_;
  std::vector<uint32_t> records_, enums_;  // in the order in which they are written
  std::string problem_, space_, out_;
};

}  // namespace

Result<std::string> cpp_header(const ir::RuleSet& rules, ir::DecisionId decision) {
  return Header(rules, decision).write();
}

}  // namespace pac::gen
