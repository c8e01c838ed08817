-- What executions are found by: name=value each.
alter table flext_execution add column labels varchar array default array[] not null;

-- No two executions of a pipeline have the same key.
alter table flext_execution add column idempotency_key varchar;
create unique index flext_execution_key on flext_execution (pipeline_id, idempotency_key);
