// The part of `pac ledger` that is about stores in PostgreSQL: init, migrate, ship, index, verify,
// query, sql.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "ledger/pg/ship.h"

namespace pac::cli {

// The exit code where the words are about a store: `migrate`, `ship`, `index`, `sql`, or a URL in
// place of the folder.
std::optional<int> run_store(const std::vector<std::string>& words,
                             const po::variables_map& values);

// Prints the failure and gives its exit code: another history counts as findings.
int failed_store(const Error& error);

// Says that the audit wall can't be shipped to, with how far it is behind; or that it can again.
void tell_wall(const ledger::pg::AuditState& state);

// The second store of --audit, and --audit-behind; nothing where there is none.
std::optional<ledger::pg::AuditSettings> audit_of(const po::variables_map& values);

// Says that the store had lost entries.
void tell_rewound(const ledger::pg::Rewound& rewound);

}  // namespace pac::cli
