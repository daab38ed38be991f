package im.martlet.extensions.abuse;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import im.martlet.config.Config;
import im.martlet.extension.Extension;
import jakarta.inject.Singleton;
import java.util.List;

/** The bindings of blocklists and abuse reports. */
public final class AbuseModule extends AbstractModule {
    @Override protected void configure() {
        Multibinder.newSetBinder(binder(), Extension.class).addBinding().to(Abuse.class);
    }

    @Provides
    @Singleton Abuse.Settings settings(Config config) {
        var settings = config.section("abuse", Abuse.Settings.class);
        for (String list : settings.lists()) if (Abuse.source(list).isEmpty())
            config.problem(List.of("abuse", "lists"),
                    "a list in [abuse] is a service and a node, such as \"xmppbl.org/muc_bans_sha256\", and not \""
                            + list + "\"");
        for (String recipient : settings.reports()) if (AbuseReports.recipient(recipient).isEmpty())
            config.problem(List.of("abuse", "reports"),
                    "reports in [abuse] go to addresses such as \"admin@example.org\", and not to \"" + recipient
                            + "\"");
        return settings;
    }
}
