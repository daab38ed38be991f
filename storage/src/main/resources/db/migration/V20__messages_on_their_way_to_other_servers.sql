-- Messages on their way to other domains, for hosts that let them wait out an outage. Ids grow with time, as those of logs do, so
-- what waits for one domain is read in the order it was sent; when it was sent is in the id.
create table remote_message (
    id bigint not null primary key,
    local_domain varchar(1023) not null,
    remote_domain varchar(1023) not null,
    stanza bytea not null
);

create index remote_message_pair on remote_message (local_domain, remote_domain, id);
