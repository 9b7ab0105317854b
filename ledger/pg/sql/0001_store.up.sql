-- What the store of a ledger is made of. Everything belongs to pac_ledger_owner, who can't log in.
create table ledger.setting (
  name  text primary key,
  value text not null
);
comment on table  ledger.setting       is 'what is said once for the whole store';
comment on column ledger.setting.name  is 'store: what tells this store from every other; partition_rows: entries of a partition';
comment on column ledger.setting.value is 'its value as text';
insert into ledger.setting values ('store', gen_random_uuid()::text), ('partition_rows', '67108864');

create table ledger.stream (
  id        integer generated always as identity primary key,
  origin    text not null unique check (length(origin) between 1 and 255),
  key       bytea not null check (length(key) = 32),
  opened_at timestamptz not null default clock_timestamp()
);
comment on table  ledger.stream           is 'the streams that have been shipped here';
comment on column ledger.stream.id        is 'the number of the stream in this store';
comment on column ledger.stream.origin    is 'what the stream is called in all that is signed';
comment on column ledger.stream.key       is 'the Ed25519 key that its checkpoints say they are signed with';
comment on column ledger.stream.opened_at is 'when it was first shipped here, by the clock of the database';

create table ledger.entry (
  stream   integer not null,
  idx      bigint not null,
  at       timestamptz,
  tenant   text,
  kind     text,
  fn       text,
  snapshot bytea,
  body     bytea not null
) partition by range (stream, idx);
comment on table  ledger.entry          is 'the entries; body is what was signed, all other columns are taken from it';
comment on column ledger.entry.stream   is 'the stream, as in ledger.stream';
comment on column ledger.entry.idx      is 'the index of the entry in its stream; the first has 0';
comment on column ledger.entry.at       is 'when it was recorded';
comment on column ledger.entry.tenant   is 'whose entry it is; null: the operator''s own';
comment on column ledger.entry.kind     is 'decision, external, stream-open and so on';
comment on column ledger.entry.fn       is 'the decision function';
comment on column ledger.entry.snapshot is 'the digest of the rule set that decided';
comment on column ledger.entry.body     is 'the bytes of the entry, never changed and never written anew';

create table ledger.partition (
  stream integer not null,
  lo     bigint not null check (lo >= 0),
  hi     bigint not null check (hi > lo),
  name   text not null unique,
  sealed boolean not null default false,
  primary key (stream, lo)
);
comment on table  ledger.partition        is 'the partitions of ledger.entry that have been made';
comment on column ledger.partition.stream is 'the stream';
comment on column ledger.partition.lo     is 'the index of its first entry';
comment on column ledger.partition.hi     is 'the index behind its last entry';
comment on column ledger.partition.name   is 'the table';
comment on column ledger.partition.sealed is 'full, with an index over idx';

create table ledger.ship (
  stream integer primary key references ledger.stream,
  size   bigint not null check (size >= 0),
  root   bytea not null check (length(root) = 32),
  edge   bytea not null check (length(edge) < 8192 and length(edge) % 32 = 0)
);
comment on table  ledger.ship        is 'how far each stream has been shipped: who ships compares and swaps it';
comment on column ledger.ship.stream is 'the stream';
comment on column ledger.ship.size   is 'how many of its entries are here';
comment on column ledger.ship.root   is 'the root of their tree';
comment on column ledger.ship.edge   is 'the leaf hashes behind the last full tile';

create table ledger.shipment (
  stream integer not null references ledger.stream,
  lo     bigint not null,
  hi     bigint not null,
  root   bytea not null check (length(root) = 32),
  at     timestamptz not null default clock_timestamp(),
  login  text not null default session_user,
  primary key (stream, lo),
  check (lo >= 0 and hi > lo)
);
comment on table  ledger.shipment        is 'each transaction that brought entries';
comment on column ledger.shipment.stream is 'the stream';
comment on column ledger.shipment.lo     is 'the index of its first entry';
comment on column ledger.shipment.hi     is 'the index behind its last entry';
comment on column ledger.shipment.root   is 'the root of the tree with its entries';
comment on column ledger.shipment.at     is 'when, by the clock of the database';
comment on column ledger.shipment.login  is 'who';

create table ledger.tile (
  stream integer not null,
  level  smallint not null check (level between 0 and 7),
  idx    bigint not null check (idx >= 0),
  hashes bytea not null check (length(hashes) = 8192),
  primary key (stream, level, idx)
);
comment on table  ledger.tile        is 'the full tiles of the tree, as C2SP tlog-tiles has them';
comment on column ledger.tile.stream is 'the stream';
comment on column ledger.tile.level  is '0: hashes of entries; each higher one: of tiles of the level below';
comment on column ledger.tile.idx    is 'its place in the level';
comment on column ledger.tile.hashes is '256 hashes of 32 bytes';

