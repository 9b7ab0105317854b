#include "runtime/ir/side.h"

#include "runtime/base/json.h"
#include "runtime/ir/json_reader.h"

namespace pac::ir {

Side empty_side(const RuleSet& rule_set) {
  Side side;
  for (const Decision& decision : rule_set.decisions) {
    DecisionSide made;
    made.lets.resize(decision.lets.size());
    made.variables.resize(decision.var_count);
    made.rules.resize(decision.rules.size());
    side.decisions.push_back(std::move(made));
  }
  for (const Record& record : rule_set.records) {
    side.records.emplace_back().fields.resize(record.fields.size());
  }
  for (const Enum& each : rule_set.enums)
    side.enums.emplace_back().values.resize(each.values.size());
  for (const Param& param : rule_set.params)
    side.params.emplace_back().lines.resize(param.lines.size());
  side.duties.resize(rule_set.duties.size());
  return side;
}

namespace {

using json::Value;

// A writer only reads what it writes.
template <typename Archive, typename T>
using Of = std::conditional_t<Archive::kFills, T, const T>;

// One description serves both ways: `Archive` is a SideWriter or a SideReader. Members are visited
// in the order of their names, as RFC 8785 sorts them; empty ones are left out.
template <typename Archive>
void members(Archive& a, Of<Archive, SourceFileRef>& each) {
  a.member("path", each.path);
  a.member("sha256", each.sha256);
}

template <typename Archive>
void members(Archive& a, Of<Archive, CitationPart>& each) {
  a.member("kind", each.kind);
  a.member("value", each.value);
}

template <typename Archive>
void members(Archive& a, Of<Archive, Citation>& each) {
  a.member("iri", each.iri);
  a.member("parts", each.parts);
  a.member("reference", each.reference);
  a.member("system", each.system);
}

template <typename Archive>
void members(Archive& a, Of<Archive, TemplatePart>& each) {
  a.member("text", each.text);
  a.member("unit", each.unit);
  a.member("value", each.value);
}

template <typename Archive>
void members(Archive& a, Of<Archive, Explanation>& each) {
  a.member("language", each.language);
  a.member("parts", each.parts);
}

template <typename Archive>
void members(Archive& a, Of<Archive, Acceptance>& each) {
  a.member("code", each.code);
  a.member("reason", each.reason);
}

template <typename Archive>
void members(Archive& a, Of<Archive, Permission>& each) {
  a.member("citations", each.citations);
  a.member("field", each.field);
  a.member("path", each.path);
  a.member("record", each.record);
}

template <typename Archive>
void members(Archive& a, Of<Archive, Words>& each) {
  a.member("acceptances", each.acceptances);
  a.member("citations", each.citations);
  a.member("documentation", each.documentation);
  a.member("place", each.place);
}

template <typename Archive>
void members(Archive& a, Of<Archive, RuleSide>& each) {
  a.member("exact", each.exact);
  a.member("explanations", each.explanations);
  a.member("words", each.words);
}

template <typename Archive>
void members(Archive& a, Of<Archive, Responsibility>& each) {
  a.member("owner", each.owner);
  a.member("risk", each.risk);
}

template <typename Archive>
void members(Archive& a, Of<Archive, LocalName>& each) {
  a.member("documentation", each.documentation);
  a.member("name", each.name);
  a.member("place", each.place);
}

template <typename Archive>
void members(Archive& a, Of<Archive, DecisionSide>& each) {
  a.member("exact", each.exact);
  a.member("lets", each.lets);
  a.member("otherwise", each.otherwise);
  a.member("permissions", each.permissions);
  a.member("responsibility", each.responsibility);
  a.member("rules", each.rules);
  a.member("variables", each.variables);
  a.member("words", each.words);
}

template <typename Archive>
void members(Archive& a, Of<Archive, FieldSide>& each) {
  a.member("can_change", each.can_change);
  a.member("disclosed", each.disclosed);
  a.member("documentation", each.documentation);
  a.member("pii", each.pii);
  a.member("protected", each.protected_ground);
}

template <typename Archive>
void members(Archive& a, Of<Archive, RecordSide>& each) {
  a.member("fields", each.fields);
  a.member("words", each.words);
}

template <typename Archive>
void members(Archive& a, Of<Archive, EnumSide>& each) {
  a.member("values", each.values);
  a.member("words", each.words);
}

template <typename Archive>
void members(Archive& a, Of<Archive, ParamSide>& each) {
  a.member("lines", each.lines);
  a.member("responsibility", each.responsibility);
  a.member("words", each.words);
}

template <typename Archive>
void members(Archive& a, Of<Archive, Side>& each) {
  a.member("decisions", each.decisions);
  a.member("duties", each.duties);
  a.member("enums", each.enums);
  a.member("files", each.files);
  a.header();
  a.member("params", each.params);
  a.member("records", each.records);
  a.member("responsibility", each.responsibility);
  a.version();
  a.member("words", each.words);
}

class SideWriter {
 public:
  static constexpr bool kFills = false;
  explicit SideWriter(std::string* out) : w_(out) {}

