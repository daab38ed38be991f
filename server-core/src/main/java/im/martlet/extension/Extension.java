package im.martlet.extension;

import java.util.List;

/**
 * A feature of the server. {@link #hooks()} lists everything that it does, and its constructor takes everything that it
 * needs.
 */
public interface Extension {
    /** Returns the hooks. The kernel calls this once, at start. */
    List<Hook> hooks();
}
