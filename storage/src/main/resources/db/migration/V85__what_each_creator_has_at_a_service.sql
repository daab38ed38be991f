-- What the nodes of a service come to, of each who has made some, and of all together (creator is empty): a quota for each of them
-- must not cost a look at all nodes. Nodes of accounts are few, and their sum is taken when it is asked for.

create table pubsub_usage (
    service varchar(255) not null,
    creator varchar(3100) not null,
    nodes int not null,
    bytes bigint not null,
    primary key (service, creator)
);

insert into pubsub_usage (service, creator, nodes, bytes)
select service, creator, count(*), sum(bytes) from pubsub_node where account = 0 group by service, creator;

insert into pubsub_usage (service, creator, nodes, bytes)
select service, '', count(*), sum(bytes) from pubsub_node where account = 0 group by service;