create table ledger.checkpoint (
  stream integer not null references ledger.stream,
  size   bigint not null check (size >= 0),
  note   bytea not null check (length(note) <= 1000000),
  primary key (stream, size)
);
comment on table  ledger.checkpoint        is 'what was signed: the root of the tree at a size';
comment on column ledger.checkpoint.stream is 'the stream';
comment on column ledger.checkpoint.size   is 'the number of entries';
comment on column ledger.checkpoint.note   is 'the signed note, byte for byte';

create table ledger.cosignature (
  stream integer not null references ledger.stream,
  size   bigint not null check (size >= 0),
  name   text not null,
  note   bytea not null check (length(note) <= 1000000),
  primary key (stream, size, name)
);
comment on table  ledger.cosignature        is 'checkpoints that witnesses signed too';
comment on column ledger.cosignature.stream is 'the stream';
comment on column ledger.cosignature.size   is 'the number of entries';
comment on column ledger.cosignature.name   is 'the name of the witness'' key';
comment on column ledger.cosignature.note   is 'the note with its signature';

create table ledger.snapshot (
  digest bytea primary key check (length(digest) = 32),
  bytes  bytea not null,
  at     timestamptz not null default clock_timestamp()
);
comment on table  ledger.snapshot        is 'rule sets, and inputs too long for an entry: what entries name as their blob';
comment on column ledger.snapshot.digest is 'SHA-256 of the bytes';
comment on column ledger.snapshot.bytes  is 'the bytes';
comment on column ledger.snapshot.at     is 'when it was stored, by the clock of the database';

create table ledger.subject_key (
  person  bytea primary key check (length(person) = 32),
  subject text not null unique,
  epoch   integer not null,
  key     bytea not null
);
comment on table  ledger.subject_key         is 'the wrapped keys of persons; erasing one makes their data unreadable';
comment on column ledger.subject_key.person  is 'HMAC of the person''s identifier';
comment on column ledger.subject_key.subject is 'the random name that entries have';
comment on column ledger.subject_key.epoch   is 'which wrapping key';
comment on column ledger.subject_key.key     is 'the wrapped key';

create table ledger.nonce (
  caller text not null,
  key    text not null,
  stream integer not null references ledger.stream,
  idx    bigint not null,
  primary key (caller, key)
);
comment on table  ledger.nonce        is 'keys of callers that have been answered, so that a retry gets the same answer';
comment on column ledger.nonce.caller is 'who called';
comment on column ledger.nonce.key    is 'the caller''s key';
comment on column ledger.nonce.stream is 'the stream of the answer';
comment on column ledger.nonce.idx    is 'its index';

create table ledger.reader (
  login  text not null,
  tenant text not null,
  primary key (login, tenant)
);
comment on table  ledger.reader        is 'which tenants'' entries a login of pac_ledger_read may see';
comment on column ledger.reader.login  is 'the login';
comment on column ledger.reader.tenant is 'the tenant; * is all';

-- Evidence stays. This is hygiene, not proof: who owns the tables can switch it off, which the
-- verifier then finds by what was changed.
create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger keeps what it has: % of %.% is refused', tg_op, tg_table_schema, tg_table_name
    using errcode = 'PL003';
end $$;
do $$
declare name text;
begin
  foreach name in array array['entry', 'shipment', 'tile', 'checkpoint', 'cosignature', 'snapshot'] loop
    execute format('create trigger keeps before update or delete or truncate on ledger.%I '
                   'for each statement execute function ledger.refuse_change()', name);
    execute format('alter table ledger.%I enable always trigger keeps', name);
  end loop;
end $$;

create function ledger.store_version() returns integer language sql stable security definer
set search_path = pg_catalog, pg_temp as $$ select max(version) from ledger.migration $$;

create function ledger.open_stream(of_origin text, of_key bytea) returns integer language plpgsql
security definer set search_path = pg_catalog, pg_temp as $$
declare found_id integer; found_key bytea;
begin
  select id, key into found_id, found_key from ledger.stream where origin = of_origin;
  if not found then
    insert into ledger.stream (origin, key) values (of_origin, of_key)
      on conflict (origin) do nothing;
    select id, key into found_id, found_key from ledger.stream where origin = of_origin;
    insert into ledger.ship values (found_id, 0, sha256(''), '') on conflict do nothing;
  end if;
  if found_key <> of_key then
    raise exception 'the store knows the stream % by another key', of_origin using errcode = 'PL004';
  end if;
  return found_id;
end $$;

-- Partitions for the entries below `upto`, made beside the table and attached: that waits for no
-- COPY that is under way, as CREATE TABLE … PARTITION OF would.
create function ledger.ensure_partitions(of_stream integer, upto bigint) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  step bigint := (select value::bigint from ledger.setting where name = 'partition_rows');
  from_idx bigint; number integer; made integer := 0; part text;
