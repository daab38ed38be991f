-- A room is an owner as an account is: its archive and its card hang on the same kind of key. Its row in account can never
-- log in: it is disabled, has no verifiers, and its domain is no host's. Deleting that row deletes the room.

create table room (
    account bigint not null primary key references account (id) on delete cascade,
    creator varchar(2100) not null,
    secret bytea not null,
    persistent boolean not null,
    listed boolean not null,
    name varchar(1023) not null,
    config varchar not null,
    subject varchar not null
);

create index room_creator on room (creator);
create index room_listed on room (listed);

create table room_affiliation (
    account bigint not null references room (account) on delete cascade,
    address varchar(2100) not null,
    affiliation varchar(7) not null,
    nick varchar(1023) not null,
    reason varchar(1023) not null,
    primary key (account, address)
);

create index room_affiliation_address on room_affiliation (address);
