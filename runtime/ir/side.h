// What travels with a rule set and never changes an outcome: names of locals, places in the source, words for
// people. Outside the function digest, inside the bundle digest. Indexed like the RuleSet that it belongs to.
// Immutable once built; any thread may read it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/ir/model.h"

namespace pac::ir {

struct Position {
  uint32_t file = kNone;             // index in Side::sources
  uint32_t line = 0, column = 0;     // from 1
};

struct CitationPart { std::string kind, value; };   // section "84"

struct Citation {
  std::string system, reference;     // finlex "1501/1993"
  std::vector<CitationPart> parts;
  std::string iri;                   // canonical; empty where the system has none
};

// A piece of a template: a text, or the value of an expression over the decision's scope.
struct TextPart { std::string text; ExprId value = ExprId::none; };

struct Explanation { std::string language; std::vector<TextPart> parts; };

struct RuleSide {
  Position position;
  std::string doc;
  std::vector<Citation> cites;
  std::vector<Explanation> explanations;
};

struct DecisionSide {
  Position position;
  std::string doc, owner, risk;
  std::vector<Citation> cites;
  std::vector<std::string> let_names;      // a table column's text where the let stands for one
  std::vector<std::string> variable_names; // by variable slot
  std::vector<RuleSide> rules;             // one per rule, then `otherwise`
};

struct FieldSide {                   // only fields that have something to say
  RecordId record = RecordId::none;
  uint32_t field = kNone;
  std::string doc, pii;              // pii: the kind, "identifier"
  std::vector<std::string> protected_grounds;
  bool can_change = false;
};

struct ParamSide {
  std::string doc;
  std::vector<Citation> cites;
  std::vector<std::vector<Citation>> line_cites;  // one per line
};

struct SourceSide { std::string path, sha256; };

struct Side {
  std::vector<SourceSide> sources;
  std::string owner, risk;
  std::vector<Citation> cites;       // of the package
  std::vector<DecisionSide> decisions;
  std::vector<ParamSide> params;
  std::vector<FieldSide> fields;     // by record, then field
};

}  // namespace pac::ir
