-- Every event, in the order of its position, which is drawn from flext_position within the append's transaction.
create table flext_event (
    position       bigint primary key,
    stream_id      varchar(250) not null,
    version        bigint not null,
    event_id       uuid not null,
    type           varchar not null,
    schema_version integer not null,
    recorded_at    timestamp(9) with time zone not null,
    data           clob not null,
    metadata       clob not null,
    constraint flext_event_stream unique (stream_id, version)
);

-- One row: the last position given. Appends queue up for it, so positions are in the order of commits.
create table flext_position (
    id            integer primary key,
    last_position bigint not null
);
insert into flext_position (id, last_position) values (1, 0);

-- What lists of pipelines are chosen by. The pipeline itself is what its events make.
create table flext_pipeline (
    id          uuid primary key,
    version     bigint not null,
    name        varchar not null,
    name_folded varchar not null,
    active      boolean not null,
    deleted     boolean not null,
    valid_steps boolean not null,
    tags        varchar array not null,
    step_types  varchar array not null,
    updated_at  timestamp(9) with time zone not null,
    name_taken  varchar generated always as (case when deleted then null else name end),
    constraint flext_pipeline_name unique (name_taken)
);

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
    status         varchar not null,
    triggered_by   varchar not null,
    requested_at   timestamp(9) with time zone not null,
    requested_nano smallint not null,
    started_at     timestamp(9) with time zone,
    finished_at    timestamp(9) with time zone,
    step_types     varchar array not null,
    priority       integer not null,
    due_at         timestamp(9) with time zone,
    lease_owner    varchar,
    lease_until    timestamp(9) with time zone
);

create index flext_execution_pipeline on flext_execution (pipeline_id, id);
create index flext_execution_status on flext_execution (status, id);
create index flext_execution_due on flext_execution (due_at);

-- The latest snapshot of each stream.
create table flext_snapshot (
    stream_id      varchar(250) primary key,
    version        bigint not null,
    schema_version integer not null,
    state          clob not null,
    taken_at       timestamp(9) with time zone not null
);

-- The position of the last event that each subscription has handled.
create table flext_subscription (
    name     varchar(200) primary key,
    position bigint not null,
    moved_at timestamp(9) with time zone not null
);
