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

-- How far the steps of an execution are, as told with the last renewal of its lease; null without a lease.
alter table flext_execution add column progress clob;

-- Which node runs what.
create index flext_execution_held on flext_execution (lease_owner, id);

-- When pipelines are to run by themselves: all fire times up to settled_until are dealt with, and due_at is the next, or
-- settled_until itself where that is to be worked out, or null where there is none. A change of any kind changes the
-- revision; what a node has claimed is kept from others for a while.
create table flext_schedule (
    pipeline_id uuid primary key,
    expression varchar not null,
    zone varchar not null,
    misfire varchar not null,
    active boolean not null,
    paused boolean default false not null,
    settled_until timestamp(9) with time zone not null,
    due_at timestamp(9) with time zone,
    last_fired_at timestamp(9) with time zone,
    claimed_until timestamp(9) with time zone,
    revision bigint not null
);
create index flext_schedule_due on flext_schedule (active, paused, due_at);

-- Those that have ended, in the order in which they are purged.
create index flext_execution_ended on flext_execution (finished_at, id);
