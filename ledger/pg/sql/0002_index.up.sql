-- What is looked for: kept behind the entries by `pac ledger index`, each with how far it is.
create table ledger.indexed (
  stream integer primary key references ledger.stream,
  size   bigint not null check (size >= 0)
);
comment on table  ledger.indexed        is 'how far the index tables are';
comment on column ledger.indexed.stream is 'the stream';
comment on column ledger.indexed.size   is 'entries below this are in the index tables';
do $$
declare name text; what text;
begin
  for name, what in values ('subject', 'the person that the entry is about'), ('rule', 'a rule that fired'),
                           ('status', 'how the decision ended') loop
    execute format('create table ledger.%I (value text not null, stream integer not null, idx bigint not null, '
                   'tenant text, primary key (value, stream, idx))', 'index_' || name);
    execute format('comment on table ledger.%I is %L', 'index_' || name, 'entries by ' || name);
    execute format('comment on column ledger.%I.value is %L', 'index_' || name, what);
    execute format('comment on column ledger.%I.stream is %L', 'index_' || name, 'the stream of the entry');
    execute format('comment on column ledger.%I.idx is %L', 'index_' || name, 'its index');
    execute format('comment on column ledger.%I.tenant is %L', 'index_' || name, 'whose entry it is');
    execute format('alter table ledger.%I enable row level security', 'index_' || name);
    execute format('create policy reading on ledger.%I for select to pac_ledger_read '
                   'using ((select ledger.sees_all()) or ledger.sees(tenant))', 'index_' || name);
    execute format('create policy shipping on ledger.%I to pac_ledger_ship using (true) with check (true)',
                   'index_' || name);
    execute format('create policy keeping on ledger.%I for select to pac_ledger_maintain using (true)',
                   'index_' || name);
    execute format('grant select on ledger.%I to pac_ledger_ship, pac_ledger_read, pac_ledger_maintain',
                   'index_' || name);
    execute format('grant insert on ledger.%I to pac_ledger_ship', 'index_' || name);
  end loop;
end $$;
grant select on ledger.indexed to pac_ledger_ship, pac_ledger_read, pac_ledger_maintain;
grant insert, update on ledger.indexed to pac_ledger_ship;
