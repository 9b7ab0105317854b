#include <unordered_map>

#include "runtime/ir/encode.h"
#include "runtime/ir/json_reader.h"
#include "runtime/ir/shape.h"

namespace pac::ir {

namespace {

using json::Value;

class Decoder {
 public:
  Decoder() {
    for (uint32_t i = 0; i < kOpCount; ++i) ops_[name(static_cast<Op>(i))] = static_cast<Op>(i);
  }
  Result<RuleSet> rule_set(const Value& value);

 private:
  void type(const Value& value, const Place& place, Type& out);
  void domain(const Value& value, const Place& place, Domain& out);
  void constant(const Value& value, const Place& place, Constant& out);
  void expr(const Value& value, const Place& place);
  void enumeration(const Value& value, const Place& place, Enum& out);
  void field(const Value& value, const Place& place, Field& out);
  void record(const Value& value, const Place& place, Record& out);
  void param(const Value& value, const Place& place, Param& out);
  void duty(const Value& value, const Place& place, Duty& out);
  void function(const Value& value, const Place& place, FunctionRef& out);
  void feature(const Value& value, const Place& place, Feature& out);
  void let(const Value& value, const Place& place, Let& out);
  void ranked(const Value& value, const Place& place, RankedColumn& out);
  void fold(const Value& value, const Place& place, Fold& out);
  void duty_use(const Value& value, const Place& place, DutyUse& out);
  void rule(const Value& value, const Place& place, Rule& out);
  void decision(const Value& value, const Place& place, Decision& out);

  template <typename Id>
  Id id(const Value& value, const Place& place) {
    return value.is_null() ? static_cast<Id>(kNone)
                           : static_cast<Id>(r_.number<uint32_t>(value, place));
  }

  // Readers for ObjectReader::take and need, by what they fill.
  template <typename Id>
    requires std::is_enum_v<Id>
  auto into(Id& out) {
    return [this, &out](const Value& value, const Place& place) { out = id<Id>(value, place); };
  }
  // Slots and columns, where null is none.
  auto into(uint32_t& out) {
    return
        [this, &out](const Value& value, const Place& place) { out = id<uint32_t>(value, place); };
  }
  template <std::integral T>
  auto into(T& out) {
    return
        [this, &out](const Value& value, const Place& place) { out = r_.number<T>(value, place); };
  }
  auto into(Int128& out) {
    return [this, &out](const Value& value, const Place& place) {
      out = r_.number<Int128>(value, place);
    };
  }
  auto into(bool& out) {
    return [this, &out](const Value& value, const Place& place) { out = r_.flag(value, place); };
  }
  auto into(std::string& out) {
    return [this, &out](const Value& value, const Place& place) { out = r_.text(value, place); };
  }
  template <typename T>
    requires std::is_enum_v<T> || std::integral<T>
  auto into(std::vector<T>& out) {
    return [this, &out](const Value& value, const Place& place) {
      r_.list(value, place,
              [&](const Value& each, const Place& at) { out.push_back(id<T>(each, at)); });
    };
  }
  auto into(std::vector<std::string>& out) {
    return [this, &out](const Value& value, const Place& place) {
      r_.list(value, place,
              [&](const Value& each, const Place& at) { out.push_back(r_.text(each, at)); });
    };
  }
  template <typename T>
  auto into(std::vector<T>& out, void (Decoder::*read)(const Value&, const Place&, T&)) {
    return [this, &out, read](const Value& value, const Place& place) {
      r_.list(value, place, [&](const Value& each, const Place& at) {
        (this->*read)(each, at, out.emplace_back());
      });
    };
  }
  // One of the names of an enumeration with `count` values.
  template <typename T>
  auto into_named(T& out, uint32_t count) {
    return [this, &out, count](const Value& value, const Place& place) {
      const std::string text = r_.text(value, place);
      for (uint32_t i = 0; i < count; ++i) {
        if (text == name(static_cast<T>(i))) return void(out = static_cast<T>(i));
      }
      r_.fail(place, "unknown word `" + text + "`");
    };
  }
  // An array of exactly `count` elements.
  const json::Elements* tuple(const Value& value, const Place& place, size_t count) {
    if (value.is_array() && value.elements().size() == count) return &value.elements();
    r_.fail(place, "an array of " + std::to_string(count) + " elements is wanted");
    return nullptr;
  }
  void check_header(const Value& value, const Place& top);

