-- What executions are found by: name=value each.
alter table flext_execution add column labels varchar array default array[] not null;

-- No two executions of a pipeline have the same key.
alter table flext_execution add column idempotency_key varchar;
create unique index flext_execution_key on flext_execution (pipeline_id, idempotency_key);

-- What a pipeline's limits are; 0 for none. The interval is in microseconds.
alter table flext_pipeline add column max_concurrent integer default 0 not null;
alter table flext_pipeline add column max_starts integer default 0 not null;
alter table flext_pipeline add column start_interval bigint default 0 not null;

-- The pipeline whose limits an execution waits for, and when these let it be claimed first. It counts from then on until
-- it has ended, and is claimed like all others.
alter table flext_execution add column gate uuid;
alter table flext_execution add column admitted_at timestamp(9) with time zone;

drop index flext_execution_due;
create index flext_execution_due on flext_execution (gate, due_at);
create index flext_execution_admitted on flext_execution (pipeline_id, admitted_at);

-- Those that have ended, in the order in which they are purged.
create index flext_execution_ended on flext_execution (finished_at, id);