  template <typename T>
  void object(const T& each) {
    w_.begin_object();
    members(*this, each);
    w_.end_object();
  }
  template <typename T>
  void member(const char* key, const T& value) {
    if (value == T{}) return;
    w_.key(key);
    write(value);
  }
  // ExprId::none isn't what ExprId{} is.
  void member(const char* key, const ExprId& value) {
    if (value != ExprId::none) w_.key(key).integer(index(value));
  }
  void header() { w_.key("format").string("pac-side"); }
  void version() { w_.key("version").integer(kSideVersion); }

 private:
  void write(const std::string& value) { w_.string(value); }
  void write(bool value) { w_.boolean(value); }
  void write(uint32_t value) { w_.integer(value); }
  void write(const SourcePlace& place) {
    w_.begin_array().integer(place.file).integer(place.line).integer(place.column).end_array();
  }
  template <typename T>
  void write(const std::vector<T>& list) {
    w_.begin_array();
    for (const T& each : list) write(each);
    w_.end_array();
  }
  template <typename T>
  void write(const T& each) {
    object(each);
  }

  json::Writer w_;
};

class SideReader {
 public:
  static constexpr bool kFills = true;

  template <typename T>
  void object(const Value& value, const Place& place, T& out) {
    ObjectReader object(r_, value, place);
    ObjectReader* const outer = object_;
    object_ = &object;
    members(*this, out);
    object_ = outer;
    object.finish();
  }
  template <typename T>
  void member(const char* key, T& out) {
    object_->take(key, [&](const Value& value, const Place& place) { read(value, place, out); });
  }
  void header() {
    object_->need("format", [&](const Value& value, const Place& place) {
      if (r_.text(value, place) != "pac-side") r_.fail(place, "this is no side.json");
    });
  }
  void version() {
    object_->need("version", [&](const Value& value, const Place& place) {
      if (r_.number<int>(value, place) == kSideVersion) return;
      r_.fail(place, "this program reads versions up to " + std::to_string(kSideVersion),
              "PAC4121");
    });
  }
  const JsonReader& state() const { return r_; }

 private:
  void read(const Value& value, const Place& place, std::string& out) {
    out = r_.text(value, place);
  }
  void read(const Value& value, const Place& place, uint32_t& out) {
    out = r_.number<uint32_t>(value, place);
  }
  void read(const Value& value, const Place& place, bool& out) { out = r_.flag(value, place); }
  void read(const Value& value, const Place& place, ExprId& out) {
    out = static_cast<ExprId>(r_.number<uint32_t>(value, place));
  }
  void read(const Value& value, const Place& place, SourcePlace& out) {
    if (!value.is_array() || value.elements().size() != 3) {
      return r_.fail(place, "file, line and column are wanted");
    }
    out.file = r_.number<uint32_t>(value.elements()[0], place);
    out.line = r_.number<uint32_t>(value.elements()[1], place);
    out.column = r_.number<uint32_t>(value.elements()[2], place);
  }
  template <typename T>
  void read(const Value& value, const Place& place, std::vector<T>& out) {
    r_.list(value, place,
            [&](const Value& each, const Place& at) { read(each, at, out.emplace_back()); });
  }
  template <typename T>
  void read(const Value& value, const Place& place, T& out) {
    object(value, place, out);
  }

  JsonReader r_;
  ObjectReader* object_ = nullptr;
};

}  // namespace

std::string encode_side(const Side& side) {
  std::string text;
  SideWriter(&text).object(side);
  return text;
}

Result<Side> decode_side(std::string_view text) {
  const Result<Value> value = json::parse(text);
  if (!value) return std::unexpected(value.error());
  Side side;
  SideReader reader;
  const Place top{nullptr, "side", 0};
  reader.object(*value, top, side);
  if (reader.state().has_failed()) return std::unexpected(reader.state().error());
  if (encode_side(side) != text) {
    return fail("PAC4120", "side: not in canonical form (RFC 8785, defaults left out)");
  }
  return side;
}

}  // namespace pac::ir
