-- Files that users have uploaded (XEP-0363), and where their bytes are.

-- Bytes in the store. One is written down before the store is asked to keep it: whatever the store has, there is a row that says
-- so, and one without a hash that nobody is writing is what a crash has left. The hash is a keyed one, which tells nobody anything.
-- Identical ones become one after a while (settled): whoever uploads cannot tell.
create table upload_blob (
    name varchar(40) not null primary key,
    hash varchar(64),
    bytes bigint not null,
    settled boolean default false not null,
    created timestamp(6) with time zone not null
);

create index upload_blob_hash on upload_blob (hash);
create index upload_blob_settled on upload_blob (settled);

-- The id is also the slot's, so that no slot is used twice. One that is deleted stays for a day, without its bytes: its slot must
-- not be used again, and it counts for the day. There is no account for an owner of another domain.
create table upload (
    id varchar(24) not null primary key,
    account bigint references account (id) on delete cascade,
    uploader varchar(2100) not null,
    host varchar(255) not null,
    name varchar(255) not null,
    media_type varchar(255) not null,
    bytes bigint not null,
    purpose varchar(12) not null,
    created timestamp(6) with time zone not null,
    expires timestamp(6) with time zone,
    gone timestamp(6) with time zone,
    stored varchar(40) references upload_blob (name)
);

create index upload_uploader on upload (uploader, created);
create index upload_account on upload (account);
create index upload_host on upload (host, created);
create index upload_stored on upload (stored);
create index upload_created on upload (purpose, created);
create index upload_expires on upload (expires);
create index upload_gone on upload (gone);
