-- What analysts expect: a row an entry, with the fields of decisions and a chain of hashes. The
-- chain runs over the entries that the login may see: over all of them for one that sees all.
create function ledger.chain_step(state bytea, body bytea) returns bytea language sql immutable strict
  parallel safe as $$ select sha256(state || body) $$;
create aggregate ledger.chain(bytea) (sfunc = ledger.chain_step, stype = bytea, initcond = '');
create function ledger.json_of(body bytea) returns jsonb language plpgsql immutable strict
  set search_path = pg_catalog, pg_temp as $$
begin
  return convert_from(body, 'UTF8')::jsonb;
exception when others then
  return null;
end $$;
create view ledger.analytics with (security_invoker = true) as
  select origin, idx, at, tenant, kind, fn, snapshot, coalesce(json -> 'answer' ->> 'status', json ->> 'status', json -> 'record' ->> 'status') as status,
         coalesce(json -> 'answer' -> 'fired', json -> 'fired', json -> 'record' -> 'fired') as fired,
         (json ->> 'duration_ns')::bigint as duration_ns, json ->> 'nonce' as nonce, json ->> 'run' as run, body,
         coalesce(lag(chain_hash) over (partition by stream order by idx), '') as prev_hash, chain_hash
  from (select s.origin, e.*, ledger.json_of(e.body) as json,
               ledger.chain(e.body) over (partition by e.stream order by e.idx) as chain_hash
        from ledger.entry e join ledger.stream s on s.id = e.stream) as entries;
comment on view   ledger.analytics             is 'a row an entry, for analysis';
comment on column ledger.analytics.origin      is 'the stream';
comment on column ledger.analytics.idx         is 'the index of the entry in its stream';
comment on column ledger.analytics.at          is 'when it was recorded';
comment on column ledger.analytics.tenant      is 'whose entry it is';
comment on column ledger.analytics.kind        is 'decision, external, stream-open and so on';
comment on column ledger.analytics.fn          is 'the decision function';
comment on column ledger.analytics.snapshot    is 'the digest of the rule set that decided';
comment on column ledger.analytics.status      is 'how the decision ended';
comment on column ledger.analytics.fired       is 'the rules that fired';
comment on column ledger.analytics.duration_ns is 'how long deciding took';
comment on column ledger.analytics.nonce       is 'what tells the entry from every other';
comment on column ledger.analytics.run         is 'the nonce of the entry that activated the policy';
comment on column ledger.analytics.body        is 'the bytes that were signed';
comment on column ledger.analytics.prev_hash   is 'chain_hash of the entry before; empty in the first of a stream';
comment on column ledger.analytics.chain_hash  is 'SHA-256 of prev_hash and body';
grant select on ledger.analytics to pac_ledger_read, pac_ledger_maintain;
grant execute on function ledger.chain_step(bytea, bytea), ledger.chain(bytea), ledger.json_of(bytea)
  to pac_ledger_read, pac_ledger_maintain;
