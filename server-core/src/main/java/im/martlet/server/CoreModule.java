package im.martlet.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import im.martlet.auth.Authenticator;
import im.martlet.auth.Passwords;
import im.martlet.auth.ScramPasswords;
import im.martlet.auth.InstallationKey;
import im.martlet.auth.Throttling;
import im.martlet.auth.Tokens;
import im.martlet.auth.UnknownUsers;
import im.martlet.config.Config;
import im.martlet.config.Settings;
import im.martlet.extension.Extension;
import im.martlet.extension.Kernel;
import im.martlet.archive.Announcer;
import im.martlet.archive.Archiving;
import im.martlet.archive.Retention;
import im.martlet.im.OfflineQueue;
import im.martlet.im.RosterQueries;
import im.martlet.im.Subscribing;
import im.martlet.metrics.Health;
import im.martlet.metrics.MetricsPage;
import im.martlet.metrics.ServerMeters;
import im.martlet.metrics.StanzaMeters;
import im.martlet.net.Gate;
import im.martlet.net.OpenPorts;
import im.martlet.routing.Hosts;
import im.martlet.routing.Router;
import im.martlet.routing.Sessions;
import im.martlet.session.Directory;
import im.martlet.storage.Accounts;
import im.martlet.storage.Census;
import im.martlet.stream.Bind2;
import im.martlet.stream.ClientStreams;
import im.martlet.stream.Connections;
import im.martlet.stream.Fast;
import im.martlet.stream.Negotiation;
import im.martlet.stream.Sasl2;
import im.martlet.stream.StreamLimits;
import im.martlet.stream.StreamManagement;
import im.martlet.websocket.WebSocketSettings;
import im.martlet.websocket.WebSocketStreams;
import im.martlet.xml.ElementParser;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** The kernel, and the extensions without which there is no instant messaging. */
final class CoreModule extends AbstractModule {
    private final Config config;
    private final Supplier<Settings> current;
    private final byte[] secret;

    /**
     * @param current settings, which a reload may have changed
     * @param secret of this installation, the same at every start
     */
    CoreModule(Config config, Supplier<Settings> current, byte[] secret) {
        this.config = config;
        this.current = current;
        this.secret = secret;
    }

    @Override protected void configure() {
        bind(Config.class).toInstance(config);
        bind(InstallationKey.class).toInstance(new InstallationKey(secret));
        OptionalBinder.newOptionalBinder(binder(), InstantSource.class).setDefault().toInstance(InstantSource.system()); // a plug-in may have another
        bind(Hosts.class).toInstance(new Hosts(() -> current.get().hosts().keySet()));
        bind(Directory.class);
        bind(OpenPorts.class).toInstance(new OpenPorts());
        bind(Gate.class).toInstance(new Gate(() -> Limits.gate(current.get().limits())));
        bind(Kernel.class);
        bind(Router.class);
        bind(Connections.class).toInstance(new Connections());
        bind(Retention.class).in(com.google.inject.Singleton.class);
        bind(Announcer.class).in(com.google.inject.Singleton.class);
        bind(Passwords.class).toInstance(new ScramPasswords(() -> current.get().login().iterations()));
        var extensions = Multibinder.newSetBinder(binder(), Extension.class);
        extensions.addBinding().to(Negotiation.class);
        extensions.addBinding().to(Sasl2.class);
        extensions.addBinding().to(Bind2.class);
        extensions.addBinding().to(Fast.class);
        extensions.addBinding().to(RosterQueries.class);
        extensions.addBinding().to(OfflineQueue.class);
        extensions.addBinding().to(Archiving.class);
        extensions.addBinding().to(Announcer.class);
        extensions.addBinding().to(StreamManagement.class);
        extensions.addBinding().to(WebSocketStreams.class);
        for (var numbers : List.of(Health.class, MetricsPage.class, ServerMeters.class, StanzaMeters.class)) extensions.addBinding().to(numbers);
    }

    @Provides @Singleton Supplier<Tokens.Settings> tokens() { return config.live("tokens", Tokens.Settings.class); }

    @Provides @Singleton Authenticator authenticator(Accounts accounts, Census census, Tokens tokens) {
        var throttling = new Throttling(() -> current.get().login().failuresPerMinute(), InstantSource.system());
        return new Authenticator(accounts, throttling, new UnknownUsers(secret, census, () -> current.get().login().iterations()), tokens);
    }

    @Provides @Singleton Supplier<Retention.Settings> retention() { return config.live("archive", Retention.Settings.class); }

    /** For who asks once, for what waits for the next start. */
    @Provides Retention.Settings archive(Supplier<Retention.Settings> now) { return now.get(); }

    @Provides @Singleton Supplier<StreamManagement.Settings> streamManagement() { return config.live("stream_management", StreamManagement.Settings.class); }

    @Provides @Singleton Supplier<WebSocketSettings> webSockets() { return config.live("websocket", WebSocketSettings.class); }

    /** As they are now, like the others below: who wants to know of a change asks a provider again. */
    @Provides StreamLimits streamLimits() { return Limits.of(current.get().limits()); }

    @Provides Subscribing.RosterLimit rosterLimit() { return new Subscribing.RosterLimit(current.get().limits().rosterItems()); }

    @Provides Archiving.OfflineLimit offlineLimit() { return new Archiving.OfflineLimit(() -> current.get().limits().offlineMessages()); }

    @Provides Sessions.MostPerAccount sessionLimit() { return new Sessions.MostPerAccount(current.get().limits().sessionsPerAccount()); }

    @Provides @Singleton ClientStreams clientStreams(Hosts hosts, Kernel kernel, Sessions sessions, Provider<StreamLimits> limits, Connections connections) {
        return new ClientStreams(hosts::names, kernel.streamFeatures(), sessions, limits, connections, new ElementParser());
    }
}
