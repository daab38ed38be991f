package im.martlet.extensions.muc;

import java.util.List;

/**
 * A feature of rooms, such as an extension of XEP-0045. It declares everything that it asks of rooms as hooks, in one
 * place. Each feature is bound in a Guice set of this type.
 */
public interface RoomFeature {
    /** Returns the hooks of this feature. Rooms read them once, at start. */
    List<RoomHook> hooks();
}
