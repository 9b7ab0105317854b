#include "ledger/pg/migrate.h"

#include <algorithm>

#include "runtime/base/check.h"
#include "runtime/crypto/encoding.h"
#include "runtime/crypto/sha256.h"

namespace pac::ledger::pg {
namespace {

// A role that somebody else makes in the same moment is as good.
constexpr const char* kRoles = R"(
do $$
declare role text;
begin
  foreach role in array array['pac_ledger_owner', 'pac_ledger_ship', 'pac_ledger_read', 'pac_ledger_maintain'] loop
    if not exists (select from pg_roles where rolname = role) then
      begin
        execute format('create role %I nologin', role);
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
  end loop;
  if not pg_has_role(current_user, 'pac_ledger_owner', 'member') then
    execute format('grant pac_ledger_owner to %I', current_user);
  end if;
end $$)";

constexpr const char* kSchema = R"(
select pg_advisory_xact_lock(7282);
do $$
begin
  if to_regnamespace('ledger') is null then
    execute format('grant create on database %I to pac_ledger_owner', current_database());
    create schema ledger authorization pac_ledger_owner;
    execute format('revoke create on database %I from pac_ledger_owner', current_database());
  end if;
end $$;
set local role pac_ledger_owner;
create table if not exists ledger.migration (
  version    integer primary key check (version > 0),
  name       text not null,
  applied_at timestamptz not null default clock_timestamp(),
  before     text not null,
  after      text not null
);
comment on table  ledger.migration            is 'the steps that made these tables';
comment on column ledger.migration.version    is 'the number of the step';
comment on column ledger.migration.name       is 'its name';
comment on column ledger.migration.applied_at is 'when, by the clock of the database';
comment on column ledger.migration.before     is 'SHA-256 of the description of the tables before it';
comment on column ledger.migration.after      is 'and after it'
)";

// Partitions come and go; all else is the work of migrations.
constexpr const char* kDescription = R"(
with relation as (
  select c.* from pg_catalog.pg_class c
  where c.relnamespace = to_regnamespace('ledger') and c.relname !~ '^entry_s[0-9]+_p[0-9]+')
select coalesce(string_agg(line, E'\n' order by line collate "C"), '') from (
  select format('column %s.%s %s %s %s %s', r.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
                a.attnotnull, col_description(r.oid, a.attnum)) as line
    from relation r join pg_catalog.pg_attribute a on a.attrelid = r.oid
    where r.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped
  union all select format('relation %s %s %s %s', relname, relkind, relrowsecurity,
      (select string_agg(g::text, ' ' order by g::text collate "C") from unnest(coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner))) g)) from relation
  union all select format('constraint %s %s', r.relname, pg_get_constraintdef(k.oid))
    from relation r join pg_catalog.pg_constraint k on k.conrelid = r.oid
  union all select format('trigger %s %s %s', r.relname, t.tgname, t.tgenabled)
    from relation r join pg_catalog.pg_trigger t on t.tgrelid = r.oid where not t.tgisinternal
  union all select format('policy %s %s %s', r.relname, p.polname, pg_get_expr(p.polqual, p.polrelid))
    from relation r join pg_catalog.pg_policy p on p.polrelid = r.oid
  union all select format('view %s %s', relname, pg_get_viewdef(oid)) from relation where relkind = 'v'
  union all select format('function %s %s %s %s', f.oid::regprocedure, f.prosecdef, f.prosrc,
      (select string_agg(g::text, ' ' order by g::text collate "C") from unnest(coalesce(f.proacl, acldefault('f', f.proowner))) g))
    from pg_catalog.pg_proc f where f.pronamespace = to_regnamespace('ledger')) as lines)";

Result<std::string> digest_of(Connection& connection) {
  const Result<std::string> text = description_of(connection);
  if (!text) return std::unexpected(text.error());
  return crypto::to_hex(crypto::view(crypto::sha256(*text)));
}

