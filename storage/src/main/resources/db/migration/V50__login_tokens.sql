-- Tokens that clients log in with (XEP-0484). A token itself is not here: it is made of a row and of the installation's secret.

-- counts what makes all tokens that were issued before worthless: another password, an account that was disabled
alter table account add column login_epoch bigint default 0 not null;

create table login_token (
    account bigint not null references account (id) on delete cascade,
    client varchar(36) not null,
    fresh boolean not null,
    mechanism varchar(40) not null,
    nonce bytea not null,
    epoch bigint not null,
    issued timestamp(6) with time zone not null,
    expires timestamp(6) with time zone not null,
    used timestamp(6) with time zone,
    uses bigint not null,
    software varchar(200) not null,
    device varchar(200) not null,
    primary key (account, client, fresh)
);
