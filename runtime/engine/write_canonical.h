// Inputs, values and answers in the canonical form of RFC 8785, into a buffer of the caller: what a
// ledger records, hashes and compares byte by byte (docs/ledger_format.md). Nothing is allocated.
// Members stand in the order of their letters, whatever order they were declared in; all else is as
// in write.h. Any thread that may read the session.
#pragma once

#include <vector>

#include "runtime/engine/session.h"
#include "runtime/engine/text_sink.h"

namespace pac::engine {

// Fields that are left out wherever a value of their record stands, by record and field; records
// without any may have an empty list. Null: none are.
using HiddenFields = std::vector<std::vector<bool>>;

void write_canonical(const Schema& schema, const Slot& slot, const void* at, TextSink& out,
                     const HiddenFields* hidden = nullptr);

// The fields of the input record that have this role, as an object; after Session::prepare, of
// inputs after binding. Those that are missing are left out.
void write_canonical_fields(const Session& session, ir::SlotRole role, TextSink& out,
                            const HiddenFields* hidden = nullptr);

// What write_decision answers, without the name of the decision. After Session::decide.
void write_canonical_answer(const Session& session, TextSink& out,
                            const HiddenFields* hidden = nullptr);
// {"code":…,"path":…,"status":"refused"}: the message could repeat a part of the input. The path is
// the refusal's, or what may be shown of it.
void write_canonical_refusal(const Refusal& refusal, std::string_view path, TextSink& out);

}  // namespace pac::engine
