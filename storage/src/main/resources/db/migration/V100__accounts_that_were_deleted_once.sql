-- What was under way to an account when it was deleted is written after that, and deleted once more then. Those of which that
-- has not been done yet are here, or a server that is killed in between would keep what nobody owns.

create table deleted_account (
    account bigint not null primary key
);
