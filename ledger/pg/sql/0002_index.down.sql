drop table ledger.index_subject, ledger.index_rule, ledger.index_status, ledger.indexed;
