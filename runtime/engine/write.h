// Answers as JSON, one object each, into a buffer of the caller; nothing is allocated. A sink whose
// buffer was too small says so (TextSink::fits) and how much it takes. Any thread that may read the
// session.
//
//   {"decision":"pkg.name","status":"ok","output":{…},"fired":["rule"],
//    "obligations":[{"name":"record_call","args":{…}}],"advice":[…]}
//   {"decision":"pkg.name","status":"no_match"}
//   {"decision":"pkg.name","status":"error","code":"PAC5004","message":"…","rule":"a",
//    "other":"b","path":["pkg.callee"]}
//   {"status":"refused","line":7,"path":"applicant.birth","code":"PAC5113","message":"…"}
//
// Members come in this order, fields in that of their declaration. Obligations and advice stand
// there only where there are any; `rule` and `other` only where the error has them; `path` only
// where the error arose in a called decision (innermost first: `rule` is a rule of its first). A
// missing optional field is left out, a missing item of a list is null. Decimals are strings with
// exactly their digits, integers beyond 2^53 - 1 strings, dates and the like strings, enumerations
// their wire names. Strings are escaped as RFC 8785 says.
#pragma once

#include "runtime/engine/session.h"
#include "runtime/engine/text_sink.h"

namespace pac::engine {

// After Session::decide.
void write_decision(const Session& session, TextSink& out);
void write_refusal(const Refusal& refusal, TextSink& out);
// A decision with all that it was made from, so that it can be made again:
//   {"input":{…},"context":{…},"features":{"credit_score":{"value":720}},"answer":{…}}
// `context` and `features` stand there only where the decision has any.
void write_recorded(const Session& session, TextSink& out);

// Parts of it, for traces and tools.
void write_value(const Schema& schema, const Slot& slot, const void* at, TextSink& out);
void write_record(const Schema& schema, const RecordSchema& record, const void* at, TextSink& out);
void write_quoted(std::string_view text, TextSink& out);

// "pkg.name", whether or not the IR writes the package.
void put_decision_name(const ir::RuleSet& rule_set, ir::DecisionId decision, TextSink& out);
// The name of a rule by its index; `otherwise` after the last.
std::string_view rule_name(const ir::Decision& decision, uint32_t rule);
// "PAC5004" and what it means in a sentence without the values.
std::string_view error_code(uint32_t error);
std::string_view error_message(uint32_t error);
// After a decision that ended in PAC5007: the feature that is absent, as the feature store knows it
// ("pkg.decision.credit_score"). Empty after anything else, and where a called decision asks for
// several under keys that differ, so that it can't be told which.
std::string_view absent_feature(const Session& session);

}  // namespace pac::engine