// One step in an open transaction.
Result<void> step_up(Connection& connection, const Migration& step) {
  const auto before = digest_of(connection);
  if (!before) return std::unexpected(before.error());
  if (const auto done = connection.script(std::string(step.up)); !done) return done;
  const auto after = digest_of(connection);
  if (!after) return std::unexpected(after.error());
  const auto noted = connection.run(
      "insert into ledger.migration (version, name, before, after) values ($1, $2, $3, $4)",
      {step.version, step.name, *before, *after});
  if (!noted) return std::unexpected(noted.error());
  return {};
}

Result<void> step_down(Connection& connection, const Migration& step) {
  const auto then = connection.run(
      "delete from ledger.migration where version = $1 returning before", {step.version});
  if (!then) return std::unexpected(then.error());
  if (step.version == 1) {
    const auto entries = connection.run("select exists (select from ledger.ship where size > 0)");
    if (!entries) return std::unexpected(entries.error());
    if (entries->is_true(0, 0)) {
      return fail("PAC6309", "the store has entries, which that would lose: nothing was changed");
    }
  }
  if (const auto done = connection.script(std::string(step.down)); !done) return done;
  const auto now = digest_of(connection);
  if (!now) return std::unexpected(now.error());
  if (then->count() != 1 || then->text(0, 0) != *now) {
    return fail("PAC6309", "without step " + std::to_string(step.version) +
                               " the tables would be other than before it: somebody has changed "
                               "them by hand; nothing was changed");
  }
  return {};
}

Result<void> migrate_inside(Connection& connection, int version) {
  if (const auto made = connection.script(kSchema); !made) return made;
  const Result<int> now = version_of(connection);
  if (!now) return std::unexpected(now.error());
  const int known = store_version();
  if (*now > known || version > known || version < 0) {
    return fail("PAC6309", "the tables are of version " + std::to_string(*now) +
                               "; this program knows versions up to " + std::to_string(known));
  }
  for (int v = *now + 1; v <= version; ++v) {
    if (const auto done = step_up(connection, migrations()[static_cast<std::size_t>(v - 1)]);
        !done) {
      return done;
    }
  }
  for (int v = *now; v > version; --v) {
    if (const auto done = step_down(connection, migrations()[static_cast<std::size_t>(v - 1)]);
        !done) {
      return done;
    }
  }
  return {};
}

}  // namespace

int store_version() { return migrations().back().version; }

Result<void> prepare_store(Connection& connection) { return connection.script(kRoles); }

Result<int> version_of(Connection& connection) {
  const auto there = connection.run("select to_regclass('ledger.migration') is not null");
  if (!there) return std::unexpected(there.error());
  if (!there->is_true(0, 0)) return 0;
  const auto version = connection.run("select coalesce(max(version), 0) from ledger.migration");
  if (!version) return std::unexpected(version.error());
  return static_cast<int>(version->integer(0, 0));
}

Result<void> migrate(Connection& connection, int version) {
  if (const auto begun = connection.script("begin"); !begun) return begun;
  if (const auto done = migrate_inside(connection, version); !done) {
    connection.rollback();
    return done;
  }
  return connection.script("commit");
}

Result<void> check_version(Connection& connection) {
  const Result<int> version = version_of(connection);
  if (!version) return std::unexpected(version.error());
  if (*version == 0) {
    return fail("PAC6303", "this database is no store; `pac ledger init --store URL` makes it one");
  }
  if (*version == store_version()) return {};
  return fail("PAC6303", "the tables of the store are of version " + std::to_string(*version) +
                             ", this program works with " + std::to_string(store_version()) +
                             "; `pac ledger migrate --store URL` brings them there");
}

Result<void> check_durability(Connection& connection) {
  const auto off = connection.run(
      "select name from pg_catalog.pg_settings where name in ('fsync', 'full_page_writes') and "
      "setting <> 'on' order by 1");
  if (!off) return std::unexpected(off.error());
  if (off->count() == 0) return {};
  return fail("PAC6304", "the server runs with " + std::string(off->text(0, 0)) +
                             "=off and may lose or damage what it said was durable: nothing is "
                             "shipped there");
}

Result<std::string> description_of(Connection& connection) {
  const auto text = connection.run(kDescription);
  if (!text) return std::unexpected(text.error());
  return std::string(text->text(0, 0));
}

}  // namespace pac::ledger::pg
