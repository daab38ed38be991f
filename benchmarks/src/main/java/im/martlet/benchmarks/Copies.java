package im.martlet.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Compares an archive with one copy of a message for sender and recipient to an archive with two copies. Prints the
 * cost of writing a message, of a page of 50, and the bytes. Both layouts have the columns and the index of {@code V2}
 * that matter, in the same database, one after the other.
 *
 * <p>Arguments: a JDBC URL; the number of messages; the PID of the database's server, 0 if there is none.
 */
public final class Copies {
    private static final int IN_A_COMMIT = 250;
    private static final int PAGE = 50;
    private static final int PAGES = 4_000;

    /** The place of the message texts. */
    private enum Layout {
        TWICE("insert into twice (account, id, contact, incoming, stanza) values (?, ?, ?, ?, ?)",
                "select id, stanza from twice where account = ? and id < ? order by id desc limit " + PAGE,
                "create table twice (account bigint not null, id bigint not null, contact varchar(2100) not null, "
                        + "incoming boolean not null, stanza bytea not null, primary key (account, id))",
                "create index twice_contact on twice (account, contact, id)"),
        ONCE("insert into once (account, id, contact, incoming, text) values (?, ?, ?, ?, ?)",
                "select once.id, text.stanza from once join text on text.id = once.text "
                        + "where account = ? and once.id < ? order by once.id desc limit " + PAGE,
                "create table text (id bigint not null primary key, stanza bytea not null)",
                "create table once (account bigint not null, id bigint not null, contact varchar(2100) not null, "
                        + "incoming boolean not null, text bigint not null, primary key (account, id))",
                "create index once_contact on once (account, contact, id)");

        private final String insert;
        private final String page;
        private final String[] tables;

        Layout(String insert, String page, String... tables) {
            this.insert = insert;
            this.page = page;
            this.tables = tables;
        }
    }

    private final Connection connection;
    private final CpuTime cpu;
    private final long messages;

    private Copies(Connection connection, long messages, CpuTime cpu) {
        this.connection = connection;
        this.messages = messages;
        this.cpu = cpu;
    }

    public static void main(String... arguments) throws SQLException {
        String url = arguments[0];
        try (var connection = url.contains("postgresql") ? DriverManager.getConnection(url, "martlet", "secret")
                : DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            var run = new Copies(connection, Long.parseLong(arguments[1]), new CpuTime(Long.parseLong(arguments[2])));
            System.out.println(
                    "copies | messages/s | CPU s/100k messages | page p50, p99 ms | CPU s/100k pages | "
                            + "bytes per message");
            for (var layout : Layout.values())
                System.out.println(run.write(layout) + run.read(layout) + run.size(layout));
        }
    }

    private String write(Layout layout) throws SQLException {
        for (String table : layout.tables) try (var make = connection.createStatement()) {
            make.execute(table);
        }
        connection.commit();
        var chatter = new SampleMessages();
        long start = System.nanoTime();
        double before = cpu.seconds();
        try (var row = connection.prepareStatement(layout.insert); var text = connection
                .prepareStatement(layout == Layout.ONCE ? "insert into text (id, stanza) values (?, ?)" : "select 1")) {
            for (long id = 1; id <= messages; id++) {
                var message = chatter.next();
                add(row, layout, message.sender(), id, message.recipient(), false, message.stanza());
                add(row, layout, message.recipient(), id, message.sender(), true, message.stanza());
                if (layout == Layout.ONCE) {
                    text.setLong(1, id);
                    text.setBytes(2, message.stanza());
                    text.addBatch();
                }
                if (id % IN_A_COMMIT == 0) {
                    if (layout == Layout.ONCE) text.executeBatch();
                    row.executeBatch();
                    connection.commit();
                }
            }
        }
        return "%s | %,.0f | %.2f".formatted(layout.name().toLowerCase(),
                messages / ((System.nanoTime() - start) / 1e9), (cpu.seconds() - before) / messages * 100_000);
    }

    private static void add(PreparedStatement row, Layout layout, int account, long id, int contact, boolean incoming,
            byte[] stanza) throws SQLException {
        row.setLong(1, account);
        row.setLong(2, incoming ? 2 * id + 1 : 2 * id); // an account may have both copies
        row.setString(3, SampleMessages.jid(contact).bare().toString());
        row.setBoolean(4, incoming);
        if (layout == Layout.TWICE) row.setBytes(5, stanza);
        else row.setLong(5, id);
        row.addBatch();
    }

    private String read(Layout layout) throws SQLException {
        var random = new SplittableRandom(377);
        long[] nanos = new long[PAGES];
        double before = 0;
        try (var page = connection.prepareStatement(layout.page)) {
            for (int i = -PAGES / 4; i < PAGES; i++) {
                if (i == 0) before = cpu.seconds();
                long start = System.nanoTime();
                page.setLong(1, random.nextInt(1, SampleMessages.ACCOUNTS));
                page.setLong(2, random.nextLong(1, 2 * messages + 2));
                try (var rows = page.executeQuery()) {
                    while (rows.next()) rows.getBytes(2);
                }
                connection.commit();
                if (i >= 0) nanos[i] = System.nanoTime() - start;
            }
        }
        double used = cpu.seconds() - before;
        Arrays.sort(nanos);
        return " | %.2f, %.2f | %.1f".formatted(nanos[PAGES / 2] / 1e6, nanos[PAGES * 99 / 100] / 1e6,
                used / PAGES * 100_000);
    }

    private String size(Layout layout) throws SQLException {
        boolean postgres = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
        String of = postgres ? "pg_total_relation_size(lower('%s'))" : "disk_space_used('%s')";
        String size =
                layout == Layout.TWICE ? of.formatted("TWICE") : of.formatted("ONCE") + " + " + of.formatted("TEXT");
        try (var ask = connection.createStatement(); var answer = ask.executeQuery("select " + size)) {
            answer.next();
            return " | %d".formatted(answer.getLong(1) / messages);
        }
    }
}
