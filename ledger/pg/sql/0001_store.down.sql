drop table ledger.reader, ledger.nonce, ledger.subject_key, ledger.snapshot, ledger.cosignature, ledger.checkpoint,
  ledger.tile, ledger.shipment, ledger.ship, ledger.partition, ledger.entry, ledger.stream, ledger.setting;
drop function ledger.sees(text), ledger.sees_all(),
  ledger.advance(integer, bigint, bytea, bigint, bytea, bytea), ledger.hold(integer, bigint, bytea, integer), ledger.seal_partitions(),
  ledger.ensure_partitions(integer, bigint), ledger.open_stream(text, bytea), ledger.store_version(),
  ledger.refuse_change();
revoke all on all tables in schema ledger from pac_ledger_ship, pac_ledger_read, pac_ledger_maintain;
revoke usage on schema ledger from pac_ledger_ship, pac_ledger_read, pac_ledger_maintain;
