package im.martlet.extensions.push;

import static im.martlet.extension.Hook.To.OWN_ACCOUNT;

import im.martlet.address.Jid;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Query;
import im.martlet.extension.Verdict;
import im.martlet.extensions.pubsub.PublishedItem;
import im.martlet.form.DataForm;
import im.martlet.spec.Xep;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaJid;
import im.martlet.storage.push.PushServices.PushRegistration;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** XEP-0357: lets clients enable push services that the account then notifies of missed messages. */
@Xep(number = 357, title = "Push Notifications", version = "0.4.1")
public final class Push implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(Push.class);
    private static final int LONGEST_NODE = 1000; // characters
    private static final int LONGEST_SERVICE = 1000; // characters
    private static final int LONGEST_OPTIONS = 4000; // characters

    private final PushRegistrations registrations;
    private final Supplier<PushSettings> settings;
    private final NotificationPolicy policy;
    private final PushServicePublisher publisher;
    private final PushCommands commands;
    private final PushGateway gateway;

    @Inject Push(PushRegistrations registrations, Supplier<PushSettings> settings, NotificationPolicy policy,
            PushServicePublisher publisher, PushCommands commands, PushGateway gateway) {
        this.registrations = registrations;
        this.settings = settings;
        this.policy = policy;
        this.publisher = publisher;
        this.commands = commands;
        this.gateway = gateway;
    }

    @Override public List<Hook> hooks() {
        if (!settings.get().enabled()) return List.of();
        var own = List.of(Hook.accountFeature(Notification.NS),
                Hook.onSet(OWN_ACCOUNT, Notification.NS, "enable", this::enable),
                Hook.onSet(OWN_ACCOUNT, Notification.NS, "disable", this::disable),
                Hook.onReceive(InterceptorStage.SCREEN, this::ended), Hook.onDelivered(policy::delivered),
                Hook.onSession(policy::handle), Hook.outbox(NotificationPolicy.OUTBOX, publisher::take));
        return Stream.of(own, commands.hooks(), gateway.hooks()).flatMap(List::stream).toList();
    }

    /** Enables a push service (§5). */
    private Iq.Response enable(Query query) {
        var e = query.element();
        var registration = new PushRegistration(service(e), node(e).orElse(""),
                e.child(DataForm.NS, "x").map(Push::options).orElse(""), PushRegistrations.device(query.session()));
        registrations.enable(query.account(), registration, settings.get().perAccount());
        return query.result();
    }

    private static Jid service(Element e) {
        var text = e.attribute("jid")
                .orElseThrow(() -> StanzaException.badRequest("the request needs the 'jid' of a push service"));
        var service = StanzaJid.parse(text);
        if (service.toString().length() > LONGEST_SERVICE) throw new StanzaException(Condition.NOT_ACCEPTABLE
                .because("the address of a push service may have at most " + LONGEST_SERVICE + " characters"));
        return service;
    }

    private static Optional<String> node(Element e) {
        var node = e.attribute("node").filter(n -> !n.isEmpty());
        if (node.filter(n -> n.length() > LONGEST_NODE).isPresent()) throw new StanzaException(
                Condition.NOT_ACCEPTABLE
                        .because("the name of a node may have at most " + LONGEST_NODE + " characters"));
        return node;
    }

    /** Reads the options that each notification carries unchanged (XEP-0060 §7.1.5). */
    private static String options(Element form) {
        boolean isOptions =
                form.children().stream().anyMatch(f -> f.attribute("var").filter("FORM_TYPE"::equals).isPresent()
                        && f.childText("value").filter(PublishedItem.OPTIONS::equals).isPresent());
        if (!isOptions) throw StanzaException.badRequest("the form must have the type " + PublishedItem.OPTIONS);
        var text = form.with("type", "submit").toString();
        if (text.length() > LONGEST_OPTIONS) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("the form may have at most " + LONGEST_OPTIONS + " characters"));
        return text;
    }

    /** Disables a push service (§6). Succeeds also if it was not enabled. */
    private Iq.Response disable(Query query) {
        var e = query.element();
        registrations.disable(query.account(), service(e), node(e));
        return query.result();
    }

    /** Ends a registration after a message from its push service says that the device is gone (§8). */
    private Verdict ended(InterceptedStanza intercepted) {
        if (!(intercepted.stanza() instanceof Message m) || m.isError()) return Verdict.pass();
        var account = intercepted.account();
        var node = PublishedItem.endedFor(account.jid(), m);
        if (node.isEmpty() || registrations.disable(account, m.from(), node) == 0) return Verdict.pass();
        Decision.DROPPED.log(LOG, "the message ended a registration at a push service", account.jid(), m);
        return Verdict.drop();
    }
}
