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
import java.util.SequencedMap;
import java.util.function.Supplier;

/** Every extension that comes with Martlet. Found by name, in {@code META-INF/services}. */
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
        var extensions = Multibinder.newSetBinder(binder(), Extension.class);
        extensions.addBinding().to(AdHocCommands.class);
        extensions.addBinding().to(Avatars.class);
        extensions.addBinding().to(Blocking.class);
        extensions.addBinding().to(Bookmarks.class);
        extensions.addBinding().to(Bosh.class);
        extensions.addBinding().to(Bytestreams.class);
        extensions.addBinding().to(ServerCaps.class);
        extensions.addBinding().to(ClientState.class);
        extensions.addBinding().to(Mam.class);
        extensions.addBinding().to(ArchivePreferenceRequests.class);
        extensions.addBinding().to(Carbons.class);
        extensions.addBinding().to(ContactAddresses.class);
        extensions.addBinding().to(DelayedDelivery.class);
        extensions.addBinding().to(Disco.class);
        extensions.addBinding().to(DisplayedSync.class);
        extensions.addBinding().to(EntityTime.class);
        extensions.addBinding().to(ExternalServices.class);
        extensions.addBinding().to(HostMeta.class);
        extensions.addBinding().to(LastActivity.class);
        extensions.addBinding().to(LimitsAdvertisement.class);
        extensions.addBinding().to(Omemo.class);
        extensions.addBinding().to(PepService.class);
        extensions.addBinding().to(Ping.class);
        extensions.addBinding().to(PrivateStorage.class);
        extensions.addBinding().to(PubSubCommands.class);
        extensions.addBinding().to(PubSubService.class);
        extensions.addBinding().to(Registration.class);
        extensions.addBinding().to(ServerInformation.class);
        extensions.addBinding().to(SoftwareVersion.class);
        extensions.addBinding().to(UserSearch.class);
        extensions.addBinding().to(VCard4.class);
        extensions.addBinding().to(VCardTemp.class);
        extensions.addBinding().to(WebClient.class);
        bind(ArchiveQueries.class).to(ArchiveReader.class);
        bind(NodeArchives.class).to(NodeArchive.class);
        profiles();
    }

    /** What they know of each other. */
    private void profiles() {
        var profiles = Multibinder.newSetBinder(binder(), NodeDefaults.class);
        profiles.addBinding().to(Avatars.class);
        profiles.addBinding().to(Bookmarks.class);
        profiles.addBinding().to(DisplayedSync.class);
        profiles.addBinding().to(Omemo.class);
        profiles.addBinding().to(VCard4.class);
        var mirrors = Multibinder.newSetBinder(binder(), NodeMirror.class);
        mirrors.addBinding().to(Avatars.class);
        mirrors.addBinding().to(VCard4.class);
        mirrors.addBinding().to(Bookmarks.class);
        Multibinder.newSetBinder(binder(), PrivateXmlView.class).addBinding().to(Bookmarks.class);
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
