// What stands beside a rule set for people and never changes an outcome: places in the sources,
// names of locals, documentation, citations, explanations, owners, marks on personal data. Tables
// run parallel to those of the RuleSet, index by index. It is outside the function digest and
// inside the bundle digest. The compiler writes it; immutable afterwards, so any thread may read
// it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/ir/model.h"
#include "runtime/ir/verify.h"

namespace pac::ir {

inline constexpr int kSideVersion = 1;

struct SourceFileRef {
  std::string path;    // as in the bundle's sources/
  std::string sha256;  // hexadecimal
  friend bool operator==(const SourceFileRef&, const SourceFileRef&) = default;
};

struct SourcePlace {
  uint32_t file = kNone;          // index in Side::files; kNone: no place
  uint32_t line = 0, column = 0;  // from 1
  friend bool operator==(const SourcePlace&, const SourcePlace&) = default;
};

struct CitationPart {  // section "84"
  std::string kind, value;
  friend bool operator==(const CitationPart&, const CitationPart&) = default;
};

struct Citation {
  std::string system;     // finlex, eurlex, eli, iri
  std::string reference;  // as written
  std::vector<CitationPart> parts;
  std::string iri;  // canonical
  friend bool operator==(const Citation&, const Citation&) = default;
};

// Text, or a value to be formatted by language.
struct TemplatePart {
  std::string text;
  ExprId value = ExprId::none;  // of the decision; a scalar, optional or not
  std::string unit;             // of the value
  friend bool operator==(const TemplatePart&, const TemplatePart&) = default;
};

struct Explanation {
  std::string language;  // "sv-FI"
  std::vector<TemplatePart> parts;
  friend bool operator==(const Explanation&, const Explanation&) = default;
};

// A finding that the author has accepted for what this stands at: @accept(PAC2003, "why").
struct Acceptance {
  std::string code;
  std::string reason;
  friend bool operator==(const Acceptance&, const Acceptance&) = default;
};

struct Words {
  SourcePlace place;
  std::string documentation;
  std::vector<Citation> citations;
  std::vector<Acceptance> acceptances;
  friend bool operator==(const Words&, const Words&) = default;
};

struct RuleSide {  // a rule, a row, or `otherwise`
  Words words;
  std::vector<Explanation> explanations;  // one per language
  bool exact = false;                     // @exact
  friend bool operator==(const RuleSide&, const RuleSide&) = default;
};

struct Responsibility {  // @owner, @risk
  std::string owner;
  std::string risk;  // low, medium, high
  friend bool operator==(const Responsibility&, const Responsibility&) = default;
};

struct LocalName {  // of a let
  std::string name;
  SourcePlace place;
  std::string documentation;
  friend bool operator==(const LocalName&, const LocalName&) = default;
};

// `may_use a.age cites …`: a protected field that the decision may read, with its ground.
struct Permission {
  uint32_t record = 0;  // RecordId; the decision's input record for an input of its own
  uint32_t field = 0;
  std::string path;  // as written
  std::vector<Citation> citations;
  friend bool operator==(const Permission&, const Permission&) = default;
};

struct DecisionSide {
  Words words;
  bool exact = false;  // @exact
  std::vector<Permission> permissions;
  Responsibility responsibility;
  std::vector<LocalName> lets;         // one per let
  std::vector<std::string> variables;  // one per variable slot
  std::vector<RuleSide> rules;         // one per rule
  RuleSide otherwise;
  friend bool operator==(const DecisionSide&, const DecisionSide&) = default;
};

struct FieldSide {
  std::string documentation;
  std::string pii;               // @pii(KIND); empty: none
  std::string protected_ground;  // @protected(GROUND)
  bool can_change = false;       // @can_change
  bool disclosed = false;        // @disclose: may be shown although it is personal data
  friend bool operator==(const FieldSide&, const FieldSide&) = default;
};

struct RecordSide {
  Words words;
  std::vector<FieldSide> fields;  // one per field
  friend bool operator==(const RecordSide&, const RecordSide&) = default;
};

struct EnumSide {
  Words words;
  std::vector<std::string> values;  // documentation, one per value
  friend bool operator==(const EnumSide&, const EnumSide&) = default;
};

struct ParamSide {
  Words words;
  Responsibility responsibility;
  std::vector<std::vector<Citation>> lines;  // one list per line
  friend bool operator==(const ParamSide&, const ParamSide&) = default;
};

struct Side {
  std::vector<SourceFileRef> files;
  Words words;  // of the package
  Responsibility responsibility;
  std::vector<DecisionSide> decisions;
  std::vector<RecordSide> records;
  std::vector<EnumSide> enums;
  std::vector<ParamSide> params;
  std::vector<Words> duties;
  friend bool operator==(const Side&, const Side&) = default;
};

// Tables of the right sizes, all empty: what the compiler fills.
Side empty_side(const RuleSet& rule_set);

// side.json in canonical form (RFC 8785), and back, strictly as ir.json (encode.h).
std::string encode_side(const Side& side);
[[nodiscard]] Result<Side> decode_side(std::string_view text);

// Whether the side belongs to the rule set: tables of the same sizes (PAC4116), places in files
// that exist, and explanations whose values may be evaluated where their rule fires. The rule set
// itself is verified with it, so one call does for both.
[[nodiscard]] Result<void> verify(const RuleSet& rule_set, const Side& side,
                                  FindFunction find = nullptr);

}  // namespace pac::ir
