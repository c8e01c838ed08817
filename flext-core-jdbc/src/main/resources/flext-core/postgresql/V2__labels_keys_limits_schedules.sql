-- What executions are found by: name=value each.
alter table flext_execution add column labels text[] not null default '{}';
create index flext_execution_labels on flext_execution using gin (labels) where labels <> '{}';

-- No two executions of a pipeline have the same key.
alter table flext_execution add column idempotency_key text collate "C";
create unique index flext_execution_key on flext_execution (pipeline_id, idempotency_key)
    where idempotency_key is not null;
