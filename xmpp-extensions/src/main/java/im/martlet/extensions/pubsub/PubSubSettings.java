package im.martlet.extensions.pubsub;

import im.martlet.config.ByteSize;
import im.martlet.config.Default;
import im.martlet.config.Live;
import im.martlet.config.Range;

/**
 * The section {@code [pubsub]}.
 *
 * @param accountBytes that the items of one account may have together
 * @param accountNodes that one account may have
 * @param service the first label of the service's domain; empty for no service
 * @param serviceBytes that the items of one host's service may have together
 * @param serviceNodes that one host's service may have
 * @param create who may make nodes at the service: {@code "accounts"} of its host, {@code "everybody"}, or {@code "nobody"}
 */
public record PubSubSettings(@Live @Default("\"16 MiB\"") ByteSize accountBytes, @Live @Default("500") @Range(min = 1) int accountNodes,
        @Default("\"pubsub\"") String service, @Live @Default("\"1 GiB\"") ByteSize serviceBytes, @Live @Default("100000") @Range(min = 1) int serviceNodes,
        @Live @Default("\"accounts\"") String create) {}
