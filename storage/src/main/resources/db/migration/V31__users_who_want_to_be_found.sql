-- Who wants to be found by others of the same host (XEP-0055): whoever is not here is not found.
create table directory_entry (
    account bigint not null primary key references account (id) on delete cascade,
    first_name varchar(255) not null,
    last_name varchar(255) not null,
    nick varchar(255) not null,
    email varchar(255) not null
);
