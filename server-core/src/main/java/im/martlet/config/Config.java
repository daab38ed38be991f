package im.martlet.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * A configuration file. Sections are asked for, each with the record it is bound to; {@link #finish} then tells all
 * that was wrong at once, unknown keys included. Used by one thread, but for what {@link #live} answers.
 */
public final class Config {
    private final Path file;
    private final TomlParseResult toml;
    private record Problem(int line, String what) {}

    private final List<Problem> problems = new ArrayList<>();
    private final Set<String> sections = new LinkedHashSet<>();
    private final SequencedMap<String, Record> bound = new LinkedHashMap<>();
    private final SequencedMap<String, Named<?>> liveNamed = new LinkedHashMap<>();
    private final List<Consumer<Config>> rules = new ArrayList<>();
    private final AtomicReference<Config> inUse; // of all readings of this file; what it holds is not written to any more
    private final List<Runnable> followers; // of all readings, too

    private record Named<R extends Record>(Class<R> type, SequencedMap<String, R> sections) {
        @SuppressWarnings("unchecked") // it is of that type
        <T extends Record> SequencedMap<String, T> as(Class<T> asked) {
            if (asked != type) throw new IllegalStateException("a section of two types: " + type + " and " + asked);
            return (SequencedMap<String, T>) sections;
        }
    }

    /** A setting that is not what it was before. */
    public record Change(String section, String key, boolean live) {}

    private Config(Path file, TomlParseResult toml, Optional<Config> earlier) {
        this.file = file;
        this.toml = toml;
        this.inUse = earlier.map(e -> e.inUse).orElseGet(AtomicReference::new);
        this.followers = earlier.map(e -> e.followers).orElseGet(CopyOnWriteArrayList::new);
        inUse.compareAndSet(null, this);
        toml.errors().forEach(
                e -> problems.add(new Problem(e.position().line(), e.getMessage().lines().findFirst().orElse(""))));
    }

    /** Reads a file; what is wrong inside is told by {@link #finish}. */
    public static Config load(Path file) throws ConfigException {
        return load(file, Optional.empty());
    }

    private static Config load(Path file, Optional<Config> earlier) throws ConfigException {
        try {
            return new Config(file, Toml.parse(Files.readString(file)), earlier);
        } catch (NoSuchFileException e) {
            throw new ConfigException(List.of(file + ": there is no such file"));
        } catch (CharacterCodingException e) {
            throw new ConfigException(List.of(file + ": is not text in UTF-8"));
        } catch (IOException e) {
            throw new ConfigException(List.of(file + ": cannot be read: " + e.getMessage()));
        }
    }

    /** Reads text; {@code name} stands for it in messages. */
    public static Config parse(String text, Path name) {
        return new Config(name, Toml.parse(text), Optional.empty());
    }

    /** One section, {@code [name]}; all defaults when the file has none. */
    public <R extends Record> R section(String name, Class<R> type) {
        if (type.isInstance(bound.get(name))) return type.cast(bound.get(name));
        sections.add(name);
        var section = new RecordBinder(this, List.of(name)).bind(table(name), type);
        bound.put(name, section);
        return section;
    }

    /**
     * One section, which may change while the server runs.
     *
     * @return the section as it is in the reading that is in use; any thread
     */
    public <R extends Record> Supplier<R> live(String name, Class<R> type) {
        section(name, type);
        return () -> type.cast(Objects.requireNonNull(inUse.get().bound.get(name)));
    }

    /** The file as it is now. Nothing has been asked for in it yet. */
    public Config reread() throws ConfigException {
        return load(file, Optional.of(this));
    }

    /** Makes this the reading that holds. Everything must have been asked for. */
    public void use() {
        inUse.set(this);
        followers.forEach(Runnable::run);
    }

    /**
     * Has something done whenever another reading holds, on the thread that reloads; it must not fail, nor block for
     * long.
     */
    public void follow(Runnable follower) {
        followers.add(follower);
    }

    /** Asks for what was asked for in an earlier reading and not yet in this one, then {@link #finish}es. */
    public void finishLike(Config earlier) throws ConfigException {
        earlier.bound.forEach((name, section) -> { if (!bound.containsKey(name)) section(name, section.getClass()); });
        earlier.liveNamed.forEach((name, of) -> liveNamed(name, of.type));
        rules.addAll(earlier.rules);
        finish();
    }

    /** What is not as it was in an earlier reading. */
    public List<Change> changesSince(Config earlier) {
        var changes = new ArrayList<Change>();
        bound.forEach((name, section) -> {
            var before = earlier.bound.get(name);
            if (before != null) for (var setting : section.getClass().getRecordComponents())
                if (!RecordBinder.get(setting, section).equals(RecordBinder.get(setting, before)))
                    changes.add(new Change(name, RecordBinder.key(setting.getName()),
                            setting.isAnnotationPresent(Reloadable.class)));
        });
        liveNamed.forEach((name, now) -> {
            var before = earlier.liveNamed.get(name);
            if (before == null) return;
            var keys = new LinkedHashSet<String>(now.sections.keySet());
            keys.addAll(before.sections.keySet());
            for (String key : keys) if (!Objects.equals(now.sections.get(key), before.sections.get(key)))
                changes.add(new Change(name, key, true));
        });
        return changes;
    }

    /** Sections of one kind, {@code [name."key"]}, by key and in the order of the file. */
    public <R extends Record> SequencedMap<String, R> named(String name, Class<R> type) {
        var known = liveNamed.get(name);
        if (known != null && known.type == type) return known.as(type);
        sections.add(name);
        var all = new LinkedHashMap<String, R>();
        var outer = table(name);
        if (outer == null) return all;
        for (String key : outer.keySet()) {
            var path = List.of(name, key);
            if (outer.get(List.of(key)) instanceof TomlTable inner)
                all.put(key, new RecordBinder(this, path).bind(inner, type));
            else problem(path, "'" + key + "' in [" + name + "] must be a section: [" + name + ".\"" + key + "\"]");
        }
        return all;
    }

    /**
     * Sections of one kind, which may come, go and change while the server runs.
     *
     * @return the sections as they are in the reading that is in use; any thread
     */
    public <R extends Record> Supplier<SequencedMap<String, R>> liveNamed(String name, Class<R> type) {
        liveNamed.put(name, new Named<>(type, named(name, type)));
        return () -> Objects.requireNonNull(inUse.get().liveNamed.get(name)).as(type);
    }

    /** The keys of sections of one kind, as they are written. */
    public Set<String> keys(String name) {
        return table(name) instanceof TomlTable table ? table.keySet() : Set.of();
    }

    /**
     * Has this reading, and all later ones of the file, looked at before they are finished; a rule adds what it finds
     * wrong.
     */
    public void rule(Consumer<Config> rule) {
        rules.add(rule);
    }

    private @org.jspecify.annotations.Nullable TomlTable table(String name) {
        return switch (toml.get(List.of(name))) {
            case null -> null;
            case TomlTable table -> table;
            default -> {
                problem(List.of(name), "'" + name + "' must be a section: [" + name + "]");
                yield null;
            }
        };
    }

    /** Adds something that is wrong, at the place of a key. */
    public void problem(List<String> path, String what) {
        var position = toml.inputPositionOf(path);
        problems.add(new Problem(position == null ? 0 : position.line(), what));
    }

    /** Throws when anything was wrong in what has been asked for so far: before anything is done with it. */
    public void check() throws ConfigException {
        if (problems.isEmpty()) return;
        throw new ConfigException(problems.stream().sorted(Comparator.comparing(Problem::line))
                .map(p -> file + (p.line == 0 ? "" : ":" + p.line) + ": " + p.what).toList());
    }

    /** Throws when anything was wrong; to be called when every section has been asked for. */
    public void finish() throws ConfigException {
        rules.forEach(rule -> rule.accept(this));
        for (String key : toml.keySet()) if (!sections.contains(key)) {
            var nearest = NearestName.of(key, sections);
            problem(List.of(key),
                    "unknown section [" + key + "]" + nearest.map(n -> "; did you mean [" + n + "]?").orElse(""));
        }
        check();
    }
}
