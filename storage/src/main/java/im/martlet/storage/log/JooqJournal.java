package im.martlet.storage.log;

import static im.martlet.storage.schema.Tables.ACCOUNT;
import static im.martlet.storage.schema.Tables.ARCHIVE;
import static im.martlet.storage.schema.Tables.OUTBOX;
import static im.martlet.storage.schema.Tables.RESUMABLE;

import im.martlet.storage.db.Database;
import im.martlet.storage.db.Rows;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.AccountKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.exception.DataAccessException;
import org.jooq.exception.SQLStateClass;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes on one thread. While it commits, the next units gather, so a busier server has more units in one commit.
 * Callbacks run on a second thread, while the next commit is under way.
 */
final class JooqJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(JooqJournal.class);
    private static final int MOST_UNITS = 1_000; // in one commit; more would not be cheaper, and all would wait longer
    // between the starts of two commits: short enough to go unnoticed, and more units share a commit
    private static final long APART_NANOS = 5_000_000;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int TRIES_AT_CLOSE = 5;
    // entries to search for one replacement; all acknowledgements wait for the search
    private static final int MOST_LOOKED_AT = 500;
    // changes neighbours in an index one after the other
    private static final Comparator<Write.Append> BY_ACCOUNT = Comparator.comparingLong(a -> a.account().value());

    private record Unit(List<Write> writes, Runnable durable) {}

    private static final Unit LAST = new Unit(List.of(), () -> {});

    private final Database database;
    private final BlockingQueue<Unit> queue = new LinkedBlockingQueue<>(); // bounded by the credit of the submitters
    private final AtomicInteger waiting = new AtomicInteger();
    private final ExecutorService callbacks =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("durable").factory());
    private final Thread writer;
    private volatile boolean closing;
    private volatile Commits commits = new Commits(0, 0, 0); // written by the writer

    JooqJournal(Database database) {
        this.database = database;
        this.writer = Thread.ofPlatform().name("journal").start(this::work);
    }

    @Override public void submit(List<Write> unit, Runnable durable) {
        waiting.incrementAndGet();
        queue.add(new Unit(unit, durable));
    }

    @Override public int waiting() { return waiting.get(); }

    @Override public Commits commits() { return commits; }

    private void work() {
        var batch = new ArrayList<Unit>(MOST_UNITS);
        long began = System.nanoTime() - APART_NANOS;
        for (boolean last = false; !last;) {
            try {
                batch.add(queue.take());
            } catch (InterruptedException e) {
                return; // no code interrupts this thread
            }
            awaitNextCommit(began);
            began = System.nanoTime();
            queue.drainTo(batch, MOST_UNITS - 1);
            last = batch.remove(LAST);
            write(List.copyOf(batch), false);
            batch.clear();
        }
    }

    /** Waits until the next commit may begin; returns at once when there was none recently. */
    private static void awaitNextCommit(long began) {
        for (long left = began + APART_NANOS - System.nanoTime(); left > 0; left =
                began + APART_NANOS - System.nanoTime())
            LockSupport.parkNanos(left);
    }

    /** Writes units and retries until that succeeds; {@code again} tells that some of them may already be written. */
    private void write(List<Unit> batch, boolean again) {
        var pause = FIRST_PAUSE;
        for (int tries = 1;; tries++) try {
            long began = System.nanoTime();
            commit(batch, again);
            commits = new Commits(commits.count() + 1, commits.units() + batch.size(),
                    commits.nanos() + System.nanoTime() - began);
            callbacks.execute(() -> batch.forEach(this::confirm));
            return;
        } catch (RuntimeException e) { // after any failure the writer must go on
            if (isAboutOneUnit(e)) {
                isolate(batch, e);
                return;
            }
            if (closing && tries >= TRIES_AT_CLOSE) {
                LOG.error("{} units were not written and not acknowledged: the database fails and the server stops",
                        batch.size(), e);
                return;
            }
            LOG.warn("cannot write to the database, {} units wait: {}", waiting.get(), e.getMessage());
            pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            again = true; // the commit may have succeeded with only its answer lost
        }
    }

    private void confirm(Unit unit) {
        waiting.decrementAndGet();
        try {
            unit.durable.run();
        } catch (RuntimeException e) {
            LOG.error("bug: the callback of a commit failed", e);
        }
    }

    /** Tells whether the database rejects the data itself, so that a retry would fail, too. */
    private static boolean isAboutOneUnit(RuntimeException e) {
        if (!(e instanceof StorageException) || !(e.getCause() instanceof DataAccessException cause)) return true;
        var kind = cause.sqlStateClass();
        return kind == SQLStateClass.C22_DATA_EXCEPTION || kind == SQLStateClass.C23_INTEGRITY_CONSTRAINT_VIOLATION;
    }

    /** Isolates the unit that cannot be written, by halves; that one is never acknowledged. */
    private void isolate(List<Unit> batch, RuntimeException why) {
        if (batch.size() == 1) {
            LOG.error("bug: a unit cannot be written, and is not acknowledged: {}", batch.getFirst().writes, why);
            waiting.decrementAndGet();
            return;
        }
        write(batch.subList(0, batch.size() / 2), true);
        write(batch.subList(batch.size() / 2, batch.size()), true);
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- one commit

    private void commit(List<Unit> batch, boolean again) {
        var appends = new ArrayList<Write.Append>(2 * batch.size());
        var replacements = new ArrayList<Write.Replace>();
        var delivered = new LinkedHashMap<AccountKey, Write.Delivered>();
        var handled = new LinkedHashMap<String, Write.Handled>();
        var departures = new LinkedHashMap<AccountKey, LastSeen.Departure>();
        var announcements = new ArrayList<Write.Announce>();
        for (Unit unit : batch) for (Write write : unit.writes) switch (write) {
            case Write.Append append -> appends.add(append);
            case Write.Replace replace -> replacements.add(replace);
            case Write.Delivered d -> delivered.merge(d.account(), d, Write.Delivered::and);
            case Write.Handled h -> handled.put(h.stream(), h);
            case Write.Departed d -> departures.put(d.account(), d.departure());
            case Write.Announce announce -> announcements.add(announce);
        }
        appends.removeIf(append -> passes(append, delivered.get(append.account())));
        if (appends.isEmpty() && replacements.isEmpty() && delivered.isEmpty() && handled.isEmpty()
                && departures.isEmpty() && announcements.isEmpty())
            return;
        database.write(sql -> {
            append(sql, appends, again);
            replacements.forEach(replace -> replace(sql, replace));
            deliver(sql, List.copyOf(delivered.values()));
            handle(sql, handled);
            JooqLastSeen.depart(sql, departures);
            announce(sql, announcements, again);
            return null;
        });
    }

    /**
     * Tells whether an entry is appended and deleted in the same commit, and so is not written at all. A repeated
     * commit would otherwise put entries behind its mark that the first one had deleted.
     */
    private static boolean passes(Write.Append append, Write.@Nullable Delivered mark) {
        return mark != null && mark.passing() && append.entry().id() <= mark.through() && !append.entry().history();
    }

    private static void append(DSLContext sql, List<Write.Append> appends, boolean again) {
        if (appends.isEmpty()) return;
        appends.sort(BY_ACCOUNT);
        var insert = sql.insertInto(ARCHIVE, ARCHIVE.ACCOUNT, ARCHIVE.ID, ARCHIVE.CONTACT, ARCHIVE.RESOURCE,
                ARCHIVE.INCOMING, ARCHIVE.HISTORY,
                ARCHIVE.ORIGIN, ARCHIVE.STANZA).values(0L, 0L, null, "", false, false, "", new byte[0]);
        Rows.run(sql, again ? insert.onConflictDoNothing() : insert,
                appends.stream().map(JooqJournal::values).toList());
    }

    private static Object[] values(Write.Append append) {
        var e = append.entry();
        return new Object[]{ append.account().value(), e.id(), e.contact().bare(), e.contact().resource(), e.incoming(),
                e.history(),
                e.origin().orElse(null), e.stanza() };
    }

    /**
     * Replaces a stanza; searches only the newest entries of the conversation, since references are seldom to old ones.
     */
    private static void replace(DSLContext sql, Write.Replace r) {
        var recent = sql.select(ARCHIVE.ID, ARCHIVE.ORIGIN, ARCHIVE.INCOMING).from(ARCHIVE)
                .where(ARCHIVE.ACCOUNT.eq(r.account().value())).and(ARCHIVE.CONTACT.eq(r.contact()))
                .and(ARCHIVE.ID.lt(r.before()))
                .orderBy(ARCHIVE.ACCOUNT.desc(), ARCHIVE.CONTACT.desc(), ARCHIVE.ID.desc()).limit(MOST_LOOKED_AT)
                .asTable("recent");
        var id = sql.select(recent.field(ARCHIVE.ID)).from(recent).where(field(recent, ARCHIVE.ORIGIN).eq(r.origin()))
                .and(field(recent, ARCHIVE.INCOMING).eq(r.incoming())).orderBy(field(recent, ARCHIVE.ID).desc())
                .limit(1).fetchOptional(ARCHIVE.ID);
        id.ifPresent(found -> {
            var entry = ARCHIVE.ACCOUNT.eq(r.account().value()).and(ARCHIVE.ID.eq(found));
            byte[] before = sql.select(ARCHIVE.STANZA).from(ARCHIVE).where(entry).fetchSingle(ARCHIVE.STANZA);
            sql.update(ARCHIVE).set(ARCHIVE.STANZA, r.stanza().apply(before)).where(entry).execute();
        });
    }

    private static <T> Field<T> field(org.jooq.Table<?> table, Field<T> like) {
        return java.util.Objects.requireNonNull(table.field(like));
    }

    /**
     * Moves delivered marks; skips entries behind the earlier mark, or it would read a long history every few seconds.
     */
    private static void deliver(DSLContext sql, List<Write.Delivered> delivered) {
        if (delivered.isEmpty()) return;
        var passing = delivered.stream().filter(Write.Delivered::passing)
                .map(d -> new Object[]{ d.account().value(), d.account().value(), d.through() }).toList();
        if (!passing.isEmpty()) {
            var before = DSL.field(DSL.select(ACCOUNT.DELIVERED).from(ACCOUNT).where(ACCOUNT.ID.eq(0L)));
            Rows.run(sql, sql.deleteFrom(ARCHIVE).where(ARCHIVE.ACCOUNT.eq(0L)).and(ARCHIVE.ID.gt(before))
                    .and(ARCHIVE.ID.le(0L)).and(ARCHIVE.HISTORY.isFalse()), passing);
        }
        Rows.run(sql,
                sql.update(ACCOUNT).set(ACCOUNT.DELIVERED, DSL.greatest(ACCOUNT.DELIVERED, DSL.val(0L)))
                        .where(ACCOUNT.ID.eq(0L)),
                delivered.stream().map(d -> new Object[]{ d.through(), d.account().value() }).toList());
    }

    private static void handle(DSLContext sql, Map<String, Write.Handled> handled) {
        if (handled.isEmpty()) return;
        var all = List.copyOf(handled.values());
        var now = Instant.now();
        int[] updated = Rows.run(sql,
                sql.update(RESUMABLE).set(RESUMABLE.HANDLED, 0L).set(RESUMABLE.SEEN, now).where(RESUMABLE.ID.eq("")),
                all.stream().map(h -> new Object[]{ h.count(), now, h.stream() }).toList());
        for (int i = 0; i < updated.length; i++) if (updated[i] == 0)
            sql.insertInto(RESUMABLE, RESUMABLE.ID, RESUMABLE.ACCOUNT, RESUMABLE.HANDLED, RESUMABLE.SEEN)
                    .values(all.get(i).stream(), all.get(i).account().value(), all.get(i).count(), now).execute();
    }

    private static void announce(DSLContext sql, List<Write.Announce> announcements, boolean again) {
        if (announcements.isEmpty()) return;
        if (again) Rows.run(sql,
                sql.deleteFrom(OUTBOX).where(OUTBOX.CONSUMER.eq("")).and(OUTBOX.ACCOUNT.eq(0L))
                        .and(OUTBOX.ADDRESSEE.eq(0L)).and(OUTBOX.ENTRY.eq(0L)),
                announcements.stream()
                        .map(a -> new Object[]{ a.consumer(), a.account().value(), a.addressee(), a.entry() })
                        .toList());
        Rows.run(sql,
                sql.insertInto(OUTBOX, OUTBOX.CONSUMER, OUTBOX.ACCOUNT, OUTBOX.ADDRESSEE, OUTBOX.ENTRY, OUTBOX.NOTE,
                        OUTBOX.ATTEMPTS, OUTBOX.DUE)
                        .values("", 0L, 0L, 0L, "", 0, Instant.EPOCH),
                announcements.stream().map(JooqJournal::values).toList());
    }

    private static Object[] values(Write.Announce a) {
        return new Object[]{ a.consumer(), a.account().value(), a.addressee(), a.entry(), a.note(), 0, a.due() };
    }

    @Override public void close() {
        closing = true;
        queue.add(LAST);
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        callbacks.close();
    }
}
