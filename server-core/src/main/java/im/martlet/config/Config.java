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
 * A configuration file. Its users ask for sections, each with the record that the section is bound to. Then
 * {@link #finish} reports all errors at once, also unknown sections and keys. One thread, except for the suppliers that
 * {@link #live} returns.
 */
public final class Config {
    private record Problem(int line, String text) {}

    private final Path file;
    private final TomlParseResult toml;
    private final List<Problem> problems = new ArrayList<>();
    private final Set<String> sections = new LinkedHashSet<>();
    private final SequencedMap<String, Record> bound = new LinkedHashMap<>();
    private final SequencedMap<String, Named<?>> liveNamed = new LinkedHashMap<>();
    private final List<Consumer<Config>> rules = new ArrayList<>();
    private final AtomicReference<Config> inUse; // shared by all readings of this file; that reading does not change
    private final List<Runnable> followers; // shared by all readings of this file

    private record Named<R extends Record>(Class<R> type, SequencedMap<String, R> sections) {
        @SuppressWarnings("unchecked") // the type is checked
        <T extends Record> SequencedMap<String, T> as(Class<T> other) {
            if (other != type) throw new IllegalStateException("a section of two types: " + type + " and " + other);
            return (SequencedMap<String, T>) sections;
        }
    }

    /**
     * A setting with a new value.
     *
     * @param live whether the new value takes effect without a restart
     */
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

    /** Reads a file. {@link #finish} reports errors in its content. */
    public static Config load(Path file) throws ConfigException {
        return load(file, Optional.empty());
    }

    private static Config load(Path file, Optional<Config> earlier) throws ConfigException {
        try {
            return new Config(file, Toml.parse(Files.readString(file)), earlier);
        } catch (NoSuchFileException e) {
            throw new ConfigException(List.of(file + ": this file does not exist; give the right one with --config"));
        } catch (CharacterCodingException e) {
            throw new ConfigException(List.of(file + ": is not text in UTF-8"));
        } catch (IOException e) {
            throw new ConfigException(List.of(file + ": cannot be read: " + e.getMessage()));
        }
    }

    /** Parses a text. Messages use the name instead of a file. */
    public static Config parse(String text, Path name) {
        return new Config(name, Toml.parse(text), Optional.empty());
    }

    /** Returns the section {@code [name]}. If the file has none, all settings have their defaults. */
    public <R extends Record> R section(String name, Class<R> type) {
        if (type.isInstance(bound.get(name))) return type.cast(bound.get(name));
        sections.add(name);
        var section = new RecordBinder(this, List.of(name)).bind(table(name), type);
        bound.put(name, section);
        return section;
    }

    /**
     * Returns a section that may change while the server runs.
     *
     * @return the supplier of the section in the reading that is in use; any thread
     */
    public <R extends Record> Supplier<R> live(String name, Class<R> type) {
        section(name, type);
        return () -> type.cast(Objects.requireNonNull(inUse.get().bound.get(name)));
    }

    /** Reads the file again. No section of the new reading is bound yet. */
    public Config reread() throws ConfigException {
        return load(file, Optional.of(this));
    }

    /** Puts this reading into use. All sections must be bound. */
    public void use() {
        inUse.set(this);
        followers.forEach(Runnable::run);
    }

    /**
     * Registers a listener that runs whenever another reading comes into use, on the thread that reloads. It must not
     * fail and must not block for long.
     */
    public void follow(Runnable follower) {
        followers.add(follower);
    }

    /** Binds all sections that an earlier reading has bound, then does the same as {@link #finish}. */
    public void finishLike(Config earlier) throws ConfigException {
        earlier.bound.forEach((name, section) -> { if (!bound.containsKey(name)) section(name, section.getClass()); });
        earlier.liveNamed.forEach((name, sections) -> liveNamed(name, sections.type));
        rules.addAll(earlier.rules);
        finish();
    }

    /** Returns the settings that differ from an earlier reading. */
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

    /** Returns the sections of one kind, {@code [name."key"]}, by key and in the order of the file. */
    public <R extends Record> SequencedMap<String, R> named(String name, Class<R> type) {
        var bindings = liveNamed.get(name);
        if (bindings != null && bindings.type == type) return bindings.as(type);
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
     * Returns the sections of one kind, which may be added, removed and changed while the server runs.
     *
     * @return the supplier of the sections in the reading that is in use; any thread
     */
    public <R extends Record> Supplier<SequencedMap<String, R>> liveNamed(String name, Class<R> type) {
        liveNamed.put(name, new Named<>(type, named(name, type)));
        return () -> Objects.requireNonNull(inUse.get().liveNamed.get(name)).as(type);
    }

    /** Returns the keys of the sections of one kind, as the file spells them. */
    public Set<String> keys(String name) {
        return table(name) instanceof TomlTable table ? table.keySet() : Set.of();
    }

    /**
     * Registers a rule that checks this reading and all later readings of the file before they are finished. The rule
     * reports errors with {@link #problem}.
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

    /**
     * Reports an error.
     *
     * @param path the section and the key; the message gets their line
     */
    public void problem(List<String> path, String text) {
        var position = toml.inputPositionOf(path);
        problems.add(new Problem(position == null ? 0 : position.line(), text));
    }

    /** Fails if the sections that were bound so far have errors. */
    public void check() throws ConfigException {
        if (problems.isEmpty()) return;
        throw new ConfigException(problems.stream().sorted(Comparator.comparing(Problem::line))
                .map(p -> file + (p.line == 0 ? "" : ":" + p.line) + ": " + p.text).toList());
    }

    /** Fails if the file has errors, or sections that are not bound. To be called when all sections are bound. */
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
