package im.martlet.dns;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * An SRV record (RFC 2782).
 *
 * @param priority records with a smaller number come first
 * @param weight share of the connections among records of equal priority
 * @param port TCP port
 * @param target host in ASCII, without the final dot; empty for ".", which means that there is no such service
 * @param tls whether TLS begins with the first byte: a record of {@code _xmpps-server} (XEP-0368)
 */
public record SrvRecord(int priority, int weight, int port, String target, boolean tls) {
    /**
     * Returns records in the order to try them: by priority, and at random by weight among equals.
     *
     * @param random returns a number from 0 up to its argument, inclusive
     */
    static List<SrvRecord> order(Collection<SrvRecord> records, IntUnaryOperator random) {
        // RFC 2782: weight 0 comes first
        var byPriority = Comparator.comparingInt(SrvRecord::priority).thenComparingInt(SrvRecord::weight);
        var rest = new ArrayList<>(records.stream().sorted(byPriority).toList());
        var ordered = new ArrayList<SrvRecord>();
        while (!rest.isEmpty()) {
            int priority = rest.getFirst().priority;
            var equals = rest.stream().filter(s -> s.priority == priority).toList();
            int chosen = random.applyAsInt(equals.stream().mapToInt(SrvRecord::weight).sum());
            int sum = 0;
            for (SrvRecord s : equals) if ((sum += s.weight) >= chosen) {
                ordered.add(s);
                rest.remove(s);
                break;
            }
        }
        return ordered;
    }
}