  JsonReader r_;
  RuleSet rs_;
  std::unordered_map<std::string_view, Op> ops_;
};

void Decoder::type(const Value& value, const Place& place, Type& out) {
  ObjectReader object(r_, value, place);
  object.take("element", into(out.element));
  object.need("kind", into_named(out.kind, kTypeKindCount));
  object.take("optional", into(out.optional));
  object.take("ref", into(out.ref));
  object.take("scale", into(out.scale));
  object.finish();
}

void Decoder::domain(const Value& value, const Place& place, Domain& out) {
  ObjectReader object(r_, value, place);
  object.take("element", into(out.element));
  out.has_intervals = object.take("intervals", [&](const Value& list, const Place& at) {
    r_.list(list, at, [&](const Value& each, const Place& inner) {
      const json::Elements* ends = tuple(each, inner, 2);
      if (ends == nullptr) return;
      out.intervals.push_back(
          {r_.number<Int128>((*ends)[0], inner), r_.number<Int128>((*ends)[1], inner)});
    });
  });
  object.take("max_chars", into(out.max_chars));
  object.take("max_items", into(out.max_items));
  object.take("patterns", into(out.patterns));
  out.has_texts = object.take("texts", into(out.texts));
  object.finish();
}

void Decoder::constant(const Value& value, const Place& place, Constant& out) {
  ObjectReader object(r_, value, place);
  object.take("missing", into(out.missing));
  object.take("number", into(out.number));
  object.take("text", into(out.text));
  object.need("type", into(out.type));
  object.finish();
}

void Decoder::expr(const Value& value, const Place& place) {
  if (!value.is_array() || value.elements().size() < 2) {
    return r_.fail(place, "an array of an operation, a type and operands is wanted");
  }
  const json::Elements& parts = value.elements();
  const auto op = ops_.find(r_.text(parts[0], place));
  if (op == ops_.end()) return r_.fail(place, "unknown operation");
  Expr expr;
  expr.op = op->second;
  expr.type = id<TypeId>(parts[1], place);
  size_t next = 2;
  const auto take = [&](Part part, uint32_t& member) {
    if (part == Part::unused) return;
    if (next == parts.size()) return r_.fail(place, "too few operands");
    member = id<uint32_t>(parts[next++], place);
  };
  const OpShape& members = shape(expr.op);
  take(members.a, expr.a);
  take(members.b, expr.b);
  take(members.c, expr.c);
  take(members.extra, expr.extra);
  if (!members.has_operands && next != parts.size()) return r_.fail(place, "too many operands");
  expr.operand_count = static_cast<uint32_t>(parts.size() - next);
  if (expr.operand_count > 0) expr.first_operand = static_cast<uint32_t>(rs_.operands.size());
  for (; next < parts.size(); ++next) rs_.operands.push_back(id<uint32_t>(parts[next], place));
  rs_.exprs.push_back(expr);
}

void Decoder::enumeration(const Value& value, const Place& place, Enum& out) {
  ObjectReader object(r_, value, place);
  object.need("name", into(out.name));
  object.take("ordered", into(out.ordered));
  object.need("values", [&](const Value& list, const Place& at) {
    r_.list(list, at, [&](const Value& each, const Place& inner) {
      const json::Elements* names = tuple(each, inner, 2);
      if (names == nullptr) return;
      out.values.push_back({r_.text((*names)[0], inner), r_.text((*names)[1], inner)});
    });
  });
  object.finish();
}

void Decoder::field(const Value& value, const Place& place, Field& out) {
  ObjectReader object(r_, value, place);
  object.take("domain", into(out.domain));
  object.need("name", into(out.name));
  object.need("type", into(out.type));
  object.take("unit", into(out.unit));
  object.finish();
}

void Decoder::record(const Value& value, const Place& place, Record& out) {
  ObjectReader object(r_, value, place);
  object.need("fields", into(out.fields, &Decoder::field));
  object.need("name", into(out.name));
  object.finish();
}

void Decoder::param(const Value& value, const Place& place, Param& out) {
  ObjectReader object(r_, value, place);
  object.take("domain", into(out.domain));
  object.need("lines", [&](const Value& list, const Place& at) {
    r_.list(list, at, [&](const Value& each, const Place& inner) {
      const json::Elements* parts = tuple(each, inner, 2);
      if (parts == nullptr) return;
      out.lines.push_back({r_.number<int32_t>((*parts)[0], inner), id<ExprId>((*parts)[1], inner)});
    });
  });
  object.need("name", into(out.name));
  object.need("type", into(out.type));
  object.take("unit", into(out.unit));
  object.finish();
}

void Decoder::duty(const Value& value, const Place& place, Duty& out) {
  ObjectReader object(r_, value, place);
  object.take("advice", into(out.is_advice));
  object.need("arguments", into(out.arguments));
  object.need("name", into(out.name));
  object.finish();
}

void Decoder::function(const Value& value, const Place& place, FunctionRef& out) {
  const json::Elements* parts = tuple(value, place, 2);
  if (parts == nullptr) return;
  out.name = r_.text((*parts)[0], place);
  out.version = r_.number<uint32_t>((*parts)[1], place);
}

void Decoder::feature(const Value& value, const Place& place, Feature& out) {
  out.required = false;
  ObjectReader object(r_, value, place);
  object.need("key", into(out.key));
  object.take("max_age_us", into(out.max_age_us));
  object.need("name", into(out.name));
  object.take("required", into(out.required));
  object.need("slot", into(out.slot));
  object.finish();
}

void Decoder::let(const Value& value, const Place& place, Let& out) {
  ObjectReader object(r_, value, place);
  object.take("domain", into(out.domain));
  object.need("type", into(out.type));
  object.need("value", into(out.value));
  object.finish();
}

void Decoder::ranked(const Value& value, const Place& place, RankedColumn& out) {
  ObjectReader object(r_, value, place);
  object.need("column", into(out.column));
  object.take("highest", into(out.highest));
  object.take("values", into(out.values));
  object.finish();
}

void Decoder::fold(const Value& value, const Place& place, Fold& out) {
  ObjectReader object(r_, value, place);
  object.take("column", into(out.column));
  object.need("kind", into_named(out.kind, kFoldKindCount));
  object.finish();
}

void Decoder::duty_use(const Value& value, const Place& place, DutyUse& out) {
  ObjectReader object(r_, value, place);
  object.need("arguments", into(out.arguments));
  object.need("duty", into(out.duty));
  object.finish();
}

void Decoder::rule(const Value& value, const Place& place, Rule& out) {
  ObjectReader object(r_, value, place);
  object.take("conditions", into(out.conditions));
  object.take("duties", into(out.duties, &Decoder::duty_use));
  object.take("effective", [&](const Value& pair, const Place& at) {
    const json::Elements* dates = tuple(pair, at, 2);
    if (dates == nullptr) return;
    out.has_effective = true;
    out.effective_from = r_.number<int32_t>((*dates)[0], at);
    out.effective_to = r_.number<int32_t>((*dates)[1], at);
  });
  object.take("for_each", [&](const Value& pair, const Place& at) {
    const json::Elements* parts = tuple(pair, at, 2);
    if (parts == nullptr) return;
    out.each_list = id<ExprId>((*parts)[0], at);
    out.each_var = id<uint32_t>((*parts)[1], at);
  });
  object.need("name", into(out.name));
  object.need("outcome", into(out.outcome));
  object.take("overrides", into(out.overrides));
  object.take("priority", into(out.priority));
  object.finish();
}

void Decoder::decision(const Value& value, const Place& place, Decision& out) {
  ObjectReader object(r_, value, place);
  object.take("as_of", into(out.as_of_slot));
  object.take("assumes", into(out.assumes));
  object.take("features", into(out.features, &Decoder::feature));
  object.take("folds", into(out.folds, &Decoder::fold));
  object.need("input", into(out.input));
  object.take("lets", into(out.lets, &Decoder::let));
  object.need("name", into(out.name));
  object.take("now", into(out.now_slot));
  out.has_otherwise = object.take(
      "otherwise", [&](const Value& each, const Place& at) { rule(each, at, out.otherwise); });
  object.need("output", into(out.output));
  object.take("partial", into(out.partial));
  object.need("policy", into_named(out.policy, kHitPolicyCount));
  object.take("private", into(out.is_private));
  object.take("ranking", into(out.ranking, &Decoder::ranked));
  object.take("result", into(out.result));
  object.need("result_type", into(out.result_type));
  object.need("roles", [&](const Value& list, const Place& at) {
    r_.list(list, at, [&](const Value& each, const Place& inner) {
      into_named(out.roles.emplace_back(), kSlotRoleCount)(each, inner);
    });
  });
  object.take("rules", into(out.rules, &Decoder::rule));
  object.take("variables", into(out.var_count));
  object.take("zone", into(out.zone));
  object.finish();
}

// The version comes first: of a later one, nothing else would be understood.
void Decoder::check_header(const Value& value, const Place& top) {
  const Value* format = value.find("format");
  if (format == nullptr || !format->is_string() || format->as_string() != "pac-ir") {
    return r_.fail(top, "this is no compiled rule set (`format` is not \"pac-ir\")");
  }
  const Value* version = value.find("version");
  if (version == nullptr || !version->is_int() || version->as_int() < 1) {
    return r_.fail(top, "`version` is no version");
  }
  if (version->as_int() > kIrVersion) {
    r_.fail(top,
            "the rule set has version " + std::to_string(version->as_int()) +
                "; this program reads versions up to " + std::to_string(kIrVersion) +
                ": use a newer one",
            "PAC4121");
  }
}

Result<RuleSet> Decoder::rule_set(const Value& value) {
  const Place top{nullptr, "rule set", 0};
  check_header(value, top);
  const auto skip = [](const Value&, const Place&) {};
  if (!r_.has_failed()) {
    ObjectReader object(r_, value, top);
    object.need("constants", into(rs_.constants, &Decoder::constant));
    object.need("decisions", into(rs_.decisions, &Decoder::decision));
    object.need("domains", into(rs_.domains, &Decoder::domain));
    object.need("duties", into(rs_.duties, &Decoder::duty));
    object.need("edition", into(rs_.edition));
    object.need("enums", into(rs_.enums, &Decoder::enumeration));
    object.need("exprs", [&](const Value& list, const Place& at) {
      r_.list(list, at, [&](const Value& each, const Place& inner) { expr(each, inner); });
    });
    object.need("format", skip);
    object.need("functions", into(rs_.functions, &Decoder::function));
    object.need("package", into(rs_.package));
    object.need("params", into(rs_.params, &Decoder::param));
    object.need("records", into(rs_.records, &Decoder::record));
    object.need("types", into(rs_.types, &Decoder::type));
    object.need("version", skip);
    object.need("zones", into(rs_.zones));
    object.finish();
  }
  if (r_.has_failed()) return std::unexpected(r_.error());
  return std::move(rs_);
}

}  // namespace

Result<RuleSet> decode(std::string_view text) {
  const Result<Value> value = json::parse(text);
  if (!value) return std::unexpected(value.error());
  Result<RuleSet> rule_set = Decoder().rule_set(*value);
  if (rule_set && encode(*rule_set) != text) {
    return fail("PAC4120", "rule set: not in canonical form (RFC 8785, defaults left out)");
  }
  return rule_set;
}

}  // namespace pac::ir
