-- Every event, in the order of its position. Nothing but the append draws from the identity, and it caches nothing:
-- readers rely on a gap in it meaning a transaction that is still open or was rolled back.
create table flext_event (
    position       bigint generated always as identity (cache 1) primary key,
    stream_id      varchar(250) collate "C" not null,
    version        bigint not null,
    event_id       uuid not null,
    type           text not null,
    schema_version integer not null,
    recorded_at    timestamptz not null default clock_timestamp(),
    data           jsonb not null,
    metadata       jsonb not null,
    constraint flext_event_stream unique (stream_id, version)
);

-- What lists of pipelines are chosen by. The pipeline itself is what its events make.
create table flext_pipeline (
    id          uuid primary key,
    version     bigint not null,
    name        text collate "C" not null,
    name_folded text collate "C" not null,
    active      boolean not null,
    deleted     boolean not null,
    valid_steps boolean not null,
    tags        text[] not null,
    step_types  text[] not null,
    updated_at  timestamptz not null
);

create unique index flext_pipeline_name on flext_pipeline (name) where not deleted;

-- The last number given to an execution of a pipeline. Who gives the next one has its row locked: numbers are unique.
create table flext_execution_number (
    pipeline_id uuid primary key,
    last_number bigint not null
);

-- What lists of executions are chosen by, and the execution's place in the queue: due_at is null once it has ended.
create table flext_execution (
    id             uuid primary key,
    version        bigint not null,
    pipeline_id    uuid not null,
    number         bigint not null,
    status         text collate "C" not null,
    triggered_by   text collate "C" not null,
    requested_at   timestamptz not null,
    requested_nano smallint not null,
    started_at     timestamptz,
    finished_at    timestamptz,
    step_types     text[] not null,
    priority       integer not null,
    due_at         timestamptz,
    lease_owner    text collate "C",
    lease_until    timestamptz
);

create index flext_execution_pipeline on flext_execution (pipeline_id, id);
create index flext_execution_status on flext_execution (status, id);

-- From when on an execution can be claimed, within its priority.
create index flext_execution_due on flext_execution (priority desc, greatest(due_at, lease_until))
    where due_at is not null;

-- The latest snapshot of each stream.
create table flext_snapshot (
    stream_id      varchar(250) collate "C" primary key,
    version        bigint not null,
    schema_version integer not null,
    state          jsonb not null,
    taken_at       timestamptz not null
);

-- The position of the last event that each subscription has handled.
create table flext_subscription (
    name     text collate "C" primary key,
    position bigint not null,
    moved_at timestamptz not null
);
