#include "tests/differential/answer.h"

#include <cstring>

namespace pac::differential {

using ir::TypeId;
using ir::TypeKind;

namespace {

struct Teller {
  const ir::RuleSet& rules;
  const ir::Layout& layout;
  std::string& out;

  template <typename T>
  static T read(const char* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }

  void number(Int128 value) {
    char digits[48];
    char* at = digits + sizeof digits;
    UInt128 rest = magnitude(value);
    do {
      *--at = static_cast<char>('0' + static_cast<int>(rest % 10));
      rest /= 10;
    } while (rest != 0);
    if (value < 0) *--at = '-';
    out.append(at, static_cast<size_t>(digits + sizeof digits - at));
  }

  void record(ir::RecordId id, const char* at) {
    const ir::RecordLayout& record_layout = layout.record(id);
    const std::vector<ir::Field>& fields = rules.record(id).fields;
    out += '{';
    for (size_t i = 0; i < fields.size(); ++i) {
      if (i > 0) out += ", ";
      value(fields[i].type, record_layout.fields[i], at + record_layout.offsets[i]);
    }
    out += '}';
  }

  void value(TypeId id, const ir::Storage& storage, const char* at) {
    const ir::Type& type = rules.type(id);
    if (type.optional) {
      const auto present = static_cast<unsigned char>(at[storage.present_offset]);
      if (present == 0) {
        out += "missing";
        // runtime/abi.h promises zeros, so that records can be compared by their bytes.
        for (uint32_t i = 0; i < storage.present_offset; ++i) {
          if (at[i] != 0) {
            out += "(with bytes)";
            break;
          }
        }
        return;
      }
      if (present != 1) out += "(present " + std::to_string(present) + ")";
    }
    switch (type.kind) {
      case TypeKind::boolean:
        return number(read<uint8_t>(at));
      case TypeKind::integer:
      case TypeKind::datetime:
      case TypeKind::duration:
        return number(read<int64_t>(at));
      case TypeKind::decimal:
        return number(storage.narrow ? read<int64_t>(at) : read<Int128>(at));
      case TypeKind::enumeration:
      case TypeKind::effect:
        return number(read<uint32_t>(at));
      case TypeKind::date:
        return number(read<int32_t>(at));
      case TypeKind::string: {
        const auto text = read<pac_text>(at);
        out += '"';
        if (text.size > 0) out.append(text.data, text.size);
        out += '"';
        return;
      }
      case TypeKind::list:
      case TypeKind::set: {
        const auto list = read<pac_list>(at);
        const ir::Storage item = layout.value(type.element);
        const uint32_t stride = layout.stride(type.element);
        out += '[';
        for (uint32_t i = 0; i < list.count; ++i) {
          if (i > 0) out += ", ";
          value(type.element, item, static_cast<const char*>(list.data) + size_t{i} * stride);
        }
        out += ']';
        return;
      }
      case TypeKind::record:
        return record(static_cast<ir::RecordId>(type.ref), at);
      case TypeKind::quotient:
        out += "a quotient is never stored";
        return;
    }
  }
};

std::string rule_text(uint32_t rule) { return rule == PAC_NO_RULE ? "none" : std::to_string(rule); }

}  // namespace

void tell_answer(const ir::RuleSet& rules, const ir::Layout& layout, ir::DecisionId id,
                 const pac_result& result, const void* output, std::string& out) {
  Teller teller{rules, layout, out};
  const ir::Decision& decision = rules.decision(id);
  out += result.status == PAC_OK ? "ok" : result.status == PAC_NO_MATCH ? "no match" : "error";
  if (result.status > PAC_ERROR) out += " of unknown status " + std::to_string(result.status);
  out += " " + std::to_string(result.error) + " rule " + rule_text(result.error_rule) + " other " +
         rule_text(result.error_other) + " path [";
  for (uint32_t i = 0; i < result.error_depth && i < PAC_MAX_CALL_DEPTH; ++i) {
    out += std::to_string(result.error_path[i]) + " ";
  }
  out += "] fired [";
  for (uint32_t i = 0; i < result.fired_count; ++i) out += std::to_string(result.fired[i]) + " ";
  out += "] duties [";
  for (uint32_t i = 0; i < result.duty_count; ++i) {
    const pac_duty& duty = result.duties[i];
    out += std::to_string(duty.duty) + " of " + rule_text(duty.rule);
    if (duty.duty < rules.duties.size()) {
      teller.record(rules.duties[duty.duty].arguments, static_cast<const char*>(duty.arguments));
    }
    out += ' ';
  }
  out += ']';
  if (result.status != PAC_OK) return;
  out += " output ";
  teller.value(decision.result_type, layout.value(decision.result_type),
               static_cast<const char*>(output));
}

void tell_record(const ir::RuleSet& rules, const ir::Layout& layout, ir::RecordId record,
                 const void* at, std::string& out) {
  Teller{rules, layout, out}.record(record, static_cast<const char*>(at));
}

}  // namespace pac::differential