begin
  perform pg_advisory_xact_lock(7283, of_stream);
  loop
    select coalesce(max(hi), 0), count(*) into from_idx, number
      from ledger.partition where stream = of_stream;
    exit when from_idx >= upto;
    part := format('entry_s%s_p%s', of_stream, number);
    execute format('create table ledger.%I (like ledger.entry including comments)', part);
    execute format('create index on ledger.%I using brin (idx, at) with (autosummarize = on)', part);
    execute format('create trigger keeps before update or delete or truncate on ledger.%I '
                   'for each statement execute function ledger.refuse_change()', part);
    execute format('alter table ledger.%I enable always trigger keeps', part);
    execute format('grant insert on ledger.%I to pac_ledger_ship', part);
    execute format('alter table ledger.entry attach partition ledger.%I for values from (%s, %s) to (%s, %s)',
                   part, of_stream, from_idx, of_stream, from_idx + step);
    insert into ledger.partition values (of_stream, from_idx, from_idx + step, part);
    made := made + 1;
  end loop;
  return made;
end $$;

-- Full partitions get an index over idx; no entry can come to them any more.
create function ledger.seal_partitions() returns integer language plpgsql
security definer set search_path = pg_catalog, pg_temp as $$
declare part record; done integer := 0;
begin
  for part in select p.* from ledger.partition p join ledger.ship s using (stream)
              where not p.sealed and s.size >= p.hi order by p.stream, p.lo loop
    perform pg_advisory_xact_lock(7283, part.stream);
    execute format('create index on ledger.%I (idx)', part.name);
    update ledger.partition set sealed = true where stream = part.stream and lo = part.lo;
    done := done + 1;
  end loop;
  return done;
end $$;

-- Keeps others from shipping until the transaction ends; an error where it would be in vain.
create function ledger.hold(of_stream integer, lo bigint, lo_root bytea, version integer)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if ledger.store_version() is distinct from version then
    raise exception 'the tables of the store are of version %, not %', ledger.store_version(), version
      using errcode = 'PL002';
  end if;
  perform from ledger.ship where stream = of_stream and size = lo and root = lo_root for update;
  if not found then
    raise exception 'the store is not at % entries with that root', lo using errcode = 'PL001';
  end if;
end $$;

-- The step from one size to the next, or an error: never a step from somewhere else.
create function ledger.advance(of_stream integer, lo bigint, lo_root bytea, hi bigint, hi_root bytea,
                               new_edge bytea)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare hit integer;
begin
  update ledger.ship set size = hi, root = hi_root, edge = new_edge
    where stream = of_stream and size = lo and root = lo_root;
  get diagnostics hit = row_count;
  if hit <> 1 then
    raise exception 'the store is not at % entries with that root', lo using errcode = 'PL001';
  end if;
  insert into ledger.shipment (stream, lo, hi, root, login)
    values (of_stream, lo, hi, hi_root, session_user);
end $$;

create function ledger.sees_all() returns boolean language sql stable security definer
set search_path = pg_catalog, pg_temp as
$$ select exists (select from ledger.reader where login = session_user and tenant = '*') $$;
create function ledger.sees(of_tenant text) returns boolean language sql stable security definer
set search_path = pg_catalog, pg_temp as
$$ select exists (select from ledger.reader where login = session_user and tenant = of_tenant) $$;

alter table ledger.entry enable row level security;
create policy reading on ledger.entry for select to pac_ledger_read
  using ((select ledger.sees_all()) or ledger.sees(tenant));
create policy shipping on ledger.entry for select to pac_ledger_ship using (true);
create policy keeping on ledger.entry for select to pac_ledger_maintain using (true);
-- Policies, and inputs too long for an entry: nothing says whose they are.
alter table ledger.snapshot enable row level security;
create policy reading on ledger.snapshot for select to pac_ledger_read using ((select ledger.sees_all()));
create policy shipping on ledger.snapshot to pac_ledger_ship using (true) with check (true);
create policy keeping on ledger.snapshot for select to pac_ledger_maintain using (true);

grant usage on schema ledger to pac_ledger_ship, pac_ledger_read, pac_ledger_maintain;
grant select on ledger.migration, ledger.setting, ledger.stream, ledger.entry, ledger.partition, ledger.ship,
  ledger.shipment, ledger.tile, ledger.checkpoint, ledger.cosignature, ledger.snapshot
  to pac_ledger_ship, pac_ledger_read, pac_ledger_maintain;
grant insert on ledger.tile, ledger.checkpoint, ledger.cosignature, ledger.snapshot, ledger.nonce to pac_ledger_ship;
grant select on ledger.nonce to pac_ledger_ship;
grant select, insert, delete on ledger.reader to pac_ledger_maintain;
revoke execute on all functions in schema ledger from public;
grant execute on function ledger.store_version(), ledger.sees_all(), ledger.sees(text)
  to pac_ledger_ship, pac_ledger_read, pac_ledger_maintain;
grant execute on function ledger.open_stream(text, bytea), ledger.ensure_partitions(integer, bigint),
  ledger.hold(integer, bigint, bytea, integer), ledger.advance(integer, bigint, bytea, bigint, bytea, bytea)
  to pac_ledger_ship;
grant execute on function ledger.ensure_partitions(integer, bigint), ledger.seal_partitions()
  to pac_ledger_maintain;
