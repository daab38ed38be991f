package im.martlet.extensions;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import im.martlet.archive.ArchiveQueries;
import im.martlet.archive.NodeArchives;
import im.martlet.config.Config;
import im.martlet.extension.Extension;
import im.martlet.extensions.abuse.AbuseModule;
import im.martlet.extensions.blocking.Blocking;
import im.martlet.extensions.bookmarks.Bookmarks;
import im.martlet.extensions.bosh.Bosh;
import im.martlet.extensions.bosh.BoshSettings;
import im.martlet.extensions.bytestreams.Bytestreams;
import im.martlet.extensions.bytestreams.ProxySettings;
import im.martlet.extensions.carbons.Carbons;
import im.martlet.extensions.commands.AdHocCommands;
import im.martlet.extensions.contact.ContactAddresses;
import im.martlet.extensions.csi.ClientState;
import im.martlet.extensions.delay.DelayedDelivery;
import im.martlet.extensions.disco.Disco;
import im.martlet.extensions.disco.ServerCaps;
import im.martlet.extensions.displayed.DisplayedSync;
import im.martlet.extensions.external.ExternalServiceSettings;
import im.martlet.extensions.external.ExternalServices;
import im.martlet.extensions.hostmeta.HostMeta;
import im.martlet.extensions.last.LastActivity;
import im.martlet.extensions.limits.LimitsAdvertisement;
import im.martlet.extensions.mam.ArchivePreferenceRequests;
import im.martlet.extensions.mam.ArchiveReader;
import im.martlet.extensions.mam.Mam;
import im.martlet.extensions.muc.MucModule;
import im.martlet.extensions.muc.avatar.RoomAvatarModule;
import im.martlet.extensions.muc.hats.RoomHatsModule;
import im.martlet.extensions.muc.moderation.RoomModerationModule;
import im.martlet.extensions.omemo.Omemo;
import im.martlet.extensions.ping.Ping;
import im.martlet.extensions.privatexml.PrivateStorage;
import im.martlet.extensions.privatexml.PrivateXmlView;
import im.martlet.extensions.pubsub.NodeArchive;
import im.martlet.extensions.pubsub.NodeDefaults;
import im.martlet.extensions.pubsub.NodeMirror;
import im.martlet.extensions.pubsub.PepService;
import im.martlet.extensions.pubsub.PubSubCommands;
import im.martlet.extensions.pubsub.PubSubService;
import im.martlet.extensions.pubsub.PubSubSettings;
import im.martlet.extensions.push.PushModule;
import im.martlet.extensions.registration.Registration;
import im.martlet.extensions.rejoin.RejoinModule;
import im.martlet.extensions.search.UserSearch;
import im.martlet.extensions.serverinfo.ServerInformation;
import im.martlet.extensions.time.EntityTime;
import im.martlet.extensions.upload.UploadModule;
import im.martlet.extensions.vcard.Avatars;
import im.martlet.extensions.vcard.VCard4;
import im.martlet.extensions.vcard.VCardTemp;
import im.martlet.extensions.version.SoftwareVersion;
import im.martlet.extensions.web.WebClient;
import im.martlet.extensions.web.WebSettings;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * Lists all extensions that come with Martlet. The server finds this module by its name in {@code META-INF/services}.
 * The order of the list means nothing: the kernel sorts extensions by name.
 */
public final class ExtensionsModule extends AbstractModule {
    @Override protected void configure() {
        install(new MucModule());
        install(new RoomAvatarModule());
        install(new RoomHatsModule());
        install(new RoomModerationModule());
        install(new UploadModule());
        install(new PushModule());
        install(new RejoinModule());
        install(new AbuseModule());
        discovery();
        messages();
        accountData();
        pubsub();
        calls();
        web();
    }

    /** Discovery, information about the server, and commands. */
    private void discovery() {
        extensions(Disco.class, ServerCaps.class, AdHocCommands.class, SoftwareVersion.class, EntityTime.class,
                LastActivity.class, Ping.class, ContactAddresses.class, LimitsAdvertisement.class,
                ServerInformation.class);
    }

    /** The way of messages, archives, and the state of clients. */
    private void messages() {
        extensions(Carbons.class, ClientState.class, DelayedDelivery.class, Blocking.class, Mam.class,
                ArchivePreferenceRequests.class);
        bind(ArchiveQueries.class).to(ArchiveReader.class);
    }

    /** Accounts, profiles and private data. */
    private void accountData() {
        extensions(Registration.class, UserSearch.class, VCard4.class, VCardTemp.class, Avatars.class,
                PrivateStorage.class);
        Multibinder.newSetBinder(binder(), PrivateXmlView.class).addBinding().to(Bookmarks.class);
    }

    /** PEP, the publish-subscribe service, and the extensions that set defaults for nodes or mirror them. */
    private void pubsub() {
        extensions(PepService.class, PubSubService.class, PubSubCommands.class, Bookmarks.class, DisplayedSync.class,
                Omemo.class);
        bind(NodeArchives.class).to(NodeArchive.class);
        var defaults = Multibinder.newSetBinder(binder(), NodeDefaults.class);
        for (var each : List.of(Avatars.class, Bookmarks.class, DisplayedSync.class, Omemo.class, VCard4.class))
            defaults.addBinding().to(each);
        var mirrors = Multibinder.newSetBinder(binder(), NodeMirror.class);
        for (var each : List.of(Avatars.class, VCard4.class, Bookmarks.class)) mirrors.addBinding().to(each);
    }

    /** Services that clients use for calls and for direct transfers. */
    private void calls() {
        extensions(ExternalServices.class, Bytestreams.class);
    }

    /** Everything that uses HTTP, apart from uploads. */
    private void web() {
        extensions(Bosh.class, HostMeta.class, WebClient.class);
    }

    @SafeVarargs private void extensions(Class<? extends Extension>... classes) {
        var extensions = Multibinder.newSetBinder(binder(), Extension.class);
        for (var each : classes) extensions.addBinding().to(each);
    }

    @Provides
    @Singleton Supplier<BoshSettings> bosh(Config config) { return config.live("bosh", BoshSettings.class); }

    @Provides
    @Singleton Supplier<HostMeta.Settings> hostMeta(Config config) {
        return config.live("host_meta", HostMeta.Settings.class);
    }

    @Provides
    @Singleton Supplier<Registration.Settings> registration(Config config) {
        return config.live("registration", Registration.Settings.class);
    }

    @Provides
    @Singleton Supplier<PubSubSettings> pubsub(Config config) {
        PubSubSettings.check(config);
        return config.live("pubsub", PubSubSettings.class);
    }

    @Provides
    @Singleton ServerInformation.Settings serverInfo(Config config) {
        return config.section("server_info", ServerInformation.Settings.class);
    }

    @Provides
    @Singleton UserSearch.Settings search(Config config) {
        return config.section("search", UserSearch.Settings.class);
    }

    @Provides
    @Singleton WebSettings web(Config config) { return WebSettings.of(config); }

    @Provides
    @Singleton Supplier<ContactAddresses.Settings> contact(Config config) {
        return config.live("contact", ContactAddresses.Settings.class);
    }

    @Provides
    @Singleton Supplier<ProxySettings> proxy(Config config) { return ProxySettings.of(config); }

    @Provides
    @Singleton Supplier<SequencedMap<String, ExternalServiceSettings>> externalServices(Config config) {
        return ExternalServiceSettings.of(config);
    }
}
