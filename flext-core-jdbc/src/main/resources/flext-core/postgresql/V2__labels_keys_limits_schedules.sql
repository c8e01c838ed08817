-- What executions are found by: name=value each.
alter table flext_execution add column labels text[] not null default '{}';
create index flext_execution_labels on flext_execution using gin (labels) where labels <> '{}';

-- No two executions of a pipeline have the same key.
alter table flext_execution add column idempotency_key text collate "C";
create unique index flext_execution_key on flext_execution (pipeline_id, idempotency_key)
    where idempotency_key is not null;

-- What a pipeline's limits are; 0 for none. The interval is in microseconds.
alter table flext_pipeline add column max_concurrent integer not null default 0;
alter table flext_pipeline add column max_starts integer not null default 0;
alter table flext_pipeline add column start_interval bigint not null default 0;

-- The pipeline whose limits an execution waits for, and when these let it be claimed first. It counts from then on until
-- it has ended, and is claimed like all others.
alter table flext_execution add column gate uuid;
alter table flext_execution add column admitted_at timestamptz;

drop index flext_execution_due;

-- From when on an execution can be claimed, within its priority, if no limits hold it back.
create index flext_execution_due on flext_execution (priority desc, greatest(due_at, lease_until))
    where due_at is not null and gate is null;

-- Those that limits hold back: of each pipeline in the order in which they may start, and which are due first of all.
create index flext_execution_gate on flext_execution (gate, priority desc, due_at) where gate is not null;
create index flext_execution_gate_due on flext_execution (due_at) where gate is not null;

-- What counts for limits: those under way, and when those of the last while started.
create index flext_execution_under_way on flext_execution (pipeline_id)
    where admitted_at is not null and due_at is not null;
create index flext_execution_admitted on flext_execution (pipeline_id, admitted_at) where admitted_at is not null;

-- How far the steps of an execution are, as told with the last renewal of its lease; null without a lease.
alter table flext_execution add column progress jsonb;

-- Which node runs what.
create index flext_execution_held on flext_execution (id) where lease_owner is not null;

-- When pipelines are to run by themselves: all fire times up to settled_until are dealt with, and due_at is the next, or
-- settled_until itself where that is to be worked out, or null where there is none. A change of any kind changes the
-- revision; what a node has claimed is kept from others for a while.
create table flext_schedule (
    pipeline_id uuid primary key,
    expression text not null,
    zone text not null,
    misfire text not null,
    active boolean not null,
    paused boolean not null default false,
    settled_until timestamptz not null,
    due_at timestamptz,
    last_fired_at timestamptz,
    claimed_until timestamptz,
    revision bigint not null
);
create index flext_schedule_due on flext_schedule (greatest(due_at, coalesce(claimed_until, due_at)))
    where active and not paused and due_at is not null;

-- Those that have ended, in the order in which they are purged.
create index flext_execution_ended on flext_execution (finished_at, id) where finished_at is not null;
