package im.martlet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Formats an answer for people: a list becomes a table, an object becomes lines of names and values. */
final class TextTable {
    private TextTable() {}

    static String of(JsonNode answer) {
        if (answer.isArray()) return answer.isEmpty() ? "(none)" : table(answer);
        var width = names(answer).stream().mapToInt(String::length).max().orElse(0);
        return names(answer).stream().map(name -> pad(title(name), width) + "  " + text(answer.get(name)))
                .collect(Collectors.joining("\n"));
    }

    private static String table(JsonNode rows) {
        var columns = new LinkedHashSet<String>();
        rows.forEach(row -> columns.addAll(names(row)));
        var lines = new ArrayList<List<String>>();
        lines.add(columns.stream().map(c -> title(c).toUpperCase(Locale.ROOT)).toList());
        rows.forEach(row -> lines.add(columns.stream().map(c -> text(row.path(c))).toList()));
        var widths = new int[columns.size()];
        for (var line : lines)
            for (int i = 0; i < widths.length; i++) widths[i] = Math.max(widths[i], line.get(i).length());
        return lines.stream().map(line -> {
            var out = new StringBuilder();
            for (int i = 0; i < widths.length; i++) out.append(pad(line.get(i), widths[i])).append("  ");
            return out.toString().stripTrailing();
        }).collect(Collectors.joining("\n"));
    }

    private static Set<String> names(JsonNode object) {
        var names = new LinkedHashSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String title(String name) { return name.replace('_', ' '); }

    private static String text(JsonNode value) {
        if (value.isObject()) return names(value).stream().map(name -> name + ": " + text(value.get(name)))
                .collect(Collectors.joining(", "));
        if (!value.isArray()) return value.asText("");
        var texts = new ArrayList<String>();
        value.forEach(v -> texts.add(text(v)));
        return String.join(", ", texts);
    }

    private static String pad(String text, int width) { return text + " ".repeat(width - text.length()); }
}
