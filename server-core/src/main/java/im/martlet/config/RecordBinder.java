package im.martlet.config;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Binds one section to a record: {@code bytesPerSecond} is the key {@code bytes_per_second}. */
final class RecordBinder {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    private final Config config;
    private final List<String> path;

    RecordBinder(Config config, List<String> path) {
        this.config = config;
        this.path = path;
    }

    <R extends Record> R bind(@Nullable TomlTable table, Class<R> type) {
        var components = type.getRecordComponents();
        if (table != null) checkKeys(table, Arrays.stream(components).map(c -> key(c.getName())).toList());
        var values = Arrays.stream(components).map(c -> value(table, c)).toArray();
        try {
            var constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record that cannot be created: " + type, e);
        }
    }

    /** Returns the value of a record's component. */
    static Object get(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record that cannot be read: " + record.getClass(), e);
        }
    }

    private void checkKeys(TomlTable table, List<String> allowed) {
        for (String key : table.keySet()) if (!allowed.contains(key))
            config.problem(at(key), "unknown key '" + key + "' in " + section()
                    + NearestName.of(key, allowed).map(n -> "; did you mean '" + n + "'?").orElse(""));
    }

    private Object value(@Nullable TomlTable table, RecordComponent component) {
        String key = key(component.getName());
        var given = table == null ? null : table.get(List.of(key));
        if (given != null) try {
            var value = convert(given, component.getGenericType());
            checkRange(value, component);
            return value;
        } catch (IllegalArgumentException e) {
            config.problem(at(key),
                    "'" + key + "' in " + section() + " must be " + e.getMessage() + ", not " + display(given));
        }
        return standard(component);
    }

    private static Object standard(RecordComponent component) {
        if (component.getType() == Optional.class) return Optional.empty();
        var standard = component.getAnnotation(Default.class);
        if (standard == null) throw new IllegalStateException("a setting without a default: " + component);
        return convert(Objects.requireNonNull(Toml.parse("value = " + standard.value()).get("value")),
                component.getGenericType());
    }

    private static Object convert(Object given, Type type) {
        if (type instanceof ParameterizedType generic) {
            var element = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == Optional.class) return Optional.of(convert(given, element));
            if (generic.getRawType() == Map.class) return texts(given);
            return elements(given).map(e -> convert(e, element)).toList();
        }
        return switch (((Class<?>) type).getSimpleName()) {
            case "boolean" -> as(given, Boolean.class, "true or false");
            case "int" -> whole(as(given, Long.class, "a whole number"));
            case "long" -> as(given, Long.class, "a whole number");
            case "String" -> as(given, String.class, "text in quotes");
            case "Path" -> Path.of(as(given, String.class, "a path in quotes"));
            case "Duration" -> duration(as(given, String.class, "a time such as \"30s\", \"5m\" or \"1h\""));
            case "ByteSize" -> given instanceof Long bytes ? new ByteSize(bytes)
                    : ByteSize.parse(as(given, String.class, "a size such as \"64 KiB\""));
            case "HostPort" -> HostPort.parse(
                    given instanceof Long port ? port.toString() : as(given, String.class, "an address with a port"));
            case "LogLevels" -> LogLevels.parse(given);
            case "Secret" -> secret(given);
            default -> throw new IllegalStateException("a setting of a type that cannot be read from TOML: " + type);
        };
    }

    private static Map<String, String> texts(Object given) {
        if (!(given instanceof TomlTable table)) throw new IllegalArgumentException("a section of texts in quotes");
        var all = new LinkedHashMap<String, String>();
        for (String key : table.keySet())
            all.put(key, as(table.get(List.of(key)), String.class, "a section of texts in quotes"));
        return Collections.unmodifiableMap(all);
    }

    private static Stream<Object> elements(Object given) {
        if (!(given instanceof TomlArray array)) throw new IllegalArgumentException("a list in brackets");
        var all = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) all.add(array.get(i));
        return all.stream();
    }

    private static <T> T as(Object given, Class<T> type, String expected) {
        if (!type.isInstance(given)) throw new IllegalArgumentException(expected);
        return type.cast(given);
    }

    private static int whole(long number) {
        if (number != (int) number)
            throw new IllegalArgumentException("a whole number of at most " + Integer.MAX_VALUE);
        return (int) number;
    }

    private static Duration duration(String text) {
        var m = DURATION.matcher(text.strip());
        if (!m.matches()) throw new IllegalArgumentException("a time such as \"30s\", \"5m\" or \"1h\"");
        long n = Long.parseLong(m.group(1));
        return switch (m.group(2)) {
            case "ms" -> Duration.ofMillis(n);
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            case "h" -> Duration.ofHours(n);
            default -> Duration.ofDays(n);
        };
    }

    private static Secret secret(Object given) {
        if (given instanceof String text) return new Secret(text);
        if (given instanceof TomlTable table && table.keySet().equals(Set.of("file")))
            return new Secret(read(Path.of(String.valueOf(table.get("file")))));
        if (given instanceof TomlTable table && table.keySet().equals(Set.of("env")))
            return new Secret(Optional.ofNullable(System.getenv(String.valueOf(table.get("env"))))
                    .orElseThrow(
                            () -> new IllegalArgumentException("the name of an environment variable that is set")));
        throw new IllegalArgumentException("text in quotes, { file = \"path\" } or { env = \"NAME\" }");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("the path of a readable file");
        }
    }

    private static void checkRange(Object value, RecordComponent component) {
        var range = component.getAnnotation(Range.class);
        if (range == null) return;
        long number = value instanceof Number n ? n.longValue() : value instanceof ByteSize s ? s.bytes()
                : ((Duration) value).toSeconds();
        if (number < range.min() || number > range.max())
            throw new IllegalArgumentException(range.max() == Long.MAX_VALUE ? "at least " + range.min()
                    : "from " + range.min() + " to " + range.max());
    }

    private static String display(Object given) {
        return given instanceof String text ? "\"" + text + "\"" : given instanceof TomlTable ? "a section"
                : given instanceof TomlArray
                        ? elements(given).map(RecordBinder::display).collect(Collectors.joining(", ", "[", "]"))
                : given.toString();
    }

    private List<String> at(String key) { return Stream.concat(path.stream(), Stream.of(key)).toList(); }

    private String section() {
        return "[" + path.getFirst() + (path.size() > 1 ? ".\"" + path.get(1) + "\"" : "") + "]";
    }

    static String key(String component) {
        return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
