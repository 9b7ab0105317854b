drop view ledger.analytics;
drop aggregate ledger.chain(bytea);
drop function ledger.chain_step(bytea, bytea);
drop function ledger.json_of(bytea);
