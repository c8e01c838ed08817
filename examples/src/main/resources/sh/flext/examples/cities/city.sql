-- The cities that have a country, as the execution that was loaded last found them.
create table if not exists city (
    geonameid    bigint primary key,
    name         varchar not null,
    country      varchar not null,
    alpha_2      varchar not null,
    continent    varchar not null,
    execution_id uuid not null
)
