package im.martlet.server;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import im.martlet.account.InboundStanzas;
import im.martlet.account.SessionLifecycle;
import im.martlet.archive.MessageArchiver;
import im.martlet.archive.OutboxConsumers;
import im.martlet.archive.Retention;
import im.martlet.auth.Authenticator;
import im.martlet.auth.FastTokens;
import im.martlet.auth.InstallationKey;
import im.martlet.auth.LoginThrottle;
import im.martlet.auth.PasswordHasher;
import im.martlet.auth.ScramPasswordHasher;
import im.martlet.auth.UnknownUsers;
import im.martlet.config.Config;
import im.martlet.config.Hosts;
import im.martlet.config.Settings;
import im.martlet.extension.Extension;
import im.martlet.extension.Kernel;
import im.martlet.im.OfflineMessages;
import im.martlet.im.RosterQueries;
import im.martlet.im.SubscriptionHandler;
import im.martlet.metrics.Health;
import im.martlet.metrics.MetricsPage;
import im.martlet.metrics.ServerMeters;
import im.martlet.metrics.StanzaMeters;
import im.martlet.negotiation.UnboundStreams;
import im.martlet.net.AddressLimits;
import im.martlet.net.DirectTlsPorts;
import im.martlet.routing.LocalDelivery;
import im.martlet.routing.Router;
import im.martlet.session.AccountDirectory;
import im.martlet.storage.account.AccountCounts;
import im.martlet.storage.account.Accounts;
import im.martlet.stream.Bind2;
import im.martlet.stream.ClientNegotiation;
import im.martlet.stream.ClientStreams;
import im.martlet.stream.Fast;
import im.martlet.stream.OpenClientStreams;
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

/** Binds the kernel and the extensions that instant messaging needs. */
final class CoreModule extends AbstractModule {
    private final Config config;
    private final Supplier<Settings> current;
    private final byte[] secret;

    /**
     * @param current returns the settings in force, which a reload may change
     * @param secret the secret of this installation, the same at every start
     */
    CoreModule(Config config, Supplier<Settings> current, byte[] secret) {
        this.config = config;
        this.current = current;
        this.secret = secret;
    }

    @Override protected void configure() {
        bind(Config.class).toInstance(config);
        bind(InstallationKey.class).toInstance(new InstallationKey(secret));
        OptionalBinder.newOptionalBinder(binder(), InstantSource.class).setDefault() // a plug-in may bind its own
                .toInstance(InstantSource.system());
        bind(Hosts.class).toInstance(new Hosts(() -> current.get().hosts().keySet()));
        bind(AccountDirectory.class);
        bind(DirectTlsPorts.class).toInstance(new DirectTlsPorts());
        bind(AddressLimits.class)
                .toInstance(new AddressLimits(() -> SettingsConverter.addressLimits(current.get().limits())));
        bind(Kernel.class);
        bind(Router.class);
        var streams = new OpenClientStreams();
        bind(OpenClientStreams.class).toInstance(streams);
        bind(UnboundStreams.class).toInstance(streams);
        bind(LocalDelivery.class).to(InboundStanzas.class);
        bind(Retention.class).in(com.google.inject.Singleton.class);
        bind(OutboxConsumers.class).in(com.google.inject.Singleton.class);
        bind(PasswordHasher.class).toInstance(new ScramPasswordHasher(() -> current.get().login().iterations()));
        var extensions = Multibinder.newSetBinder(binder(), Extension.class);
        extensions.addBinding().to(ClientNegotiation.class);
        extensions.addBinding().to(Sasl2.class);
        extensions.addBinding().to(Bind2.class);
        extensions.addBinding().to(Fast.class);
        extensions.addBinding().to(RosterQueries.class);
        extensions.addBinding().to(OfflineMessages.class);
        extensions.addBinding().to(MessageArchiver.class);
        extensions.addBinding().to(OutboxConsumers.class);
        extensions.addBinding().to(StreamManagement.class);
        extensions.addBinding().to(WebSocketStreams.class);
        for (var metrics : List.of(Health.class, MetricsPage.class, ServerMeters.class, StanzaMeters.class))
            extensions.addBinding().to(metrics);
    }

    @Provides
    @Singleton Supplier<FastTokens.Settings> tokens() {
        return config.live("tokens", FastTokens.Settings.class);
    }

    @Provides
    @Singleton Authenticator authenticator(Accounts accounts, AccountCounts accountCounts, FastTokens tokens) {
        var throttle = new LoginThrottle(() -> current.get().login().failuresPerMinute(), InstantSource.system());
        return new Authenticator(accounts, throttle,
                new UnknownUsers(secret, accountCounts, () -> current.get().login().iterations()), tokens);
    }

    @Provides
    @Singleton Supplier<Retention.Settings> retention() {
        return config.live("archive", Retention.Settings.class);
    }

    /** Provides a snapshot, for settings that need a restart. */
    @Provides Retention.Settings archive(Supplier<Retention.Settings> current) {
        return current.get();
    }

    @Provides
    @Singleton Supplier<StreamManagement.Settings> streamManagement() {
        return config.live("stream_management", StreamManagement.Settings.class);
    }

    @Provides
    @Singleton Supplier<WebSocketSettings> webSockets() {
        return config.live("websocket", WebSocketSettings.class);
    }

    /** Provides a snapshot, like the methods below. A class that needs later changes takes a provider. */
    @Provides StreamLimits streamLimits() {
        return SettingsConverter.streamLimits(current.get().limits());
    }

    @Provides SubscriptionHandler.RosterLimit rosterLimit() {
        return new SubscriptionHandler.RosterLimit(current.get().limits().rosterItems());
    }

    @Provides MessageArchiver.OfflineLimit offlineLimit() {
        return new MessageArchiver.OfflineLimit(() -> current.get().limits().offlineMessages());
    }

    @Provides SessionLifecycle.MostPerAccount sessionLimit() {
        return new SessionLifecycle.MostPerAccount(current.get().limits().sessionsPerAccount());
    }

    @Provides
    @Singleton ClientStreams clientStreams(Hosts hosts, Kernel kernel, SessionLifecycle sessions,
            Provider<StreamLimits> limits, OpenClientStreams connections) {
        return new ClientStreams(hosts::names, kernel.streamFeatures(), sessions, limits, connections,
                new ElementParser());
    }
}
