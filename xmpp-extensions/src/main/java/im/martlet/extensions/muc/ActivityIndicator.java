package im.martlet.extensions.muc;

import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.spec.Xep;
import java.util.List;
import java.util.Locale;

/** Tells how busy a room is, in its disco#info (XEP-0502). */
@Xep(number = 502, title = "MUC Activity Indicator", version = "0.1.0")
final class ActivityIndicator implements RoomFeature {
    private static final String FIELD = "{urn:xmpp:muc-activity}message-activity";

    @Override public List<RoomHook> hooks() {
        return List.of(new RoomHook.InfoField(FIELD, ActivityIndicator::messagesPerHour));
    }

    /** Returns a value only for persistent public rooms that are open to every user (§9). */
    private static List<String> messagesPerHour(LiveRoom live) {
        var config = live.room().config();
        if (!config.is(RoomOption.PERSISTENT) || !config.is(RoomOption.PUBLIC) || !config.isOpen()) return List.of();
        return live.history().perHour(System.currentTimeMillis()).map(rate -> String.format(Locale.ROOT, "%.2f", rate))
                .stream().toList();
    }
}
