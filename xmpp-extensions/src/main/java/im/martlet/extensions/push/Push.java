package im.martlet.extensions.push;

import static im.martlet.extension.Hook.To.OWN_ACCOUNT;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.InterceptorStage;
import im.martlet.extension.Query;
import im.martlet.extension.Verdict;
import im.martlet.extension.Xep;
import im.martlet.extensions.pubsub.PublishedItem;
import im.martlet.form.DataForm;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.push.PushServices.Wish;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** XEP-0357: clients name services that are to be told what they miss. */
@Xep(number = 357, title = "Push Notifications", version = "0.4.1")
public final class Push implements Extension {
    private static final int LONGEST_NODE = 1000;
    private static final int LONGEST_SERVICE = 1000;
    private static final int LONGEST_OPTIONS = 4000;

    /** Who does the rest. */
    record Offices(NotificationPolicy watcher, PushServicePublisher sender, PushCommands commands,
            PushGateway gateway) {
        @Inject Offices {}
    }

    private final PushRegistrations registrations;
    private final Supplier<PushSettings> settings;
    private final Offices offices;

    @Inject Push(PushRegistrations registrations, Supplier<PushSettings> settings, Offices offices) {
        this.registrations = registrations;
        this.settings = settings;
        this.offices = offices;
    }

    @Override public List<Hook> hooks() {
        if (!settings.get().enabled()) return List.of();
        var own = List.of(Hook.accountFeature(Notification.NS),
                Hook.onSet(OWN_ACCOUNT, Notification.NS, "enable", this::enable),
                Hook.onSet(OWN_ACCOUNT, Notification.NS, "disable", this::disable),
                Hook.onReceive(InterceptorStage.SCREEN, this::ended), Hook.onDelivered(offices.watcher::delivered),
                Hook.onSession(offices.watcher::happened),
                Hook.outbox(NotificationPolicy.OUTBOX, offices.sender::take));
        return Stream.of(own, offices.commands.hooks(), offices.gateway.hooks()).flatMap(List::stream).toList();
    }

    /** §5. */
    private Iq.Response enable(Query query) {
        var e = query.element();
        var wish = new Wish(service(e), node(e).orElse(""), e.child(DataForm.NS, "x").map(Push::options).orElse(""),
                PushRegistrations.device(query.session()));
        registrations.enable(query.account(), wish, settings.get().perAccount());
        return query.result();
    }

    private static Jid service(Element e) {
        var text = e.attribute("jid").orElseThrow(() -> StanzaException.badRequest("it takes the 'jid' of a service"));
        try {
            var service = Jid.parse(text);
            if (service.toString().length() > LONGEST_SERVICE) throw new StanzaException(Condition.NOT_ACCEPTABLE
                    .because("a service's address has at most " + LONGEST_SERVICE + " letters"));
            return service;
        } catch (JidException bad) {
            throw new StanzaException(Condition.JID_MALFORMED.because(String.valueOf(bad.getMessage())));
        }
    }

    private static Optional<String> node(Element e) {
        var node = e.attribute("node").filter(n -> !n.isEmpty());
        if (node.filter(n -> n.length() > LONGEST_NODE).isPresent()) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("a node's name has at most " + LONGEST_NODE + " letters"));
        return node;
    }

    /** They are sent along as they are (XEP-0060 §7.1.5), whatever they mean. */
    private static String options(Element form) {
        boolean right =
                form.children().stream().anyMatch(f -> f.attribute("var").filter("FORM_TYPE"::equals).isPresent()
                        && f.childText("value").filter(PublishedItem.OPTIONS::equals).isPresent());
        if (!right) throw StanzaException.badRequest("the form is one of " + PublishedItem.OPTIONS);
        var text = form.with("type", "submit").toString();
        if (text.length() > LONGEST_OPTIONS) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("options have at most " + LONGEST_OPTIONS + " letters"));
        return text;
    }

    /** §6. */
    private Iq.Response disable(Query query) {
        var e = query.element();
        registrations.disable(query.account(), service(e), node(e));
        return query.result(); // in any case it is disabled now
    }

    /** §8: a service says that it takes no more. */
    private Verdict ended(InterceptedStanza intercepted) {
        if (!(intercepted.stanza() instanceof Message m) || m.isError()) return Verdict.pass();
        var node = PublishedItem.endedFor(intercepted.account().jid(), m);
        return node.isPresent() && registrations.disable(intercepted.account(), m.from(), node) > 0 ? Verdict.drop()
                : Verdict.pass();
    }
}
