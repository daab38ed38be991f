package im.martlet.extension;

import java.util.List;

/** A feature of the server. {@link #hooks()} lists all that it does; its constructor takes all that it needs. */
public interface Extension {
    /** Returns the hooks. The kernel calls this once, at start. */
    List<Hook> hooks();
}
