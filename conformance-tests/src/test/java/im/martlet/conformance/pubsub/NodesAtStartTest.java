package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.config.Config;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.server.Server;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A start queries no nodes, so its duration does not depend on their number ({@code benchmarks/nodes} has 10 million).
 */
class NodesAtStartTest {
    private static final String DATABASE = "jdbc:h2:mem:nodes-at-start;DB_CLOSE_DELAY=-1";

    @TempDir Path data;

    private Server start() throws Exception {
        return Server.start(Config.parse(
                LocalServer.SETTINGS + "[server]\ndata = '" + data + "'\n[storage]\nurl = '" + DATABASE + "'\n",
                Path.of("test.toml")));
    }

    @Test void aStartQueriesNoNodes() throws Exception {
        start().close();
        try (var connection = DriverManager.getConnection(DATABASE); var statement = connection.createStatement()) {
            statement.execute(
                    "insert into pubsub_node (account, service, name, config, creator, created) select 1000 + x, '', 'n', '', 'x@localhost', current_timestamp from system_range(1, 10000)");
            statement.execute("set query_statistics_max_entries 10000");
            statement.execute("set query_statistics true");
            start().close();
            try (var rows = statement.executeQuery(
                    "select count(*), count(case when lower(sql_statement) like '%pubsub%' then 1 end) from information_schema.query_statistics where sql_statement not like '%query_statistics%'")) {
                rows.next();
                assertThat(rows.getInt(1)).as("all queries").isPositive();
                assertThat(rows.getInt(2)).as("queries about nodes").isZero();
            }
            statement.execute("shutdown");
        }
    }
}
